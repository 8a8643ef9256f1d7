import { allHandlersFinished, condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
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
} from '../contract/batch';
import { addRows, batchProgress, batchResults, pauseBatch, resumeBatch } from '../contract/messages';
import type { PersonsDecision } from '../contract/progress';
import { batchRows } from './activity-proxies';
import { BatchBoard } from './batch-board';
import { takenOver } from './continued';
import { decisionProblem, refuse } from './desk';
import { failureOf } from './failures';
import { requireLock } from './lock';
import { addRowsProblem, requireBatchRequest } from './steps/batch-request';
import { lookAgainMs } from './steps/waits';

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
  private later: readonly LaterRow[];
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
  private readonly board: BatchBoard;

  constructor(
    private readonly request: BatchRequest,
    carried: CarriedBatch | undefined,
  ) {
    this.waiting = carried?.waiting ?? [];
    this.later = carried?.later ?? [];
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
  }

  async run(): Promise<BatchResult> {
    this.board.label();
    for (;;) {
      this.show();
      await this.untilSomethingIsDue();
      if (this.isComplete()) return await this.end();
      if (this.isRenewalDue() && this.busy === 0) await this.renewHistory();
      while (this.mayBegin()) this.begin();
      for (const row of this.takeDue()) this.lookAgain(row);
    }
  }

  private async untilSomethingIsDue(): Promise<void> {
    const due = (): boolean =>
      this.isComplete() || this.mayBegin() || this.dueNow().length > 0 || (this.isRenewalDue() && this.busy === 0);
    const settledBefore = this.results.length;
    const changed = (): boolean => due() || this.results.length !== settledBefore;
    const nextLook = this.nextLookInMs();
    if (nextLook === undefined) await condition(changed);
    else await condition(changed, nextLook);
  }

  private isComplete(): boolean {
    return this.next === this.request.rows && this.waiting.length + this.later.length + this.busy === 0;
  }

  private isRenewalDue(): boolean {
    return workflowInfo().continueAsNewSuggested;
  }

  private hasSlot(): boolean {
    return this.busy < (this.request.concurrency ?? DEFAULT_BATCH_CONCURRENCY);
  }

  private mayBegin(): boolean {
    return !this.paused && !this.isRenewalDue() && this.hasSlot() && this.waiting.length > 0;
  }

  private dueNow(): readonly LaterRow[] {
    if (this.isRenewalDue() || !this.hasSlot()) return [];
    return this.later.filter(({ dueAt }) => dueAt <= Date.now());
  }

  private nextLookInMs(): number | undefined {
    // With no slot free, it is the end of another row that is waited for.
    if (this.later.length === 0 || this.isRenewalDue() || !this.hasSlot()) return undefined;
    return Math.max(1, Math.min(...this.later.map(({ dueAt }) => dueAt)) - Date.now());
  }

  private begin(): void {
    const [row, ...waiting] = this.waiting;
    if (row === undefined) return;
    this.waiting = waiting;
    void this.runRow(row, 0);
  }

  private takeDue(): readonly LaterRow[] {
    const free = (this.request.concurrency ?? DEFAULT_BATCH_CONCURRENCY) - this.busy;
    const due = this.dueNow().slice(0, Math.max(0, free));
    this.later = this.later.filter((each) => !due.includes(each));
    return due;
  }

  private lookAgain({ row, looks }: LaterRow): void {
    void this.runRow(row, looks + 1);
  }

  private async runRow(row: BatchRow | BegunRow, looks: number): Promise<void> {
    this.busy += 1;
    try {
      const { result, begun } = await this.attempt(row);
      if (begun === undefined) this.settle(result);
      else this.later = [...this.later, { row: begun, looks, dueAt: Date.now() + lookAgainMs(looks) }];
    } finally {
      this.busy -= 1;
    }
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
    return { ...this.settled, 'under-way': this.busy + this.later.length };
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
    const { waiting, later, next, settled: counts, paused, decisions, notDone } = this;
    const carried = { waiting, later, next, counts, paused, decisions, notDone, runs: this.runs() };
    await continueAsNew<typeof runBatch>(this.request, carried);
  }
}
