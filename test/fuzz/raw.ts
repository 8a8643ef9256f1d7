import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { providerTaskQueue } from '../../contract/task-queues';
import { grpcStatus } from '../../temporal/grpc-status';
import type { Rig } from '../setup/rig';

/**
 * Requests as text, as a form or another language sends them: JavaScript itself reads JSON that it cannot write, because
 * it is nested too deeply.
 */

const { UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED: UNTIL_DECIDED } =
  temporal.api.enums.v1.UpdateWorkflowExecutionLifecycleStage;

/** As gRPC has it. */
const INVALID_ARGUMENT = 3;

/** `depth` objects inside each other, as JSON text. */
export function nestedText(depth: number): string {
  return `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
}

function payloads(text: string, encoding: string): temporal.api.common.v1.IPayloads {
  return { payloads: [{ metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(text) }] };
}

/** Starts a workflow with one argument. */
export async function startText(
  rig: Rig,
  type: string,
  workflowId: string,
  text: string,
  encoding = 'json/plain',
): Promise<WorkflowHandle> {
  await rig.client.workflowService.startWorkflowExecution({
    namespace: rig.server.namespace,
    workflowId,
    requestId: randomUUID(),
    workflowType: { name: type },
    taskQueue: { name: providerTaskQueue('coinmena') },
    input: payloads(text, encoding),
  });
  return rig.client.workflow.getHandle(workflowId);
}

/** Sends an update with one argument, and says what the workflow made of it. */
export async function updateText(
  rig: Rig,
  workflowId: string,
  update: string,
  text: string,
): Promise<'accepted' | 'refused'> {
  const { outcome } = await rig.client.workflowService.updateWorkflowExecution({
    namespace: rig.server.namespace,
    workflowExecution: { workflowId },
    waitPolicy: { lifecycleStage: UNTIL_DECIDED },
    request: { meta: { updateId: randomUUID() }, input: { name: update, args: payloads(text, 'json/plain') } },
  });
  if (outcome?.success == null && outcome?.failure == null) throw new Error(`${update} was not decided upon in time`);
  return outcome.success == null ? 'refused' : 'accepted';
}

/** Sends a signal with one argument. */
export async function signalText(
  rig: Rig,
  workflowId: string,
  signal: string,
  text: string,
  encoding = 'json/plain',
): Promise<void> {
  await rig.client.workflowService.signalWorkflowExecution({
    namespace: rig.server.namespace,
    workflowExecution: { workflowId },
    requestId: randomUUID(),
    signalName: signal,
    input: payloads(text, encoding),
  });
}

/** Asks a query with one argument: its answer as text, or undefined if it was refused. */
export async function queryText(
  rig: Rig,
  workflowId: string,
  query: string,
  text: string,
): Promise<string | undefined> {
  try {
    const { queryResult } = await rig.client.workflowService.queryWorkflow({
      namespace: rig.server.namespace,
      execution: { workflowId },
      query: { queryType: query, queryArgs: payloads(text, 'json/plain') },
    });
    return Buffer.from(queryResult?.payloads?.[0]?.data ?? []).toString('utf8');
  } catch (error) {
    if (grpcStatus(error) === INVALID_ARGUMENT) return undefined;
    throw error;
  }
}
