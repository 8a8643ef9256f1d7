import { isAnsweredTogether } from '../../contract/answered-together';
import type { CancelRequest } from '../../contract/funding';
import { isParkReason, type ParkReason } from '../../contract/progress';
import { GangwayError, invalidRequest, type GangwayErrorCode } from '../gangway-error';
import { listFlows, readListFilter, type FlowSummary, type ListFilter, type TypedFilter } from './list';
import { sendDecision } from './steer';
import type { TemporalAccess } from './temporal-access';

/** Which parked flows are to be tried again. */
export interface RetryAllFilter extends Pick<ListFilter, 'provider' | 'partnerClientId'> {
  /** Why they wait: a reason that one answer may settle for all (contract/answered-together.ts). */
  readonly code: ParkReason;
  /** How many at most, oldest start last. Default {@link DEFAULT_RETRIES}. */
  readonly limit?: number;
}

export interface RetryAllOptions {
  /** How many are told at once. Default {@link DEFAULT_RETRY_CONCURRENCY}. */
  readonly concurrency?: number;
  /** Told once which flows are meant, before anything is sent. */
  readonly onFound?: (flows: readonly FlowSummary[]) => void;
  /** Told of each, as it is known. */
  readonly onAnswer?: (answer: RetryAnswer) => void;
  /** No further one is told. */
  readonly signal?: AbortSignal;
}

/**
 * What came of one: `accepted`; `refused`, such as when it has gone on meanwhile or another person was faster;
 * `unknown` if no worker answered in time; `not-sent` if it was stopped before.
 */
export interface RetryAnswer {
  readonly workflowId: string;
  readonly outcome: 'accepted' | 'refused' | 'unknown' | 'not-sent';
  /** If it was not accepted: why, for programs and for people. */
  readonly code?: GangwayErrorCode;
  readonly why?: string;
}

export const DEFAULT_RETRIES = 1_000;
export const DEFAULT_RETRY_CONCURRENCY = 10;
export const MAX_RETRY_CONCURRENCY = 100;

/**
 * Which parked flows are meant. A reason for which a person must look at each is refused (contract/answered-together.ts).
 *
 * @throws GangwayError INVALID_REQUEST
 */
export function readRetryAllFilter(filter: TypedFilter & { readonly code: string }): RetryAllFilter {
  readListFilter(filter);
  const { code } = filter;
  if (isParkReason(code) && isAnsweredTogether(code)) return { ...filter, code };
  const problem = `must be a reason that one retry may answer for all; ${code} asks a person to look at each`;
  throw invalidRequest([{ field: 'code', problem }]);
}

/** Answers every flow that is parked for one reason with `retry`, a bounded number at once. */
export async function retryAll(
  temporal: TemporalAccess,
  filter: RetryAllFilter,
  { by, reason }: CancelRequest,
  { concurrency = DEFAULT_RETRY_CONCURRENCY, onFound, onAnswer, signal }: RetryAllOptions,
): Promise<readonly RetryAnswer[]> {
  const parked = readRetryAllFilter(filter);
  const flows = await listFlows(temporal, { limit: DEFAULT_RETRIES, ...parked });
  onFound?.(flows);
  const answers: RetryAnswer[] = [];
  const left = flows.map(({ workflowId }) => workflowId);
  async function work(): Promise<void> {
    for (let workflowId = left.shift(); workflowId !== undefined; workflowId = left.shift()) {
      const answer = signal?.aborted === true ? notSent(workflowId) : await retry(workflowId);
      answers.push(answer);
      onAnswer?.(answer);
    }
  }
  async function retry(workflowId: string): Promise<RetryAnswer> {
    try {
      // A flow may ask something else by now, such as whether to accept new terms: nobody has seen that, so it is not
      // answered.
      const request = { action: 'retry', by, reason, answers: parked.code } as const;
      await sendDecision(temporal, workflowId, 'resolve', request);
      return { workflowId, outcome: 'accepted' };
    } catch (error) {
      if (!(error instanceof GangwayError)) throw error;
      const outcome = error.code === 'REFUSED' || error.code === 'UNKNOWN_ID' ? 'refused' : 'unknown';
      return { workflowId, outcome, code: error.code, why: error.message };
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work));
  return answers;
}

function notSent(workflowId: string): RetryAnswer {
  return { workflowId, outcome: 'not-sent' };
}
