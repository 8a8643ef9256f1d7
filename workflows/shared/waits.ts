/** How long to wait between reads, as pure functions of how many were made. All in milliseconds. */

const FIRST_LOOKUP_WAIT_MS = 250;

/**
 * The wait before look-up number `made + 1` of a write whose answer was lost: none before the first, then doubling,
 * until the provider's settle window has passed; undefined where the window is over.
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
const LONGEST_POLL_WAIT_MS = 300_000;

/** The wait before poll number `made + 1` of something that settles in its own time. */
export function pollWaitMs(made: number): number {
  return POLL_WAITS_MS[made] ?? LONGEST_POLL_WAIT_MS;
}

const RETRY_WAITS_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000] as const;

/** The wait before try number `made + 1` of a write that certainly did not arrive; undefined where a person is asked. */
export function retryWaitMs(made: number): number | undefined {
  return RETRY_WAITS_MS[made - 1];
}

/** How often a parked workflow looks by itself whether its reason has gone. */
export const PARKED_RECHECK_MS = 60_000;

/** How often an overdue settlement or verification is read while a person is asked. */
export const OVERDUE_RECHECK_MS = 15 * 60_000;

const FIRST_LOOK_AGAIN_MS = 15_000;
const LONGEST_LOOK_AGAIN_MS = 300_000;

/** The wait before a row's flow, which had neither ended nor parked in `made + 1` looks, is looked at again. */
export function lookAgainMs(made: number): number {
  return Math.min(FIRST_LOOK_AGAIN_MS * 2 ** Math.min(made, 10), LONGEST_LOOK_AGAIN_MS);
}
