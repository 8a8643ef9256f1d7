import { ERROR_RULES, type FailureDetails } from '../../contract/errors';
import type { ClientState } from '../../contract/onboarding';
import { pollWaitMs, retryWaitMs, unwatched } from './waits';

/**
 * Submitting what a provider decides over later, such as a client's evidence or an application for an account: from what
 * was seen, what to do next. Pure.
 *
 * A submission is sent under the number of its attempt. While its outcome is unknown, it is sent again under the same
 * number, after a look at the provider; a new submission gets the next number.
 */
export interface Submission {
  /** The number of the submission under way, from 1. */
  readonly attempt: number;
  /** Sends in a row that were not accepted. */
  readonly sends: number;
  /** Whether a send under this number may have been applied. */
  readonly inDoubt: boolean;
  /** Whether anything is still to be submitted. */
  readonly fresh: boolean;
  /** Until the provider shows that it accepted it: the milliseconds waited for that. */
  readonly unseenForMs?: number;
  /** How long the provider asked to be left alone. */
  readonly pauseMs?: number;
  /** Why it is not sent again before a person was asked. */
  readonly refusal?: FailureDetails;
}

/** What follows from a look at the provider. */
type SubmissionMove =
  /** There is nothing to submit now: go on by what was seen. */
  | { readonly do: 'go-on' }
  | { readonly do: 'submit'; readonly attempt: number; readonly afterMs: number }
  /** It was accepted, and the provider may yet show what was before. */
  | { readonly do: 'wait'; readonly ms: number }
  /** Without a failure: what was submitted is not enough. */
  | { readonly do: 'park'; readonly failure?: FailureDetails };

export interface SubmissionTurn {
  readonly submission: Submission;
  readonly move: SubmissionMove;
}

export const NOTHING_SUBMITTED: Submission = { attempt: 1, sends: 0, inDoubt: false, fresh: true };

/** How often one submission is sent before a person is asked: again only if a look then showed that it is missing. */
const MAX_SENDS = 5;

/** The provider was read. */
export function afterRead(
  submission: Submission,
  { needs }: Pick<ClientState, 'needs'>,
  settleWindowMs: number,
): SubmissionTurn {
  const { attempt, sends, inDoubt, fresh, unseenForMs, pauseMs = 0, refusal } = submission;
  if (needs === undefined) return { submission: settled(submission), move: { do: 'go-on' } };
  if (refusal !== undefined) {
    return { submission: again(submission), move: { do: 'park', failure: refusal } };
  }
  if (fresh || inDoubt) {
    const wait = sends === 0 ? 0 : (retryWaitMs(sends) ?? 0);
    return { submission, move: { do: 'submit', attempt, afterMs: Math.max(wait, pauseMs) } };
  }
  if (needs === 'submission') return { submission, move: { do: 'go-on' } };
  if (unseenForMs === undefined || unseenForMs >= settleWindowMs) return { submission, move: { do: 'park' } };
  const ms = Math.min(pollWaitMs(0), settleWindowMs - unseenForMs);
  return { submission: { ...submission, unseenForMs: unseenForMs + ms }, move: { do: 'wait', ms } };
}

/** The submission was accepted. */
export function afterAccepted({ attempt }: Submission): Submission {
  return { attempt, sends: 0, inDoubt: false, fresh: false, unseenForMs: 0 };
}

/** Its answer was another one. What that means is seen when the provider is read. */
export function afterSubmitFailed(submission: Submission, failure: FailureDetails): Submission {
  const sends = submission.sends + 1;
  const isLast = sends >= MAX_SENDS || failure.code === 'AUTH';
  const asked = isLast ? { refusal: unwatched(failure) } : {};
  if (ERROR_RULES[failure.code].retryable) {
    const { retryAfterMs: pauseMs } = failure;
    const inDoubt = submission.inDoubt || failure.outcome === 'unknown';
    return { ...submission, sends, inDoubt, ...(pauseMs === undefined ? {} : { pauseMs }), ...asked };
  }
  const next: Submission = { attempt: submission.attempt + 1, sends, inDoubt: false, fresh: true };
  // The number was used for something else, such as what an earlier onboarding of the client submitted.
  if (failure.code === 'DUPLICATE_REF') return { ...next, ...asked };
  // The provider may keep a refusal as the answer to its number for good, so the next send has another number.
  return { ...next, refusal: failure };
}

/** A person was asked, and gave new data. */
export function afterAmended(submission: Submission): Submission {
  const wasSent = submission.inDoubt || !submission.fresh;
  return { attempt: submission.attempt + (wasSent ? 1 : 0), sends: 0, inDoubt: false, fresh: true };
}

/** Nothing more is needed: what was sent has arrived, if anything was. */
function settled({ attempt, inDoubt, fresh }: Submission): Submission {
  return { attempt, sends: 0, inDoubt: false, fresh: fresh && !inDoubt };
}

/** The same, sent anew after a person was asked. */
function again({ attempt, inDoubt, fresh }: Submission): Submission {
  return { attempt, sends: 0, inDoubt, fresh };
}
