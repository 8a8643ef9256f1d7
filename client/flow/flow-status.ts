import type { ApprovalProgress, FrozenPolicy } from '../../contract/approval';
import type { FieldProblem } from '../../contract/errors';
import type { Balance, FundingStage, Intent, Order, RefRecord } from '../../contract/funding';
import type { PlannedFunding } from '../../contract/onboard-and-fund';
import type { ClientState, FiledDocument, OnboardingStage } from '../../contract/onboarding';
import type { ParkedState, ParkReason, PersonsDecision, StepRecord, Waiting } from '../../contract/progress';
import type { ExpectedDeposit, ReceivedDeposit, ReceivingAccount, ReceivingStage } from '../../contract/receiving';
import type { GangwayErrorCode } from '../gangway-error';

/** Where an onboarding, a funding or an expected deposit stands, running or ended. */
export type FlowStatus = OnboardingStatus | FundingStatus | ReceivingStatus;

/**
 * `parked`: waits for a person; `done`: ready, completed, or marked completed by a person; `abandoned` and
 * `cancelled`: a person ended it; `failed`: the request was wrong, or Temporal ended it.
 */
export type FlowState = 'running' | 'parked' | 'done' | 'abandoned' | 'cancelled' | 'failed';

/** Why a flow failed. */
export interface FlowFailure {
  readonly code: GangwayErrorCode;
  readonly message: string;
  readonly fields: readonly FieldProblem[];
}

interface FlowBasics {
  readonly workflowId: string;
  readonly runId: string;
  readonly provider: string;
  readonly partnerClientId: string;
  readonly state: FlowState;
  /** UTC, ISO. */
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly steps: readonly StepRecord[];
  readonly decisions: readonly PersonsDecision[];
  readonly parked?: ParkedState<ParkReason>;
  /** What it waits for by itself, and until when; absent while it is parked, or does something. */
  readonly waiting?: Waiting;
  readonly failure?: FlowFailure;
  /** False if no worker answered in time: then steps and the open question are not known. */
  readonly workerAnswers: boolean;
}

export interface FundingStatus extends FlowBasics {
  readonly kind: 'funding';
  readonly fundingId: string;
  readonly stage?: FundingStage;
  readonly intent: Intent;
  readonly refs: readonly RefRecord[];
  readonly order?: Order;
  /** Whether the order was found and taken for ours, rather than answered in the call; known at the end. */
  readonly adopted?: boolean;
  readonly balanceAfter?: Balance;
  /** What `completed` means at this provider, if it is less than it sounds; known at the end. */
  readonly completedMeans?: string;
  /** If it needs approval: who has approved it, and until when; known until it ends. */
  readonly approval?: ApprovalProgress;
  /** The policy of approvals that holds for it, from its first check on; absent if the worker had none. */
  readonly approvalPolicy?: FrozenPolicy;
}

/** Money that is wired in from outside, and observed. */
export interface ReceivingStatus extends FlowBasics {
  readonly kind: 'receiving';
  readonly fundingId: string;
  readonly stage?: ReceivingStage;
  readonly expected: ExpectedDeposit;
  readonly account?: ReceivingAccount;
  /** The money that was taken for it. */
  readonly deposit?: ReceivedDeposit;
}

export interface OnboardingStatus extends FlowBasics {
  readonly kind: 'onboarding';
  readonly stage?: OnboardingStage;
  readonly client?: ClientState;
  /** Whether the client was created or adopted; known at the end. */
  readonly how?: 'created' | 'adopted';
  /** Known at the end. */
  readonly documents: readonly FiledDocument[];
  /** The movements that follow it, if it is an onboarding with funding. */
  readonly planned: readonly PlannedFunding[];
  /** Those of them that have begun. `state` above speaks for all of them together. */
  readonly funding: readonly FundingStatus[];
}

/** A flow and those that follow from it, in their order. */
export function flowsOf(status: FlowStatus): readonly FlowStatus[] {
  return status.kind === 'onboarding' ? [status, ...status.funding] : [status];
}

/** Whether a flow will go no further. */
export function hasEnded(status: FlowStatus): boolean {
  return status.state !== 'running' && status.state !== 'parked';
}
