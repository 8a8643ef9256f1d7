import { interruptible } from '../interruptible';
import { ROW_OUTCOMES, type BatchProgress, type BatchRequest, type RowCounts } from '../../../contract/batch';
import type { BatchName } from '../../batch/batches';
import { readBatchRequest } from '../../flow/requests';
import type { Gangway } from '../../gangway';
import { GangwayError } from '../../gangway-error';
import { pause } from '../../pause';
import { EXIT, type ExitCode } from '../exit-code';
import { newTable } from '../new-table';
import type { Output } from '../output';
import { progressBar } from '../progress-bar';
import { warnOfIds } from '../public-ids';
import type { ReadBatch } from './read-batch';
import { resultLines, writeResultFile, type ResultLine } from './result-file';

export interface BatchRun {
  readonly request: BatchRequest;
  readonly batch: ReadBatch;
  readonly resultFile: string;
  /** Whether a batch that has ended is run once more. */
  readonly again: boolean;
}

/** The outcomes of rows that are settled. */
const SETTLED = ROW_OUTCOMES.filter((outcome) => outcome !== 'under-way');

/** While the batch has room, rows are handed over without a pause. */
const LOOK_EVERY_MS = 500;
/** How long Temporal may be away, or a batch that was interrupted without a worker, before the command gives up. */
const PATIENCE_MS = 60_000;

/** Starts a batch or goes on with it, feeds it, and writes what came of each row; gives the exit code. */
export async function runBatchFile(gangway: Gangway, run: BatchRun, output: Output): Promise<ExitCode> {
  const { request, batch, resultFile } = run;
  const named: BatchName = request;
  const { workflowId, started } = await gangway.batches.start(readBatchRequest(request), run.again);
  output.document({ event: 'started', workflowId, started, rows: request.rows, refused: batch.refused.length });
  output.say(startedWords(workflowId, started, run));
  warnOfIds(
    batch.rows.map(({ id }) => id),
    output,
  );
  const patience = new Patience(output);
  return await interruptible(async (interrupt) => {
    await feedToEnd(gangway, named, batch, { patience, output, interrupt });
    const enough = interrupt.aborted ? AbortSignal.timeout(PATIENCE_MS) : interrupt;
    const results = await patience.ask(() => gangway.batches.results(named), enough);
    const lines = resultLines(batch.rows, batch.refused, results ?? []);
    await writeResultFile(resultFile, lines);
    return told(lines, workflowId, resultFile, interrupt.aborted, output);
  });
}

function startedWords(workflowId: string, started: string, { batch, request }: BatchRun): string {
  const refused = batch.refused.length === 0 ? '' : ` ${batch.refused.length} lines are refused, and not begun.`;
  switch (started) {
    case 'already-running':
      return `Going on with ${workflowId}, which was started before.${refused}`;
    case 'already-done':
      return `${workflowId} ran before: this is what came of it. With --again its rows are looked at once more.`;
    default:
      return `Started ${workflowId} of ${request.rows} rows.${refused}`;
  }
}

interface Feeding {
  readonly patience: Patience;
  readonly output: Output;
  readonly interrupt: AbortSignal;
}

/** Until every row has settled, or the person at the terminal has seen enough. */
async function feedToEnd(
  gangway: Gangway,
  named: BatchName,
  { rows }: ReadBatch,
  { patience, output, interrupt }: Feeding,
): Promise<void> {
  const bar = progressBar(rows.length, 'rows', output);
  try {
    for (;;) {
      const progress = await patience.ask(() => gangway.batches.feed(named, rows), interrupt);
      if (progress === undefined) return;
      const done = settled(progress.counts);
      bar.at(done, note(progress));
      if (done === rows.length || interrupt.aborted) return;
      const { next, room } = progress.wanted;
      if (next === rows.length || room === 0) await pause(LOOK_EVERY_MS, interrupt);
    }
  } finally {
    bar.stop();
  }
}

/**
 * Asks until there is an answer. A worker that is away or hangs, or a history that is being renewed, is waited for as long
 * as it takes: the rows wait too, and nothing is lost. Temporal is, for a while.
 */
class Patience {
  private told = false;

  constructor(private readonly output: Output) {}

  /** Gives undefined if interrupted meanwhile. */
  async ask<Result>(ask: () => Promise<Result>, interrupt: AbortSignal): Promise<Result | undefined> {
    let away: number | undefined;
    while (!interrupt.aborted) {
      try {
        return await ask();
      } catch (error) {
        if (!isPassing(error)) throw error;
        if (error.code === 'NO_WORKER') this.tell(error);
        else if (Date.now() > (away ??= Date.now() + PATIENCE_MS)) throw error;
        await pause(LOOK_EVERY_MS, interrupt);
      }
    }
    return undefined;
  }

  private tell({ code }: GangwayError): void {
    if (this.told) return;
    this.told = true;
    this.output.document({ event: 'waiting', code });
    if (!this.output.json)
      this.output.complain('No worker answers. The batch waits for one, and goes on by itself then.');
  }
}

function isPassing(error: unknown): error is GangwayError {
  return error instanceof GangwayError && (error.code === 'NO_WORKER' || error.code === 'TEMPORAL_UNREACHABLE');
}

function settled(counts: RowCounts): number {
  return SETTLED.reduce((sum, outcome) => sum + counts[outcome], 0);
}

function note({ counts, paused }: BatchProgress): string {
  const not = SETTLED.filter((outcome) => outcome !== 'done' && counts[outcome] > 0);
  return [...(paused ? ['paused'] : []), ...not.map((outcome) => `${counts[outcome]} ${outcome}`)].join(', ');
}

function told(
  lines: readonly ResultLine[],
  workflowId: string,
  resultFile: string,
  interrupted: boolean,
  output: Output,
): ExitCode {
  const counts = countLines(lines);
  const exitCode = exitOf(counts, interrupted);
  output.document({ event: 'result', exitCode, workflowId, results: resultFile, counts: Object.fromEntries(counts) });
  const table = newTable(['Outcome', 'Lines'], output);
  for (const [outcome, count] of counts) table.push([outcome, { content: String(count), hAlign: 'right' }]);
  output.say(table.toString());
  output.say(`A row for each line: ${resultFile}`);
  if (interrupted) output.say('What was handed over goes on. Run the same command again to go on with the rest.');
  return exitCode;
}

function countLines(lines: readonly ResultLine[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { outcome } of lines) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return counts;
}

function exitOf(counts: ReadonlyMap<string, number>, interrupted: boolean): ExitCode {
  const any = (outcome: ResultLine['outcome']): boolean => counts.has(outcome);
  if (interrupted && (any('not-settled') || any('under-way'))) return EXIT.interrupted;
  if (any('failed')) return EXIT.failed;
  if (any('refused')) return EXIT.badInput;
  if (any('parked')) return EXIT.parked;
  return any('abandoned') || any('cancelled') ? EXIT.givenUp : EXIT.done;
}
