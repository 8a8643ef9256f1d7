import type { DecimalText } from './money';
import type { ParkedState, ParkReason, PersonsDecision, StepRecord } from './progress';
import type { ProviderSemantics } from './provider';

export const FUNDING_KINDS = ['deposit', 'withdrawal'] as const;
export type FundingKind = (typeof FUNDING_KINDS)[number];

/** One wish to move money. */
export interface Intent {
  readonly provider: string;
  /** The caller's own opaque reference of the intent; the first ref (contract/refs.ts). */
  readonly fundingId: string;
  readonly kind: FundingKind;
  readonly partnerClientId: string;
  /** The provider's asset id, such as `USD`. */
  readonly asset: string;
  readonly amount: DecimalText;
}

/** The one argument of `fundAccount`. */
export interface FundingRequest extends Intent {
  readonly policy?: FundingPolicy;
}

/** Refs that an intent may use where its policy does not say. */
export const DEFAULT_MAX_REFS = 5;

export interface FundingPolicy {
  /** How many refs an intent may use. Default {@link DEFAULT_MAX_REFS}. */
  readonly maxRefs?: number;
  /** How long an order may stay neither completed nor failed before a person is asked, in milliseconds. Default 24 h. */
  readonly settlementDeadlineMs?: number;
}

/** What an order's status means. A status that no document names is `open`: wait and read again. */
export type OrderState = 'completed' | 'failed' | 'open';

/** The provider's record of an attempt at an intent. */
export interface Order {
  readonly orderId: string;
  readonly orderNo?: string;
  readonly ref: string;
  readonly kind: FundingKind | 'other';
  readonly partnerClientId: string;
  readonly asset: string;
  readonly amount: DecimalText;
  /** `failed` covers failed and rejected: the provider itself says that no money moved. */
  readonly state: OrderState;
  /** The provider's own word. */
  readonly status: string;
  readonly fee?: DecimalText;
  readonly feeAsset?: string;
  readonly vat?: DecimalText;
  readonly createdAt?: string;
  readonly updatedAt?: string;
}

/** One attempt in an intent's chain of refs. */
export interface RefRecord {
  readonly ref: string;
  readonly attempt: number;
  /** How often it was sent: more than once only where the provider was seen not to have it. */
  readonly sent: number;
  /** What was last known of it. */
  readonly state: 'unsent' | 'not-applied' | 'unknown' | OrderState | 'not-ours';
  readonly orderId?: string;
}

export const FUNDING_STAGES = [
  'started',
  'submitting',
  'looking-up',
  'settling',
  'parked',
  'completed',
  'abandoned',
  'cancelled',
] as const;
export type FundingStage = (typeof FUNDING_STAGES)[number];

export interface Balance {
  readonly asset: string;
  readonly balance: DecimalText;
  readonly available: DecimalText;
}

export interface FundingResult {
  /** `marked-completed`: a person said so, with evidence; `abandoned`: a person gave it up. */
  readonly outcome: 'completed' | 'marked-completed' | 'abandoned' | 'cancelled';
  readonly intent: Intent;
  readonly order?: Order;
  readonly refs: readonly RefRecord[];
  /** Whether the order was found and taken for ours, rather than answered in the call. */
  readonly adopted: boolean;
  /** Read after the order completed; absent where the provider has no balances or did not answer. */
  readonly balanceAfter?: Balance;
  readonly decisions: readonly PersonsDecision[];
  readonly steps: readonly StepRecord[];
}

export interface FundingProgress {
  readonly stage: FundingStage;
  readonly intent: Intent;
  readonly refs: readonly RefRecord[];
  readonly steps: readonly StepRecord[];
  readonly parked?: ParkedState<ParkReason>;
  readonly decisions: readonly PersonsDecision[];
  readonly order?: Order;
}

export const RESOLVE_ACTIONS = ['retry', 'useFreshRef', 'markCompleted', 'abandon'] as const;
export type ResolveAction = (typeof RESOLVE_ACTIONS)[number];

/** A person's answer to a parked workflow. */
export interface ResolveRequest {
  readonly action: ResolveAction;
  /** Who answers: an opaque operator id, not a name. */
  readonly by: string;
  readonly reason: string;
  /** Where the proof is; demanded by `markCompleted`. */
  readonly evidence?: string;
}

export interface CancelRequest {
  readonly by: string;
  readonly reason: string;
}

/** What the check before a money call found. */
export interface FundingCheck {
  readonly semantics: ProviderSemantics;
}
