import type { ErrorCode, FailureDetails } from '../../contract/errors';
import { ERROR_RULES } from '../../contract/errors';
import type { Intent, Order, RefRecord, Terms } from '../../contract/funding';
import { ENDED_IN_THE_BOOK, type Fence, SENT_BY_ANOTHER_RUN } from '../../contract/send-log';
import {
  canLookUp,
  check,
  endUnseen,
  finish,
  lookUp,
  park,
  proceed,
  quote,
  renewTerms,
  resend,
  submit,
  waitFor,
} from './moves';
import { afterChangeFailed, awaitSettlement, readFound, readOwn } from './orders';
import { afterCancelled, afterResolved, lookAgain } from './people';
import { afterEndedBefore, afterFence, afterSentElsewhere, perhapsUnsent, withForgottenSends } from './recorded';
import {
  type FundingEvent,
  type FundingLimits,
  type FundingState,
  type FundingTurn,
  isDead,
  needsConfirm,
  semanticsOf,
  unsentAttempt,
  withoutRefusal,
  withoutTerms,
} from './state';
import { areOfIntent, areWorse } from './terms';
import { lookupWaitMs, OVERDUE_RECHECK_MS, unwatched } from '../shared/waits';

/**
 * The funding rule: from what was seen, what to do next. Pure, so that every order of events can be tried.
 *
 * It must never let an intent have two completed orders. A fresh ref is begun only in two cases: the provider itself
 * reported the order under the current ref failed or rejected; or a person asked for it after the last read showed
 * that, or an order that was cancelled or is somebody else's. While a send may have been applied, only the same ref
 * with the same terms is sent again, and only if the provider does not take it for another order.
 */

export { MAX_SENDS_PER_REF } from './moves';
export { MAX_CHANGES_PER_ORDER } from './orders';
export { cancelProblem, resolveProblem } from './people';
export type { FundingMove, FundingEvent, FundingState, FundingTurn } from './state';

/** The first turn of an intent: check before moving. */
export function beginFunding(intent: Intent, limits: FundingLimits): FundingTurn {
  return proceed({ intent, ...limits, earlier: [], ...unsentAttempt(intent.fundingId, 1) });
}

/** The next turn. Total: every event is answered in every state. */
export function decide(state: FundingState, event: FundingEvent): FundingTurn {
  switch (event.saw) {
    case 'check-passed':
      return afterCheckPassed(state, event);
    case 'ended-before':
      return afterEndedBefore(state, event);
    case 'ended-otherwise':
      // How, the check tells.
      return check(state, 0);
    case 'sent-elsewhere':
      return afterSentElsewhere(state, event);
    case 'check-failed':
      return afterCheckFailed(state, event.failure);
    case 'approved':
      return afterApproved(state, event.waited);
    case 'approval-expired':
      return park(state, 'APPROVAL_EXPIRED');
    case 'quoted':
      return afterQuoted(state, event.terms);
    case 'quote-failed':
      return afterQuoteFailed(state, event.failure);
    case 'answered':
      return afterAnswered(state, event.order);
    case 'submit-failed':
      return afterSubmitFailed(state, event.failure);
    case 'found':
      return afterFound(state, event);
    case 'absent':
      return afterAbsent(state, event.fence);
    case 'lookup-failed':
      return park(state, event.failure.code, event.failure);
    case 'change-answered':
      return lookUp(state);
    case 'change-failed':
      return afterChangeFailed(state, event.failure);
    case 'information-taken':
      return lookAgain(state);
    case 'information-failed':
      return event.failure.outcome === 'unknown'
        ? lookAgain(state)
        : park(state, 'INFORMATION_REQUIRED', event.failure, OVERDUE_RECHECK_MS);
    case 'resolved':
      return afterResolved(state, event.action);
    case 'recheck-due':
      return state.offered === undefined ? lookAgain(state) : park(state, 'TERMS_CHANGED');
    case 'cancelled':
      return afterCancelled(state);
  }
}

/** Whether the event left nothing done, so that a cancel that came meanwhile may take its place. */
export function changesNothing({ saw }: FundingEvent): boolean {
  return saw === 'check-passed' || saw === 'approved' || saw === 'quoted' || saw === 'absent';
}

/** Every ref of the intent, oldest first. */
export function refChain(state: FundingState): readonly RefRecord[] {
  return [...state.earlier, state.current];
}

/** What the first check read of the provider and of the policy holds for the life of the intent. */
function afterCheckPassed(
  state: FundingState,
  { semantics, approval, destination, attempts = [] }: Extract<FundingEvent, { readonly saw: 'check-passed' }>,
): FundingTurn {
  const isFirst = state.semantics === undefined;
  const asks = approval === undefined ? {} : { approval };
  const frozen = isFirst ? { semantics, ...asks, ...(destination === undefined ? {} : { destination }) } : {};
  const checked: FundingState = { ...state, ...frozen, checked: true };
  const known = withForgottenSends(checked, attempts);
  // It was to end, and only what was sent before is still to be found out.
  if (known.heardAtEnd === true && known.ending !== undefined) {
    return known.inDoubt ? lookUp(known) : finish(known, known.ending);
  }
  // What may have been applied is read before anything is sent.
  return known.inDoubt && !checked.inDoubt ? lookUp(known) : proceed(known);
}

/** What no answer of a person can mend, if nothing was sent: another request is needed, or another id. */
const REFUSED_AT_ONCE: readonly ErrorCode[] = ['INVALID_REQUEST', 'CAPABILITY_MISSING', 'ID_TAKEN', 'LIMIT_EXCEEDED'];

function afterCheckFailed(state: FundingState, failure: FailureDetails): FundingTurn {
  const nothingSent = state.current.sent === 0 && state.earlier.length === 0;
  if (nothingSent && REFUSED_AT_ONCE.includes(failure.code)) {
    return { state, move: { do: 'refuse', failure } };
  }
  return park(state, failure.code, failure);
}

/** After other people have thought about it, the check, the look and the quote are made anew. */
function afterApproved(state: FundingState, waited: boolean): FundingTurn {
  return waited ? check(withoutTerms(state), 0) : submit(state, 0);
}

function afterQuoted(state: FundingState, terms: Terms): FundingTurn {
  if (!areOfIntent(terms, state.intent)) {
    return park(state, 'CONTRACT_DRIFT', { code: 'CONTRACT_DRIFT', outcome: 'not-applied', operation: 'quote' });
  }
  const agreed = state.agreed ?? terms;
  if (areWorse(terms, agreed, state.quoteTolerance ?? '0')) {
    return park({ ...state, offered: terms }, 'TERMS_CHANGED');
  }
  return proceed({ ...state, agreed, terms });
}

function afterQuoteFailed(state: FundingState, failure: FailureDetails): FundingTurn {
  // What was lost, or never arrived, is asked for again under the same number; after a refusal the number changes.
  const isRepeated = failure.outcome === 'unknown' || failure.code === 'UNREACHABLE' || failure.code === 'AUTH';
  const quotesAsked = (state.quotesAsked ?? 1) - (isRepeated ? 1 : 0);
  const missed = state.missed + 1;
  const wait = waitFor(failure, missed);
  const again: FundingState = { ...state, quotesAsked, missed };
  return wait === undefined ? park(again, failure.code, failure) : quote(again, wait);
}

/**
 * The order in the answer to our own submit is ours, whatever else it shows; an answer about another ref counts for
 * nothing.
 */
function afterAnswered(state: FundingState, order: Order): FundingTurn {
  if (order.ref !== state.current.ref) return lookUp({ ...state, inDoubt: true, lookups: 0 });
  return isDead(state, order) ? afterDeadAnswer(state) : readOwn({ ...state, answered: true }, order);
}

/**
 * The send was answered with the draft that its terms made earlier. It can never be confirmed: the terms are used up.
 */
function afterDeadAnswer(state: FundingState): FundingTurn {
  const current: RefRecord = { ...state.current, state: 'not-applied' };
  return renewTerms({ ...state, current, inDoubt: false }, { code: 'QUOTE_EXPIRED', outcome: 'not-applied' });
}

function afterSubmitFailed(state: FundingState, failure: FailureDetails): FundingTurn {
  // How it ended, the check tells.
  if (failure.operation === ENDED_IN_THE_BOOK) return check(state, 0);
  if (failure.outcome === 'unknown') {
    const refKnown = state.refKnown === true || failure.code === 'DUPLICATE_REF';
    const lostSend = state.lostSend === true || failure.code !== 'DUPLICATE_REF';
    const doubtful: FundingState = { ...state, refKnown, lostSend, inDoubt: true, lookups: 0, missed: 0 };
    // What another run sent is in doubt, and not this send.
    const isOwn = failure.operation !== SENT_BY_ANOTHER_RUN;
    return lookUp(isOwn ? perhapsUnsent(state, doubtful) : doubtful, failure.retryAfterMs);
  }
  return state.inDoubt || mayHaveBeenSent(state, failure)
    ? afterDoubtfulRefusal(state, failure)
    : afterNotApplied(state, failure);
}

/**
 * Expired terms are refused in a first send and in a repeat alike, and a history that was reset does not show an
 * earlier send: if repeats are replayed, such a refusal does not prove that this was the first.
 */
function mayHaveBeenSent(state: FundingState, { code }: FailureDetails): boolean {
  return code === 'QUOTE_EXPIRED' && semanticsOf(state).repeatedRef === 'replays';
}

/**
 * This send was refused, but an earlier one may have been applied, or still be under way: insufficient funds may even
 * be its effect. A refusal settles that only after the order was looked for through the whole time in which it may not
 * show.
 */
function afterDoubtfulRefusal(state: FundingState, failure: FailureDetails): FundingTurn {
  if (canLookUp(state) || !ERROR_RULES[failure.code].retryable) {
    return lookUp({ ...state, refusal: unwatched(failure), lookups: 0 });
  }
  const missed = state.missed + 1;
  const wait = waitFor(failure, missed);
  return wait === undefined ? park(state, failure.code, failure) : submit({ ...state, missed }, wait);
}

function afterNotApplied(state: FundingState, failure: FailureDetails): FundingTurn {
  const missed = state.missed + 1;
  const refused: FundingState = {
    ...withoutRefusal(state),
    current: { ...state.current, state: 'not-applied' },
    inDoubt: false,
    missed,
  };
  if (failure.code === 'QUOTE_EXPIRED') return renewTerms(refused, failure);
  const wait = waitFor(failure, missed);
  // A send that was refused on its merits may be refused again under the same terms.
  const { retryable } = ERROR_RULES[failure.code];
  if (wait === undefined) return park(retryable ? refused : withoutTerms(refused), failure.code, failure);
  return check(refused, wait);
}

function afterFound(
  before: FundingState,
  { orders, fence }: Extract<FundingEvent, { readonly saw: 'found' }>,
): FundingTurn {
  return readFound(afterFence(before, fence).state, orders) ?? afterAbsent(before, fence);
}

/** A send that never left, and never will: nothing of it is in doubt, and the next one has another number. */
const NEVER_SENT: FailureDetails = { code: 'UNREACHABLE', outcome: 'not-applied', operation: 'submit' };

function afterAbsent(before: FundingState, fence?: Fence['is']): FundingTurn {
  const { state, neverSent } = afterFence(before, fence);
  // An order that was seen does not vanish: the look-up missed it. The ref is never sent again.
  if (state.order?.state === 'open' && state.differences === undefined) {
    return awaitSettlement({ ...state, inDoubt: true });
  }
  if (state.order !== undefined) return readOwn(state, state.order);
  if (state.doubled !== undefined) return park(state, 'ORDERS_DOUBLED', undefined, OVERDUE_RECHECK_MS);
  if (state.current.sent === 0) return proceed({ ...state, lookedFor: true });
  if (neverSent && state.current.state === 'not-applied') {
    return state.ending === undefined ? afterNotApplied(state, NEVER_SENT) : finish(state, state.ending);
  }
  const lookups = state.lookups + 1;
  const absent: FundingState = { ...state, lookups };
  if (lookupWaitMs(lookups, semanticsOf(state).settleWindowMs) !== undefined) return lookUp(absent);
  if (state.ending !== undefined) return endUnseen(absent, state.ending);
  if (state.refusal !== undefined) return afterAbsentAndRefused(absent, state.refusal);
  // If nothing is in doubt, the ref starts like any other: the order that a look-up showed under it has gone.
  return state.inDoubt ? resend(absent) : check(absent, 0);
}

/** Refused, and absent for the whole window. */
function afterAbsentAndRefused(state: FundingState, refusal: FailureDetails): FundingTurn {
  if (settlesDoubt(state, refusal)) return afterNotApplied(state, refusal);
  // The ref stays in doubt, so that only a look-up can free a fresh one.
  return park(withoutRefusal(state), refusal.code, refusal);
}

/**
 * Whether the refusal of a resend also settles the sends before it, now that none of them shows. If repeats are
 * answered with the first order, there was none: expired terms stay expired, and an order that has to be confirmed
 * moves nothing by itself.
 */
function settlesDoubt(state: FundingState, { code }: FailureDetails): boolean {
  if (semanticsOf(state).repeatedRef !== 'replays' || ERROR_RULES[code].retryable) return false;
  return code === 'QUOTE_EXPIRED' || needsConfirm(state);
}
