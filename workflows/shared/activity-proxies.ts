import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities';
import { ERROR_CODES, ERROR_RULES } from '../../contract/errors';
import { ACTIVITY_ATTEMPT_TIMEOUT_MS } from '../../contract/timeouts';
import { isWorthAnotherTry } from './failures';

/**
 * The only place where workflows meet activities. Every proxy has a bound for one attempt and a bound for all of them.
 * HTTP timeout < start-to-close < the worker's shutdown grace, so the attempt that sent the request reports the answer.
 */

const NEVER_RETRIED = ERROR_CODES.filter((code) => !ERROR_RULES[code].retryable);

/**
 * One write at the provider, one attempt: Temporal may not repeat it by itself; the workflow decides. The wait for a
 * worker has no bound: a write that no worker has begun is not in doubt.
 */
export const writes = proxyActivities<
  Pick<
    Activities,
    | 'createClient'
    | 'uploadDocument'
    | 'activateClient'
    | 'submitForVerification'
    | 'submitOrder'
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
  | 'endFunding'
  | 'verifyClient'
  | 'checkInformation'
>;

/** A read that is repeated for two minutes; then the rule decides what its failure means, and people see why. */
export const reads = proxyActivities<Reads>({
  startToCloseTimeout: ACTIVITY_ATTEMPT_TIMEOUT_MS,
  scheduleToCloseTimeout: '2m',
  retry: {
    initialInterval: '1s',
    backoffCoefficient: 2,
    maximumInterval: '1m',
    nonRetryableErrorTypes: NEVER_RETRIED,
  },
});

/**
 * A read that is expected to succeed at once: a local activity, which saves two hops to the server. If it does not,
 * the same read goes on as a regular activity (see `readAtOnce`).
 */
const quickReads = proxyLocalActivities<Reads>({
  startToCloseTimeout: '25s',
  scheduleToCloseTimeout: '30s',
  retry: { maximumAttempts: 2, initialInterval: '100ms', nonRetryableErrorTypes: NEVER_RETRIED },
});

/** Reads at once if that works; if it takes longer, people see it wait. Throws what the last attempt threw. */
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

/**
 * A day's reconciliation: one long read, which tells after each answer that it goes on. It may be repeated: a day that is closed
 * is answered as it was closed.
 */
export const reconciling = proxyActivities<Pick<Activities, 'reconcileDay'>>({
  startToCloseTimeout: '2h',
  scheduleToCloseTimeout: '1d',
  heartbeatTimeout: '2m',
  retry: {
    initialInterval: '10s',
    backoffCoefficient: 2,
    maximumInterval: '10m',
    nonRetryableErrorTypes: NEVER_RETRIED,
  },
});

/** What the book has of discrepancies. It may be away for a while: nothing else can be done then. */
export const discrepancies = proxyActivities<
  Pick<Activities, 'listDiscrepancies' | 'readDiscrepancy' | 'answerDiscrepancy'>
>({
  startToCloseTimeout: ACTIVITY_ATTEMPT_TIMEOUT_MS,
  scheduleToCloseTimeout: '3d',
  retry: {
    initialInterval: '1s',
    backoffCoefficient: 2,
    maximumInterval: '1m',
    nonRetryableErrorTypes: NEVER_RETRIED,
  },
});

/** What partners are told. Repeated for three days: a partner may be away for a night, or for a weekend. */
export const deliveries = proxyActivities<Pick<Activities, 'deliverEvent'>>({
  startToCloseTimeout: ACTIVITY_ATTEMPT_TIMEOUT_MS,
  scheduleToCloseTimeout: '3d',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10m' },
});

/** What the book is told of people, batches and events. Repeated for a month: a book may be away, and nothing of it is lost. */
export const records = proxyActivities<
  Pick<Activities, 'recordDecision' | 'recordBatch' | 'recordEvent' | 'putEventAside'>
>({
  startToCloseTimeout: ACTIVITY_ATTEMPT_TIMEOUT_MS,
  scheduleToCloseTimeout: '30d',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});

/** What the watch of a provider does. A read of the provider is told, and repeated by the watch; what fails here is ours. */
export const watching = proxyActivities<Pick<Activities, 'probeProvider' | 'listWaitingFlows' | 'wakeFlows'>>({
  startToCloseTimeout: ACTIVITY_ATTEMPT_TIMEOUT_MS,
  scheduleToCloseTimeout: '1d',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});
