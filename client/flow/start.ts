import { WorkflowExecutionAlreadyStartedError, type WorkflowExecutionStatusName } from '@temporalio/client';
import type { SearchAttributePair } from '@temporalio/common';
import { providerTaskQueue } from '../../contract/task-queues';
import { refusalIn } from '../../contract/payload-refusals';
import { GangwayError } from '../gangway-error';
import { fromTemporal } from './from-temporal';
import { differingFields, fieldInBoth, startedRequest } from './started-request';
import type { TemporalAccess } from './temporal-access';

/** What a start gives back. */
export interface Started<Result> {
  readonly workflowId: string;
  readonly runId: string;
  /** `already-running` and `already-done`: the same request was started before, and this is that one. */
  readonly started: 'new' | 'already-running' | 'already-done';
  /** Waits for the end. Throws GangwayError if the workflow failed or was cancelled in Temporal. */
  result(): Promise<Result>;
}

/** What is to be started. */
export interface FlowStart<Request, Result> {
  readonly type: string;
  readonly workflowId: string;
  readonly provider: string;
  readonly request: Request;
  /** A sentence that the Temporal UI shows: opaque ids only. */
  readonly summary: string;
  readonly searchAttributes: SearchAttributePair[];
  /** What a new start may do if an earlier workflow of this id has ended. */
  readonly afterAnEnd: 'REJECT_DUPLICATE' | 'ALLOW_DUPLICATE_FAILED_ONLY' | 'ALLOW_DUPLICATE';
  /** Whether an earlier workflow ended with nothing done, so that another request may be started under its id. */
  wasGivenUp?(result: Result): boolean;
}

/** An earlier workflow can fail between the refused start and the look at it: then the start is tried again. */
const START_ATTEMPTS = 3;

/**
 * Starts a workflow under its lock, or attaches to the one that has it. Harmless when repeated, even by several callers
 * at once: one of them starts it. It asks Temporal for a conflict instead of silently using the existing workflow,
 * because only a conflict tells a caller whether anything was started, and whether it was the same request.
 *
 * @throws GangwayError ID_TAKEN if the id was started with another request
 */
export async function startOrAttach<Request, Result>(
  temporal: TemporalAccess,
  start: FlowStart<Request, Result>,
): Promise<Started<Result>> {
  const { workflowId } = start;
  for (let attempt = 1; ; attempt += 1) {
    const runId = await tryToStart(temporal, start);
    if (runId !== undefined) return started(temporal, workflowId, runId, 'new');
    const existing = await describe(temporal, workflowId);
    const mayStartAnew = start.afterAnEnd === 'ALLOW_DUPLICATE_FAILED_ONLY' && endedBadly(existing.status.name);
    if (mayStartAnew && attempt < START_ATTEMPTS) continue;
    if (attempt < START_ATTEMPTS && (await leavesRoom(temporal, start, existing))) {
      const correctedRunId = await tryToStart(temporal, { ...start, afterAnEnd: 'ALLOW_DUPLICATE' });
      if (correctedRunId !== undefined) return started(temporal, workflowId, correctedRunId, 'new');
      continue;
    }
    await requireSameRequest(temporal, start, existing);
    const how = existing.status.name === 'RUNNING' ? 'already-running' : 'already-done';
    return started(temporal, workflowId, existing.runId, how);
  }
}

/** The new run's id; undefined if the id is taken. */
async function tryToStart<Request, Result>(
  { client }: TemporalAccess,
  start: FlowStart<Request, Result>,
): Promise<string | undefined> {
  try {
    const handle = await client.workflow.start(start.type, {
      workflowId: start.workflowId,
      taskQueue: providerTaskQueue(start.provider),
      args: [start.request],
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: start.afterAnEnd,
      typedSearchAttributes: start.searchAttributes,
      staticSummary: start.summary,
    });
    return handle.firstExecutionRunId;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw fromTemporal(error, start.workflowId);
  }
}

interface Existing {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  readonly status: { readonly name: WorkflowExecutionStatusName };
}

async function describe({ client }: TemporalAccess, workflowId: string): Promise<Existing> {
  try {
    return await client.workflow.getHandle(workflowId).describe();
  } catch (error) {
    throw fromTemporal(error, workflowId);
  }
}

function endedBadly(status: WorkflowExecutionStatusName): boolean {
  return status === 'FAILED' || status === 'CANCELLED' || status === 'TERMINATED' || status === 'TIMED_OUT';
}

/**
 * Whether an earlier onboarding makes no difference: it was given up and this is another request, or its client was forgotten, so
 * that nobody can know any more what it was.
 */
async function leavesRoom<Request, Result>(
  temporal: TemporalAccess,
  start: FlowStart<Request, Result>,
  existing: Existing,
): Promise<boolean> {
  if (existing.status.name !== 'COMPLETED' || start.wasGivenUp === undefined) return false;
  return (await isForgotten(temporal, existing)) || (await isCorrected(temporal, start, existing));
}

async function isForgotten(temporal: TemporalAccess, existing: Existing): Promise<boolean> {
  try {
    await startedRequest(temporal, existing);
    return false;
  } catch (error) {
    if (refusalIn(error)?.code === 'DATA_KEY_DESTROYED') return true;
    throw fromTemporal(error, existing.workflowId);
  }
}

/**
 * Whether an earlier workflow was given up, and this is another request in its place. The same request again is no
 * correction: repeating it does not restart what somebody gave up.
 */
async function isCorrected<Request, Result>(
  temporal: TemporalAccess,
  start: FlowStart<Request, Result>,
  existing: Existing,
): Promise<boolean> {
  if (start.wasGivenUp === undefined || existing.type !== start.type) return false;
  if ((await changedFields(temporal, start, existing)).length === 0) return false;
  const { client } = temporal;
  const handle = client.workflow.getHandle<() => Promise<Result>>(existing.workflowId, existing.runId);
  try {
    return start.wasGivenUp(await handle.result());
  } catch (error) {
    throw fromTemporal(error, existing.workflowId);
  }
}

async function requireSameRequest<Request, Result>(
  temporal: TemporalAccess,
  start: FlowStart<Request, Result>,
  existing: Existing,
): Promise<void> {
  const { workflowId } = existing;
  if (existing.type !== start.type) {
    const message = `${workflowId} was started before as ${existing.type}, not as ${start.type}. Nothing was started.`;
    throw new GangwayError('ID_TAKEN', message, { workflowId });
  }
  if (existing.status.name !== 'RUNNING' && (await isForgotten(temporal, existing))) {
    const message = `${workflowId} was of a client who was forgotten. Nothing was started; use another id.`;
    throw new GangwayError('ID_TAKEN', message, { workflowId });
  }
  const differing = await changedFields(temporal, start, existing);
  if (differing.length === 0) return;
  const message =
    `${workflowId} was started before with another request: ${differing.slice(0, MOST_NAMED).join(', ')} ` +
    `${differing.length === 1 ? 'differs' : 'differ'}. Nothing was started; use another id for another request.`;
  const fields = differing.map((field) => ({ field, problem: 'differs from what was started under this id' }));
  throw new GangwayError('ID_TAKEN', message, { workflowId, fields });
}

/**
 * How a request differs from the one that was started. Another person may ask for the same: the first stays the
 * requester.
 */
async function changedFields<Request, Result>(
  temporal: TemporalAccess,
  { request }: FlowStart<Request, Result>,
  existing: Existing,
): Promise<readonly string[]> {
  const before = await startedRequest(temporal, existing).catch((error: unknown) => {
    throw fromTemporal(error, existing.workflowId);
  });
  const changed = differingFields(before, request).filter((field) => !ABOUT_THE_REQUESTER.includes(field));
  return [...new Set(changed.map((field) => fieldInBoth(field, before, request)))];
}

const ABOUT_THE_REQUESTER: readonly string[] = ['requestedBy', 'requesterProof'];
const MOST_NAMED = 10;

function started<Result>(
  { client }: TemporalAccess,
  workflowId: string,
  runId: string,
  how: Started<Result>['started'],
): Started<Result> {
  return {
    workflowId,
    runId,
    started: how,
    result: async () => {
      try {
        return await client.workflow.getHandle<() => Promise<Result>>(workflowId, runId).result();
      } catch (error) {
        throw fromTemporal(error, workflowId);
      }
    },
  };
}
