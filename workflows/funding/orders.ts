import { mayBeOwn, type Difference } from '../../contract/differences';
import type { FailureDetails } from '../../contract/errors';
import type { Order, RefRecord } from '../../contract/funding';
import { finish, lookUp, park, proceed, renewTerms, waitFor } from './moves';
import {
  awaitsConfirmation,
  differencesFrom,
  type FundingState,
  type FundingStep,
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
  withoutStepRefusal,
} from './state';
import { OVERDUE_RECHECK_MS, pollWaitMs, retryWaitMs } from '../shared/waits';

/**
 * The part of the funding rule that reads orders: whose an order is, what its state means, and what an order that is
 * under way needs.
 */

/** How often one order is confirmed, or cancelled, where each time it was then seen awaiting confirmation still. */
export const MAX_STEPS_PER_ORDER = 5;

/**
 * The orders that a look-up showed, or `undefined` where none of them says anything of the current ref. Their order is
 * no promise of any provider, so none is relied on: of several, the one that moved money, or could, counts; two such are
 * told to a person.
 */
export function readFound(state: FundingState, found: readonly Order[]): FundingStep | undefined {
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
export function readOwn(before: FundingState, order: Order): FundingStep {
  const steps = awaitsConfirmation({ ...before, order }) ? (before.steps ?? 0) : 0;
  const state: FundingState = {
    ...withoutFindings(withoutRefusal(before)),
    current: { ...before.current, state: order.state, orderId: order.orderId },
    order,
    ownOrderIds: [...new Set([...before.ownOrderIds, order.orderId])],
    inDoubt: false,
    lookups: 0,
    steps,
  };
  const differences = differencesFrom(state, order);
  if (differences.length > 0) return orderDiffers({ ...state, differences }, order);
  switch (order.state) {
    case 'completed':
      return finish(state, 'completed', !state.answered);
    case 'failed':
      return afterFailed(state);
    case 'cancelled':
      // Somebody, or time, ended it: whether the money is still to move is for a person to say.
      return state.ending === undefined ? park(state, 'ORDER_CANCELLED') : finish(state, state.ending);
    case 'open':
      return readOpenOrder({ ...state, inDoubt: true }, order);
  }
}

/** Only here is a fresh ref begun without a person: the provider itself says that the order failed or was rejected. */
function afterFailed(state: FundingState): FundingStep {
  if (state.ending !== undefined) return finish(state, state.ending);
  return state.current.attempt >= state.maxRefs ? park(state, 'REFS_EXHAUSTED') : proceed(withFreshRef(state));
}

/** Ours, and not what was asked: a person compares, and nothing more is sent or confirmed meanwhile. */
function orderDiffers(state: FundingState, order: Order): FundingStep {
  const inDoubt = isLive(order);
  return park({ ...state, inDoubt }, 'ORDER_DIFFERS', undefined, OVERDUE_RECHECK_MS);
}

/** Met by its ref alone, and not what was asked: another's, or an earlier intent's of one's own. */
function refTaken(state: FundingState, order: Order, differences: readonly Difference[]): FundingStep {
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
function ordersDoubled(state: FundingState, doubled: readonly Order[]): FundingStep {
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

function readOpenOrder(state: FundingState, { awaits }: Order): FundingStep {
  if (awaits === 'information') return park(state, 'INFORMATION_REQUIRED', undefined, OVERDUE_RECHECK_MS);
  if (awaits === undefined || !needsConfirm(state)) return awaitSettlement(withoutStepRefusal(state));
  return state.ending === undefined ? confirmOrder(state) : cancelOrder(state);
}

/** Confirms the order. Its id was written down by then: it is in the answer, or the read, that led here. */
function confirmOrder(state: FundingState): FundingStep {
  const { stepRefusal, steps = 0, current, order } = state;
  const next = withoutStepRefusal(state);
  if (stepRefusal?.code === 'QUOTE_EXPIRED' && semanticsOf(state).repeatedRef === 'replays') {
    return renewTerms(withoutDeadOrder(next), stepRefusal);
  }
  const wait = stepWait(stepRefusal, steps);
  if (wait !== undefined && order !== undefined) {
    const attempt = (state.refusedConfirms ?? 0) + 1;
    const action = { do: 'confirm', ref: current.ref, orderId: order.orderId, attempt, afterMs: wait } as const;
    return { state: { ...next, steps: steps + 1 }, action };
  }
  if (stepRefusal === undefined || stepRefusal.code === 'STATE_INVALID') {
    return park(next, 'NOT_CONFIRMED', stepRefusal, OVERDUE_RECHECK_MS);
  }
  return park(next, stepRefusal.code, stepRefusal);
}

/** The order can never be confirmed any more; what is sent under the next quote's number is another. */
function withoutDeadOrder(state: FundingState): FundingState {
  const { order, current, deadOrderIds } = state;
  return {
    ...withoutOrder(state),
    current: { ...current, state: 'not-applied' },
    deadOrderIds: order === undefined ? deadOrderIds : [...deadOrderIds, order.orderId],
    inDoubt: false,
    answered: false,
    steps: 0,
    refusedConfirms: 0,
  };
}

/** Cancels the order that awaits confirmation, so that the intent can end. What becomes of it is read afterwards. */
export function cancelOrder(state: FundingState): FundingStep {
  const { stepRefusal, steps = 0, current, order } = state;
  const next = withoutStepRefusal(state);
  const wait = stepWait(stepRefusal, steps);
  if (wait !== undefined && order !== undefined) {
    const action = { do: 'cancel-order', ref: current.ref, orderId: order.orderId, afterMs: wait } as const;
    return { state: { ...next, steps: steps + 1 }, action };
  }
  return park(next, 'NOT_CANCELLED', stepRefusal, OVERDUE_RECHECK_MS);
}

/** The wait before an order is confirmed, or cancelled, again; undefined where that needs a person. */
function stepWait(refusal: FailureDetails | undefined, steps: number): number | undefined {
  if (steps >= MAX_STEPS_PER_ORDER) return undefined;
  // Refused for the state that the order is in: it has moved on, and is read until it shows.
  if (refusal !== undefined && refusal.code !== 'STATE_INVALID') return waitFor(refusal, steps);
  return steps === 0 ? 0 : retryWaitMs(steps);
}

/** Whatever a confirm or a cancel met, the order is read before anything else: it may have been applied. */
export function afterStepFailed(state: FundingState, failure: FailureDetails): FundingStep {
  if (failure.outcome === 'unknown') return lookUp(withoutStepRefusal(state), failure.retryAfterMs);
  const refusedConfirms = (state.refusedConfirms ?? 0) + (state.ending === undefined ? 1 : 0);
  return lookUp({ ...state, stepRefusal: failure, refusedConfirms }, failure.retryAfterMs);
}

export function awaitSettlement(state: FundingState): FundingStep {
  if (state.polledMs >= state.settlementDeadlineMs) {
    return park(state, 'SETTLEMENT_OVERDUE', undefined, OVERDUE_RECHECK_MS);
  }
  const wait = pollWaitMs(state.polls);
  return {
    state: { ...state, polls: state.polls + 1, polledMs: state.polledMs + wait },
    action: { do: 'look-up', ref: state.current.ref, afterMs: wait },
  };
}
