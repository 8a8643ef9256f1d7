import type { Client } from '@temporalio/client';
import { PARTNER_CLIENT_ID, PROVIDER, STAGE } from '../../contract/search-attributes';
import type { plain, skeleton, skeletonMovement } from './workflows';

export const PLAIN_TASK_QUEUE = 'bench.plain';
export const SKELETON_TASK_QUEUE = 'bench.skeleton';

/** Starts the plain workflow and waits for its result; gives its id. */
export async function plainFlow(client: Client, id: string): Promise<readonly string[]> {
  const workflowId = `plain/${id}`;
  await client.workflow.execute<typeof plain>('plain', { workflowId, taskQueue: PLAIN_TASK_QUEUE });
  return [workflowId];
}

/** Starts the skeleton of a flow and waits until its movement has ended; gives the ids of its workflows. */
export async function skeletonFlow(client: Client, id: string): Promise<readonly string[]> {
  const workflowId = `skeleton/${id}`;
  await client.workflow.execute<typeof skeleton>('skeleton', {
    workflowId,
    taskQueue: SKELETON_TASK_QUEUE,
    typedSearchAttributes: [
      { key: PROVIDER, value: 'none' },
      { key: PARTNER_CLIENT_ID, value: workflowId },
      { key: STAGE, value: 'started' },
    ],
  });
  const movement = `${workflowId}/movement`;
  await client.workflow.getHandle<typeof skeletonMovement>(movement).result();
  return [workflowId, movement];
}
