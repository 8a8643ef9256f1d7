import { MOST_RETURNS, MOST_WAITERS, Waiters } from '../../workflows/watch/waiters';

function waitersOf(count: number): Waiters {
  const waiters = new Waiters();
  for (let number = 0; number < count; number += 1) waiters.join(`flow-${number}`);
  return waiters;
}

test.each([
  [0, []],
  [2, [2]],
  [3, [3]],
  [20, [3, 17]],
  [50, [3, 20, 20, 7]],
])('%d flows are woken in batches of %j', (count, sizes) => {
  expect(
    waitersOf(count)
      .batches()
      .map(({ length }) => length),
  ).toEqual(sizes);
});

test('who waits twice is woken once', () => {
  const waiters = waitersOf(2);
  waiters.join('flow-0');
  waiters.found(['flow-1', 'flow-2']);
  expect(waiters.batches()).toEqual([['flow-0', 'flow-1', 'flow-2']]);
});

test('who is woken waits no more, whatever a list says that follows after', () => {
  const waiters = waitersOf(1);
  waiters.waking(['flow-0']);
  waiters.found(['flow-0']);
  expect(waiters.count).toBe(0);
});

test('whether all of a batch came back', () => {
  const waiters = waitersOf(3);
  waiters.waking(['flow-0', 'flow-1']);
  expect(waiters.haveAllReturned(['flow-0', 'flow-1'])).toBe(false);
  waiters.join('flow-0');
  expect(waiters.haveAllReturned(['flow-0', 'flow-1'])).toBe(false);
  waiters.join('flow-1');
  expect(waiters.haveAllReturned(['flow-0', 'flow-1'])).toBe(true);
  expect(waiters.batches()).toEqual([['flow-2', 'flow-0', 'flow-1']]);
  waiters.waking(['flow-2']);
  expect(waiters.haveAllReturned(['flow-2'])).toBe(false);
});

test('who comes back each time is left to itself', () => {
  const waiters = waitersOf(1);
  for (let returns = 1; returns <= MOST_RETURNS; returns += 1) {
    waiters.waking(['flow-0']);
    waiters.join('flow-0');
    expect(waiters.record.waiting).toEqual([['flow-0', returns]]);
  }
  waiters.waking(['flow-0']);
  waiters.join('flow-0');
  expect(waiters.haveAllReturned(['flow-0'])).toBe(true);
  expect(waiters.count).toBe(0);
});

test('beyond what can be held, it is known that there are more', () => {
  const waiters = waitersOf(MOST_WAITERS);
  expect(waiters.isOverfull).toBe(false);
  waiters.join('one-more');
  expect([waiters.isOverfull, waiters.count]).toEqual([true, MOST_WAITERS]);
  const renewed = new Waiters(waiters.record);
  expect([renewed.isOverfull, renewed.count]).toEqual([true, MOST_WAITERS]);
  renewed.waking(['flow-0']);
  renewed.found(['one-more']);
  expect([renewed.isOverfull, renewed.count]).toEqual([false, MOST_WAITERS]);
});
