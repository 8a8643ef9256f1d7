import type { Order, RefRecord } from '../../contract/funding';
import { attemptOf, refForAttempt } from '../../contract/refs';
import type { AttemptRecord, Fence } from '../../contract/send-log';
import { finish } from './moves';
import { type FundingEvent, type FundingState, type FundingTurn, semanticsOf } from './state';

/**
 * The part of the funding rule about the book: sends that it has and this history does not tell, because of a reset, or
 * because the server forgot; sends that never began; and an end that came before.
 */

/**
 * The state that also knows the sends of the current ref which the book has and this history does not tell. One that may have
 * been applied puts the ref in doubt. If only a repeat can show an order, its send finds that out itself.
 */
export function withForgottenSends(state: FundingState, attempts: readonly AttemptRecord[]): FundingState {
  const { current, ownOrderIds } = state;
  if (semanticsOf(state).orderLookup === 'by-resending') return state;
  const forgotten = attempts.filter(({ ref, number }) => ref === current.ref && number > current.sent);
  if (forgotten.length === 0) return state;
  const sent = Math.max(...forgotten.map(({ number }) => number));
  if (!forgotten.some(mayBeApplied)) return { ...state, current: { ...current, sent, state: 'not-applied' } };
  const answered = forgotten.map(({ orderId }) => orderId).filter((orderId) => orderId !== undefined);
  const [begunAt] = forgotten.flatMap(({ begunAt: at }) => (at === undefined ? [] : [at])).sort();
  return {
    ...state,
    current: { ...current, sent, state: 'unknown' },
    ownOrderIds: [...new Set([...ownOrderIds, ...answered])],
    inDoubt: true,
    lostSend: true,
    lookups: 0,
    ...(begunAt === undefined ? {} : { bookedSince: state.bookedSince ?? begunAt }),
  };
}

function mayBeApplied({ state }: AttemptRecord): boolean {
  return state === 'sending' || state === 'applied' || state === 'unknown';
}

/** The state after a send whose outcome is not known, and which alone puts its ref in doubt: it may not have begun. */
export function perhapsUnsent(before: FundingState, after: FundingState): FundingState {
  if (before.inDoubt) return after;
  const { missed, lostSend } = before;
  return { ...after, unfenced: { missed, ...(lostSend === undefined ? {} : { lostSend }) } };
}

/** What a look-up told of the last send, and whether it never left: then what it put in doubt is in doubt no longer. */
export function afterFence(
  state: FundingState,
  fence: Fence['is'] | undefined,
): { readonly state: FundingState; readonly neverSent: boolean } {
  const { unfenced, ...fenced } = state;
  // A book that was restored to an earlier moment proves nothing, and one that did not answer is asked again.
  if (unfenced === undefined || fence === undefined || fence === 'behind') return { state, neverSent: false };
  if (fence === 'begun') return { state: fenced, neverSent: false };
  const { lostSend: _lostSend, ...doubtless } = fenced;
  const { current } = state;
  return {
    state: {
      ...doubtless,
      ...unfenced,
      current: current.state === 'unknown' ? { ...current, state: 'not-applied' } : current,
      inDoubt: false,
    },
    neverSent: true,
  };
}

/** The intent ended before, and Temporal forgot it: it ends so again, and nothing is sent. */
export function afterEndedBefore(
  state: FundingState,
  { semantics, attempts, end }: Extract<FundingEvent, { readonly saw: 'ended-before' }>,
): FundingTurn {
  const { fundingId } = state.intent;
  const order = end.orders.find(({ orderId }) => orderId === end.orderId);
  const refs = [...new Set([...attempts, ...end.orders].map(({ ref }) => ref))].sort(earliestFirst);
  const chain = refs.map((ref) => refRecord(ref, attempts, end.orders));
  const current = chain.pop() ?? { ref: refForAttempt(fundingId, 1), attempt: 1, sent: 0, state: 'unsent' };
  const isAnswered = attempts.some(({ state: was, orderId }) => was === 'applied' && orderId === end.orderId);
  const ended: FundingState = {
    ...state,
    semantics,
    earlier: chain,
    current,
    ...(order === undefined ? {} : { order }),
  };
  return finish(ended, end.outcome, end.outcome === 'completed' && !isAnswered);
}

function earliestFirst(one: string, other: string): number {
  return attemptOf(one) - attemptOf(other);
}

function refRecord(ref: string, attempts: readonly AttemptRecord[], orders: readonly Order[]): RefRecord {
  const attempt = attemptOf(ref);
  const sends = attempts.filter((send) => send.ref === ref);
  const order = orders.findLast((one) => one.ref === ref);
  const sent = Math.max(0, ...sends.map(({ number }) => number));
  if (order !== undefined) return { ref, attempt, sent, state: order.state, orderId: order.orderId };
  return { ref, attempt, sent, state: sends.some(mayBeApplied) ? 'unknown' : 'not-applied' };
}
