import { setTimeout as sleep } from 'node:timers/promises';
import { GangwayError } from '../client';

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 2_000;

/**
 * Does what must get through, like a source of events that keeps an event until it was taken: tries again while
 * Temporal is away.
 */
export async function untilTaken<Result>(work: () => Promise<Result>, givenUp: () => boolean): Promise<Result> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error) || givenUp()) throw error;
    }
    await sleep(wait);
  }
}

/** Whether Temporal, and not Gangway, failed to answer. */
function isAway(error: unknown): boolean {
  return error instanceof GangwayError && (error.code === 'TEMPORAL_UNREACHABLE' || error.code === 'NO_WORKER');
}

export function isRefusal(error: unknown): boolean {
  return error instanceof GangwayError && !isAway(error);
}
