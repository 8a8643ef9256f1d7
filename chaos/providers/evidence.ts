import type { FundingRequest, FundingResult } from '../../contract/funding';
import type { OnboardingResult } from '../../contract/onboarding';
import type { ParkedState } from '../../contract/progress';
import type { ReceivingRequest, ReceivingResult } from '../../contract/receiving';
import type { Decision } from '../decisions';
import type { FlowEnd } from '../evidence';
import type { Send } from '../intent-orders';
import type { Book, ChaosKit } from './kit';

interface FlowEvidence<Request, Result> {
  readonly request: Request;
  readonly workflowId: string;
  readonly end: FlowEnd<Result>;
}

export interface IntentEvidence extends FlowEvidence<FundingRequest, FundingResult> {
  /** What its runs scheduled to move money, if somebody ended it on the way; else nothing. */
  readonly sends: readonly Send[];
}

/** A client's onboarding, and the content of each document that must be on file, by its type. */
interface ClientEvidence extends FlowEvidence<{ readonly partnerClientId: string }, OnboardingResult> {
  readonly contents: ReadonlyMap<string, string>;
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
  readonly kit: Pick<ChaosKit, 'opening' | 'holderOf' | 'tellsCandidates' | 'destinationOf' | 'underWay'>;
  readonly intents: readonly IntentEvidence[];
  readonly arrivals: readonly FlowEvidence<ReceivingRequest, ReceivingResult>[];
  readonly clients: readonly ClientEvidence[];
  readonly book: Book;
  readonly planted: readonly PlantedOrder[];
  readonly questions: readonly QuestionSeen[];
  /** Workflows that neither had ended nor asked a person when they should have. */
  readonly stuck: readonly string[];
  /** What people decided, and what was undone in Temporal. */
  readonly decisions: readonly Decision[];
  /** Workflows that the campaign ended by hand in Temporal and left so. */
  readonly leftTerminated: readonly string[];
  /** What the campaign saw happen that should have been refused. */
  readonly notRefused: readonly { readonly workflowId: string; readonly what: string }[];
}
