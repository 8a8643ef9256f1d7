import { ERROR_RULES, type FailureDetails, type FieldProblem } from '../../contract/errors';
import type { ClientState } from '../../contract/onboarding';
import type { ParkReason } from '../../contract/progress';
import { amended, type Amendable } from '../shared/amendments';
import { afterAccepted, afterAmended, afterRead, afterSubmitFailed } from '../shared/submission';
import { lookupWaitMs, OVERDUE_RECHECK_MS, PARKED_RECHECK_MS, pollWaitMs, retryWaitMs } from '../shared/waits';
import { afterFilings, beginFilings, file, missing } from './filing';
import {
  type Existing,
  offers,
  type OnboardingEvent,
  type OnboardingLimits,
  type OnboardingState,
  type OnboardingStep,
  untouched,
  windowOf,
  withoutRefusal,
} from './state';

/**
 * The onboarding rule: from what was seen, what to do next. Pure, so that every order of events can be tried.
 *
 * What it must never do: let a person have two clients, or a client two copies of a document, where the provider lets
 * that be seen; take somebody else's client; leave out what a person amended; call a provider again without a wait.
 * Whatever ends a question leads to the check of the whole application, and from there to the first thing that is
 * still to be done: so nothing that was accepted is left out.
 */

export type { OnboardingAction, OnboardingEvent, OnboardingState, OnboardingStep } from './state';

/** How often a creation is sent, where each time the provider was then seen not to have it, before a person is asked. */
export const MAX_SENDS = 5;

/** How often a client is reactivated, where each time it is then shown deactivated, before a person is asked. */
export const MAX_REACTIVATIONS = 3;

/** The first step of an onboarding: check before anything is written. */
export function beginOnboarding(data: Amendable, limits: OnboardingLimits): OnboardingStep {
  return check(untouched(data, limits));
}

/** The next step. Total: every event is answered in every state. */
export function decide(state: OnboardingState, event: OnboardingEvent): OnboardingStep {
  switch (event.saw) {
    case 'checked':
      return afterChecked(state, event);
    case 'created':
      return proceed(withClient(state, { client: event.client, how: 'created' }));
    case 'create-failed':
      return afterCreateFailed(state, event.failure);
    case 'client-found':
      return proceed(withClient(state, { client: event.client, how: 'adopted' }));
    case 'client-differs':
      return afterClientDiffers(state, event.fields);
    case 'client-absent':
      return afterClientAbsent(state);
    case 'filings':
      return afterFiled(afterFilings(state, event.seen));
    case 'client-read':
      return afterClientRead(state, event);
    case 'client-missing':
      return awaitOrAsk(state, 'CLIENT_UNFINDABLE', windowOf(state));
    case 'submitted':
      return readClient({ ...state, submission: afterAccepted(state.submission), polls: 0, waited: 0 }, 0);
    case 'submit-failed':
      return readClient({ ...state, submission: afterSubmitFailed(state.submission, event.failure) }, 0);
    case 'reactivated':
      return readClient(state, pollWaitMs(state.reactivations - 1));
    case 'reactivate-failed':
      return park(state, 'CLIENT_INACTIVE', event.failure, PARKED_RECHECK_MS);
    case 'read-failed':
      return afterReadFailed(state, event.failure);
    case 'resolved':
      return event.action === 'abandon' ? finish(state, 'abandoned') : check(askedAnew(state));
    case 'amended':
      return check(withAmended(askedAnew(state), event.patch));
    case 'recheck-due':
      return check(askedAnew(state));
    case 'cancelled':
      return finish(state, 'cancelled');
  }
}

/** Whether nothing came of it by what was seen: a cancel that came meanwhile may take its place. */
export function changesNothing({ saw }: OnboardingEvent): boolean {
  return saw === 'checked';
}

/** Why the onboarding may not be cancelled now; undefined where it may. */
export function cancelProblem({ state, action }: OnboardingStep): string | undefined {
  return state.createSent && action.do !== 'park'
    ? 'cancel is refused: the client may exist already; wait until it is ready, or abandon what is parked'
    : undefined;
}

function check(state: OnboardingState): OnboardingStep {
  return { state, action: { do: 'check', afterMs: 0 } };
}

/** The first thing that is still to be done. */
function proceed(state: OnboardingState): OnboardingStep {
  if (state.existing === undefined) return state.createInDoubt ? findClient(state, 0) : create(state, 0);
  return missing(state).length > 0 ? file(beginFilings(state)) : readClient(state, 0);
}

function create(state: OnboardingState, afterMs: number): OnboardingStep {
  const sending: OnboardingState = { ...withoutRefusal(state), createSent: true, sends: state.sends + 1 };
  return { state: sending, action: { do: 'create', afterMs } };
}

function findClient(state: OnboardingState, lookups: number): OnboardingStep {
  const afterMs = lookupWaitMs(lookups, windowOf(state)) ?? 0;
  return { state: { ...state, lookups }, action: { do: 'find-client', afterMs } };
}

function readClient(state: OnboardingState, afterMs: number): OnboardingStep {
  return { state, action: { do: 'read-client', afterMs } };
}

function finish(state: OnboardingState, outcome: 'ready' | 'abandoned' | 'cancelled'): OnboardingStep {
  return { state, action: { do: 'finish', outcome } };
}

/** Asks a person. Looks again by itself where the failure may pass by itself. */
function park(
  state: OnboardingState,
  reason: ParkReason,
  failure?: FailureDetails,
  recheckAfterMs: number | undefined = failure !== undefined && isRetryable(failure) ? PARKED_RECHECK_MS : undefined,
): OnboardingStep {
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

function isRetryable({ code }: FailureDetails): boolean {
  return ERROR_RULES[code].retryable;
}

/** What is counted until a person is asked is counted anew. */
function askedAnew(state: OnboardingState): OnboardingState {
  return { ...withoutRefusal(state), sends: 0, lookups: 0, filings: [], reactivations: 0 };
}

/** A verification that was overdue is not so for what is submitted or filed from now on. */
function withAmended(state: OnboardingState, patch: Parameters<typeof amended>[1]): OnboardingState {
  return {
    ...state,
    data: amended(state.data, patch),
    submission: afterAmended(state.submission),
    polls: 0,
    waited: 0,
  };
}

function withClient(state: OnboardingState, existing: Existing): OnboardingState {
  return { ...withoutRefusal(state), existing, createInDoubt: false, sends: 0, lookups: 0 };
}

function afterChecked(
  state: OnboardingState,
  { semantics, documents, problems }: Extract<OnboardingEvent, { readonly saw: 'checked' }>,
): OnboardingStep {
  const checked: OnboardingState = { ...state, semantics, documents };
  if (problems.length === 0) return proceed(checked);
  const failure: FailureDetails = { code: 'INVALID_REQUEST', outcome: 'not-applied', fields: problems };
  return park(checked, 'APPLICATION_REFUSED', failure);
}

/** A read that would fail again is the fault of the request, where nothing was written; else a person is asked. */
function afterReadFailed(state: OnboardingState, failure: FailureDetails): OnboardingStep {
  return isRetryable(failure) || state.createSent
    ? park(state, failure.code, failure, PARKED_RECHECK_MS)
    : { state, action: { do: 'refuse', failure } };
}

/** Whose value it is, is not said by DUPLICATE_PERSON: it may be our own client's, of a send that nobody remembers. */
function afterCreateFailed(state: OnboardingState, failure: FailureDetails): OnboardingStep {
  const createInDoubt = state.createInDoubt || failure.outcome === 'unknown';
  const refused: OnboardingState = { ...state, createInDoubt, refusal: failure };
  return createInDoubt || failure.code === 'DUPLICATE_PERSON'
    ? findClient(refused, 0)
    : afterNotCreated(refused, failure);
}

/** Amended data may show it to be this person: it is looked at again before anything is sent. */
function afterClientDiffers(state: OnboardingState, fields: readonly FieldProblem[]): OnboardingStep {
  const failure: FailureDetails = { code: 'INVALID_REQUEST', outcome: 'not-applied', fields };
  return park({ ...state, createInDoubt: true }, 'CLIENT_TAKEN', failure);
}

/** Absent: for how long it may not show, that says nothing. */
function afterClientAbsent(state: OnboardingState): OnboardingStep {
  const lookups = state.lookups + 1;
  if (lookupWaitMs(lookups, windowOf(state)) !== undefined) return findClient(state, lookups);
  return state.refusal === undefined ? create(state, 0) : afterNotCreated(state, state.refusal);
}

/** There is no client, and the creation is sent again or a person is asked. */
function afterNotCreated(state: OnboardingState, failure: FailureDetails): OnboardingStep {
  const wait = failure.code === 'AUTH' ? undefined : retryWaitMs(state.sends);
  if (isRetryable(failure) && wait !== undefined && state.sends < MAX_SENDS) {
    return create(state, Math.max(wait, failure.retryAfterMs ?? 0));
  }
  return park(state, failure.code === 'DUPLICATE_CLIENT' ? 'CLIENT_UNFINDABLE' : failure.code, failure);
}

/** Every document is on file, or on its way, or was refused. */
function afterFiled(state: OnboardingState): OnboardingStep {
  if (state.filings.some(({ refusal }) => refusal === undefined)) return file(state);
  const refusals = state.filings.flatMap(({ refusal }) => (refusal === undefined ? [] : [refusal]));
  const [first] = refusals;
  if (first === undefined) return proceed(state);
  return park(state, first.code, { ...first, fields: refusals.flatMap(({ fields }) => fields ?? []) });
}

function afterClientRead(
  state: OnboardingState,
  { client, onFile }: Extract<OnboardingEvent, { readonly saw: 'client-read' }>,
): OnboardingStep {
  const read: OnboardingState = {
    ...state,
    ...(state.existing === undefined ? {} : { existing: { ...state.existing, client } }),
  };
  const reason = whyNotReady(read, client, onFile);
  switch (reason) {
    case undefined:
      return finish(read, 'ready');
    case 'CLIENT_REJECTED':
      return awaitOrAsk(read, reason, 0);
    case 'DOCUMENT_MISSING':
      return awaitOrAsk(read, reason, windowOf(read));
    case 'CLIENT_INACTIVE':
      return reactivateOrAsk(read);
    case 'VERIFICATION_OVERDUE':
      return submitOrAwait(read, client);
  }
}

function whyNotReady(
  { filed }: OnboardingState,
  client: ClientState,
  onFile: readonly string[] | undefined,
): 'CLIENT_REJECTED' | 'DOCUMENT_MISSING' | 'VERIFICATION_OVERDUE' | 'CLIENT_INACTIVE' | undefined {
  if (client.rejected === true) return 'CLIENT_REJECTED';
  if (onFile !== undefined && filed.some((one) => !onFile.includes(one.filed.providerDocumentId))) {
    return 'DOCUMENT_MISSING';
  }
  if (!client.verified) return 'VERIFICATION_OVERDUE';
  return client.active ? undefined : 'CLIENT_INACTIVE';
}

/** Reads the client again after a while; longer than `patienceMs`, a person is asked meanwhile. */
function awaitOrAsk(state: OnboardingState, reason: ParkReason, patienceMs: number): OnboardingStep {
  const { polls, waited } = state;
  if (waited >= patienceMs) return park(state, reason, undefined, OVERDUE_RECHECK_MS);
  const wait = Math.min(pollWaitMs(polls), patienceMs - waited);
  return readClient({ ...state, polls: polls + 1, waited: waited + wait }, wait);
}

/** Setting a flag is safe to repeat; where repeating is all that happens, a person is asked. */
function reactivateOrAsk(state: OnboardingState): OnboardingStep {
  const { reactivates, reactivations } = state;
  if (!reactivates || !offers(state, 'activate-client') || reactivations >= MAX_REACTIVATIONS) {
    return park(state, 'CLIENT_INACTIVE', undefined, PARKED_RECHECK_MS);
  }
  return { state: { ...state, reactivations: reactivations + 1 }, action: { do: 'reactivate', afterMs: 0 } };
}

/** Submits what the provider waits for, where it wants that; else waits for its decision. */
function submitOrAwait(state: OnboardingState, client: ClientState): OnboardingStep {
  if (!offers(state, 'submit-for-verification')) {
    return awaitOrAsk(state, 'VERIFICATION_OVERDUE', state.verificationDeadlineMs);
  }
  const { submission, action } = afterRead(state.submission, client, windowOf(state));
  const read: OnboardingState = { ...state, submission };
  switch (action.do) {
    case 'go-on':
      return awaitOrAsk(read, 'VERIFICATION_OVERDUE', state.verificationDeadlineMs);
    case 'wait':
      return readClient(read, action.ms);
    case 'submit':
      return { state: read, action: { do: 'submit', attempt: action.attempt, afterMs: action.afterMs } };
    case 'park':
      return action.failure === undefined
        ? park(read, 'INFORMATION_REQUIRED', undefined, OVERDUE_RECHECK_MS)
        : park(read, action.failure.code, action.failure);
  }
}
