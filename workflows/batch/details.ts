import { ROW_OUTCOMES, type BatchProgress, type RowResult } from '../../contract/batch';
import { cell, describeDecisions } from '../shared/details';

export interface ShownBatch extends BatchProgress {
  /** Rows that were handed over and have not begun. */
  readonly waiting: number;
  /** The latest rows that are not done. */
  readonly notDone: readonly RowResult[];
}

/** What the Temporal UI shows of a batch, in Markdown: how far it is, what it waits for, which rows are not done. */
export function describeBatch(title: string, batch: ShownBatch): string {
  const { rows, counts, notDone, decisions } = batch;
  const settled = ROW_OUTCOMES.filter((outcome) => outcome !== 'under-way').reduce(
    (sum, each) => sum + counts[each],
    0,
  );
  return [
    `**${title}**: ${settled} of ${rows} rows have settled. ${waitsFor(batch, settled)}`,
    ['| Outcome | Rows |', '|---|---|', ...ROW_OUTCOMES.map((outcome) => `| ${outcome} | ${counts[outcome]} |`)].join(
      '\n',
    ),
    ...(notDone.length === 0 ? [] : [describeRows(notDone)]),
    ...(decisions.length === 0 ? [] : [describeDecisions(decisions)]),
  ].join('\n\n');
}

function waitsFor({ rows, counts, paused, waiting, wanted, batchId, provider }: ShownBatch, settled: number): string {
  if (settled === rows) return 'Nothing is left to do.';
  if (paused) return 'It is **paused**: send the update `resume` to go on.';
  if (waiting === 0 && counts['under-way'] === 0 && wanted.next < rows) {
    return (
      `It waits for rows from ${wanted.next + 1} on: run \`gangway batch FILE --provider ${provider} --id ${batchId}\` ` +
      'with the same file again.'
    );
  }
  return `${counts['under-way']} are under way, ${rows - settled - counts['under-way']} are to come.`;
}

function describeRows(rows: readonly RowResult[]): string {
  const lines = rows.map(
    ({ line, id, outcome, code, field, reason }) =>
      `| ${line} | \`${id}\` | ${outcome} | ${[code, field].filter((text) => text !== undefined).join(' ')} | ${cell(reason ?? '')} |`,
  );
  return ['| Line | Id | Outcome | Code, field | Why |', '|---|---|---|---|---|', ...lines].join('\n');
}
