import type { ApprovalRequirement, ApprovedTerms } from '../../contract/approval';
import { differencesOf, type Difference } from '../../contract/differences';
import type { FailureDetails } from '../../contract/errors';
import type { Intent, Order, RefRecord, ResolveAction, Terms } from '../../contract/funding';
import type { ParkReason } from '../../contract/progress';
import { looksBeforeSending, type ProviderSemantics } from '../../contract/provider';
import { refForAttempt } from '../../contract/refs';
import type { AttemptRecord, Fence, RecordedEnd } from '../../contract/send-log';
import type { Turn } from '../shared/turn';

/** What the funding rule (funding-rule.ts) knows, sees and says. */

/** What happened, as the workflow saw it. */
export type FundingEvent =
  | {
      readonly saw: 'check-passed';
      readonly semantics: ProviderSemantics;
      readonly approval?: ApprovalRequirement;
      readonly destination?: string;
      /** Every send of the intent that the book has. Absent: the check was made before there was a book. */
      readonly attempts?: readonly AttemptRecord[];
    }
  /** The book has the intent's end: Temporal has forgotten it. */
  | {
      readonly saw: 'ended-before';
      readonly semantics: ProviderSemantics;
      readonly attempts: readonly AttemptRecord[];
      readonly end: RecordedEnd;
    }
  /** The intent was given up, and the book has another end of it. */
  | { readonly saw: 'ended-otherwise' }
  /** The intent was to end so, and has been sent by a run that this one knows nothing of. Each of its sends in the book. */
  | {
      readonly saw: 'sent-elsewhere';
      readonly attempts: readonly AttemptRecord[];
      readonly ending: GivenUp;
    }
  | { readonly saw: 'check-failed'; readonly failure: FailureDetails }
  /** Enough people have approved these terms; `waited`: they were asked now, and time has passed since the check. */
  | { readonly saw: 'approved'; readonly waited: boolean }
  /** Too few approved it in time. */
  | { readonly saw: 'approval-expired' }
  | { readonly saw: 'quoted'; readonly terms: Terms }
  | { readonly saw: 'quote-failed'; readonly failure: FailureDetails }
  /** The submit was answered with an order. */
  | { readonly saw: 'answered'; readonly order: Order }
  | { readonly saw: 'submit-failed'; readonly failure: FailureDetails }
  /**
   * A look-up, or the look that a submit takes before it sends, showed these orders: at least one, in any order. `fence`: what
   * the book said of the last send, if it was asked and answered.
   */
  | { readonly saw: 'found'; readonly orders: readonly Order[]; readonly fence?: Fence['is'] }
  | { readonly saw: 'absent'; readonly fence?: Fence['is'] }
  | { readonly saw: 'lookup-failed'; readonly failure: FailureDetails }
  /** The confirm, or the cancel, of an order was answered: what came of it is yet to be read. */
  | { readonly saw: 'change-answered' }
  | { readonly saw: 'change-failed'; readonly failure: FailureDetails }
  /** A person gave the information that the provider asked for; the provider took it, or did not. */
  | { readonly saw: 'information-taken' }
  | { readonly saw: 'information-failed'; readonly failure: FailureDetails }
  | { readonly saw: 'resolved'; readonly action: ResolveAction }
  /** A parked workflow looks again by itself, or was told that there is news. */
  | { readonly saw: 'recheck-due' }
  | { readonly saw: 'cancelled' };

/** What to do next. */
export type FundingMove =
  | { readonly do: 'check'; readonly afterMs: number }
  | { readonly do: 'quote'; readonly ref: string; readonly number: number; readonly afterMs: number }
  /** Other people are asked, unless what they approved still holds for these terms. */
  | { readonly do: 'approve'; readonly requirement: ApprovalRequirement; readonly of: ApprovedTerms }
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

/** How it ends if somebody wants it no more. */
export type GivenUp = Extract<Ending, 'abandoned' | 'cancelled'>;

export function isGivenUp(outcome: 'completed' | Ending): outcome is GivenUp {
  return outcome === 'abandoned' || outcome === 'cancelled';
}

/** When an intent began, and how far it may go without a person. */
export interface FundingLimits {
  /** UTC ISO time. */
  readonly begunAt: string;
  readonly maxRefs: number;
  readonly settlementDeadlineMs: number;
  /** Decimal fraction by which new terms may be worse than those agreed first. Absent: not at all. */
  readonly quoteTolerance?: string;
}

export interface FundingState extends FundingLimits {
  readonly intent: Intent;
  /** As read by the first check that passed; frozen from then on. */
  readonly semantics?: ProviderSemantics;
  /** What policy asks for before money moves, frozen likewise. Absent: nothing. */
  readonly approval?: ApprovalRequirement;
  /** Where the money goes, in words for people, if the intent names it. */
  readonly destination?: string;
  /** Whether the check passed since the current ref was begun, last refused, or waited with. */
  readonly checked: boolean;
  /** Whether the provider was asked for the current ref before it was sent. */
  readonly lookedFor: boolean;
  /** The refs of attempts before the current one, oldest first. */
  readonly earlier: readonly RefRecord[];
  readonly current: RefRecord;
  /** Whether a send of the current ref may have been applied though its order was not read. */
  readonly inDoubt: boolean;
  /** Whether the provider said that it has the ref. Absent: it did not. */
  readonly refKnown?: boolean;
  /** The order under the current ref, as last read, if it is ours. */
  readonly order?: Order;
  /** Whether that order came as the answer to a submit of ours. */
  readonly answered: boolean;
  /**
   * Ids of orders that are known to be ours, whatever they show: from an answer to us, proven by our token, or adopted.
   */
  readonly ownOrderIds: readonly string[];
  /** Of those, the ones that can never move money any more: their terms expired before they were confirmed. */
  readonly deadOrderIds: readonly string[];
  /** How the order last read under the current ref differs from what was asked. Absent: not at all. */
  readonly differences?: readonly Difference[];
  /** Set if that order was found by its ref alone, and could still be the intent's own. */
  readonly mayBeOwn?: true;
  /** Whether the answer to a send of the current ref was lost. Absent: none was, as far as this history tells. */
  readonly lostSend?: boolean;
  /** When the first send of the current ref that only the book tells of began. UTC ISO time. Absent: there is none. */
  readonly bookedSince?: string;
  /**
   * Set while it is not known whether the last send of the current ref began, and no other puts the ref in doubt: a look-up
   * fences it. What was known before that send, in case it never left.
   */
  readonly unfenced?: Pick<FundingState, 'missed' | 'lostSend'>;
  /** Orders under the current ref that did not fail, if there are more than one. */
  readonly doubled?: readonly Order[];
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
  /** What the current ref is sent with, every time, if the kind needs a quote. */
  readonly terms?: Terms;
  /** The terms of the intent that new ones are held against: the first, or those that a person accepted since. */
  readonly agreed?: Terms;
  /** Terms that are worse than the agreed ones: a person is asked. */
  readonly offered?: Terms;
  /** Changes of the order, which are confirms or cancels, since it was begun, or since a person or time gave it another round. */
  readonly changes?: number;
  /** What the last of them was refused with, until the order is read again. */
  readonly changeRefusal?: FailureDetails;
  /** Confirms of the order that were certainly refused. */
  readonly refusedConfirms?: number;
  /** How the intent ends once what awaits confirmation is cancelled: a person decided so. */
  readonly ending?: Ending;
  /** Set if it was to end so when the book told of sends by other runs: what may have come of them is found out first. */
  readonly heardAtEnd?: true;
}

export type FundingTurn = Turn<FundingState, FundingMove>;

/** What is assumed about a provider until it is known: the worst. */
const CAUTIOUS = { repeatedRef: 'duplicates', orderLookup: 'by-ref', settleWindowMs: 60_000, maxRefLength: 0 } as const;

/** How the provider behaves, as far as orders go. */
export function semanticsOf(
  state: FundingState,
): Pick<ProviderSemantics, 'repeatedRef' | 'orderLookup' | 'settleWindowMs' | 'maxRefLength' | 'quotes'> {
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

/**
 * Whether a send whose answer was lost may pay even though the ref shows somebody else's order: if a repeat is paid
 * again, or told apart by its quote, two orders can stand under one ref.
 */
export function mayPayBesideTaken({ current, lostSend, semantics, intent }: FundingState): boolean {
  const standsBeside = semantics !== undefined && looksBeforeSending(semantics, intent.kind);
  return current.state === 'not-ours' && lostSend === true && standsBeside;
}

/** Whether the intent's own order differs from what was asked. */
export function ownOrderDiffers({ current, differences }: FundingState): boolean {
  return current.state !== 'not-ours' && differences !== undefined;
}

type Attempt = Pick<
  FundingState,
  | 'current'
  | 'inDoubt'
  | 'checked'
  | 'lookedFor'
  | 'answered'
  | 'ownOrderIds'
  | 'deadOrderIds'
  | 'lookups'
  | 'polls'
  | 'polledMs'
  | 'missed'
  | 'sends'
>;

/** A ref that was not sent yet: nothing is known about it. */
export function unsentAttempt(fundingId: string, attempt: number): Attempt {
  return {
    current: { ref: refForAttempt(fundingId, attempt), attempt, sent: 0, state: 'unsent' },
    inDoubt: false,
    checked: false,
    lookedFor: false,
    answered: false,
    ownOrderIds: [],
    deadOrderIds: [],
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
  changes: _changes,
  changeRefusal: _changeRefusal,
  refusedConfirms: _refusedConfirms,
  differences: _differences,
  mayBeOwn: _mayBeOwn,
  lostSend: _lostSend,
  bookedSince: _bookedSince,
  unfenced: _unfenced,
  doubled: _doubled,
  // When a person asks for a fresh ref, what they decided about the previous one no longer holds.
  ending: _ending,
  heardAtEnd: _heardAtEnd,
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

export function withoutUnfenced({ unfenced: _unfenced, ...state }: FundingState): FundingState {
  return state;
}

export function withoutTerms({ terms: _terms, offered: _offered, ...state }: FundingState): FundingState {
  return state;
}

export function withoutChangeRefusal({ changeRefusal: _changeRefusal, ...state }: FundingState): FundingState {
  return state;
}

/** The state without what an earlier read found amiss with the orders under the ref. */
export function withoutFindings({
  differences: _differences,
  mayBeOwn: _mayBeOwn,
  doubled: _doubled,
  ...state
}: FundingState): FundingState {
  return state;
}

/** How an order differs from what was sent under the current ref. */
export function differencesFrom({ intent, current, semantics }: FundingState, order: Order): readonly Difference[] {
  return differencesOf(order, { ...intent, ref: current.ref }, semantics ?? {});
}

/**
 * Whether an order is provably ours, whatever it shows: a submit of ours was answered with it, it was known as ours
 * before, or it carries what only we can make. An id that came with news proves nothing.
 */
export function isProvenOurs({ ownOrderIds }: FundingState, order: Order): boolean {
  return order.carriesOurToken === true || ownOrderIds.includes(order.orderId);
}

/** Whether a look-up says anything of the current ref by showing this order. */
export function isUnderRef(state: FundingState, order: Order): boolean {
  return isProvenOurs(state, order) || (order.ref === state.current.ref && order.idOnly !== true);
}

/** Whether an order has moved money or still could: a ref may have only one of these. */
export function isLive(order: Order): boolean {
  return order.state === 'open' || order.state === 'completed';
}

/** Whether an order's terms expired before it was confirmed, and it shows no more than that. */
export function isDead({ deadOrderIds }: FundingState, order: Order): boolean {
  return deadOrderIds.includes(order.orderId) && order.state !== 'completed';
}
