import type { WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';

const UNHANDLED_COMMAND = temporal.api.enums.v1.WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND;

/**
 * Why workflow tasks of a history failed. One is left out: a message that comes while a workflow ends has the server make
 * the task again, and that is nobody's fault.
 */
export function taskFailuresOf({ events }: temporal.api.history.v1.IHistory): readonly string[] {
  return (events ?? []).flatMap(({ workflowTaskFailedEventAttributes: failed }) =>
    failed == null || failed.cause === UNHANDLED_COMMAND
      ? []
      : [failed.failure?.message ?? `cause ${failed.cause ?? 'unknown'}`],
  );
}

/** The same, of a workflow's history as it is now. */
export async function taskFailures(handle: WorkflowHandle): Promise<readonly string[]> {
  return taskFailuresOf(await handle.fetchHistory());
}
