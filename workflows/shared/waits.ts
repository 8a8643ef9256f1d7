import type { ErrorCode, FailureDetails } from '../../contract/errors';
import { FIRST_PROBE_WAIT_MS, LONGEST_PROBE_WAIT_MS } from '../../contract/provider-watch';

/** How long to wait between reads, as pure functions of how many were made. All in milliseconds. */

const FIRST_LOOKUP_WAIT_MS = 250;

/**
 * The wait before look-up number `made + 1` of a write whose answer was lost: none before the first, then doubling,
 * until the provider's settle window has passed; undefined if the window is over.
 */
export function lookupWaitMs(made: number, settleWindowMs: number): number | undefined {
  if (made === 0) return 0;
  let waited = 0;
  let next = FIRST_LOOKUP_WAIT_MS;
  for (let lookup = 1; lookup < made; lookup += 1) {
    waited += next;
    next *= 2;
  }
  return waited >= settleWindowMs ? undefined : Math.min(next, settleWindowMs - waited);
}

const POLL_WAITS_MS = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000] as const;
const FIRST_LONG_POLL_WAIT_MS = 120_000;
const LONGEST_POLL_WAIT_MS = 60 * 60_000;

/**
 * The wait before poll number `made + 1` of something that settles in its own time: seconds at first, doubling from
 * minutes to an hour. The provider's news end it before.
 */
export function pollWaitMs(made: number): number {
  const doublings = Math.min(made - POLL_WAITS_MS.length, 10);
  return POLL_WAITS_MS[made] ?? Math.min(FIRST_LONG_POLL_WAIT_MS * 2 ** doublings, LONGEST_POLL_WAIT_MS);
}

const RETRY_WAITS_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000] as const;

/** For how long a flow waits until a provider that is watched answers, before a person is asked. */
export const WATCHED_WAIT_MS = 120_000;

/**
 * The wait before try number `made + 1` of a write that certainly did not arrive; undefined if a person is asked. If
 * the provider is watched it is tried once more, as soon as it answers and else after {@link WATCHED_WAIT_MS}.
 */
export function retryWaitMs(made: number, watched = false): number | undefined {
  if (watched) return made === 1 ? WATCHED_WAIT_MS : undefined;
  return RETRY_WAITS_MS[made - 1];
}

/** The same failure, when the provider is read before anything follows from it: whatever it was watched for is over then. */
export function unwatched({ watched: _watched, ...failure }: FailureDetails): FailureDetails {
  return failure;
}

/** After what time a parked workflow first looks by itself whether its reason has gone; see {@link recheckWaitMs}. */
export const PARKED_RECHECK_MS = 60_000;

/** The same, if a settlement or a verification is overdue. */
export const OVERDUE_RECHECK_MS = 15 * 60_000;

/** The same, if the provider is watched: the watch is sooner, and this is for the case that there is none any more. */
const WATCHED_RECHECK_MS = 15 * 60_000;

const LONGEST_RECHECK_MS = 4 * 60 * 60_000;

/**
 * The wait before a parked workflow looks again: the first one while the question is young, then as long as it has been
 * open, so that the waits double, up to four hours. It needs no counter, so a renewal of the history does not disturb
 * it.
 */
export function recheckWaitMs(firstMs: number, openForMs: number, watched = false): number {
  const first = watched ? Math.max(firstMs, WATCHED_RECHECK_MS) : firstMs;
  return Math.max(first, Math.min(openForMs, LONGEST_RECHECK_MS));
}

const MOST_JITTER = 0.1;

/**
 * A wait lengthened by up to a tenth, so that flows that met the same trouble at once do not all come back at once.
 *
 * @param random from 0 up to 1
 */
export function withJitter(ms: number, random: number): number {
  return Math.round(ms * (1 + MOST_JITTER * random));
}

const FIRST_AUTH_PROBE_WAIT_MS = 10_000;
const LONGEST_ASKED_PAUSE_MS = 60 * 60_000;

/**
 * The wait before a provider that does not answer is read again in the name of all, after so many failed reads in a row:
 * doubling, up to five minutes. Later if the provider asked for it, and if it refused the credentials: it may lock
 * out who knocks too often.
 */
export function probeWaitMs(
  failed: number,
  { code, retryAfterMs = 0 }: { readonly code: ErrorCode; readonly retryAfterMs?: number },
): number {
  const first = code === 'AUTH' ? FIRST_AUTH_PROBE_WAIT_MS : FIRST_PROBE_WAIT_MS;
  const wait = Math.min(first * 2 ** Math.min(failed, 10), LONGEST_PROBE_WAIT_MS);
  return Math.max(wait, Math.min(retryAfterMs, LONGEST_ASKED_PAUSE_MS));
}

const FIRST_LOOK_AGAIN_MS = 15_000;
const LONGEST_LOOK_AGAIN_MS = 300_000;

/** The wait before the next look at a row's flow that had neither ended nor parked in `made + 1` looks. */
export function lookAgainMs(made: number): number {
  return Math.min(FIRST_LOOK_AGAIN_MS * 2 ** Math.min(made, 10), LONGEST_LOOK_AGAIN_MS);
}
