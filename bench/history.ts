import type { Client } from '@temporalio/client';

/** What a flow left behind on the server, over all its workflows. */
export interface FlowHistory {
  readonly events: number;
  readonly tasks: number;
}

/** Histories that are read at once. */
const PARALLEL = 10;

/** Counts the history events and workflow tasks of flows, each of which consists of some workflows. */
export async function countHistories(
  client: Client,
  flows: readonly (readonly string[])[],
): Promise<readonly FlowHistory[]> {
  const counted: FlowHistory[] = [];
  const left = [...flows];
  const lane = async (): Promise<void> => {
    for (let flow = left.pop(); flow !== undefined; flow = left.pop()) counted.push(await countFlow(client, flow));
  };
  await Promise.all(Array.from({ length: PARALLEL }, lane));
  return counted;
}

async function countFlow(client: Client, workflowIds: readonly string[]): Promise<FlowHistory> {
  let [events, tasks] = [0, 0];
  for (const workflowId of workflowIds) {
    const { events: found } = await client.workflow.getHandle(workflowId).fetchHistory();
    events += found?.length ?? 0;
    tasks += found?.filter(({ workflowTaskScheduledEventAttributes: task }) => task != null).length ?? 0;
  }
  return { events, tasks };
}
