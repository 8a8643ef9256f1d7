import { getExternalWorkflowHandle, isCancellation } from '@temporalio/workflow';
import type { NewsTarget, RelayedCallback, StoredCallback } from '../contract/callbacks';
import { providerHasNews } from '../contract/messages';

/**
 * Tells everybody whom a provider's callback may concern to read the provider again. Nobody waits for this: whoever is
 * not told finds out by polling.
 */
export async function relayCallback({ targets }: StoredCallback): Promise<RelayedCallback> {
  const told = await Promise.all(targets.map(async (target) => ({ target, told: await tell(target) })));
  const ids = (wanted: boolean): string[] =>
    told.filter((each) => each.told === wanted).map(({ target }) => target.workflowId);
  return { told: ids(true), gone: ids(false) };
}

/** Whether there was somebody to be told. */
async function tell({ workflowId, orderId }: NewsTarget): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(workflowId).signal(
      providerHasNews,
      orderId === undefined ? undefined : { orderId },
    );
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    // Ended before the callback came, which is as good as told.
    return false;
  }
}
