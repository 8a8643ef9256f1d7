import type { Client } from '@temporalio/client';
import type { plain } from './workflows';

export const PLAIN_TASK_QUEUE = 'bench.plain';

/** Starts the plain workflow and waits for its result; gives its id. */
export async function plainFlow(client: Client, id: string): Promise<readonly string[]> {
  const workflowId = `plain/${id}`;
  await client.workflow.execute<typeof plain>('plain', { workflowId, taskQueue: PLAIN_TASK_QUEUE });
  return [workflowId];
}
