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
  DEFAULT_BATCH_CONCURRENCY,
  MAX_WAITING_ROWS,
  NO_ROWS,
  type AddRowsRequest,
  type BatchProgress,
  type BatchRequest,
  type BatchResult,
  type BatchRow,
  type BatchRun,
  type BegunRow,
  type PauseRequest,
  type RanRow,
  type RowCounts,
  type RowResult,
  type RowsWanted,
} from '../../contract/batch';
import { addRows, batchProgress, batchResults, pauseBatch, resumeBatch } from '../../contract/messages';
import type { PersonsDecision } from '../../contract/progress';
import { batchRows } from '../shared/activity-proxies';
import { BatchBoard } from './board';
import { takenOver } from '../shared/continued';
import { decisionProblem, refuse } from '../shared/desk';
import { failureOf } from '../shared/failures';
import { requireLock } from '../shared/lock';
import { addRowsProblem, requireBatchRequest } from './request';
import { lookAgainMs } from '../shared/waits';

/** A row whose flow was neither ended nor parked when last looked at, and when it is looked at next. */
interface LaterRow {
  readonly row: BegunRow;
  readonly looks: number;
  /** Milliseconds since 1970. */
  readonly dueAt: number;
}

/** What a batch takes along when its history is renewed. */
interface CarriedBatch {
  readonly waiting: readonly BatchRow[];
  readonly later: readonly LaterRow[];
  readonly next: number;
  readonly counts: RowCounts;
  readonly paused: boolean;
  readonly decisions: readonly PersonsDecision[];
  readonly notDone: readonly RowResult[];
  readonly runs: readonly BatchRun[];
}

/**
 * Rows begun or looked at again, and updates taken, in one run: about a thousand events, a quarter of what the server
 * calls long. Counted here and not left to the server's word, because what is counted is the same in a replay.
 */
const STEPS_PER_RUN = 150;

/** The latest rows that are not done, as the Temporal UI shows them; all of them are in the results. */
const MOST_SHOWN = 25;

/**
 * Starts the flows of many rows, a bounded number at once, and gathers what came of each. Every row is begun under its
 * own flow's lock, so that a batch may be run again, or beside another one, and nothing is done twice.
 *
 * Its id must be `batch/<provider>/<batchId>`. The rows are handed over while it runs (docs/adr/0012).
 *
 * @param carried only for continue-as-new
 * @throws ApplicationFailure INVALID_REQUEST where the request is wrong; nothing was started
 */
export async function runBatch(request: BatchRequest, carried?: CarriedBatch): Promise<BatchResult> {
  requireBatchRequest(request);
  requireLock(batchWorkflowId(request.provider, request.batchId));
  return await new Batch(request, takenOver(carried)).run();
}

class Batch {
  private waiting: readonly BatchRow[];
  /** Each until its time has come; then it is due. */
  private later: readonly LaterRow[] = [];
  private due: readonly LaterRow[] = [];
  private next: number;
  private settled: RowCounts;
  private paused: boolean;
  private decisions: readonly PersonsDecision[];
  private notDone: readonly RowResult[];
  private readonly earlierRuns: readonly BatchRun[];
  /** Of the rows that settled in this run. */
  private results: readonly RowResult[] = [];
  /** Rows that an activity is at work on. */
  private busy = 0;
  /** Of this run; see STEPS_PER_RUN. */
  private steps = 0;
  private readonly board: BatchBoard;

  constructor(
    private readonly request: BatchRequest,
    carried: CarriedBatch | undefined,
  ) {
    this.waiting = carried?.waiting ?? [];
    this.next = carried?.next ?? 0;
    this.settled = carried?.counts ?? NO_ROWS;
    this.paused = carried?.paused ?? false;
    this.decisions = carried?.decisions ?? [];
    this.notDone = carried?.notDone ?? [];
    this.earlierRuns = carried?.runs ?? [];
    this.board = new BatchBoard(batchTitle(request), request.provider);
    setHandler(batchProgress, () => this.progress());
    setHandler(batchResults, () => this.results);
    setHandler(addRows, (added) => this.take(added), {
      description: 'Hands rows over; `gangway batch FILE` does it.',
      validator: (added) => {
        const problem = addRowsProblem(added, this.request, this.next);
        if (problem !== undefined) throw refuse(problem);
      },
    });
    this.handlePause();
    for (const row of carried?.later ?? []) void this.wait(row);
  }

  async run(): Promise<BatchResult> {
    this.board.label();
    for (;;) {
      this.show();
      await this.untilSomethingIsDue();
      if (this.isComplete()) return await this.end();
      if (this.mayRenew()) await this.renewHistory();
      while (this.mayBegin()) this.begin();
      while (this.mayLookAgain()) this.lookAgain();
    }
  }

  /**
   * Holds what is true because of what was handed over, came back or fired, and of nothing else: an update may be
   * replayed with the task before its own, whose clock and whose word on the history's length are others.
   */
  private async untilSomethingIsDue(): Promise<void> {
    const settledBefore = this.results.length;
    await condition(
      () =>
        this.isComplete() ||
        this.mayBegin() ||
        this.mayLookAgain() ||
        this.mayRenew() ||
        this.results.length !== settledBefore,
    );
  }

  private isComplete(): boolean {
    const left = this.waiting.length + this.later.length + this.due.length + this.busy;
    return this.next === this.request.rows && left === 0;
  }

  /** No more is begun then, and what is under way comes to its end. */
  private isRenewalDue(): boolean {
    return this.steps >= STEPS_PER_RUN;
  }

  private mayRenew(): boolean {
    return this.isRenewalDue() && this.busy === 0;
  }

  private hasSlot(): boolean {
    return !this.isRenewalDue() && this.busy < (this.request.concurrency ?? DEFAULT_BATCH_CONCURRENCY);
  }

  private mayBegin(): boolean {
    return !this.paused && this.hasSlot() && this.waiting.length > 0;
  }

  private mayLookAgain(): boolean {
    return this.hasSlot() && this.due.length > 0;
  }

  private begin(): void {
    const [row, ...waiting] = this.waiting;
    if (row === undefined) return;
    this.waiting = waiting;
    void this.runRow(row, 0);
  }

  private lookAgain(): void {
    const [next, ...due] = this.due;
    if (next === undefined) return;
    this.due = due;
    void this.runRow(next.row, next.looks + 1);
  }

  private async runRow(row: BatchRow | BegunRow, looks: number): Promise<void> {
    this.busy += 1;
    this.steps += 1;
    const { result, begun } = await this.attempt(row);
    this.busy -= 1;
    if (begun === undefined) this.settle(result);
    else void this.wait({ row: begun, looks, dueAt: Date.now() + lookAgainMs(looks) });
  }

  private async wait(row: LaterRow): Promise<void> {
    this.later = [...this.later, row];
    try {
      await sleep(Math.max(1, row.dueAt - Date.now()));
    } catch (error) {
      // The batch itself ends as cancelled.
      if (isCancellation(error)) return;
      throw error;
    }
    this.later = this.later.filter((each) => each !== row);
    this.due = [...this.due, row];
  }

  private async attempt(row: BatchRow | BegunRow): Promise<RanRow> {
    const { line, id } = row;
    try {
      return await batchRows.runBatchRow.executeWithOptions({ summary: `Line ${line}: ${id}` }, [{ row }]);
    } catch (error) {
      const { code } = failureOf(error);
      const reason = `It could not be found out what came of it: ${code}. Run the batch again to look once more.`;
      return { result: { line, id, outcome: 'failed', code, reason } };
    }
  }

  private settle(result: RowResult): void {
    this.results = [...this.results, result];
    this.settled = { ...this.settled, [result.outcome]: this.settled[result.outcome] + 1 };
    if (result.outcome !== 'done') this.notDone = [...this.notDone, result].slice(-MOST_SHOWN);
  }

  /** Takes what it has room for; the rest is to be sent again. */
  private take({ first, rows }: AddRowsRequest): RowsWanted {
    const fresh = rows.slice(Math.max(0, this.next - first)).slice(0, this.wanted().room);
    this.steps += 1;
    this.waiting = [...this.waiting, ...fresh];
    this.next += fresh.length;
    return this.wanted();
  }

  private wanted(): RowsWanted {
    const room = this.isRenewalDue() ? 0 : MAX_WAITING_ROWS - this.waiting.length;
    return { next: this.next, room };
  }

  private handlePause(): void {
    const set = (paused: boolean, action: string) => ({
      take: ({ by, reason }: PauseRequest): string => {
        if (this.paused === paused) throw refuse(paused ? 'the batch is paused already' : 'the batch is not paused');
        this.steps += 1;
        this.paused = paused;
        this.decisions = [...this.decisions, { action, by, reason, at: new Date().toISOString() }];
        this.board.stay(paused ? 'paused' : 'running');
        this.show();
        return paused ? 'accepted: no further row is begun; those under way go on' : 'accepted: it goes on';
      },
      validator: (request: PauseRequest): void => {
        const problem = decisionProblem(request, []);
        if (problem !== undefined) throw refuse(problem);
      },
    });
    const example = '{"by": "ops-1", "reason": "..."}';
    const [pause, resume] = [set(true, 'pause'), set(false, 'resume')];
    setHandler(pauseBatch, pause.take, {
      validator: pause.validator,
      description: `Begins no further row until it is resumed: ${example}`,
    });
    setHandler(resumeBatch, resume.take, { validator: resume.validator, description: `Goes on: ${example}` });
  }

  private progress(): BatchProgress {
    const { batchId, provider, rows } = this.request;
    const { paused, decisions } = this;
    return {
      batchId,
      provider,
      rows,
      wanted: this.wanted(),
      counts: this.counts(),
      paused,
      decisions,
      runs: this.runs(),
    };
  }

  private counts(): RowCounts {
    return { ...this.settled, 'under-way': this.busy + this.later.length + this.due.length };
  }

  private runs(): readonly BatchRun[] {
    return [...this.earlierRuns, { runId: workflowInfo().runId, results: this.results.length }];
  }

  private show(): void {
    this.board.show({ ...this.progress(), waiting: this.waiting.length, notDone: this.notDone });
  }

  private async end(): Promise<BatchResult> {
    this.board.stay('completed');
    this.show();
    await condition(allHandlersFinished);
    const { batchId, provider, rows } = this.request;
    return { batchId, provider, rows, counts: this.counts(), runs: this.runs() };
  }

  private async renewHistory(): Promise<void> {
    await condition(allHandlersFinished);
    const { waiting, next, settled: counts, paused, decisions, notDone } = this;
    const carried = {
      waiting,
      later: [...this.due, ...this.later],
      next,
      counts,
      paused,
      decisions,
      notDone,
      runs: this.runs(),
    };
    await continueAsNew<typeof runBatch>(this.request, carried);
  }
}
