import type { Client } from '@temporalio/client';
import type { DecisionName, DecisionRequests } from '../../contract/decisions';
import { DECISION_UPDATES } from '../../contract/messages';
import type { UpdateDefinition } from '../../contract/temporal';
import { GangwayError } from '../gangway-error';
import { fromTemporal } from './from-temporal';
import { fromWorker } from './from-worker';
import type { TemporalAccess } from './temporal-access';

/** A worker decides on a message at once, except on new data, which it checks against files and the provider. */
const ACCEPT_TIMEOUT_MS = 15_000;
const DECIDE_TIMEOUT_MS = 60_000;

/** Sends what a person decided. Gives the workflow's answer; see {@link sendUpdate} for what it throws. */
export async function sendDecision<Name extends DecisionName>(
  temporal: TemporalAccess,
  workflowId: string,
  name: Name,
  request: DecisionRequests[Name],
): Promise<string> {
  return await sendUpdate(temporal, workflowId, DECISION_UPDATES[name], request);
}

/**
 * Sends a message and waits until the workflow has decided on it.
 *
 * @throws GangwayError REFUSED with the workflow's sentence; UNKNOWN_ID if nothing of that id runs; NO_WORKER if
 *   no worker decided in time; TEMPORAL_UNREACHABLE
 */
export async function sendUpdate<Answer, Request>(
  temporal: TemporalAccess,
  workflowId: string,
  message: UpdateDefinition<Answer, [Request]>,
  request: Request,
): Promise<Answer> {
  const { client } = temporal;
  const handle = client.workflow.getHandle(workflowId);
  try {
    const accepted = await client.withDeadline(Date.now() + ACCEPT_TIMEOUT_MS, () =>
      handle.startUpdate(message, { args: [request], waitForStage: 'ACCEPTED' }),
    );
    return await client.withDeadline(Date.now() + DECIDE_TIMEOUT_MS, () => accepted.result());
  } catch (error) {
    const told = await fromWorker(temporal, error, workflowId);
    throw told.code === 'UNKNOWN_ID' ? await notRunning(client, told) : told;
  }
}

/** A message reaches only running flows; this distinguishes one that has ended from one that never existed. */
async function notRunning(client: Client, unknown: GangwayError): Promise<GangwayError> {
  const { workflowId = '' } = unknown;
  try {
    await client.workflow.getHandle(workflowId).describe();
  } catch (error) {
    return fromTemporal(error, workflowId);
  }
  return new GangwayError('REFUSED', `${workflowId} has ended: nothing can be changed any more.`, { workflowId });
}
