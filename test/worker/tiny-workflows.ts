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
