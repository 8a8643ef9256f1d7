import { stringify } from 'csv-stringify/sync';
import type { BatchRow, RowResult } from '../../../contract/batch';
import { CommandError } from '../failure';
import { replaceFile } from '../../private-file';
import { formatOf } from './read-batch';

/** A line of the result file: of rows that have not settled, too. */
export type ResultLine = Omit<RowResult, 'outcome'> & { readonly outcome: RowResult['outcome'] | 'not-settled' };

const COLUMNS = ['line', 'id', 'outcome', 'code', 'field', 'reason'] as const;

/** A line for each line of the file that was read, in its order. */
export function resultLines(
  rows: readonly BatchRow[],
  refused: readonly RowResult[],
  results: readonly RowResult[],
): readonly ResultLine[] {
  const settled = new Map(results.map((result) => [result.line, result]));
  const lines: ResultLine[] = rows.map(({ line, id }) => settled.get(line) ?? { line, id, outcome: 'not-settled' });
  return [...lines, ...refused].sort((a, b) => a.line - b.line);
}

/**
 * Writes the result file, NDJSON or CSV by its name, completely or not at all. Cells that a spreadsheet would run
 * become text: a refused line's id is whatever its author wrote.
 *
 * @throws CommandError if it cannot be written
 */
export async function writeResultFile(path: string, lines: readonly ResultLine[]): Promise<void> {
  const content =
    formatOf(path) === 'ndjson'
      ? lines.map((line) => `${JSON.stringify(line)}\n`).join('')
      : stringify([...lines], { header: true, columns: [...COLUMNS], escape_formulas: true });
  try {
    await replaceFile(path, content);
  } catch {
    throw new CommandError(`${path} cannot be written. The batch goes on; run the command again with --results FILE.`);
  }
}
