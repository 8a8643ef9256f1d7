import type { Client } from '@temporalio/client';
import type { ApprovalRequest } from '../../contract/approval';
import type { CancelRequest, InformationRequest, ResolveRequest } from '../../contract/funding';
import { amend, approve, cancel, reject, resolve, supplyInformation } from '../../contract/messages';
import type { AmendRequest } from '../../contract/onboarding';
import type { UpdateDefinition } from '../../contract/temporal';
import { GangwayError } from '../gangway-error';
import { fromTemporal } from './from-temporal';
import { fromWorker } from './from-worker';
import type { TemporalAccess } from './temporal-access';

/** A worker decides on a message at once, but for new data, which it checks against files and the provider. */
const ACCEPT_TIMEOUT_MS = 15_000;
const DECIDE_TIMEOUT_MS = 60_000;

/** A person's answer to a parked flow. Gives the workflow's answer; see {@link sendUpdate} for what it throws. */
export async function sendResolve(
  temporal: TemporalAccess,
  workflowId: string,
  request: ResolveRequest,
): Promise<string> {
  return await sendUpdate(temporal, workflowId, resolve, request);
}

/** New data for a parked onboarding. */
export async function sendAmend(temporal: TemporalAccess, workflowId: string, request: AmendRequest): Promise<string> {
  return await sendUpdate(temporal, workflowId, amend, request);
}

/** What the provider asked for about an order under way. */
export async function sendInformation(
  temporal: TemporalAccess,
  workflowId: string,
  request: InformationRequest,
): Promise<string> {
  return await sendUpdate(temporal, workflowId, supplyInformation, request);
}

/** Approves a movement that waits for it. */
export async function sendApprove(
  temporal: TemporalAccess,
  workflowId: string,
  request: ApprovalRequest,
): Promise<string> {
  return await sendUpdate(temporal, workflowId, approve, request);
}

/** Ends a movement that waits for approval. */
export async function sendReject(
  temporal: TemporalAccess,
  workflowId: string,
  request: ApprovalRequest,
): Promise<string> {
  return await sendUpdate(temporal, workflowId, reject, request);
}

/** Ends a flow where nothing is in doubt. */
export async function sendCancel(
  temporal: TemporalAccess,
  workflowId: string,
  request: CancelRequest,
): Promise<string> {
  return await sendUpdate(temporal, workflowId, cancel, request);
}

/**
 * Sends a message and waits until the workflow has decided on it.
 *
 * @throws GangwayError REFUSED with the workflow's sentence; UNKNOWN_ID where nothing of that id runs; NO_WORKER where
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

/** A message finds only what runs: what has ended is told from what never was. */
async function notRunning(client: Client, unknown: GangwayError): Promise<GangwayError> {
  const { workflowId = '' } = unknown;
  try {
    await client.workflow.getHandle(workflowId).describe();
  } catch (error) {
    return fromTemporal(error, workflowId);
  }
  return new GangwayError('REFUSED', `${workflowId} has ended: nothing can be changed any more.`, { workflowId });
}
