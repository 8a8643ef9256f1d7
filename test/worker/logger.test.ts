import { ApplicationFailure } from '@temporalio/common';
import type { LogEntry } from '@temporalio/worker';
import { jsonLine, textLines } from '../../worker/logger';

function entry(error: Error): LogEntry {
  return {
    level: 'WARN',
    message: 'Activity failed',
    timestampNanos: 0n,
    meta: { activityType: 'submitOrder', error },
  };
}

const expected = ApplicationFailure.nonRetryable('the provider refuses the credentials', 'AUTH');
const unforeseen = new TypeError('x is not a function');

test('an expected failure is one line without a stack', () => {
  expect(textLines(entry(expected))).toBe(
    '1970-01-01T00:00:00.000Z WARN Activity failed activityType="submitOrder" error="AUTH: the provider refuses the credentials"',
  );
  expect(jsonLine(entry(expected))).not.toContain('stack');
});

test('what nobody expected says where it happened', () => {
  expect(textLines(entry(unforeseen))).toMatch(/error: TypeError: x is not a function\n +at /);
  expect(jsonLine(entry(unforeseen))).toContain('"stack":"TypeError');
});
