import type { ApprovalProgress, FrozenPolicy } from './approval';
import type { Difference } from './differences';
import type { JsonObject } from './json';
import type { DecimalText } from './money';
import type { ParkedState, ParkReason, PersonsDecision, StepRecord, Waiting } from './progress';
import type { ProviderSemantics } from './provider';

export const FUNDING_KINDS = ['deposit', 'withdrawal', 'conversion'] as const;
export type FundingKind = (typeof FUNDING_KINDS)[number];

/** One wish to move money. */
export interface Intent {
  readonly provider: string;
  /** The caller's own opaque reference of the intent; the first ref (contract/refs.ts). */
  readonly fundingId: string;
  readonly kind: FundingKind;
  readonly partnerClientId: string;
  /** The provider's asset id, such as `USD`; of a conversion, what is sold. */
  readonly asset: string;
  readonly amount: DecimalText;
  /** What only this provider needs, such as a bank account; checked against its own schema (providers/port.ts). */
  readonly details?: JsonObject;
  /** The provider's own id of the client, if it knows clients by that only. */
  readonly providerClientId?: string;
}

/** What a caller asks for. Who asks is no part of it: that comes from authentication. */
export interface FundingInput extends Intent {
  readonly policy?: FundingPolicy;
}

/** The one argument of `fundAccount`. */
export interface FundingRequest extends FundingInput {
  /**
   * Who asks for it, as an opaque operator id: if the movement needs approval, somebody else must approve it. Set by the
   * edge that authenticated the caller, from no input.
   */
  readonly requestedBy?: string;
  /**
   * The edge's proof of `requestedBy`, over the whole request (client/requester-proof.ts). Without it anybody may have
   * typed the name.
   */
  readonly requesterProof?: string;
}

/** Refs that an intent may use if its policy does not say. */
export const DEFAULT_MAX_REFS = 5;

export interface FundingPolicy {
  /** How many refs an intent may use. Default {@link DEFAULT_MAX_REFS}. */
  readonly maxRefs?: number;
  /** How long an order may stay neither completed nor failed before a person is asked, in milliseconds. Default 24 h. */
  readonly settlementDeadlineMs?: number;
  /**
   * By how much new terms may be worse than those agreed first, as a decimal fraction such as `"0.005"` for half a
   * percent. Default {@link DEFAULT_QUOTE_TOLERANCE}.
   */
  readonly quoteTolerance?: DecimalText;
}

/** The fraction by which new terms may be worse if policy does not say: not at all. */
export const DEFAULT_QUOTE_TOLERANCE = '0';
/** How long an open order may take before a person is asked, unless the request says otherwise. In milliseconds. */
export const DEFAULT_SETTLEMENT_DEADLINE_MS = 24 * 60 * 60_000;

/** An amount of an asset. */
export interface Money {
  readonly asset: string;
  readonly amount: DecimalText;
}

/** What a provider offered for an order, and until when. */
export interface Terms {
  readonly quoteId: string;
  /** UTC ISO time; absent if the provider does not say. */
  readonly expiresAt?: string;
  readonly gives: Money;
  readonly receives: Money;
  readonly fee?: Money;
  /** Which quote under the ref it is, from 1: part of the key that an order with these terms is sent under. */
  readonly number: number;
}

/**
 * What an order's status means. `failed`: the provider itself says that it failed or was rejected, and moved no money;
 * only this frees a fresh ref by itself. `cancelled`: somebody, or time, ended it before it moved money; a person
 * decides what becomes of the intent. A status that no document names is `open`: wait and read again.
 */
export type OrderState = 'completed' | 'failed' | 'cancelled' | 'open';

/** The provider's record of an attempt at an intent. */
export interface Order {
  readonly orderId: string;
  readonly orderNo?: string;
  readonly ref: string;
  /** Set if the provider showed no reference of ours with it: it was read by its id, and only the id ties it to a ref. */
  readonly idOnly?: true;
  /** Set if it carries what only we can make for this ref: whatever else it shows, it is ours. */
  readonly carriesOurToken?: true;
  readonly kind: FundingKind | 'other';
  readonly partnerClientId: string;
  readonly asset: string;
  readonly amount: DecimalText;
  /**
   * If it differs from what was asked in a field that only this provider has, such as a destination. Absent:
   * nowhere.
   */
  readonly differs?: readonly Difference[];
  readonly state: OrderState;
  /** The provider's own word. */
  readonly status: string;
  /** What an `open` order waits for, if it is not the provider. */
  readonly awaits?: 'confirmation' | 'information';
  /** What the client got for it, for a conversion and whenever the asset differs from what was given. */
  readonly received?: Money;
  /** Of the transaction on a blockchain, once there is one. */
  readonly transactionId?: string;
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
  /** How often it was sent: more than once only if a look-up showed that the provider did not have it. */
  readonly sent: number;
  /** What was last known of it. */
  readonly state: 'unsent' | 'not-applied' | 'unknown' | OrderState | 'not-ours';
  readonly orderId?: string;
}

export const FUNDING_STAGES = [
  'started',
  'awaiting-approval',
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
  /** What `completed` means at this provider, if it is less than it sounds. */
  readonly completedMeans?: string;
  /** The terms that the order was submitted with, if the provider quotes. */
  readonly terms?: Terms;
  /** Read after the order completed; absent if the provider has no balances or did not answer. */
  readonly balanceAfter?: Balance;
  readonly decisions: readonly PersonsDecision[];
  readonly steps: readonly StepRecord[];
  /** The policy of approvals that held for it; absent if the worker had none. */
  readonly approvalPolicy?: FrozenPolicy;
}

export interface FundingProgress {
  readonly stage: FundingStage;
  readonly intent: Intent;
  readonly refs: readonly RefRecord[];
  readonly steps: readonly StepRecord[];
  readonly parked?: ParkedState<ParkReason>;
  readonly waiting?: Waiting;
  readonly decisions: readonly PersonsDecision[];
  readonly order?: Order;
  readonly terms?: Terms;
  /** If the movement needs approval: who has approved it, and until when. */
  readonly approval?: ApprovalProgress;
  /** The policy of approvals that holds for it, from its first check on; absent if the worker had none. */
  readonly approvalPolicy?: FrozenPolicy;
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
  /** The question that is answered: if another one is open by then, the answer is refused. */
  readonly answers?: ParkReason;
}

/** New data that the provider asked for, about an order under way. Its fields are the provider's. */
export interface InformationRequest {
  readonly information: JsonObject;
  readonly by: string;
  readonly reason: string;
}

export interface CancelRequest {
  readonly by: string;
  readonly reason: string;
}

/** What the check before a money call found. */
export interface FundingCheck {
  readonly semantics: ProviderSemantics;
  /** Where the money goes, in words for people, if the movement names it. */
  readonly destination?: string;
  /** The worker's policy of approvals; absent if it has none. */
  readonly approvalPolicy?: FrozenPolicy;
}
