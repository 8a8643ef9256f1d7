import { interruptible } from '../interruptible';
import { ROW_OUTCOMES, type BatchProgress, type BatchRequest, type RowCounts } from '../../../contract/batch';
import type { BatchRef } from '../../batch/batches';
import type { Gangway } from '../../gangway';
import { GangwayError } from '../../gangway-error';
import { EXIT, type ExitCode } from '../exit-code';
import { newTable } from '../flow-tables';
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
/** Told once, a batch that is renewing its history or whose worker is away is asked again for this long. */
const PATIENCE_MS = 60_000;

/** Starts a batch or goes on with it, feeds it, and writes what came of each row; gives the exit code. */
export async function runBatchFile(gangway: Gangway, run: BatchRun, output: Output): Promise<ExitCode> {
  const { request, batch, resultFile } = run;
  const ref: BatchRef = request;
  const { workflowId, started } = await gangway.batches.start(request, run.again);
  output.document({ event: 'started', workflowId, started, rows: request.rows, refused: batch.refused.length });
  output.say(startedWords(workflowId, started, run));
  warnOfIds(
    batch.rows.map(({ id }) => id),
    output,
  );
  return await interruptible(async (interrupt) => {
    await feedToEnd(gangway, ref, batch, output, interrupt);
    const results = await patiently(() => gangway.batches.results(ref), new AbortController().signal);
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

/** Until every row has settled, or the person at the terminal has seen enough. */
async function feedToEnd(
  gangway: Gangway,
  ref: BatchRef,
  { rows }: ReadBatch,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const bar = progressBar(rows.length, 'rows', output);
  try {
    for (;;) {
      const progress = await patiently(() => gangway.batches.feed(ref, rows), signal);
      if (progress === undefined) return;
      const done = settled(progress.counts);
      bar.at(done, note(progress));
      if (done === rows.length || signal.aborted) return;
      const { next, room } = progress.wanted;
      if (next === rows.length || room === 0) await pause(LOOK_EVERY_MS, signal);
    }
  } finally {
    bar.stop();
  }
}

/** A worker that is away, or a history that is being renewed, is asked again; undefined where interrupted meanwhile. */
async function patiently<Result>(ask: () => Promise<Result>, signal: AbortSignal): Promise<Result | undefined> {
  const end = Date.now() + PATIENCE_MS;
  while (!signal.aborted) {
    try {
      return await ask();
    } catch (error) {
      const passing =
        error instanceof GangwayError && (error.code === 'NO_WORKER' || error.code === 'TEMPORAL_UNREACHABLE');
      if (!passing || Date.now() > end) throw error;
      await pause(LOOK_EVERY_MS, signal);
    }
  }
  return undefined;
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

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((settle) => {
    const timer = setTimeout(settle, ms);
    const end = (): void => {
      clearTimeout(timer);
      settle();
    };
    signal.addEventListener('abort', end, { once: true });
  });
}
