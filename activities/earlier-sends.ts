import { Context } from '@temporalio/activity';

/**
 * Whether another run of this workflow scheduled a send that `pays` beside this activity's, and of which this run's own
 * history does not tell. A reset forgets what came after the task that it goes back to, and an intent whose run was ended
 * by hand may be started again; the other run's history still tells.
 *
 * A send that was scheduled counts, begun or not: the worker that had it may be sending it at this moment.
 *
 * @param pays whether a send of that activity id (contract/refs.ts) could move money beside this one
 * @param withinMs the time it has, in milliseconds
 * @throws where Temporal does not answer in time: nothing is known then, and nothing may be sent
 */
export async function wasSentByAnotherRun(pays: IsSend, withinMs: number): Promise<boolean> {
  const { client } = Context.current();
  return await client.withDeadline(Date.now() + withinMs, () => searchOtherRuns(pays));
}

async function searchOtherRuns(pays: IsSend): Promise<boolean> {
  const { client, info } = Context.current();
  if (info.workflowExecution === undefined) throw new Error('A send belongs to a workflow');
  const { workflowId, runId: ownRunId } = info.workflowExecution;
  const own = await eventsAndBefore(workflowId, ownRunId);
  const known = new Set(own.map(copyKey));
  const runs = new Set(own.flatMap(relatedRuns));
  for await (const { runId } of client.workflow.list({ query: `WorkflowId = "${workflowId}"` })) runs.add(runId);
  // A set that grows is read to its end: what a history names is read too, because a list may lag.
  for (const runId of runs) {
    const events = await eventsOf(workflowId, runId);
    if (events.some((event) => isSend(event, pays) && !known.has(copyKey(event)))) return true;
    for (const related of events.flatMap(relatedRuns)) runs.add(related);
  }
  return false;
}

type IsSend = (activityId: string) => boolean;
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

/** What a run knows: its own history, and those of the runs that it continues. */
async function eventsAndBefore(workflowId: string, runId: string): Promise<readonly HistoryEvent[]> {
  const events = await eventsOf(workflowId, runId);
  const [started] = events;
  const before = started?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
  return before == null || before === '' ? events : [...events, ...(await eventsAndBefore(workflowId, before))];
}

function isSend({ activityTaskScheduledEventAttributes: scheduled }: HistoryEvent, pays: IsSend): boolean {
  return scheduled?.activityId != null && pays(scheduled.activityId);
}

/** What an event keeps when a reset copies it into the new run. */
function copyKey({ eventId, eventTime }: HistoryEvent): string {
  return `${String(eventId)} ${String(eventTime?.seconds)}.${String(eventTime?.nanos)}`;
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
