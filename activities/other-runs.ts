import { Context } from '@temporalio/activity';
import { isNoWorkflow } from './no-workflow';

/**
 * What the workflow's other runs tell of what they did. A reset forgets what came after the task that it goes back to, and a
 * workflow that ended may be started again under its id; the other run's history still tells.
 */

type History = NonNullable<Awaited<ReturnType<typeof fetchHistory>>>;
type HistoryEvent = NonNullable<History['events']>[number];

/** An activity that another run scheduled, begun or not: the worker that had it may be at work on it at this moment. */
export interface CallElsewhere {
  readonly scheduled: NonNullable<HistoryEvent['activityTaskScheduledEventAttributes']>;
  /** How it ended; undefined if that run's history does not say. */
  readonly closed: HistoryEvent | undefined;
}

/**
 * Looks at the activities of the workflow's other runs of which this run's own history does not tell, until one is found.
 * What was scheduled before a reset and had not ended is handed out again in the new run, as the same event: it is then
 * another run's call too.
 *
 * @param visit whether it is found
 * @param withinMs the time it has, in milliseconds
 * @throws if Temporal does not answer in time: nothing is known then
 */
export async function findInOtherRuns(visit: (call: CallElsewhere) => boolean, withinMs: number): Promise<boolean> {
  const { client } = Context.current();
  return await client.withDeadline(Date.now() + withinMs, () => search(visit));
}

async function search(visit: (call: CallElsewhere) => boolean): Promise<boolean> {
  const { client, info } = Context.current();
  if (info.workflowExecution === undefined) throw new Error('A send belongs to a workflow');
  const { workflowId, runId: ownRunId } = info.workflowExecution;
  const own = await runsOf(workflowId, ownRunId);
  const known = new Set(own.flatMap((events) => events.filter((event) => !isUnderWay(event, events)).map(copyKey)));
  const runs = new Set(own.flat().flatMap(relatedRuns));
  for await (const { runId } of client.workflow.list({ query: `WorkflowId = "${workflowId}"` })) runs.add(runId);
  // A set that grows is read to its end: what a history names is read too, because a list may lag.
  for (const runId of runs) {
    if (runId === ownRunId) continue;
    const events = await eventsOf(workflowId, runId);
    if (callsIn(events, known).some(visit)) return true;
    for (const related of events.flatMap(relatedRuns)) runs.add(related);
  }
  return false;
}

function callsIn(events: readonly HistoryEvent[], known: ReadonlySet<string>): readonly CallElsewhere[] {
  return events.flatMap((event) => {
    const { activityTaskScheduledEventAttributes: scheduled } = event;
    return scheduled == null || known.has(copyKey(event)) ? [] : [{ scheduled, closed: closingOf(event, events) }];
  });
}

/** Whether it schedules an activity that has not ended, such as this one: that it is told of says nothing of its end. */
function isUnderWay(event: HistoryEvent, events: readonly HistoryEvent[]): boolean {
  return event.activityTaskScheduledEventAttributes != null && closingOf(event, events) === undefined;
}

function closingOf({ eventId }: HistoryEvent, events: readonly HistoryEvent[]): HistoryEvent | undefined {
  return events.find((event) => {
    const closing =
      event.activityTaskCompletedEventAttributes ??
      event.activityTaskFailedEventAttributes ??
      event.activityTaskTimedOutEventAttributes ??
      event.activityTaskCanceledEventAttributes;
    return closing?.scheduledEventId != null && String(closing.scheduledEventId) === String(eventId);
  });
}

async function fetchHistory(workflowId: string, runId: string) {
  return await Context.current().client.workflow.getHandle(workflowId, runId).fetchHistory();
}

/** Nothing of a run that was deleted. */
async function eventsOf(workflowId: string, runId: string): Promise<readonly HistoryEvent[]> {
  try {
    return (await fetchHistory(workflowId, runId)).events ?? [];
  } catch (error) {
    if (isNoWorkflow(error)) return [];
    throw error;
  }
}

/** What a run knows: its own history, and those of the runs that it continues. */
async function runsOf(workflowId: string, runId: string): Promise<readonly (readonly HistoryEvent[])[]> {
  const events = await eventsOf(workflowId, runId);
  const [started] = events;
  const before = started?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
  return before == null || before === '' ? [events] : [events, ...(await runsOf(workflowId, before))];
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
