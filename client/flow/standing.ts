import { WorkflowNotFoundError } from '@temporalio/client';
import { fromTemporal } from './from-temporal';
import type { TemporalAccess } from './temporal-access';

/** What Temporal knows of a workflow: it runs, it has ended (by force too), or it never began or was forgotten. */
export type Standing = 'running' | 'ended' | 'unknown';

/**
 * What Temporal knows of a workflow. No worker is asked, and nothing of it is read.
 *
 * @throws GangwayError TEMPORAL_UNREACHABLE
 */
export async function standingOf({ client }: TemporalAccess, workflowId: string): Promise<Standing> {
  try {
    const { status } = await client.workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING' || status.name === 'PAUSED' ? 'running' : 'ended';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'unknown';
    throw fromTemporal(error, workflowId);
  }
}
