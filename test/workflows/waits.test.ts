import { lookAgainMs, lookupWaitMs, pollWaitMs, retryWaitMs } from '../../workflows/shared/waits';

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

test('polls slow down to one in five minutes', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 60].map(pollWaitMs)).toEqual([
    1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 300_000,
  ]);
});

test('a write that did not arrive is tried six more times before a person is asked', () => {
  expect([1, 2, 3, 4, 5, 6, 7].map(retryWaitMs)).toEqual([500, 1_000, 2_000, 5_000, 10_000, 30_000, undefined]);
});

test("a row's flow is looked at again after a quarter of a minute, then twice as late each time, up to five minutes", () => {
  expect([0, 1, 2, 3, 4, 5, 11, 1_000].map(lookAgainMs)).toEqual([
    15_000, 30_000, 60_000, 120_000, 240_000, 300_000, 300_000, 300_000,
  ]);
});
