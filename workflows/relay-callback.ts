import { getExternalWorkflowHandle, isCancellation } from '@temporalio/workflow';
import type { NewsTarget, RelayedCallback, StoredCallback } from '../contract/callbacks';
import { providerHasNews } from '../contract/messages';
import { invalidRequest, requireObject } from './shared/failures';
import { isRecord } from './shared/amendments';
import { textField } from './shared/unchecked';

/**
 * Tells every workflow that a provider's callback may concern to read the provider again. Nobody waits for this: a
 * workflow that is not told finds out by polling.
 *
 * @throws ApplicationFailure INVALID_REQUEST if it was started with something else
 */
export async function relayCallback(callback: StoredCallback): Promise<RelayedCallback> {
  const targets = targetsOf(callback);
  const told = await Promise.all(targets.map(async (target) => ({ target, told: await tell(target) })));
  const ids = (wanted: boolean): string[] =>
    told.filter((each) => each.told === wanted).map(({ target }) => target.workflowId);
  return { told: ids(true), gone: ids(false) };
}

function targetsOf(callback: unknown): readonly NewsTarget[] {
  requireObject(callback, 'callback');
  const targets: unknown = 'targets' in callback ? callback.targets : undefined;
  if (!Array.isArray(targets) || !targets.every(isRecord)) {
    throw invalidRequest([{ field: 'targets', problem: 'must list whom to tell: [{"workflowId": "..."}]' }]);
  }
  return targets.map((target) => {
    const orderId = textField(target, 'orderId');
    return { workflowId: textField(target, 'workflowId'), ...(orderId === '' ? {} : { orderId }) };
  });
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
