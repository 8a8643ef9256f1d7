import type { ErrorCode } from '../../contract/errors';
import {
  lookAgainMs,
  lookupWaitMs,
  OVERDUE_RECHECK_MS,
  PARKED_RECHECK_MS,
  pollWaitMs,
  probeWaitMs,
  recheckWaitMs,
  retryWaitMs,
  WATCHED_WAIT_MS,
  withJitter,
} from '../../workflows/shared/waits';

/** Every wait of a whole window. */
function lookupWaits(windowMs: number): number[] {
  const waits: number[] = [];
  for (let made = 0; ; made += 1) {
    const wait = lookupWaitMs(made, windowMs);
    if (wait === undefined) return waits;
    waits.push(wait);
  }
}

test.each([
  [0, [0]],
  [100, [0, 100]],
  [250, [0, 250]],
  [1_000, [0, 250, 500, 250]],
  [5_000, [0, 250, 500, 1_000, 2_000, 1_250]],
])('look-ups of a window of %d ms wait %j, and no longer', (windowMs, waits) => {
  expect(lookupWaits(windowMs)).toEqual(waits);
  expect(lookupWaits(windowMs).reduce((sum, wait) => sum + wait, 0)).toBe(windowMs);
});

test('polls slow down to one per hour', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 60, 1_000].map(pollWaitMs)).toEqual([
    1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 120_000, 240_000, 1_920_000, 3_600_000, 3_600_000, 3_600_000,
  ]);
});

test('a parked flow looks again after a minute, then twice as late each time, up to four hours', () => {
  const waits: number[] = [];
  for (let openForMs = 0; waits.length < 11; openForMs += 60_000 * (waits.at(-1) ?? 0)) {
    waits.push(recheckWaitMs(PARKED_RECHECK_MS, openForMs) / 60_000);
  }
  expect(waits).toEqual([1, 1, 2, 4, 8, 16, 32, 64, 128, 240, 240]);
});

test('what is overdue is first looked at after a quarter of an hour', () => {
  expect([0, 15 * 60_000, 30 * 60_000].map((openForMs) => recheckWaitMs(OVERDUE_RECHECK_MS, openForMs))).toEqual([
    15 * 60_000,
    15 * 60_000,
    30 * 60_000,
  ]);
});

test('jitter draws a wait out by up to a tenth, and never shortens it', () => {
  expect([0, 0.5, 0.999].map((random) => withJitter(60_000, random))).toEqual([60_000, 63_000, 65_994]);
});

test('a write that did not arrive is tried six more times before a person is asked', () => {
  expect([1, 2, 3, 4, 5, 6, 7].map((made) => retryWaitMs(made))).toEqual([
    500,
    1_000,
    2_000,
    5_000,
    10_000,
    30_000,
    undefined,
  ]);
});

test('where the provider is watched, a write is tried once more, and the flow looks again by itself late', () => {
  expect([1, 2, 6].map((made) => retryWaitMs(made, true))).toEqual([WATCHED_WAIT_MS, undefined, undefined]);
  expect([0, 60_000, 30 * 60_000].map((openForMs) => recheckWaitMs(PARKED_RECHECK_MS, openForMs, true))).toEqual([
    15 * 60_000,
    15 * 60_000,
    30 * 60_000,
  ]);
});

test('a provider is read after five seconds, then twice as late each time, up to five minutes', () => {
  const waits = (code: ErrorCode, retryAfterMs?: number): readonly number[] =>
    [0, 1, 2, 5, 6, 1_000].map((failed) =>
      probeWaitMs(failed, { code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }),
    );
  expect(waits('UNREACHABLE')).toEqual([5_000, 10_000, 20_000, 160_000, 300_000, 300_000]);
  expect(waits('AUTH')).toEqual([10_000, 20_000, 40_000, 300_000, 300_000, 300_000]);
  expect(waits('RATE_LIMITED', 30_000)).toEqual([30_000, 30_000, 30_000, 160_000, 300_000, 300_000]);
  expect(waits('RATE_LIMITED', 86_400_000)).toEqual(Array(6).fill(3_600_000));
});

test("a row's flow is looked at again after a quarter of a minute, then twice as late each time, up to five minutes", () => {
  expect([0, 1, 2, 3, 4, 5, 11, 1_000].map(lookAgainMs)).toEqual([
    15_000, 30_000, 60_000, 120_000, 240_000, 300_000, 300_000, 300_000,
  ]);
});
