import type { QueryDefinition } from '@temporalio/common';
import {
  batchTitle,
  batchWorkflowId,
  MAX_ROWS_AT_ONCE,
  type BatchProgress,
  type BatchResult,
  type BatchRow,
  type PauseRequest,
  type RowResult,
} from '../../contract/batch';
import {
  addRows,
  batchProgress,
  batchResults,
  BATCH_WORKFLOW_TYPE,
  pauseBatch,
  resumeBatch,
} from '../../contract/messages';
import { PROVIDER, STAGE } from '../../contract/search-attributes';
import { readBatchRequest, readDecision } from '../flow/requests';
import { fromWorker } from '../flow/from-worker';
import { startOrAttach, type Started } from '../flow/start';
import { sendUpdate } from '../flow/steer';
import type { TemporalAccess } from '../flow/temporal-access';
import { GangwayError } from '../gangway-error';
import type { BatchInput } from '../inputs';

/** Names a batch. */
export interface BatchName {
  readonly provider: string;
  readonly batchId: string;
}

/** Starts, feeds, watches and steers batches: the flows of many rows, each under its own lock. */
export class Batches {
  constructor(private readonly temporal: TemporalAccess) {}

  /**
   * Starts a batch. Harmless when repeated: the second call attaches to the first.
   *
   * @param again whether a batch that has ended is run once more; its rows find what they began before
   * @throws GangwayError INVALID_REQUEST with every wrong field; ID_TAKEN if the id belongs to another file
   */
  async start(batch: BatchInput, again: boolean): Promise<Started<BatchResult>> {
    const request = readBatchRequest(batch);
    return await startOrAttach(this.temporal, {
      type: BATCH_WORKFLOW_TYPE,
      workflowId: batchWorkflowId(request.provider, request.batchId),
      provider: request.provider,
      request,
      summary: batchTitle(request),
      searchAttributes: [
        { key: PROVIDER, value: request.provider },
        { key: STAGE, value: 'running' },
      ],
      afterAnEnd: again ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
    });
  }

  /** Where a batch stands. Throws GangwayError UNKNOWN_ID, NO_WORKER, TEMPORAL_UNREACHABLE. */
  async progress(batch: BatchName): Promise<BatchProgress> {
    return await this.ask(workflowIdOf(batch), undefined, batchProgress);
  }

  /**
   * Hands over the rows that the batch wants next and has room for, if any, and says where it then stands.
   *
   * @param rows all rows of the batch
   */
  async feed(batch: BatchName, rows: readonly BatchRow[]): Promise<BatchProgress> {
    const progress = await this.progress(batch);
    const { next, room } = progress.wanted;
    const part = rows.slice(next, next + Math.min(room, MAX_ROWS_AT_ONCE));
    if (part.length === 0) return progress;
    const wanted = await sendUpdate(this.temporal, workflowIdOf(batch), addRows, { first: next, rows: part });
    return { ...progress, wanted };
  }

  /** What came of every row that has settled, in the order of their lines. */
  async results(batch: BatchName): Promise<readonly RowResult[]> {
    const { runs } = await this.progress(batch);
    const results: RowResult[] = [];
    for (const { runId } of runs) results.push(...(await this.ask(workflowIdOf(batch), runId, batchResults)));
    return results.sort((a, b) => a.line - b.line);
  }

  /** Begins no further row until it is resumed. Throws GangwayError INVALID_REQUEST, REFUSED, UNKNOWN_ID, NO_WORKER. */
  async pause(batch: BatchName, request: PauseRequest): Promise<string> {
    return await sendUpdate(this.temporal, workflowIdOf(batch), pauseBatch, readDecision('cancel', request));
  }

  /** Goes on with a batch that was paused; throws as `pause`. */
  async resume(batch: BatchName, request: PauseRequest): Promise<string> {
    return await sendUpdate(this.temporal, workflowIdOf(batch), resumeBatch, readDecision('cancel', request));
  }

  private async ask<Answer>(
    workflowId: string,
    runId: string | undefined,
    query: QueryDefinition<Answer>,
  ): Promise<Answer> {
    const { client } = this.temporal;
    const handle = client.workflow.getHandle(workflowId, runId);
    try {
      return await client.withDeadline(Date.now() + QUERY_TIMEOUT_MS, () => handle.query(query));
    } catch (error) {
      const told = await fromWorker(this.temporal, error, workflowId);
      if (told.code !== 'UNKNOWN_ID') throw told;
      throw new GangwayError('UNKNOWN_ID', `There is no ${workflowId}, or it is older than the retention.`, {
        workflowId,
      });
    }
  }
}

/** A run that has ended is replayed to answer, which takes longer than asking one that runs. */
const QUERY_TIMEOUT_MS = 20_000;

function workflowIdOf({ provider, batchId }: BatchName): string {
  return batchWorkflowId(provider, batchId);
}
