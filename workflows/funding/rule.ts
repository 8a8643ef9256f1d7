import type { FailureDetails } from '../../contract/errors';
import { ERROR_RULES } from '../../contract/errors';
import type { Intent, Order, RefRecord, Terms } from '../../contract/funding';
import { canLookUp, check, finish, lookUp, park, proceed, quote, renewTerms, resend, submit, waitFor } from './moves';
import { afterStepFailed, awaitSettlement, readFound, readOwn } from './orders';
import { afterCancelled, afterResolved, lookAgain } from './people';
import {
  type FundingEvent,
  type FundingLimits,
  type FundingState,
  type FundingStep,
  isDead,
  needsConfirm,
  semanticsOf,
  unsentAttempt,
  withoutRefusal,
  withoutTerms,
} from './state';
import { areOfIntent, areWorse } from './terms';
import { lookupWaitMs, OVERDUE_RECHECK_MS } from '../shared/waits';

/**
 * The funding rule: from what was seen, what to do next. Pure, so that every order of events can be tried.
 *
 * What it must never do: let an intent have two completed orders. A fresh ref is begun only after the provider itself
 * reported the order under the current one failed or rejected, or after a person asked for one where the last read
 * showed that, or showed an order that was cancelled or is another's. While a send may have been applied, only the same
 * ref with the same terms is sent again, and only where the provider does not take it for another order.
 */

export { MAX_SENDS_PER_REF } from './moves';
export { MAX_STEPS_PER_ORDER } from './orders';
export { cancelProblem, resolveProblem } from './people';
export type { FundingAction, FundingEvent, FundingState, FundingStep } from './state';

/** The first step of an intent: check before moving. */
export function beginFunding(intent: Intent, limits: FundingLimits): FundingStep {
  return proceed({ intent, ...limits, earlier: [], ...unsentAttempt(intent.fundingId, 1) });
}

/** The next step. Total: every event is answered in every state. */
export function decide(state: FundingState, event: FundingEvent): FundingStep {
  switch (event.saw) {
    case 'check-passed':
      return afterCheckPassed(state, event);
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
      return readFound(state, event.orders) ?? afterAbsent(state);
    case 'absent':
      return afterAbsent(state);
    case 'lookup-failed':
      return park(state, event.failure.code, event.failure);
    case 'step-answered':
      return lookUp(state);
    case 'step-failed':
      return afterStepFailed(state, event.failure);
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

/** Whether nothing came of the intent by what was seen: a cancel that came meanwhile may take its place. */
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
  { semantics, approval, destination }: Extract<FundingEvent, { readonly saw: 'check-passed' }>,
): FundingStep {
  const isFirst = state.semantics === undefined;
  const asks = approval === undefined ? {} : { approval };
  const frozen = isFirst ? { semantics, ...asks, ...(destination === undefined ? {} : { destination }) } : {};
  return proceed({ ...state, ...frozen, checked: true });
}

function afterCheckFailed(state: FundingState, failure: FailureDetails): FundingStep {
  const nothingSent = state.current.sent === 0 && state.earlier.length === 0;
  if (nothingSent && (failure.code === 'INVALID_REQUEST' || failure.code === 'CAPABILITY_MISSING')) {
    return { state, action: { do: 'refuse', failure } };
  }
  return park(state, failure.code, failure);
}

/** What was checked, looked for and quoted before other people thought about it is so anew afterwards. */
function afterApproved(state: FundingState, waited: boolean): FundingStep {
  return waited ? check(withoutTerms(state), 0) : submit(state, 0);
}

function afterQuoted(state: FundingState, terms: Terms): FundingStep {
  if (!areOfIntent(terms, state.intent)) {
    return park(state, 'CONTRACT_DRIFT', { code: 'CONTRACT_DRIFT', outcome: 'not-applied', operation: 'quote' });
  }
  const agreed = state.agreed ?? terms;
  if (areWorse(terms, agreed, state.quoteTolerance ?? '0')) {
    return park({ ...state, offered: terms }, 'TERMS_CHANGED');
  }
  return proceed({ ...state, agreed, terms });
}

function afterQuoteFailed(state: FundingState, failure: FailureDetails): FundingStep {
  // What was lost, or never arrived, is asked for again under the same number; a refusal is never asked for twice.
  const isRepeated = failure.outcome === 'unknown' || failure.code === 'UNREACHABLE' || failure.code === 'AUTH';
  const quotesAsked = (state.quotesAsked ?? 1) - (isRepeated ? 1 : 0);
  const missed = state.missed + 1;
  const wait = waitFor(failure, missed);
  const again: FundingState = { ...state, quotesAsked, missed };
  return wait === undefined ? park(again, failure.code, failure) : quote(again, wait);
}

/** The answer to our own submit is ours, whatever else it shows; one about another ref answers nothing. */
function afterAnswered(state: FundingState, order: Order): FundingStep {
  if (order.ref !== state.current.ref) return lookUp({ ...state, inDoubt: true, lookups: 0 });
  return isDead(state, order) ? afterDeadAnswer(state) : readOwn({ ...state, answered: true }, order);
}

/** The send was answered with the draft that its terms once made, which can never be confirmed: they are used up. */
function afterDeadAnswer(state: FundingState): FundingStep {
  const current: RefRecord = { ...state.current, state: 'not-applied' };
  return renewTerms({ ...state, current, inDoubt: false }, { code: 'QUOTE_EXPIRED', outcome: 'not-applied' });
}

function afterSubmitFailed(state: FundingState, failure: FailureDetails): FundingStep {
  if (failure.outcome === 'unknown') {
    const refKnown = state.refKnown === true || failure.code === 'DUPLICATE_REF';
    const lostSend = state.lostSend === true || failure.code !== 'DUPLICATE_REF';
    const doubtful: FundingState = { ...state, refKnown, lostSend, inDoubt: true, lookups: 0, missed: 0 };
    return lookUp(doubtful, failure.retryAfterMs);
  }
  return state.inDoubt || mayHaveBeenSent(state, failure)
    ? afterDoubtfulRefusal(state, failure)
    : afterNotApplied(state, failure);
}

/**
 * Terms that expired are refused to a first send and to a repeat alike, and a history that was reset tells of no send
 * before: where repeats are replayed, such a refusal alone does not say that this was the first.
 */
function mayHaveBeenSent(state: FundingState, { code }: FailureDetails): boolean {
  return code === 'QUOTE_EXPIRED' && semanticsOf(state).repeatedRef === 'replays';
}

/**
 * This send was refused, an earlier one may have been applied, or be under way still: insufficient funds may be its very
 * effect. No refusal settles that before the order was looked for as long as it may not show.
 */
function afterDoubtfulRefusal(state: FundingState, failure: FailureDetails): FundingStep {
  if (canLookUp(state) || !ERROR_RULES[failure.code].retryable) {
    return lookUp({ ...state, refusal: failure, lookups: 0 });
  }
  const missed = state.missed + 1;
  const wait = waitFor(failure, missed);
  return wait === undefined ? park(state, failure.code, failure) : submit({ ...state, missed }, wait);
}

function afterNotApplied(state: FundingState, failure: FailureDetails): FundingStep {
  const missed = state.missed + 1;
  const refused: FundingState = {
    ...withoutRefusal(state),
    current: { ...state.current, state: 'not-applied' },
    inDoubt: false,
    missed,
  };
  if (failure.code === 'QUOTE_EXPIRED') return renewTerms(refused, failure);
  const wait = waitFor(failure, missed);
  // What was refused on its merits may be answered so again under the same terms.
  const { retryable } = ERROR_RULES[failure.code];
  if (wait === undefined) return park(retryable ? refused : withoutTerms(refused), failure.code, failure);
  return check(refused, wait);
}

function afterAbsent(state: FundingState): FundingStep {
  // An order that was seen does not vanish: the look-up missed it. It is never sent again.
  if (state.order?.state === 'open' && state.differences === undefined) {
    return awaitSettlement({ ...state, inDoubt: true });
  }
  if (state.order !== undefined) return readOwn(state, state.order);
  if (state.doubled !== undefined) return park(state, 'ORDERS_DOUBLED', undefined, OVERDUE_RECHECK_MS);
  if (state.current.sent === 0) return proceed({ ...state, lookedFor: true });
  const lookups = state.lookups + 1;
  const absent: FundingState = { ...state, lookups };
  if (lookupWaitMs(lookups, semanticsOf(state).settleWindowMs) !== undefined) return lookUp(absent);
  if (state.ending !== undefined) return finish(absent, state.ending);
  if (state.refusal !== undefined) return afterAbsentAndRefused(absent, state.refusal);
  // Where nothing is in doubt, the ref is begun as any other: what a look-up showed under it has gone.
  return state.inDoubt ? resend(absent) : check(absent, 0);
}

/** Refused, and absent for the whole window. */
function afterAbsentAndRefused(state: FundingState, refusal: FailureDetails): FundingStep {
  if (settlesDoubt(state, refusal)) return afterNotApplied(state, refusal);
  // The ref stays in doubt, so that only a look-up can free a fresh one.
  return park(withoutRefusal(state), refusal.code, refusal);
}

/**
 * Whether a refusal of a resend answers for the sends before it, now that none of them shows. Where a repeat is answered
 * with the first order there was none: terms that expired once stay so, and an order that has to be confirmed moves
 * nothing by itself.
 */
function settlesDoubt(state: FundingState, { code }: FailureDetails): boolean {
  if (semanticsOf(state).repeatedRef !== 'replays' || ERROR_RULES[code].retryable) return false;
  return code === 'QUOTE_EXPIRED' || needsConfirm(state);
}
