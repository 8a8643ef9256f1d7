import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities';
import type { SubmitArgument, SubmittedOrder } from '../../activities/arguments';

const { submitDeposit } = proxyActivities<Activities>({
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '1m',
  retry: { maximumAttempts: 1 },
});

/** As little as it takes to have a worker send a deposit. */
export async function depositOnce(argument: SubmitArgument): Promise<SubmittedOrder> {
  return await submitDeposit(argument);
}
