import type { Order, RefRecord } from '../../contract/funding';
import { attemptOf, refForAttempt } from '../../contract/refs';
import { type AttemptRecord, type Fence, mayBeApplied, unheardSends } from '../../contract/send-log';
import { check, finish, lookUp } from './moves';
import {
  type FundingEvent,
  type FundingState,
  type FundingTurn,
  semanticsOf,
  withFreshRef,
  withoutOrder,
} from './state';

/**
 * The part of the funding rule about the book: sends that it has and this history does not tell, because of a reset, or
 * because the server forgot; sends that never began; and an end that came before.
 */

/**
 * The state that also knows the sends of the current ref which the book has and this history does not tell. One that may have
 * been applied puts the ref in doubt. If only a repeat can show an order, its send finds that out itself.
 */
export function withForgottenSends(state: FundingState, attempts: readonly AttemptRecord[]): FundingState {
  return semanticsOf(state).orderLookup === 'by-resending' ? state : heardOf(state, attempts);
}

/** The state that knows of every send of its current ref. */
function heardOf(state: FundingState, attempts: readonly AttemptRecord[]): FundingState {
  const { current, ownOrderIds } = state;
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

/**
 * A person gave the intent up, and the book tells of sends by a run that this history knows nothing of: a reset, or a start
 * anew. It ends once it is known what came of them; if money has moved, as completed.
 */
export function afterSentElsewhere(
  state: FundingState,
  { attempts, ending }: Extract<FundingEvent, { readonly saw: 'sent-elsewhere' }>,
): FundingTurn {
  const ends: FundingState = { ...hearing(state, attempts), ending, heardAtEnd: true };
  // How the provider can be asked, the check tells; and whether the intent has ended already.
  if (ends.semantics === undefined) return check(ends, 0);
  return ends.inDoubt ? lookUp(ends) : finish(ends, ending);
}

/** The state that knows of every send, at the ref that was sent last: a fresh one was begun only after those before failed. */
function hearing(before: FundingState, attempts: readonly AttemptRecord[]): FundingState {
  const unheard = unheardSends(attempts, [...before.earlier, before.current]);
  const last = Math.max(before.current.attempt, ...unheard.map(({ ref }) => attemptOf(ref)));
  // What was read of an earlier ref settles every send of it.
  const earlier = before.earlier.map((record) => ({
    ...record,
    sent: Math.max(record.sent, ...attempts.filter(({ ref }) => ref === record.ref).map(({ number }) => number)),
  }));
  let state = heardOf({ ...before, earlier }, attempts);
  while (state.current.attempt < last) state = heardOf(withFreshRef(state), attempts);
  return state;
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
    ...withoutOrder(state),
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
