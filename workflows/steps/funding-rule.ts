import type { FailureDetails } from '../../contract/errors';
import { ERROR_RULES } from '../../contract/errors';
import type { Intent, Order, RefRecord, ResolveAction } from '../../contract/funding';
import { sameAmount } from '../../contract/money';
import type { ParkReason } from '../../contract/progress';
import type { ProviderSemantics } from '../../contract/provider';
import { refForAttempt } from '../../contract/refs';
import { lookupWaitMs, OVERDUE_RECHECK_MS, PARKED_RECHECK_MS, pollWaitMs, retryWaitMs } from './waits';

/**
 * The funding rule: from what was seen, what to do next. Pure, so that every order of events can be tried.
 *
 * What it must never do: let an intent have two completed orders. A fresh ref is minted only after the provider itself
 * reported the order under the current one failed or rejected, or after a person asked for one where the last read
 * showed that, or showed an order that is not this intent's.
 */

/** What happened, as the workflow saw it. */
export type FundingEvent =
  | { readonly saw: 'check-passed'; readonly semantics: ProviderSemantics }
  | { readonly saw: 'check-failed'; readonly failure: FailureDetails }
  /** The submit was answered with an order. */
  | { readonly saw: 'answered'; readonly order: Order }
  | { readonly saw: 'submit-failed'; readonly failure: FailureDetails }
  | { readonly saw: 'found'; readonly order: Order }
  | { readonly saw: 'absent' }
  | { readonly saw: 'lookup-failed'; readonly failure: FailureDetails }
  | { readonly saw: 'resolved'; readonly action: ResolveAction }
  /** A parked workflow looks again by itself, or was told that there is news. */
  | { readonly saw: 'recheck-due' }
  | { readonly saw: 'cancelled' };

/** What to do next. */
export type FundingAction =
  | { readonly do: 'check'; readonly afterMs: number }
  | { readonly do: 'submit'; readonly ref: string; readonly afterMs: number }
  | { readonly do: 'look-up'; readonly ref: string; readonly afterMs: number }
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
      readonly outcome: 'completed' | 'marked-completed' | 'abandoned' | 'cancelled';
      readonly order?: Order;
      readonly adopted: boolean;
    };

export interface FundingState {
  readonly intent: Intent;
  readonly maxRefs: number;
  readonly settlementDeadlineMs: number;
  /** As read by the first check that passed; frozen from then on. */
  readonly semantics?: ProviderSemantics;
  /** The refs of attempts before the current one, oldest first. */
  readonly earlier: readonly RefRecord[];
  readonly current: RefRecord;
  /** Whether a send of the current ref may have been applied without our having read its order. */
  readonly inDoubt: boolean;
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
}

export interface FundingStep {
  readonly state: FundingState;
  readonly action: FundingAction;
}

/** How often one ref is sent, where each time the provider was then seen not to have it, before a person is asked. */
export const MAX_SENDS_PER_REF = 5;

/** What is assumed of a provider until it was read: the worst. */
const CAUTIOUS = { repeatedRef: 'duplicates', orderLookup: 'by-ref', settleWindowMs: 60_000, maxRefLength: 0 } as const;

/** The first step of an intent: check before moving. */
export function beginFunding(
  intent: Intent,
  limits: { readonly maxRefs: number; readonly settlementDeadlineMs: number },
): FundingStep {
  const state: FundingState = {
    intent,
    ...limits,
    earlier: [],
    current: unsent(intent.fundingId, 1),
    inDoubt: false,
    answered: false,
    lookups: 0,
    polls: 0,
    polledMs: 0,
    missed: 0,
    sends: 0,
  };
  return { state, action: { do: 'check', afterMs: 0 } };
}

/** The next step. Total: every event is answered in every state. */
export function decide(state: FundingState, event: FundingEvent): FundingStep {
  switch (event.saw) {
    case 'check-passed':
      return afterCheckPassed({ ...state, semantics: state.semantics ?? event.semantics });
    case 'check-failed':
      return afterCheckFailed(state, event.failure);
    case 'answered':
      return isOurs(state, event.order)
        ? readOrder({ ...state, answered: true }, event.order)
        : lookUp({ ...state, inDoubt: true, lookups: 0 });
    case 'submit-failed':
      return afterSubmitFailed(state, event.failure);
    case 'found':
      return isOurs(state, event.order) ? readOrder(state, event.order) : refTaken(state, event.order);
    case 'absent':
      return afterAbsent(state);
    case 'lookup-failed':
      return park(state, event.failure.code, event.failure);
    case 'resolved':
      return afterResolved(state, event.action);
    case 'recheck-due':
      return lookAgain(state);
    case 'cancelled':
      return { state, action: { do: 'finish', outcome: 'cancelled', adopted: false } };
  }
}

/** Every ref of the intent, oldest first. */
export function refChain(state: FundingState): readonly RefRecord[] {
  return [...state.earlier, state.current];
}

/** Why a person may not take `action` now; undefined where they may. */
export function resolveProblem(state: FundingState, action: ResolveAction): string | undefined {
  if (action !== 'useFreshRef') return undefined;
  const { current } = state;
  if (current.state !== 'failed' && current.state !== 'not-ours') {
    return (
      `useFreshRef is refused: the last read of the provider does not show the order under ${current.ref} failed, ` +
      'rejected or not ours, so a fresh reference could pay twice'
    );
  }
  if (refForAttempt(state.intent.fundingId, current.attempt + 1).length > semanticsOf(state).maxRefLength) {
    return 'useFreshRef is refused: the next reference would be longer than the provider accepts';
  }
  return undefined;
}

/** Why the intent may not be cancelled now; undefined where it may: nothing of it moved, and nothing is in doubt. */
export function cancelProblem(state: FundingState): string | undefined {
  const { current } = state;
  const moved = current.state === 'unknown' || current.state === 'open' || current.state === 'completed';
  if (!state.inDoubt && !moved) return undefined;
  return `cancel is refused: an order may exist under ${current.ref}; wait until it has settled, or resolve what is parked`;
}

function unsent(fundingId: string, attempt: number): RefRecord {
  return { ref: refForAttempt(fundingId, attempt), attempt, sent: 0, state: 'unsent' };
}

function semanticsOf(
  state: FundingState,
): Pick<ProviderSemantics, 'repeatedRef' | 'orderLookup' | 'settleWindowMs' | 'maxRefLength'> {
  return state.semantics ?? CAUTIOUS;
}

/** Whether the provider's order is this intent's: the same ref, kind, client and asset, and the same decimal amount. */
export function isOurs(state: FundingState, order: Order): boolean {
  const { intent, current } = state;
  return (
    order.ref === current.ref &&
    order.kind === intent.kind &&
    order.partnerClientId === intent.partnerClientId &&
    order.asset === intent.asset &&
    sameAmount(order.amount, intent.amount)
  );
}

function submit(state: FundingState, afterMs: number): FundingStep {
  const current: RefRecord = { ...state.current, sent: state.current.sent + 1, state: 'unknown' };
  return {
    state: { ...state, current, lookups: 0, sends: state.sends + 1 },
    action: { do: 'submit', ref: current.ref, afterMs },
  };
}

function park(
  state: FundingState,
  reason: ParkReason,
  failure?: FailureDetails,
  recheckAfterMs: number | undefined = failure !== undefined && ERROR_RULES[failure.code].retryable
    ? PARKED_RECHECK_MS
    : undefined,
): FundingStep {
  return {
    state,
    action: {
      do: 'park',
      reason,
      ...(failure === undefined ? {} : { failure }),
      ...(recheckAfterMs === undefined ? {} : { recheckAfterMs }),
    },
  };
}

function afterCheckPassed(state: FundingState): FundingStep {
  // Our own ids protect only within the server's retention. A provider that refuses or replays a repeated ref protects
  // beyond it; one that would pay again is asked first.
  const askFirst = semanticsOf(state).repeatedRef === 'duplicates' && state.current.sent === 0;
  return askFirst ? lookUp(state) : submit(state, 0);
}

function afterCheckFailed(state: FundingState, failure: FailureDetails): FundingStep {
  const nothingSent = state.current.sent === 0 && state.earlier.length === 0;
  if (nothingSent && (failure.code === 'INVALID_REQUEST' || failure.code === 'CAPABILITY_MISSING')) {
    return { state, action: { do: 'refuse', failure } };
  }
  return park(state, failure.code, failure);
}

function afterSubmitFailed(state: FundingState, failure: FailureDetails): FundingStep {
  if (failure.outcome === 'unknown') {
    const doubtful: FundingState = { ...state, inDoubt: true, lookups: 0, missed: 0 };
    return lookUp(doubtful, failure.retryAfterMs);
  }
  if (state.inDoubt) {
    // This send was refused, an earlier one may have been applied: insufficient funds may be its very effect.
    return lookUp({ ...state, refusal: failure, lookups: 0 });
  }
  return afterNotApplied(state, failure);
}

function afterNotApplied(state: FundingState, failure: FailureDetails): FundingStep {
  const missed = state.missed + 1;
  const refused: FundingState = {
    ...withoutRefusal(state),
    current: { ...state.current, state: 'not-applied' },
    missed,
  };
  const wait = failure.code === 'AUTH' ? undefined : retryWaitMs(missed);
  if (!ERROR_RULES[failure.code].retryable || wait === undefined) return park(refused, failure.code, failure);
  return { state: refused, action: { do: 'check', afterMs: Math.max(wait, failure.retryAfterMs ?? 0) } };
}

/** Reads the order under the current ref, or, where a provider has no look-up, sends the same ref again. */
function lookUp(state: FundingState, afterMs = 0): FundingStep {
  if (semanticsOf(state).orderLookup === 'by-resending') return resend(state);
  const wait = lookupWaitMs(state.lookups, semanticsOf(state).settleWindowMs) ?? 0;
  return { state, action: { do: 'look-up', ref: state.current.ref, afterMs: Math.max(wait, afterMs) } };
}

function resend(state: FundingState): FundingStep {
  if (semanticsOf(state).repeatedRef === 'duplicates' || state.sends >= MAX_SENDS_PER_REF) {
    return park(state, 'ORDER_UNFINDABLE', undefined, OVERDUE_RECHECK_MS);
  }
  // The first send of a round follows a person's word or look-ups that have waited already.
  return submit(state, state.sends === 0 ? 0 : (retryWaitMs(state.sends) ?? PARKED_RECHECK_MS));
}

function afterAbsent(state: FundingState): FundingStep {
  // An order that was seen does not vanish: the look-up missed it. It is never sent again.
  if (state.order !== undefined) return readOrder(state, state.order);
  if (state.current.sent === 0) return submit(state, 0);
  const lookups = state.lookups + 1;
  const absent: FundingState = { ...state, lookups };
  if (lookupWaitMs(lookups, semanticsOf(state).settleWindowMs) !== undefined) return lookUp(absent);
  if (state.refusal !== undefined) {
    // Refused, and absent for the whole window. The ref stays in doubt, so that only a look-up can free a fresh one.
    return park(withoutRefusal(absent), state.refusal.code, state.refusal);
  }
  return resend(absent);
}

function readOrder(state: FundingState, order: Order): FundingStep {
  const current: RefRecord = { ...state.current, state: order.state, orderId: order.orderId };
  const seen: FundingState = { ...withoutRefusal(state), current, order, inDoubt: false, lookups: 0 };
  switch (order.state) {
    case 'completed':
      return { state: seen, action: { do: 'finish', outcome: 'completed', order, adopted: !state.answered } };
    case 'failed':
      return current.attempt >= state.maxRefs ? park(seen, 'REFS_EXHAUSTED') : submit(freshRef(seen), 0);
    case 'open':
      return awaitSettlement({ ...seen, inDoubt: true });
  }
}

function awaitSettlement(state: FundingState): FundingStep {
  if (state.polledMs >= state.settlementDeadlineMs) {
    return park(state, 'SETTLEMENT_OVERDUE', undefined, OVERDUE_RECHECK_MS);
  }
  const wait = pollWaitMs(state.polls);
  return {
    state: { ...state, polls: state.polls + 1, polledMs: state.polledMs + wait },
    action: { do: 'look-up', ref: state.current.ref, afterMs: wait },
  };
}

function refTaken(state: FundingState, order: Order): FundingStep {
  const current: RefRecord = { ...state.current, state: 'not-ours', orderId: order.orderId };
  // The ref is another's, so no send of ours under it can have been applied.
  return park({ ...withoutOrder(withoutRefusal(state)), current, inDoubt: false }, 'REF_TAKEN');
}

function freshRef(state: FundingState): FundingState {
  return {
    ...withoutOrder(withoutRefusal(state)),
    earlier: [...state.earlier, state.current],
    current: unsent(state.intent.fundingId, state.current.attempt + 1),
    inDoubt: false,
    answered: false,
    lookups: 0,
    polls: 0,
    polledMs: 0,
    missed: 0,
    sends: 0,
  };
}

function afterResolved(state: FundingState, action: ResolveAction): FundingStep {
  switch (action) {
    case 'retry':
      return lookAgain(state);
    case 'useFreshRef':
      return resolveProblem(state, action) === undefined ? submit(freshRef(state), 0) : lookAgain(state);
    case 'markCompleted':
      return { state, action: { do: 'finish', outcome: 'marked-completed', ...orderOf(state), adopted: false } };
    case 'abandon':
      return { state, action: { do: 'finish', outcome: 'abandoned', ...orderOf(state), adopted: false } };
  }
}

/** Reads again what is in doubt, or checks again what was not sent. */
function lookAgain(state: FundingState): FundingStep {
  const { current } = state;
  const again: FundingState = { ...state, lookups: 0, missed: 0, sends: 0 };
  if (!state.inDoubt && (current.state === 'unsent' || current.state === 'not-applied')) {
    return { state: again, action: { do: 'check', afterMs: 0 } };
  }
  return lookUp(again);
}

function orderOf(state: FundingState): { readonly order?: Order } {
  return state.order === undefined ? {} : { order: state.order };
}

function withoutOrder({ order: _order, ...state }: FundingState): FundingState {
  return state;
}

function withoutRefusal({ refusal: _refusal, ...state }: FundingState): FundingState {
  return state;
}
