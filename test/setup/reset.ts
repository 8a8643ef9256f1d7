import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { Rig } from './rig';

const { RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL, RESET_REAPPLY_EXCLUDE_TYPE_UPDATE } =
  temporal.api.enums.v1.ResetReapplyExcludeType;

/** What an operator's reset does with what people said since. */
export type SaidSince = 'is said again' | 'is forgotten';

/** Resets a flow to the last workflow task that had completed before an event. */
export async function resetTo(
  rig: Rig,
  handle: WorkflowHandle,
  before: number,
  saidSince: SaidSince = 'is said again',
): Promise<WorkflowHandle> {
  const { events } = await handle.fetchHistory();
  const [task] = (events ?? [])
    .filter((event) => event.workflowTaskCompletedEventAttributes != null && Number(event.eventId) < before)
    .slice(-1);
  return await resetToTask(rig, handle, task?.eventId ?? null, saidSince);
}

type EventId = NonNullable<
  NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number]['eventId']
>;

/** Resets a flow to a workflow task, by the event of its end. */
export async function resetToTask(
  { client }: Rig,
  handle: WorkflowHandle,
  workflowTaskFinishEventId: EventId | null,
  saidSince: SaidSince,
): Promise<WorkflowHandle> {
  const { runId } = await handle.describe();
  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId: handle.workflowId, runId },
    reason: 'an operator had a reason',
    requestId: randomUUID(),
    workflowTaskFinishEventId,
    resetReapplyExcludeTypes:
      saidSince === 'is said again' ? [] : [RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL, RESET_REAPPLY_EXCLUDE_TYPE_UPDATE],
  });
  return client.workflow.getHandle(handle.workflowId);
}
