import type { FailureDetails } from '../../contract/errors';
import type { Intent, Order, RefRecord, ResolveAction, Terms } from '../../contract/funding';
import { sameAmount } from '../../contract/money';
import type { ParkReason } from '../../contract/progress';
import type { ProviderSemantics } from '../../contract/provider';
import { refForAttempt } from '../../contract/refs';

/** What the funding rule (funding-rule.ts) knows, sees and says. */

/** What happened, as the workflow saw it. */
export type FundingEvent =
  | { readonly saw: 'check-passed'; readonly semantics: ProviderSemantics }
  | { readonly saw: 'check-failed'; readonly failure: FailureDetails }
  /** The check passed, the movement needs approval, and too few gave it in time. */
  | { readonly saw: 'approval-expired' }
  | { readonly saw: 'quoted'; readonly terms: Terms }
  | { readonly saw: 'quote-failed'; readonly failure: FailureDetails }
  /** The submit was answered with an order. */
  | { readonly saw: 'answered'; readonly order: Order }
  | { readonly saw: 'submit-failed'; readonly failure: FailureDetails }
  | { readonly saw: 'found'; readonly order: Order }
  | { readonly saw: 'absent' }
  | { readonly saw: 'lookup-failed'; readonly failure: FailureDetails }
  /** The confirm, or the cancel, of an order was answered: what came of it is yet to be read. */
  | { readonly saw: 'step-answered' }
  | { readonly saw: 'step-failed'; readonly failure: FailureDetails }
  /** A person gave the information that the provider asked for, and the provider took it or did not. */
  | { readonly saw: 'information-taken' }
  | { readonly saw: 'information-failed'; readonly failure: FailureDetails }
  | { readonly saw: 'resolved'; readonly action: ResolveAction }
  /** A parked workflow looks again by itself, or was told that there is news. */
  | { readonly saw: 'recheck-due' }
  | { readonly saw: 'cancelled' };

/** What to do next. */
export type FundingAction =
  | { readonly do: 'check'; readonly afterMs: number }
  | { readonly do: 'quote'; readonly ref: string; readonly number: number; readonly afterMs: number }
  | { readonly do: 'submit'; readonly ref: string; readonly afterMs: number }
  | { readonly do: 'look-up'; readonly ref: string; readonly afterMs: number }
  | {
      readonly do: 'confirm';
      readonly ref: string;
      readonly orderId: string;
      /** 1, and one more after each confirm of the order that was refused: part of the key that it is sent under. */
      readonly attempt: number;
      readonly afterMs: number;
    }
  | { readonly do: 'cancel-order'; readonly ref: string; readonly orderId: string; readonly afterMs: number }
  | {
      readonly do: 'park';
      readonly reason: ParkReason;
      readonly failure?: FailureDetails;
      readonly recheckAfterMs?: number;
    }
  /** The request itself is wrong: nothing was sent and nothing can be mended. */
  | { readonly do: 'refuse'; readonly failure: FailureDetails }
  | {
      readonly do: 'finish';
      readonly outcome: 'completed' | Ending;
      readonly order?: Order;
      readonly adopted: boolean;
    };

/** How a person may end an intent that did not complete by itself. */
export type Ending = 'marked-completed' | 'abandoned' | 'cancelled';

/** How far an intent may go without a person. */
export interface FundingLimits {
  readonly maxRefs: number;
  readonly settlementDeadlineMs: number;
  /** Decimal fraction by which new terms may be worse than those agreed first. Absent: not at all. */
  readonly quoteTolerance?: string;
}

export interface FundingState extends FundingLimits {
  readonly intent: Intent;
  /** As read by the first check that passed; frozen from then on. */
  readonly semantics?: ProviderSemantics;
  /** The refs of attempts before the current one, oldest first. */
  readonly earlier: readonly RefRecord[];
  readonly current: RefRecord;
  /** Whether a send of the current ref may have been applied without our having read its order. */
  readonly inDoubt: boolean;
  /** Whether the provider said that it has the ref. Absent: it did not. */
  readonly refKnown?: boolean;
  /** The order under the current ref, as last read, where it is ours. */
  readonly order?: Order;
  /** Whether that order came as the answer to a submit of ours. */
  readonly answered: boolean;
  /** Look-ups since the current ref was last sent that found nothing. */
  readonly lookups: number;
  /** Reads of an open order, and the milliseconds waited between them. */
  readonly polls: number;
  readonly polledMs: number;
  /** Sends in a row that certainly did not arrive. */
  readonly missed: number;
  /** Sends of the current ref since it was begun, or since a person or time gave it another round. */
  readonly sends: number;
  /** A refusal met while in doubt: what to park for, should the order prove absent. */
  readonly refusal?: FailureDetails;
  /** The number of the quote asked for last under the current ref. Absent: none was. */
  readonly quotesAsked?: number;
  /** What the current ref is sent with, every time, where the kind needs a quote. */
  readonly terms?: Terms;
  /** The terms of the intent that new ones are held against: the first, or those that a person accepted since. */
  readonly agreed?: Terms;
  /** Terms that are worse than the agreed ones: a person is asked. */
  readonly offered?: Terms;
  /** Confirms, or cancels, of the order since it was begun, or since a person or time gave it another round. */
  readonly steps?: number;
  /** What the last of them was refused with, until the order is read again. */
  readonly stepRefusal?: FailureDetails;
  /** Confirms of the order that were certainly refused. */
  readonly refusedConfirms?: number;
  /** How the intent ends once what awaits confirmation is cancelled: a person decided so. */
  readonly ending?: Ending;
}

export interface FundingStep {
  readonly state: FundingState;
  readonly action: FundingAction;
}

/** What is assumed of a provider until it was read: the worst. */
const CAUTIOUS = { repeatedRef: 'duplicates', orderLookup: 'by-ref', settleWindowMs: 60_000, maxRefLength: 0 } as const;

/** How the provider behaves, as far as orders go. */
export function semanticsOf(
  state: FundingState,
): Pick<ProviderSemantics, 'repeatedRef' | 'orderLookup' | 'settleWindowMs' | 'maxRefLength'> {
  return state.semantics ?? CAUTIOUS;
}

/** Whether the intent's kind is submitted with terms that were quoted before. */
export function needsQuote({ semantics, intent }: FundingState): boolean {
  return semantics?.quotes?.includes(intent.kind) === true;
}

/** Whether orders of the intent's kind move money only once they are confirmed. */
export function needsConfirm({ semantics, intent }: FundingState): boolean {
  return semantics?.confirms?.includes(intent.kind) === true;
}

/** Whether an order of the intent that awaits confirmation can be cancelled. */
export function canCancelOrder(state: FundingState): boolean {
  return needsConfirm(state) && state.semantics?.capabilities.includes('cancel-order') === true;
}

/** Whether the order, as last read, moves no money before it is confirmed. */
export function awaitsConfirmation({ order }: FundingState): boolean {
  return order?.state === 'open' && order.awaits === 'confirmation';
}

/** What is known of an attempt under a ref that was not sent yet: nothing. */
export function unsentAttempt(
  fundingId: string,
  attempt: number,
): Pick<FundingState, 'current' | 'inDoubt' | 'answered' | 'lookups' | 'polls' | 'polledMs' | 'missed' | 'sends'> {
  return {
    current: { ref: refForAttempt(fundingId, attempt), attempt, sent: 0, state: 'unsent' },
    inDoubt: false,
    answered: false,
    lookups: 0,
    polls: 0,
    polledMs: 0,
    missed: 0,
    sends: 0,
  };
}

/** The state with the next attempt's ref, of which nothing is known; what was agreed for the intent stays. */
export function withFreshRef({
  order: _order,
  refusal: _refusal,
  refKnown: _refKnown,
  quotesAsked: _quotesAsked,
  terms: _terms,
  offered: _offered,
  steps: _steps,
  stepRefusal: _stepRefusal,
  refusedConfirms: _refusedConfirms,
  ...state
}: FundingState): FundingState {
  return {
    ...state,
    earlier: [...state.earlier, state.current],
    ...unsentAttempt(state.intent.fundingId, state.current.attempt + 1),
  };
}

export function withoutOrder({ order: _order, ...state }: FundingState): FundingState {
  return state;
}

export function withoutRefusal({ refusal: _refusal, ...state }: FundingState): FundingState {
  return state;
}

export function withoutTerms({ terms: _terms, offered: _offered, ...state }: FundingState): FundingState {
  return state;
}

export function withoutStepRefusal({ stepRefusal: _stepRefusal, ...state }: FundingState): FundingState {
  return state;
}

/**
 * Whether the provider's order is this intent's: the same ref, kind, client and asset, and the same decimal amount. One
 * that shows no ref is so only under the id that is known to be ours: an id that came from outside proves nothing.
 */
export function isOurs(state: FundingState, order: Order): boolean {
  return matches(state, order) && (order.idOnly !== true || order.orderId === state.order?.orderId);
}

/** Whether an order that a submit of ours was answered with is this intent's. */
export function isAnswerToOurs(state: FundingState, order: Order): boolean {
  return matches(state, order);
}

function matches({ intent, current }: FundingState, order: Order): boolean {
  return (
    order.ref === current.ref &&
    order.kind === intent.kind &&
    order.partnerClientId === intent.partnerClientId &&
    order.asset === intent.asset &&
    sameAmount(order.amount, intent.amount)
  );
}
