import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities';
import { ERROR_CODES, ERROR_RULES } from '../../contract/errors';
import { ACTIVITY_ATTEMPT_TIMEOUT_MS } from '../../contract/timeouts';
import { isWorthAnotherTry } from './failures';

/**
 * The only place where workflows meet activities. Every proxy has a bound for one attempt and a bound for all of them.
 * HTTP timeout < start-to-close < the worker's shutdown grace: the attempt that asked reports the answer.
 */

const NEVER_RETRIED = ERROR_CODES.filter((code) => !ERROR_RULES[code].retryable);

/**
 * One write at the provider, one attempt: Temporal may not repeat it by itself; the workflow decides. Without a bound
 * on waiting for a worker: a write that no worker has begun is not in doubt.
 */
export const writes = proxyActivities<
  Pick<
    Activities,
    | 'createClient'
    | 'uploadDocument'
    | 'activateClient'
    | 'submitForVerification'
    | 'submitDeposit'
    | 'submitWithdrawal'
    | 'submitConversion'
    | 'quoteOrder'
    | 'confirmOrder'
    | 'cancelOrder'
    | 'supplyOrderInformation'
    | 'applyForAccount'
    | 'supplyAccountInformation'
  >
>({
  startToCloseTimeout: ACTIVITY_ATTEMPT_TIMEOUT_MS,
  retry: { maximumAttempts: 1 },
});

type Reads = Pick<
  Activities,
  | 'checkApplication'
  | 'checkFunding'
  | 'checkReceiving'
  | 'fetchClient'
  | 'fetchDocument'
  | 'fetchOrderByRef'
  | 'findOrder'
  | 'fetchAccount'
  | 'listReceivedDeposits'
  | 'readDepositClaim'
  | 'readFunding'
  | 'readBalance'
  | 'verifyClient'
  | 'checkInformation'
>;

/** A read that is repeated for ten minutes, in sight of whoever looks at the pending activities. */
export const reads = proxyActivities<Reads>({
  startToCloseTimeout: ACTIVITY_ATTEMPT_TIMEOUT_MS,
  scheduleToCloseTimeout: '10m',
  retry: {
    initialInterval: '1s',
    backoffCoefficient: 2,
    maximumInterval: '1m',
    nonRetryableErrorTypes: NEVER_RETRIED,
  },
});

/**
 * A read that is expected to succeed at once: a local activity, which saves two hops to the server. Where it does not,
 * the same read goes on as a regular activity (see `readAtOnce`).
 */
const quickReads = proxyLocalActivities<Reads>({
  startToCloseTimeout: '25s',
  scheduleToCloseTimeout: '30s',
  retry: { maximumAttempts: 2, initialInterval: '100ms', nonRetryableErrorTypes: NEVER_RETRIED },
});

/** Reads at once where that works, in plain sight where it takes longer. Throws what the last attempt threw. */
export async function readAtOnce<Result>(read: (activities: Reads) => Promise<Result>): Promise<Result> {
  try {
    return await read(quickReads);
  } catch (error) {
    if (!isWorthAnotherTry(error)) throw error;
    return await read(reads);
  }
}

/**
 * Rows of a batch. Each attempt begins a workflow under its own lock, or finds it begun, and watches it for a moment:
 * repeated as often as needed, it begins nothing twice.
 */
export const batchRows = proxyActivities<Pick<Activities, 'runBatchRow'>>({
  startToCloseTimeout: ACTIVITY_ATTEMPT_TIMEOUT_MS,
  scheduleToCloseTimeout: '1d',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
});

/** What partners are told. Repeated for three days: a partner may be away for a night, or for a weekend. */
export const deliveries = proxyActivities<Pick<Activities, 'deliverEvent'>>({
  startToCloseTimeout: ACTIVITY_ATTEMPT_TIMEOUT_MS,
  scheduleToCloseTimeout: '3d',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10m' },
});
