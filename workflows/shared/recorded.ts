import { ApplicationFailure, CancellationScope, currentUpdateInfo, workflowInfo } from '@temporalio/workflow';
import type { DecisionAuthority, DecisionRecord } from '../../contract/records';
import { entersInTheBook } from '../patches';
import { records } from './activity-proxies';

/** What every person's message has. */
interface Said {
  readonly by: string;
  readonly reason: string;
}

/**
 * Takes a person's message, and has it in the book before the person is answered: what was decided, and what was refused. The
 * flow goes on meanwhile; it does not end before.
 *
 * @param decision what it is called in the book
 * @param authority what the person needs a right to
 */
export function recorded<Request extends Said>(
  decision: string,
  authority: DecisionAuthority,
  take: (request: Request) => Promise<string> | string,
): (request: Request) => Promise<string> | string {
  // As it was, to the last turn of the event loop, if the history is of a version that entered nothing.
  return (request) =>
    entersInTheBook() ? takeAndEnter(recordOf(decision, authority, request), request, take) : take(request);
}

async function takeAndEnter<Request>(
  record: DecisionRecord,
  request: Request,
  take: (request: Request) => Promise<string> | string,
): Promise<string> {
  try {
    const answer = await take(request);
    await enter(record);
    return answer;
  } catch (error) {
    if (error instanceof ApplicationFailure && error.type === 'REFUSED') {
      await enter({ ...record, refused: error.message });
    }
    throw error;
  }
}

function recordOf(decision: string, authority: DecisionAuthority, request: Said): DecisionRecord {
  const { by, reason } = request;
  const [action, question, evidence] = [
    textOf(request, 'action'),
    textOf(request, 'answers'),
    textOf(request, 'evidence'),
  ];
  return {
    subject: workflowInfo().workflowId,
    updateId: currentUpdateInfo()?.id ?? '',
    decision,
    ...(action === undefined ? {} : { action }),
    ...(question === undefined ? {} : { question }),
    by,
    reason,
    ...(evidence === undefined ? {} : { evidence }),
    authority,
    at: new Date().toISOString(),
  };
}

function textOf(request: object, field: string): string | undefined {
  const found: unknown = Object.entries(request).find(([name]) => name === field)?.[1];
  return typeof found === 'string' ? found : undefined;
}

/** The flow does not fail by a book that was away for longer than the record waits: the decision is in its history. */
async function enter(record: DecisionRecord): Promise<void> {
  try {
    await CancellationScope.nonCancellable(() => records.recordDecision(record));
  } catch {
    return;
  }
}

/**
 * Enters a cancel that was made in Temporal itself, which does not tell who made it.
 *
 * @param outcome how the flow ended with it
 */
export async function enterServerCancel(outcome: string): Promise<void> {
  const { workflowId: subject, firstExecutionRunId } = workflowInfo();
  await enter({
    subject,
    updateId: `server-cancel/${firstExecutionRunId}`,
    decision: 'cancel',
    by: 'unknown',
    reason: 'cancelled in Temporal itself, which does not say by whom',
    authority: 'resolve',
    ...(outcome === 'cancelled' ? {} : { refused: `it came too late: the flow ended as ${outcome}` }),
    at: new Date().toISOString(),
  });
}
