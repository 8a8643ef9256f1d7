import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 1_000;

/** Waits until nothing is found any more, but no longer than `forMs`; what is left. */
export async function until(find: () => Promise<readonly string[]>, forMs: number): Promise<readonly string[]> {
  const end = Date.now() + forMs;
  for (let empty = 0; ;) {
    const found = await find();
    // Temporal's list lags: what it does not show must be missing twice.
    empty = found.length === 0 ? empty + 1 : 0;
    if (empty > 1) return [];
    if (Date.now() > end) return found;
    await sleep(LOOK_EVERY_MS);
  }
}
