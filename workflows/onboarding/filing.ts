import { ERROR_RULES } from '../../contract/errors';
import type { InspectedDocument } from '../../contract/onboarding';
import { lookupWaitMs, retryWaitMs } from '../shared/waits';
import {
  type Filing,
  type FilingCall,
  type FilingSeen,
  isFiled,
  type OnboardingState,
  type OnboardingTurn,
  othersThan,
  windowOf,
} from './state';

/**
 * The part of the onboarding rule that puts documents on file, once each. Before an upload is repeated, it looks at
 * what is on file, unless the provider answers a repeated upload with the first.
 */

/** How often a call for one document may fail before a person is asked. */
export const MAX_FAILED = 5;

/** The documents that are not on file yet. */
export function missing(state: OnboardingState): readonly InspectedDocument[] {
  return state.documents.filter((document) => !isFiled(state, document));
}

/**
 * Starts every document that is not on file. A client that was just created has none, so its first uploads need no
 * look.
 */
export function beginFilings(state: OnboardingState): OnboardingState {
  const replays = state.semantics?.repeatedUpload === 'replays';
  const looks = !replays && (state.existing?.how === 'adopted' || state.uploadSent);
  const filings = missing(state).map((document): Filing => {
    const next = looks ? 'look' : 'upload';
    return { document, next, looks, failed: 0, lookups: 0, inDoubt: false, afterMs: 0 };
  });
  return { ...state, filings, uploadSent: true };
}

/** One call for each document that is on its way; they wait for the longest of their waits. */
export function file(state: OnboardingState): OnboardingTurn {
  const due = state.filings.filter(({ refusal }) => refusal === undefined);
  const calls = due.map((filing) => callFor(state, filing));
  return { state, move: { do: 'file', calls, afterMs: Math.max(0, ...due.map(({ afterMs }) => afterMs)) } };
}

/** What may have been applied is uploaded again only after it was looked for during the whole settle window. */
function callFor(state: OnboardingState, { document, next, inDoubt }: Filing): FilingCall {
  const call = { document, next, others: othersThan(state, document) };
  return next === 'upload' && inDoubt ? { ...call, lookedFor: true } : call;
}

/** Every document as it now is: on file, on its way, or refused. */
export function afterFilings(state: OnboardingState, seen: readonly FilingSeen[]): OnboardingState {
  return seen.reduce(afterFiling, state);
}

function afterFiling(state: OnboardingState, seen: FilingSeen): OnboardingState {
  const { document } = seen;
  if (seen.saw !== 'filed') {
    const filings = state.filings.map((filing) =>
      filing.document.type === document.type ? afterNotFiled(state, filing, seen) : filing,
    );
    return { ...state, filings };
  }
  return {
    ...state,
    replaced: othersThan(state, document),
    filed: [...state.filed.filter((one) => one.document.type !== document.type), { document, filed: seen.filed }],
    filings: state.filings.filter((filing) => filing.document.type !== document.type),
  };
}

function afterNotFiled(
  state: OnboardingState,
  filing: Filing,
  seen: Exclude<FilingSeen, { readonly saw: 'filed' }>,
): Filing {
  return seen.saw === 'absent' ? afterAbsent(state, filing) : afterFailed(state, filing, seen);
}

/** An upload that may have been applied may not show yet; a document that was never sent is uploaded after one look. */
function afterAbsent(state: OnboardingState, filing: Filing): Filing {
  const lookups = filing.lookups + 1;
  const wait = lookupWaitMs(lookups, filing.inDoubt ? windowOf(state) : 0);
  return { ...filing, lookups, next: wait === undefined ? 'upload' : 'look', afterMs: wait ?? 0 };
}

function afterFailed(
  state: OnboardingState,
  filing: Filing,
  { failure }: Extract<FilingSeen, { readonly saw: 'failed' }>,
): Filing {
  const failed = filing.failed + 1;
  const wait = failure.code === 'AUTH' ? undefined : retryWaitMs(failed, failure.watched);
  if (!ERROR_RULES[failure.code].retryable || wait === undefined || failed >= MAX_FAILED) {
    return { ...filing, failed, refusal: failure };
  }
  const inDoubt = filing.inDoubt || failure.outcome === 'unknown';
  const looks = filing.looks || (inDoubt && state.semantics?.repeatedUpload !== 'replays');
  const afterMs = Math.max(wait, failure.retryAfterMs ?? 0);
  return { ...filing, failed, lookups: 0, inDoubt, looks, next: looks ? 'look' : 'upload', afterMs };
}
