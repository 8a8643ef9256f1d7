import { Context } from '@temporalio/activity';

/**
 * Whether another run of this workflow scheduled the send that this activity is. A reset forgets what came after the task
 * that it goes back to, and an intent whose run was ended by hand may be started again; the other run's history still
 * tells. A send has the same activity id in every run (workflows/order-calls.ts): its ref, and how often that was sent.
 *
 * A send that was scheduled counts, begun or not: the worker that had it may be sending it at this moment.
 *
 * @param withinMs the time it has, in milliseconds
 * @throws where Temporal does not answer in time: nothing is known then, and nothing may be sent
 */
export async function wasScheduledInAnotherRun(withinMs: number): Promise<boolean> {
  const { client } = Context.current();
  return await client.withDeadline(Date.now() + withinMs, searchOtherRuns);
}

async function searchOtherRuns(): Promise<boolean> {
  const { client, info } = Context.current();
  if (info.workflowExecution === undefined) throw new Error('A send belongs to a workflow');
  const { workflowId, runId: ownRunId } = info.workflowExecution;
  const runs = new Set([ownRunId]);
  for await (const { runId } of client.workflow.list({ query: `WorkflowId = "${workflowId}"` })) runs.add(runId);
  // A set that grows is read to its end: what a history names is read too, because a list may lag.
  for (const runId of runs) {
    const events = await eventsOf(workflowId, runId);
    if (runId !== ownRunId && events.some((event) => isScheduled(event, info.activityId))) return true;
    for (const related of events.flatMap(relatedRuns)) runs.add(related);
  }
  return false;
}

type HistoryEvent = NonNullable<Awaited<ReturnType<typeof fetchHistory>>['events']>[number];

async function fetchHistory(workflowId: string, runId: string) {
  return await Context.current().client.workflow.getHandle(workflowId, runId).fetchHistory();
}

/** Nothing of a run that was deleted. */
async function eventsOf(workflowId: string, runId: string): Promise<readonly HistoryEvent[]> {
  try {
    return (await fetchHistory(workflowId, runId)).events ?? [];
  } catch (error) {
    if (error instanceof Error && error.name === 'WorkflowNotFoundError') return [];
    throw error;
  }
}

function isScheduled({ activityTaskScheduledEventAttributes: scheduled }: HistoryEvent, activityId: string): boolean {
  return scheduled?.activityId === activityId;
}

/** The run that this one was reset from, continued from, or is continued by. */
function relatedRuns(event: HistoryEvent): readonly string[] {
  const named = [
    event.workflowTaskFailedEventAttributes?.baseRunId,
    event.workflowExecutionStartedEventAttributes?.continuedExecutionRunId,
    event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId,
  ];
  return named.filter((runId) => runId != null && runId !== '').map(String);
}
