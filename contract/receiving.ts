import type { OrderState } from './funding';
import type { JsonObject } from './json';
import type { DecimalText } from './money';
import type { ParkedState, ParkReason, PersonsDecision, StepRecord, Waiting } from './progress';
import type { ProviderSemantics } from './provider';

/** Deposits that the provider has no call for: money is wired in from outside, and its arrival is observed. */

/** One deposit that is expected. Its fundingId shares the lock of all intents (contract/ids.ts). */
export interface ExpectedDeposit {
  readonly provider: string;
  readonly fundingId: string;
  readonly partnerClientId: string;
  readonly asset: string;
  readonly amount: DecimalText;
  /** What only this provider needs, such as an account's currency route. */
  readonly details?: JsonObject;
  readonly providerClientId?: string;
}

/** The one argument of `receiveDeposit`. */
export interface ReceivingRequest extends ExpectedDeposit {
  readonly policy?: ReceivingPolicy;
}

export interface ReceivingPolicy {
  /** How long to wait for the money before a person is asked, in milliseconds. Default {@link DEFAULT_ARRIVAL_MS}. */
  readonly arrivalDeadlineMs?: number;
}

/** How long money may take if policy does not say: 14 days. */
export const DEFAULT_ARRIVAL_MS = 14 * 24 * 60 * 60_000;

/** What the check of an expected deposit found. */
export interface ReceivingCheck {
  readonly semantics: ProviderSemantics;
}

/** The account that money is wired to. Its bank coordinates are never here: they are personal. */
export interface ReceivingAccount {
  readonly accountId: string;
  readonly state: 'pending' | 'ready' | 'refused';
  /** The provider's own word. */
  readonly status: string;
  readonly needs?: 'information';
}

/** Money that arrived, as the provider shows it. */
export interface ReceivedDeposit {
  readonly depositId: string;
  readonly asset: string;
  readonly amount: DecimalText;
  /** `completed`: the client has it. */
  readonly state: OrderState;
  /** The provider's own word. */
  readonly status: string;
  /** UTC ISO time; absent if the provider does not say. */
  readonly receivedAt?: string;
}

/** The one argument of `claimDeposit`, and its result: whose money it is from now on. */
export interface DepositClaim {
  readonly provider: string;
  /** The provider's own id. */
  readonly depositId: string;
  /** Of the deposit that was expected. */
  readonly fundingId: string;
}

export const RECEIVING_STAGES = [
  'started',
  'opening-account',
  'awaiting-money',
  'parked',
  'completed',
  'abandoned',
  'cancelled',
] as const;
export type ReceivingStage = (typeof RECEIVING_STAGES)[number];

export interface ReceivingResult {
  readonly outcome: 'completed' | 'marked-completed' | 'abandoned' | 'cancelled';
  readonly expected: ExpectedDeposit;
  readonly account?: ReceivingAccount;
  readonly deposit?: ReceivedDeposit;
  readonly decisions: readonly PersonsDecision[];
  readonly steps: readonly StepRecord[];
}

export interface ReceivingProgress {
  readonly stage: ReceivingStage;
  readonly expected: ExpectedDeposit;
  readonly account?: ReceivingAccount;
  readonly deposit?: ReceivedDeposit;
  readonly steps: readonly StepRecord[];
  readonly parked?: ParkedState<ParkReason>;
  readonly waiting?: Waiting;
  readonly decisions: readonly PersonsDecision[];
}
