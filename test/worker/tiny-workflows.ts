import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities';
import type { SubmitArgument } from '../../activities/arguments';
import type { Order } from '../../contract/funding';

const { submitDeposit } = proxyActivities<Activities>({
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '1m',
  retry: { maximumAttempts: 1 },
});

/** As little as it takes to have a worker send a deposit. */
export async function depositOnce(argument: SubmitArgument): Promise<Order> {
  return await submitDeposit(argument);
}
