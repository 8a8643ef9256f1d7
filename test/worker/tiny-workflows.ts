import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities';
import type { AtProvider, SentBefore, SubmittedOrder } from '../../activities/arguments';
import type { OrderRequest } from '../../contract/order-requests';
import { sendId } from '../../contract/refs';

const { submitOrder } = proxyActivities<Activities>({
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '1m',
  retry: { maximumAttempts: 1 },
});

/** As little as it takes to have a worker send a deposit. */
export async function depositOnce(argument: AtProvider<OrderRequest> & SentBefore): Promise<SubmittedOrder> {
  const activityId = sendId(argument.ref, 1, undefined);
  return await submitOrder.executeWithOptions({ activityId }, [argument]);
}

/** Keeps the worker's workflow thread busy for about a second or two, among promises, as a replay does. */
export async function spin(): Promise<number> {
  let sum = 0;
  for (let round = 0; round < 600; round += 1) {
    await Promise.resolve();
    for (let step = 0; step < 5_000_000; step += 1) sum += step % 7;
  }
  return sum;
}
