import { mayBeOwn, type Difference } from '../../contract/differences';
import type { FailureDetails } from '../../contract/errors';
import type { Order, RefRecord } from '../../contract/funding';
import { finish, lookUp, park, proceed, renewTerms, waitFor } from './moves';
import {
  awaitsConfirmation,
  differencesFrom,
  type FundingState,
  type FundingTurn,
  isDead,
  isLive,
  isProvenOurs,
  isUnderRef,
  needsConfirm,
  semanticsOf,
  withFreshRef,
  withoutFindings,
  withoutOrder,
  withoutRefusal,
  withoutChangeRefusal,
  withoutUnfenced,
} from './state';
import { OVERDUE_RECHECK_MS, pollWaitMs, retryWaitMs, unwatched } from '../shared/waits';

/**
 * The part of the funding rule that reads orders: whose an order is, what its state means, and what an order that is
 * under way needs.
 */

/** How often one order is confirmed, or cancelled: again only if it then still awaits confirmation. */
export const MAX_CHANGES_PER_ORDER = 5;

/**
 * The orders that a look-up showed, or `undefined` if none of them says anything of the current ref. No provider
 * promises their order, so it means nothing here: of several, the one that moved money, or could, counts; if there are
 * two such orders, a person is asked.
 */
export function readFound(state: FundingState, found: readonly Order[]): FundingTurn | undefined {
  const under = withLastKnown(state, found).filter((order) => isUnderRef(state, order) && !isDead(state, order));
  const live = under.filter(isLive);
  if (live.length > 1) return ordersDoubled(state, live);
  const order = live[0] ?? under.find((one) => one.state === 'cancelled') ?? under[0];
  if (order === undefined) return undefined;
  if (isProvenOurs(state, order)) return readOwn(state, order);
  const differences = differencesFrom(state, order);
  return differences.length === 0 ? readOwn(state, order) : refTaken(state, order, differences);
}

/** An order that was seen does not vanish: one that a look-up does not show again counts as it was last read. */
function withLastKnown({ order }: FundingState, found: readonly Order[]): readonly Order[] {
  const shown = order === undefined || found.some(({ orderId }) => orderId === order.orderId);
  return shown ? found : [order, ...found];
}

/** An order that is ours, by proof or because it is what was asked for in every field. */
export function readOwn(before: FundingState, order: Order): FundingTurn {
  const changes = awaitsConfirmation({ ...before, order }) ? (before.changes ?? 0) : 0;
  const state: FundingState = {
    ...withoutFindings(withoutRefusal(withoutUnfenced(before))),
    current: { ...before.current, state: order.state, orderId: order.orderId },
    order,
    ownOrderIds: [...new Set([...before.ownOrderIds, order.orderId])],
    inDoubt: false,
    lookups: 0,
    changes,
  };
  const differences = differencesFrom(state, order);
  if (differences.length > 0) return orderDiffers({ ...state, differences }, order);
  switch (order.state) {
    case 'completed':
      return finish(state, 'completed', !state.answered);
    case 'failed':
      return afterFailed(state);
    case 'cancelled':
      // Somebody, or time, ended it: a person decides whether the money is still to move.
      return state.ending === undefined ? park(state, 'ORDER_CANCELLED') : finish(state, state.ending);
    case 'open':
      return readOpenOrder({ ...state, inDoubt: true }, order);
  }
}

/** Only here is a fresh ref begun without a person: the provider itself says that the order failed or was rejected. */
function afterFailed(state: FundingState): FundingTurn {
  if (state.ending !== undefined) return finish(state, state.ending);
  return state.current.attempt >= state.maxRefs ? park(state, 'REFS_EXHAUSTED') : proceed(withFreshRef(state));
}

/** Ours, but not what was asked: a person compares, and nothing more is sent or confirmed meanwhile. */
function orderDiffers(state: FundingState, order: Order): FundingTurn {
  const inDoubt = isLive(order);
  return park({ ...state, inDoubt }, 'ORDER_DIFFERS', undefined, OVERDUE_RECHECK_MS);
}

/** Found by its ref alone, and not what was asked: somebody else's, or an earlier intent's of the same caller. */
function refTaken(state: FundingState, order: Order, differences: readonly Difference[]): FundingTurn {
  const current: RefRecord = { ...state.current, state: 'not-ours', orderId: order.orderId };
  const taken: FundingState = {
    ...withoutFindings(withoutOrder(withoutRefusal(state))),
    current,
    inDoubt: false,
    differences,
    ...(mayBeOwn(differences) ? { mayBeOwn: true } : {}),
  };
  return park(taken, 'REF_TAKEN');
}

/** More than one order that did not fail, under one ref: money may have moved twice, and a person is told. */
function ordersDoubled(state: FundingState, doubled: readonly Order[]): FundingTurn {
  const ids = doubled.filter((order) => isProvenOurs(state, order)).map(({ orderId }) => orderId);
  const told: FundingState = {
    ...withoutFindings(withoutRefusal(state)),
    current: { ...state.current, state: 'unknown' },
    ownOrderIds: [...new Set([...state.ownOrderIds, ...ids])],
    inDoubt: true,
    doubled,
  };
  return park(told, 'ORDERS_DOUBLED', undefined, OVERDUE_RECHECK_MS);
}

function readOpenOrder(state: FundingState, { awaits }: Order): FundingTurn {
  if (awaits === 'information') return park(state, 'INFORMATION_REQUIRED', undefined, OVERDUE_RECHECK_MS);
  if (awaits === undefined || !needsConfirm(state)) return awaitSettlement(withoutChangeRefusal(state));
  return state.ending === undefined ? confirmOrder(state) : cancelOrder(state);
}

/** Confirms the order. Its id is in the history by then: in the answer, or the read, that led here. */
function confirmOrder(state: FundingState): FundingTurn {
  const { changeRefusal, changes = 0, current, order } = state;
  const next = withoutChangeRefusal(state);
  if (changeRefusal?.code === 'QUOTE_EXPIRED' && semanticsOf(state).repeatedRef === 'replays') {
    return renewTerms(withoutDeadOrder(next), changeRefusal);
  }
  const wait = changeWait(changeRefusal, changes);
  if (wait !== undefined && order !== undefined) {
    const attempt = (state.refusedConfirms ?? 0) + 1;
    const move = { do: 'confirm', ref: current.ref, orderId: order.orderId, attempt, afterMs: wait } as const;
    return { state: { ...next, changes: changes + 1 }, move };
  }
  if (changeRefusal === undefined || changeRefusal.code === 'STATE_INVALID') {
    return park(next, 'NOT_CONFIRMED', changeRefusal, OVERDUE_RECHECK_MS);
  }
  return park(next, changeRefusal.code, changeRefusal);
}

/** The order can never be confirmed any more; what is sent under the next quote's number is another order. */
function withoutDeadOrder(state: FundingState): FundingState {
  const { order, current, deadOrderIds } = state;
  return {
    ...withoutOrder(state),
    current: { ...current, state: 'not-applied' },
    deadOrderIds: order === undefined ? deadOrderIds : [...deadOrderIds, order.orderId],
    inDoubt: false,
    answered: false,
    changes: 0,
    refusedConfirms: 0,
  };
}

/** Cancels the order that awaits confirmation, so that the intent can end. What becomes of it is read afterwards. */
export function cancelOrder(state: FundingState): FundingTurn {
  const { changeRefusal, changes = 0, current, order } = state;
  const next = withoutChangeRefusal(state);
  const wait = changeWait(changeRefusal, changes);
  if (wait !== undefined && order !== undefined) {
    const move = { do: 'cancel-order', ref: current.ref, orderId: order.orderId, afterMs: wait } as const;
    return { state: { ...next, changes: changes + 1 }, move };
  }
  return park(next, 'NOT_CANCELLED', changeRefusal, OVERDUE_RECHECK_MS);
}

/** The wait before an order is confirmed, or cancelled, again; undefined if that needs a person. */
function changeWait(refusal: FailureDetails | undefined, changes: number): number | undefined {
  if (changes >= MAX_CHANGES_PER_ORDER) return undefined;
  // Refused because of the order's state: the order has moved on, and is read until that shows.
  if (refusal !== undefined && refusal.code !== 'STATE_INVALID') return waitFor(unwatched(refusal), changes);
  return changes === 0 ? 0 : retryWaitMs(changes);
}

/** After a confirm or a cancel fails, the order is read before anything else: the call may have been applied. */
export function afterChangeFailed(state: FundingState, failure: FailureDetails): FundingTurn {
  if (failure.outcome === 'unknown') return lookUp(withoutChangeRefusal(state), failure.retryAfterMs);
  const refusedConfirms = (state.refusedConfirms ?? 0) + (state.ending === undefined ? 1 : 0);
  return lookUp({ ...state, changeRefusal: failure, refusedConfirms }, failure.retryAfterMs);
}

export function awaitSettlement(state: FundingState): FundingTurn {
  if (state.polledMs >= state.settlementDeadlineMs) {
    return park(state, 'SETTLEMENT_OVERDUE', undefined, OVERDUE_RECHECK_MS);
  }
  const left = state.settlementDeadlineMs - state.polledMs;
  const wait = Math.min(pollWaitMs(state.polls), left);
  return {
    state: { ...state, polls: state.polls + 1, polledMs: state.polledMs + wait },
    move: { do: 'look-up', ref: state.current.ref, afterMs: wait },
  };
}
