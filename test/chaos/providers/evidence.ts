import type { FundingRequest, FundingResult } from '../../../contract/funding';
import type { OnboardingResult } from '../../../contract/onboarding';
import type { ParkedState } from '../../../contract/progress';
import type { ReceivingRequest, ReceivingResult } from '../../../contract/receiving';
import type { FlowEnd } from '../evidence';
import type { Book, ChaosKit } from './kit';

export interface FlowEvidence<Request, Result> {
  readonly request: Request;
  readonly workflowId: string;
  readonly end: FlowEnd<Result>;
}

/** A question that was put to the operator. */
export interface QuestionSeen {
  readonly workflowId: string;
  readonly question: ParkedState<string>;
}

/** An order of somebody else that looks like an intent's. */
export interface PlantedOrder {
  readonly orderId: string;
  readonly workflowId: string;
}

/** All that the judge looks at. */
export interface Evidence {
  readonly kit: Pick<ChaosKit, 'opening' | 'holderOf' | 'tellsCandidates'>;
  readonly intents: readonly FlowEvidence<FundingRequest, FundingResult>[];
  readonly arrivals: readonly FlowEvidence<ReceivingRequest, ReceivingResult>[];
  readonly clients: readonly FlowEvidence<{ readonly partnerClientId: string }, OnboardingResult>[];
  readonly book: Book;
  readonly planted: readonly PlantedOrder[];
  readonly questions: readonly QuestionSeen[];
  /** Workflows that neither had ended nor asked a person when they should have. */
  readonly stuck: readonly string[];
}
