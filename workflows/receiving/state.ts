import type { FailureDetails } from '../../contract/errors';
import type { ProviderSemantics } from '../../contract/provider';
import type { ExpectedDeposit, ReceivedDeposit, ReceivingAccount, ReceivingResult } from '../../contract/receiving';
import type { Cancelled, Common, Turn } from '../shared/turn';
import type { Submission } from '../shared/submission';

/** What is known of an expected deposit, what can be seen of it, and what the rule may ask for. */

export interface ReceivingState {
  readonly expected: ExpectedDeposit;
  /** When a person is asked where the money is, in milliseconds since 1970. */
  readonly deadlineAt: number;
  /** What the check read of the provider. */
  readonly semantics?: ProviderSemantics;
  readonly application: Submission;
  readonly account?: ReceivingAccount;
  /** When information about the account was last given, in milliseconds since 1970. */
  readonly informedAt?: number;
  /** What the provider showed last, and when, in milliseconds since 1970. */
  readonly shown: readonly ReceivedDeposit[];
  readonly shownAt: number;
  /** Ids of deposits that were claimed for others. */
  readonly taken: readonly string[];
  /** A deposit that was claimed before, until it was read for whom: an earlier run of this workflow may have been it. */
  readonly inDoubt?: ReceivedDeposit;
  /** The money, once it is ours. */
  readonly deposit?: ReceivedDeposit;
  /** Looks that did not end the waiting. */
  readonly polls: number;
}

export type ReceivingAsk =
  | { readonly do: 'check'; readonly afterMs: number }
  | { readonly do: 'look-account'; readonly afterMs: number }
  | { readonly do: 'apply'; readonly afterMs: number }
  | { readonly do: 'look-money'; readonly afterMs: number }
  | { readonly do: 'claim'; readonly deposit: ReceivedDeposit }
  /** Whom a deposit was claimed for: perhaps an earlier run of this workflow. */
  | { readonly do: 'read-claim'; readonly deposit: ReceivedDeposit };

export interface ReceivingEnd {
  readonly do: 'finish';
  readonly outcome: ReceivingResult['outcome'];
}

export type ReceivingMove = ReceivingAsk | Common<ReceivingEnd>;
export type ReceivingTurn = Turn<ReceivingState, ReceivingMove>;

/** Times are in milliseconds since 1970. */
export type ReceivingEvent =
  | { readonly saw: 'checked'; readonly semantics: ProviderSemantics }
  | { readonly saw: 'check-failed'; readonly failure: FailureDetails }
  | { readonly saw: 'account'; readonly account?: ReceivingAccount; readonly at: number }
  | { readonly saw: 'applied' }
  | { readonly saw: 'apply-failed'; readonly failure: FailureDetails }
  | { readonly saw: 'deposits'; readonly deposits: readonly ReceivedDeposit[]; readonly at: number }
  | { readonly saw: 'claimed'; readonly deposit: ReceivedDeposit }
  | { readonly saw: 'claimed-before'; readonly deposit: ReceivedDeposit }
  /** The intent that the deposit was claimed for. */
  | { readonly saw: 'claim'; readonly deposit: ReceivedDeposit; readonly fundingId: string }
  | { readonly saw: 'read-failed'; readonly failure: FailureDetails }
  | { readonly saw: 'information-given'; readonly at: number }
  | { readonly saw: 'information-failed' }
  | { readonly saw: 'resolved'; readonly action: 'retry' | 'markCompleted' | 'abandon' }
  | { readonly saw: 'recheck-due' }
  | Cancelled;

/** How long a write may not show, in milliseconds. */
export function windowOf({ semantics }: ReceivingState): number {
  return semantics?.settleWindowMs ?? 0;
}
