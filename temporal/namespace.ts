import type { Connection } from '@temporalio/client';
import { msToTs, optionalTsToMs } from '@temporalio/common/lib/time';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * How long the embedded server keeps closed workflows. A workflow's id guards its intent only while the server
 * remembers it.
 */
export const RETENTION_MS = 30 * DAY_MS;

/** Raises a namespace's retention to RETENTION_MS; leaves a longer one alone. */
export async function ensureRetention(connection: Connection, namespace: string): Promise<void> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  if ((optionalTsToMs(config?.workflowExecutionRetentionTtl) ?? 0) >= RETENTION_MS) return;
  await connection.workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: msToTs(RETENTION_MS) },
  });
}
