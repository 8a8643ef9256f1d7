import { ERROR_RULES, type FailureDetails, type FieldProblem } from '../../contract/errors';
import type { ClientState } from '../../contract/onboarding';
import type { ParkReason } from '../../contract/progress';
import { amended, type Amendable } from '../shared/amendments';
import { afterAccepted, afterAmended, afterRead, afterSubmitFailed } from '../shared/submission';
import {
  lookupWaitMs,
  OVERDUE_RECHECK_MS,
  PARKED_RECHECK_MS,
  pollWaitMs,
  retryWaitMs,
  unwatched,
} from '../shared/waits';
import { afterFilings, beginFilings, file, missing } from './filing';
import {
  type Existing,
  offers,
  type OnboardingEvent,
  type OnboardingLimits,
  type OnboardingState,
  type OnboardingTurn,
  untouched,
  windowOf,
  withoutRefusal,
} from './state';

/**
 * The onboarding rule: from what was seen, what to do next. Pure, so that every order of events can be tried.
 *
 * It must never let a person have two clients, or a client two copies of a document, if the provider lets that be seen;
 * take somebody else's client; leave out what a person amended; or call a provider again without a wait. Whatever ends
 * a question leads to the check of the whole application, and from there to the first thing that is still to be done,
 * so nothing that was accepted is left out.
 */

export type { OnboardingMove, OnboardingEvent, OnboardingState, OnboardingTurn } from './state';

/** How often a creation is sent before a person is asked: again only if a look then showed no client. */
export const MAX_SENDS = 5;

/** How often a client is reactivated before a person is asked: again only if it is then still shown deactivated. */
export const MAX_REACTIVATIONS = 3;

/** The first turn of an onboarding: check before anything is written. */
export function beginOnboarding(data: Amendable, limits: OnboardingLimits): OnboardingTurn {
  return check(untouched(data, limits));
}

/** The next turn. Total: every event is answered in every state. */
export function decide(state: OnboardingState, event: OnboardingEvent): OnboardingTurn {
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

/** Whether the event left nothing done, so that a cancel that came meanwhile may take its place. */
export function changesNothing({ saw }: OnboardingEvent): boolean {
  return saw === 'checked';
}

/** Why the onboarding may not be cancelled now; undefined if it may. */
export function cancelProblem({ state, move }: OnboardingTurn): string | undefined {
  return state.createSent && move.do !== 'park'
    ? 'cancel is refused: the client may exist already; wait until it is ready, or abandon what is parked'
    : undefined;
}

function check(state: OnboardingState): OnboardingTurn {
  return { state, move: { do: 'check', afterMs: 0 } };
}

/** The first thing that is still to be done. */
function proceed(state: OnboardingState): OnboardingTurn {
  if (state.existing === undefined) return state.createInDoubt ? findClient(state, 0) : create(state, 0);
  return missing(state).length > 0 ? file(beginFilings(state)) : readClient(state, 0);
}

function create(state: OnboardingState, afterMs: number): OnboardingTurn {
  const sending: OnboardingState = { ...withoutRefusal(state), createSent: true, sends: state.sends + 1 };
  return { state: sending, move: { do: 'create', afterMs } };
}

function findClient(state: OnboardingState, lookups: number): OnboardingTurn {
  const afterMs = lookupWaitMs(lookups, windowOf(state)) ?? 0;
  return { state: { ...state, lookups }, move: { do: 'find-client', afterMs } };
}

function readClient(state: OnboardingState, afterMs: number): OnboardingTurn {
  return { state, move: { do: 'read-client', afterMs } };
}

function finish(state: OnboardingState, outcome: 'ready' | 'abandoned' | 'cancelled'): OnboardingTurn {
  return { state, move: { do: 'finish', outcome } };
}

/** Asks a person. Looks again by itself if the failure may pass by itself. */
function park(
  state: OnboardingState,
  reason: ParkReason,
  failure?: FailureDetails,
  recheckAfterMs: number | undefined = failure !== undefined && isRetryable(failure) ? PARKED_RECHECK_MS : undefined,
): OnboardingTurn {
  return {
    state,
    move: {
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

/** Resets the counts that lead to a question. */
function askedAnew(state: OnboardingState): OnboardingState {
  return { ...withoutRefusal(state), sends: 0, lookups: 0, filings: [], reactivations: 0 };
}

/** Whatever is submitted or filed from now on has the full time for its verification. */
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
): OnboardingTurn {
  const checked: OnboardingState = { ...state, semantics, documents };
  if (problems.length === 0) return proceed(checked);
  const failure: FailureDetails = { code: 'INVALID_REQUEST', outcome: 'not-applied', fields: problems };
  return park(checked, 'APPLICATION_REFUSED', failure);
}

/** If a read would fail again and nothing was written, the request is at fault; else a person is asked. */
function afterReadFailed(state: OnboardingState, failure: FailureDetails): OnboardingTurn {
  return isRetryable(failure) || state.createSent
    ? park(state, failure.code, failure, PARKED_RECHECK_MS)
    : { state, move: { do: 'refuse', failure } };
}

/** DUPLICATE_PERSON does not say whose value it is: it may be our own client's, from a send that nobody remembers. */
function afterCreateFailed(state: OnboardingState, failure: FailureDetails): OnboardingTurn {
  const createInDoubt = state.createInDoubt || failure.outcome === 'unknown';
  const refused: OnboardingState = { ...state, createInDoubt, refusal: failure };
  return createInDoubt || failure.code === 'DUPLICATE_PERSON'
    ? findClient({ ...refused, refusal: unwatched(failure) }, 0)
    : afterNotCreated(refused, failure);
}

/** Amended data may show it to be this person: it is looked at again before anything is sent. */
function afterClientDiffers(state: OnboardingState, fields: readonly FieldProblem[]): OnboardingTurn {
  const failure: FailureDetails = { code: 'INVALID_REQUEST', outcome: 'not-applied', fields };
  return park({ ...state, createInDoubt: true }, 'CLIENT_TAKEN', failure);
}

/** Absent: while it may not show yet, that says nothing. */
function afterClientAbsent(state: OnboardingState): OnboardingTurn {
  const lookups = state.lookups + 1;
  if (lookupWaitMs(lookups, windowOf(state)) !== undefined) return findClient(state, lookups);
  return state.refusal === undefined ? create(state, 0) : afterNotCreated(state, state.refusal);
}

/** There is no client, and the creation is sent again or a person is asked. */
function afterNotCreated(state: OnboardingState, failure: FailureDetails): OnboardingTurn {
  const wait = failure.code === 'AUTH' ? undefined : retryWaitMs(state.sends, failure.watched);
  if (isRetryable(failure) && wait !== undefined && state.sends < MAX_SENDS) {
    return create(state, Math.max(wait, failure.retryAfterMs ?? 0));
  }
  return park(state, failure.code === 'DUPLICATE_CLIENT' ? 'CLIENT_UNFINDABLE' : failure.code, failure);
}

/** Every document is on file, or on its way, or was refused. */
function afterFiled(state: OnboardingState): OnboardingTurn {
  if (state.filings.some(({ refusal }) => refusal === undefined)) return file(state);
  const refusals = state.filings.flatMap(({ refusal }) => (refusal === undefined ? [] : [refusal]));
  const [first] = refusals;
  if (first === undefined) return proceed(state);
  return park(state, first.code, { ...first, fields: refusals.flatMap(({ fields }) => fields ?? []) });
}

function afterClientRead(
  state: OnboardingState,
  { client, onFile }: Extract<OnboardingEvent, { readonly saw: 'client-read' }>,
): OnboardingTurn {
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
function awaitOrAsk(state: OnboardingState, reason: ParkReason, patienceMs: number): OnboardingTurn {
  const { polls, waited } = state;
  if (waited >= patienceMs) return park(state, reason, undefined, OVERDUE_RECHECK_MS);
  const wait = Math.min(pollWaitMs(polls), patienceMs - waited);
  return readClient({ ...state, polls: polls + 1, waited: waited + wait }, wait);
}

/** Setting a flag is safe to repeat; if repeating does not help, a person is asked. */
function reactivateOrAsk(state: OnboardingState): OnboardingTurn {
  const { reactivates, reactivations } = state;
  if (!reactivates || !offers(state, 'activate-client') || reactivations >= MAX_REACTIVATIONS) {
    return park(state, 'CLIENT_INACTIVE', undefined, PARKED_RECHECK_MS);
  }
  return { state: { ...state, reactivations: reactivations + 1 }, move: { do: 'reactivate', afterMs: 0 } };
}

/** Submits what the provider waits for, if it wants that; else waits for its decision. */
function submitOrAwait(state: OnboardingState, client: ClientState): OnboardingTurn {
  if (!offers(state, 'submit-for-verification')) {
    return awaitOrAsk(state, 'VERIFICATION_OVERDUE', state.verificationDeadlineMs);
  }
  const { submission, move } = afterRead(state.submission, client, windowOf(state));
  const read: OnboardingState = { ...state, submission };
  switch (move.do) {
    case 'go-on':
      return awaitOrAsk(read, 'VERIFICATION_OVERDUE', state.verificationDeadlineMs);
    case 'wait':
      return readClient(read, move.ms);
    case 'submit':
      return { state: read, move: { do: 'submit', attempt: move.attempt, afterMs: move.afterMs } };
    case 'park':
      return move.failure === undefined
        ? park(read, 'INFORMATION_REQUIRED', undefined, OVERDUE_RECHECK_MS)
        : park(read, move.failure.code, move.failure);
  }
}
