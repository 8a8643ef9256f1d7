import { msNumberToTs } from '@temporalio/common/lib/time';
import { ACTIVITY_ATTEMPT_TIMEOUT_MS } from '../../contract/timeouts';
import { repeatedCall } from '../../client/flow/repeated-call';

type Raw = Parameters<typeof repeatedCall>[0]['raw'];
type Pending = NonNullable<Raw['pendingActivities']>[number];

const AT_MS = 1_800_000_000_000;
const LATER_MS = AT_MS + 30_000;
const [AT, LATER] = [msNumberToTs(AT_MS), msNumberToTs(LATER_MS)];
const failed: Pending = {
  activityType: { name: 'findOrder' },
  attempt: 3,
  lastStartedTime: AT,
  scheduledTime: LATER,
  lastFailure: { message: 'of closed words', applicationFailureInfo: { type: 'AUTH' } },
};

function told(...pendingActivities: readonly Pending[]) {
  return repeatedCall({ raw: { pendingActivities: [...pendingActivities] } });
}

test('a call that the server repeats is told, with its code and when it is made next', () => {
  expect(told(failed)).toEqual({
    for: 'for its call findOrder to be answered, attempt 3',
    until: new Date(LATER_MS).toISOString(),
    reason: 'AUTH',
  });
});

test('of an attempt that is under way, when it ends at the latest', () => {
  expect(told({ ...failed, scheduledTime: AT })?.until).toBe(
    new Date(AT_MS + ACTIVITY_ATTEMPT_TIMEOUT_MS).toISOString(),
  );
});

test.each([
  ['an application failure of a type of its own', { applicationFailureInfo: { type: 'TypeError' } }],
  ['a timeout', { timeoutFailureInfo: {} }],
])('what %s means is unknown', (_, lastFailure) => {
  expect(told({ ...failed, lastFailure })?.reason).toBe('OUTCOME_UNKNOWN');
});

test('a first attempt is nothing to tell of', () => {
  expect(told()).toBeUndefined();
  expect(repeatedCall({ raw: {} })).toBeUndefined();
  expect(told({ ...failed, attempt: 1 }, { ...failed, lastFailure: null })).toBeUndefined();
});
