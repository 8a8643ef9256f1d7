import type { WorkflowExecutionDescription } from '@temporalio/client';
import { optionalTsToDate } from '@temporalio/common/lib/time';
import { isErrorCode } from '../../contract/errors';
import type { Waiting } from '../../contract/progress';
import { ACTIVITY_ATTEMPT_TIMEOUT_MS } from '../../contract/timeouts';

type Pending = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/**
 * A call of a flow that failed and that the server repeats, which the flow itself does not see: what, why and until when.
 * Undefined if there is none. Of the failure its code alone is read.
 */
export function repeatedCall({ raw }: Pick<WorkflowExecutionDescription, 'raw'>): Waiting | undefined {
  const pending = raw.pendingActivities?.find(({ attempt, lastFailure }) => (attempt ?? 1) > 1 && lastFailure != null);
  const until = pending === undefined ? undefined : untilOf(pending);
  if (pending === undefined || until === undefined) return undefined;
  const { activityType, attempt, lastFailure } = pending;
  const type: unknown = lastFailure?.applicationFailureInfo?.type;
  return {
    for: `for its call ${activityType?.name ?? ''} to be answered, attempt ${attempt ?? 1}`,
    until: until.toISOString(),
    reason: isErrorCode(type) ? type : 'OUTCOME_UNKNOWN',
  };
}

/** When the next attempt begins; of one that is under way, when it ends at the latest. */
function untilOf({ scheduledTime, lastStartedTime }: Pending): Date | undefined {
  const [scheduled, started] = [optionalTsToDate(scheduledTime), optionalTsToDate(lastStartedTime)];
  if (started === undefined || (scheduled !== undefined && scheduled > started)) return scheduled;
  return new Date(started.getTime() + ACTIVITY_ATTEMPT_TIMEOUT_MS);
}
