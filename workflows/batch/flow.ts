import {
  allHandlersFinished,
  condition,
  continueAsNew,
  isCancellation,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import {
  batchTitle,
  batchWorkflowId,
  type AddRowsRequest,
  type BatchProgress,
  type BatchRequest,
  type BatchResult,
  type BatchRow,
  type BatchRun,
  type BegunRow,
  type PauseRequest,
  type RowsWanted,
} from '../../contract/batch';
import { addRows, batchProgress, batchResults, pauseBatch, resumeBatch } from '../../contract/messages';
import { batchRows, records } from '../shared/activity-proxies';
import { BatchStatusBoard } from './status-board';
import { takenOver } from '../shared/continued';
import { decisionProblem, refuse } from '../shared/inbox';
import { recorded } from '../shared/recorded';
import { entersInTheBook } from '../patches';
import { failureOf } from '../shared/failures';
import { requireLock } from '../shared/lock';
import { addRowsProblem, requireBatchRequest } from './request';
import { decide, hasMove, pauseProblem } from './rule';
import {
  carriedOf,
  countsOf,
  untouched,
  wanted,
  type BatchEvent,
  type BatchMove,
  type BatchState,
  type BatchStep,
  type CarriedBatch,
  type LaterRow,
} from './state';

/** What a batch carries along when its history is renewed. */
interface RenewedBatch extends CarriedBatch {
  readonly runs: readonly BatchRun[];
}

/**
 * Starts the flows of many rows, a bounded number at once, and gathers what came of each. Every row is begun under its
 * own flow's lock, so a batch can be run again, or beside another one, and nothing is done twice.
 *
 * Its id must be `batch/<provider>/<batchId>`. The rows are handed over while it runs (docs/adr/0012).
 *
 * @param carried only for continue-as-new
 * @throws ApplicationFailure INVALID_REQUEST if the request is wrong; nothing was started
 */
export async function runBatch(request: BatchRequest, carried?: RenewedBatch): Promise<BatchResult> {
  requireBatchRequest(request);
  requireLock(batchWorkflowId(request.provider, request.batchId));
  return await new Batch(request, takenOver(carried)).run();
}

/** What is done with the rows is decided by the batch rule (rule.ts); this does it. */
class Batch {
  private state: BatchState;
  private readonly earlierRuns: readonly BatchRun[];
  private readonly board: BatchStatusBoard;
  private recorded: boolean;

  constructor(
    private readonly request: BatchRequest,
    carried: RenewedBatch | undefined,
  ) {
    this.state = untouched(request, carried);
    this.earlierRuns = carried?.runs ?? [];
    this.recorded = this.earlierRuns.length > 0 || !entersInTheBook();
    this.board = new BatchStatusBoard(batchTitle(request), request.provider);
    setHandler(batchProgress, () => this.progress());
    setHandler(batchResults, () => this.state.results);
    setHandler(addRows, (added) => this.take(added), {
      description: 'Hands rows over; `gangway batch FILE` does it.',
      validator: (added) => {
        const problem = addRowsProblem(added, this.request, this.state.next);
        if (problem !== undefined) throw refuse(problem);
      },
    });
    this.handlePause();
    for (const row of this.state.later) void this.wait(row);
  }

  async run(): Promise<BatchResult> {
    this.board.label();
    // Not waited for: the rows are begun meanwhile, and a renewed history began long ago.
    if (!this.recorded) void this.record();
    for (;;) {
      this.show();
      await this.untilSomethingIsDue();
      const closing = this.tell({ saw: 'woken' });
      if (closing === 'end') return await this.end();
      if (closing === 'renew') await this.renewHistory();
    }
  }

  /** Has it in the book that this batch was begun, and of which file. */
  private async record(): Promise<void> {
    try {
      await records.recordBatch(this.request);
    } catch {
      // Cancelled; or the book was away for longer than it waits: what came of each row is there all the same.
    } finally {
      this.recorded = true;
    }
  }

  /** Tells the rule what was seen, sets off what it asks for, and says whether this run is over. */
  private tell(event: BatchEvent): BatchStep['closing'] {
    const { state, moves, closing } = decide(this.state, event);
    this.state = state;
    for (const move of moves) {
      if (move.do === 'run') void this.runRow(move);
      else void this.wait(move.row);
    }
    return closing;
  }

  /**
   * Depends only on what was handed over, came back or fired: an update may be replayed with the task before its own,
   * in which the clock and the history's length differ.
   */
  private async untilSomethingIsDue(): Promise<void> {
    const settledBefore = this.state.results.length;
    await condition(() => hasMove(this.state) || this.state.results.length !== settledBefore);
  }

  private async runRow({ row, looks }: Extract<BatchMove, { readonly do: 'run' }>): Promise<void> {
    this.tell(await this.attempt(row, looks));
  }

  private async attempt(row: BatchRow | BegunRow, looks: number): Promise<BatchEvent> {
    const { line, id } = row;
    try {
      const summary = `Line ${line}: ${id}`;
      const ran = await batchRows.runBatchRow.executeWithOptions({ summary }, [{ row }]);
      return { saw: 'ran', ran, looks, at: Date.now() };
    } catch (error) {
      return { saw: 'run-failed', row, code: failureOf(error).code };
    }
  }

  private async wait(row: LaterRow): Promise<void> {
    try {
      await sleep(Math.max(1, row.dueAt - Date.now()));
    } catch (error) {
      // The batch itself ends as cancelled.
      if (isCancellation(error)) return;
      throw error;
    }
    this.tell({ saw: 'due', row });
  }

  private take({ first, rows }: AddRowsRequest): RowsWanted {
    this.tell({ saw: 'handed', first, rows });
    return wanted(this.state);
  }

  private handlePause(): void {
    const example = '{"by": "ops-1", "reason": "..."}';
    const validator = (request: PauseRequest): void => {
      const problem = decisionProblem(request, []);
      if (problem !== undefined) throw refuse(problem);
    };
    setHandler(
      pauseBatch,
      recorded('pause', 'resolve', (request) =>
        this.setPaused('paused', request, 'accepted: no further row is begun; those under way go on'),
      ),
      { validator, description: `Begins no further row until it is resumed: ${example}` },
    );
    setHandler(
      resumeBatch,
      recorded('resume', 'resolve', (request) => this.setPaused('resumed', request, 'accepted: it goes on')),
      { validator, description: `Goes on: ${example}` },
    );
  }

  private setPaused(saw: 'paused' | 'resumed', { by, reason }: PauseRequest, answer: string): string {
    const problem = pauseProblem(this.state, saw);
    if (problem !== undefined) throw refuse(problem);
    this.tell({ saw, decision: { by, reason, at: new Date().toISOString() } });
    this.board.stay(saw === 'paused' ? 'paused' : 'running');
    this.show();
    return answer;
  }

  private progress(): BatchProgress {
    const { batchId, provider, rows } = this.request;
    const { paused, decisions } = this.state;
    return {
      batchId,
      provider,
      rows,
      wanted: wanted(this.state),
      counts: countsOf(this.state),
      paused,
      decisions,
      runs: this.runs(),
    };
  }

  private runs(): readonly BatchRun[] {
    return [...this.earlierRuns, { runId: workflowInfo().runId, results: this.state.results.length }];
  }

  private show(): void {
    const { waiting, notDone } = this.state;
    this.board.show({ ...this.progress(), waiting: waiting.length, notDone });
  }

  private async end(): Promise<BatchResult> {
    this.board.stay('completed');
    this.show();
    await condition(() => this.recorded && allHandlersFinished());
    const { batchId, provider, rows } = this.request;
    return { batchId, provider, rows, counts: countsOf(this.state), runs: this.runs() };
  }

  private async renewHistory(): Promise<void> {
    await condition(() => this.recorded && allHandlersFinished());
    await continueAsNew<typeof runBatch>(this.request, { ...carriedOf(this.state), runs: this.runs() });
  }
}
