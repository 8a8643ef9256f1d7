import type { ConnectionLike } from '@temporalio/client';

const ANSWER_TIMEOUT_MS = 2_000;

/** Whether Temporal answers now, and has the namespace. */
export async function temporalAnswers(
  connection: Pick<ConnectionLike, 'withDeadline' | 'workflowService'>,
  namespace: string,
): Promise<boolean> {
  try {
    await connection.withDeadline(Date.now() + ANSWER_TIMEOUT_MS, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
    return true;
  } catch {
    return false;
  }
}
