import type { FailureDetails } from '../../contract/errors';
import { ERROR_RULES } from '../../contract/errors';
import type { Intent, Order, RefRecord, ResolveAction, Terms } from '../../contract/funding';
import type { ParkReason } from '../../contract/progress';
import { refForAttempt } from '../../contract/refs';
import {
  awaitsConfirmation,
  canCancelOrder,
  type Ending,
  type FundingEvent,
  type FundingLimits,
  type FundingState,
  type FundingStep,
  isAnswerToOurs,
  isOurs,
  needsConfirm,
  needsQuote,
  semanticsOf,
  unsentAttempt,
  withFreshRef,
  withoutOrder,
  withoutRefusal,
  withoutStepRefusal,
  withoutTerms,
} from './funding-state';
import { areOfIntent, areWorse } from './terms';
import { lookupWaitMs, OVERDUE_RECHECK_MS, PARKED_RECHECK_MS, pollWaitMs, retryWaitMs } from './waits';

/**
 * The funding rule: from what was seen, what to do next. Pure, so that every order of events can be tried.
 *
 * What it must never do: let an intent have two completed orders. A fresh ref is minted only after the provider itself
 * reported the order under the current one failed or rejected, or after a person asked for one where the last read
 * showed that, or showed an order that is not this intent's. While a send may have been applied, only the same ref with
 * the same terms is sent again, and only where the provider does not take it for another order.
 */

export { isOurs } from './funding-state';
export type { FundingAction, FundingEvent, FundingState, FundingStep } from './funding-state';

/** How often one ref is sent, where each time the provider was then seen not to have it, before a person is asked. */
export const MAX_SENDS_PER_REF = 5;

/** How often one order is confirmed, or cancelled, where each time it was then seen awaiting confirmation still. */
export const MAX_STEPS_PER_ORDER = 5;

/** The first step of an intent: check before moving. */
export function beginFunding(intent: Intent, limits: FundingLimits): FundingStep {
  const state: FundingState = {
    intent,
    ...limits,
    earlier: [],
    ...unsentAttempt(intent.fundingId, 1),
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
      return afterFound(state, event.order);
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
      return awaitsConfirmation(state) && canCancelOrder(state)
        ? cancelOrder({ ...state, ending: 'cancelled', steps: 0 })
        : finish(state, 'cancelled');
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

/**
 * Why the intent may not be cancelled now; undefined where it may: nothing of it moved and nothing is in doubt, or all
 * there is of it is an order that awaits confirmation and can be cancelled first.
 */
export function cancelProblem(state: FundingState): string | undefined {
  const { current } = state;
  if (state.ending !== undefined) return `cancel is refused: the order under ${current.ref} is being cancelled already`;
  if (awaitsConfirmation(state) && canCancelOrder(state)) return undefined;
  const moved = current.state === 'unknown' || current.state === 'open' || current.state === 'completed';
  if (!state.inDoubt && !moved) return undefined;
  return `cancel is refused: an order may exist under ${current.ref}; wait until it has settled, or resolve what is parked`;
}

/** Sends the current ref for the first time, with terms that are quoted before where the kind needs them. */
function begin(state: FundingState): FundingStep {
  return needsQuote(state) && state.terms === undefined ? quote(state, 0) : submit(state, 0);
}

function quote(state: FundingState, afterMs: number): FundingStep {
  const number = (state.quotesAsked ?? 0) + 1;
  return {
    state: { ...withoutTerms(state), quotesAsked: number },
    action: { do: 'quote', ref: state.current.ref, number, afterMs },
  };
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

function finish(state: FundingState, outcome: 'completed' | Ending, adopted = false): FundingStep {
  const { order } = state;
  return { state, action: { do: 'finish', outcome, ...(order === undefined ? {} : { order }), adopted } };
}

function afterCheckPassed(state: FundingState): FundingStep {
  // Our own ids protect only within the server's retention. A provider that refuses or replays a repeated ref protects
  // beyond it; one that would pay again is asked first, and so is one that tells repeats apart by their quotes.
  const paysAgain = semanticsOf(state).repeatedRef === 'duplicates' || needsQuote(state);
  if (!paysAgain || state.current.sent > 0) return begin(state);
  return { state, action: { do: 'look-up', ref: state.current.ref, afterMs: 0 } };
}

function afterCheckFailed(state: FundingState, failure: FailureDetails): FundingStep {
  const nothingSent = state.current.sent === 0 && state.earlier.length === 0;
  if (nothingSent && (failure.code === 'INVALID_REQUEST' || failure.code === 'CAPABILITY_MISSING')) {
    return { state, action: { do: 'refuse', failure } };
  }
  return park(state, failure.code, failure);
}

function afterQuoted(state: FundingState, terms: Terms): FundingStep {
  if (!areOfIntent(terms, state.intent)) {
    return park(state, 'CONTRACT_DRIFT', { code: 'CONTRACT_DRIFT', outcome: 'not-applied', operation: 'quote' });
  }
  const agreed = state.agreed ?? terms;
  if (areWorse(terms, agreed, state.quoteTolerance ?? '0')) {
    return park({ ...state, offered: terms }, 'TERMS_CHANGED');
  }
  return submit({ ...state, agreed, terms }, 0);
}

function afterQuoteFailed(state: FundingState, failure: FailureDetails): FundingStep {
  // An answer that was lost is asked for again under the same number; one that was a refusal is never asked for twice.
  const quotesAsked = (state.quotesAsked ?? 1) - (failure.outcome === 'unknown' ? 1 : 0);
  const missed = state.missed + 1;
  const wait = waitFor(failure, missed);
  const again: FundingState = { ...state, quotesAsked, missed };
  return wait === undefined ? park(again, failure.code, failure) : quote(again, wait);
}

/** The wait before a call that was refused or missed is made again; undefined where that needs a person. */
function waitFor(failure: FailureDetails, missed: number): number | undefined {
  if (failure.code === 'AUTH' || !ERROR_RULES[failure.code].retryable) return undefined;
  const wait = retryWaitMs(missed);
  return wait === undefined ? undefined : Math.max(wait, failure.retryAfterMs ?? 0);
}

function afterAnswered(state: FundingState, order: Order): FundingStep {
  if (isAnswerToOurs(state, order)) return readOrder({ ...state, answered: true }, order);
  // Where a repeat is answered with the first order under the ref, such an answer is a look-up too.
  const showsRef = !canLookUp(state) && semanticsOf(state).repeatedRef === 'replays' && order.ref === state.current.ref;
  return showsRef ? refTaken(state, order) : lookUp({ ...state, inDoubt: true, lookups: 0 });
}

function afterSubmitFailed(state: FundingState, failure: FailureDetails): FundingStep {
  if (failure.outcome === 'unknown') {
    const refKnown = state.refKnown === true || failure.code === 'DUPLICATE_REF';
    const doubtful: FundingState = { ...state, refKnown, inDoubt: true, lookups: 0, missed: 0 };
    return lookUp(doubtful, failure.retryAfterMs);
  }
  if (state.inDoubt && !settlesDoubt(state, failure)) return afterDoubtfulRefusal(state, failure);
  return afterNotApplied({ ...state, inDoubt: false }, failure);
}

/**
 * Whether a refusal of a resend answers for the sends before it. Where a repeat is answered with the first order there
 * was none: terms that expired once stay so, and an order that has to be confirmed moves nothing by itself.
 */
function settlesDoubt(state: FundingState, { code }: FailureDetails): boolean {
  if (semanticsOf(state).repeatedRef !== 'replays' || ERROR_RULES[code].retryable) return false;
  return code === 'QUOTE_EXPIRED' || needsConfirm(state);
}

/** This send was refused, an earlier one may have been applied: insufficient funds may be its very effect. */
function afterDoubtfulRefusal(state: FundingState, failure: FailureDetails): FundingStep {
  if (canLookUp(state)) return lookUp({ ...state, refusal: failure, lookups: 0 });
  const missed = state.missed + 1;
  const wait = waitFor(failure, missed);
  return wait === undefined ? park(state, failure.code, failure) : submit({ ...state, missed }, wait);
}

function afterNotApplied(state: FundingState, failure: FailureDetails): FundingStep {
  const missed = state.missed + 1;
  const refused: FundingState = {
    ...withoutRefusal(state),
    current: { ...state.current, state: 'not-applied' },
    missed,
  };
  if (failure.code === 'QUOTE_EXPIRED') return renewTerms(refused, failure);
  const wait = waitFor(failure, missed);
  // What was refused on its merits may be answered so again under the same terms.
  const { retryable } = ERROR_RULES[failure.code];
  if (wait === undefined) return park(retryable ? refused : withoutTerms(refused), failure.code, failure);
  return { state: refused, action: { do: 'check', afterMs: wait } };
}

/** Asks for terms anew, under the next number: those that the ref was sent with are no longer to be had. */
function renewTerms(state: FundingState, failure: FailureDetails): FundingStep {
  const canRenew = needsQuote(state) && state.sends < MAX_SENDS_PER_REF;
  return canRenew ? quote(state, 0) : park(withoutTerms(state), failure.code, failure);
}

/** Whether the provider can be asked for the order without sending it again. */
function canLookUp(state: FundingState): boolean {
  const knowsOrder = state.order !== undefined || state.current.state === 'not-ours';
  return semanticsOf(state).orderLookup !== 'by-resending' || knowsOrder;
}

/** Reads the order under the current ref, or, where a provider has no look-up, sends the same ref again. */
function lookUp(state: FundingState, afterMs = 0): FundingStep {
  if (!canLookUp(state)) return state.ending === undefined ? resend(state) : finish(state, state.ending);
  const wait = lookupWaitMs(state.lookups, semanticsOf(state).settleWindowMs) ?? 0;
  return { state, action: { do: 'look-up', ref: state.current.ref, afterMs: Math.max(wait, afterMs) } };
}

function resend(state: FundingState): FundingStep {
  const { repeatedRef, orderLookup } = semanticsOf(state);
  // Where only the provider's news can tell the order's id, a ref that it has is not sent again: it would say the same.
  const waitsForNews = orderLookup === 'by-callback' && state.refKnown === true;
  if (repeatedRef === 'duplicates' || waitsForNews || state.sends >= MAX_SENDS_PER_REF) {
    return park(state, 'ORDER_UNFINDABLE', undefined, OVERDUE_RECHECK_MS);
  }
  // The first send of a round follows a person's word or look-ups that have waited already.
  return submit(state, state.sends === 0 ? 0 : (retryWaitMs(state.sends) ?? PARKED_RECHECK_MS));
}

function afterFound(state: FundingState, order: Order): FundingStep {
  if (isOurs(state, order)) return readOrder(state, order);
  // An order without our ref, or with another, was looked for by an id that somebody named: it says nothing of ours.
  const underOurRef = order.idOnly !== true && order.ref === state.current.ref;
  return underOurRef || semanticsOf(state).orderLookup === 'by-ref' ? refTaken(state, order) : afterAbsent(state);
}

function afterAbsent(state: FundingState): FundingStep {
  // An order that was seen does not vanish: the look-up missed it. It is never sent again.
  if (state.order?.state === 'open') return awaitSettlement({ ...state, inDoubt: true });
  if (state.order !== undefined) return readOrder(state, state.order);
  if (state.current.sent === 0) return begin(state);
  const lookups = state.lookups + 1;
  const absent: FundingState = { ...state, lookups };
  if (lookupWaitMs(lookups, semanticsOf(state).settleWindowMs) !== undefined) return lookUp(absent);
  if (state.ending !== undefined) return finish(absent, state.ending);
  if (state.refusal !== undefined) {
    // Refused, and absent for the whole window. The ref stays in doubt, so that only a look-up can free a fresh one.
    return park(withoutRefusal(absent), state.refusal.code, state.refusal);
  }
  return resend(absent);
}

function readOrder(state: FundingState, order: Order): FundingStep {
  const current: RefRecord = { ...state.current, state: order.state, orderId: order.orderId };
  const steps = awaitsConfirmation({ ...state, order }) ? (state.steps ?? 0) : 0;
  const seen: FundingState = { ...withoutRefusal(state), current, order, inDoubt: false, lookups: 0, steps };
  switch (order.state) {
    case 'completed':
      return finish(seen, 'completed', !state.answered);
    case 'failed':
      if (state.ending !== undefined) return finish(seen, state.ending);
      return current.attempt >= state.maxRefs ? park(seen, 'REFS_EXHAUSTED') : begin(withFreshRef(seen));
    case 'open':
      return readOpenOrder({ ...seen, inDoubt: true }, order);
  }
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
    // The order can never be confirmed any more; what is sent under the next quote's number is another.
    const dead: FundingState = { ...withoutOrder(next), current: { ...current, state: 'not-applied' }, inDoubt: false };
    return renewTerms({ ...dead, answered: false, steps: 0, refusedConfirms: 0 }, stepRefusal);
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

/** Cancels the order that awaits confirmation, so that the intent can end. What becomes of it is read afterwards. */
function cancelOrder(state: FundingState): FundingStep {
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
function afterStepFailed(state: FundingState, failure: FailureDetails): FundingStep {
  if (failure.outcome === 'unknown') return lookUp(withoutStepRefusal(state), failure.retryAfterMs);
  const refusedConfirms = (state.refusedConfirms ?? 0) + (state.ending === undefined ? 1 : 0);
  return lookUp({ ...state, stepRefusal: failure, refusedConfirms }, failure.retryAfterMs);
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

function afterResolved(state: FundingState, action: ResolveAction): FundingStep {
  switch (action) {
    case 'retry':
      return lookAgain(accepting(state));
    case 'useFreshRef':
      return resolveProblem(state, action) === undefined ? begin(withFreshRef(state)) : lookAgain(state);
    case 'markCompleted':
      return endAs(state, 'marked-completed');
    case 'abandon':
      return endAs(state, 'abandoned');
  }
}

/** A retry where new terms were offered accepts them: they are what is agreed from now on. */
function accepting(state: FundingState): FundingState {
  const { offered } = state;
  return offered === undefined ? state : { ...withoutTerms(state), terms: offered, agreed: offered };
}

/**
 * Ends the intent by a person's word. What awaits confirmation is cancelled before, and what may yet be found awaiting
 * it is looked for once more; a person who says so again ends it as it is.
 */
function endAs(state: FundingState, ending: Ending): FundingStep {
  if (state.ending !== undefined || !canCancelOrder(state)) return finish(state, ending);
  const again: FundingState = { ...withoutStepRefusal(state), ending, lookups: 0, steps: 0 };
  if (awaitsConfirmation(state)) return cancelOrder(again);
  return state.inDoubt && state.order === undefined ? lookUp(again) : finish(state, ending);
}

/** Reads again what is in doubt, or checks again what was not sent. */
function lookAgain(state: FundingState): FundingStep {
  const { current } = state;
  const again: FundingState = { ...withoutStepRefusal(state), lookups: 0, missed: 0, sends: 0, steps: 0 };
  if (!state.inDoubt && (current.state === 'unsent' || current.state === 'not-applied')) {
    return { state: again, action: { do: 'check', afterMs: 0 } };
  }
  return lookUp(again);
}
