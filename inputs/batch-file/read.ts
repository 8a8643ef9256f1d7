import { printable } from '../../contract/printable';
import { decodeText, HOW_TO_SAVE, MESSAGE_BOUNDS, readJsonText } from '..';
import { BatchFileError } from './batch-file-error';
import { csvRows } from './csv-rows';
import { objectOfPaths, type ObjectOfPaths } from './object-of-paths';

export { BatchFileError } from './batch-file-error';

export const BATCH_FORMATS = ['csv', 'ndjson'] as const;
export type BatchFormat = (typeof BATCH_FORMATS)[number];

/** A line of a file: what it holds, or why it cannot be read. */
export type FileLine = { readonly line: number } & (
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string; readonly field?: string }
);

/** The largest file that is read: far more than a batch of as many rows as may be in one. */
export const MAX_BATCH_FILE_BYTES = 67_108_864;

/**
 * Reads the lines of a file.
 *
 * CSV has a header: `fundingId,kind,partnerClientId,asset,amount` for movements; for applications a column for each
 * field by its dotted path, such as `applicant.governmentId.number`, `applicant.accountPurposes.0`,
 * `documents.0.front.uri`. An empty cell is a field that is not given. NDJSON has one JSON object per line.
 *
 * @throws BatchFileError if the file as a whole makes no sense
 */
export function readBatchFile(bytes: Uint8Array, format: BatchFormat): readonly FileLine[] {
  const decoded = decodeText(bytes);
  if (!decoded.ok) throw new BatchFileError(`The file ${decoded.problem}. ${HOW_TO_SAVE}`);
  switch (format) {
    case 'csv':
      return readCsv(decoded.text);
    case 'ndjson':
      return readNdjson(decoded.text);
  }
}

function readCsv(text: string): readonly FileLine[] {
  const [header, ...rows] = csvRows(text);
  if (header === undefined) throw new BatchFileError('The file is empty.');
  const columns = withoutEmptyEnd(header.cells);
  const named = columns.filter((name) => name !== '');
  if (named.length === 0) throw new BatchFileError('The header names no column.');
  const twice = named.find((name, index) => named.indexOf(name) !== index);
  if (twice !== undefined) throw new BatchFileError(`The header names the column ${printable(twice, 60)} twice.`);
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell !== ''));
  return filled.map(({ cells, line }) => ({ line, ...readRow(columns, cells) }));
}

/** Spreadsheets add columns and cells of commas only: one with neither a name nor a value does not count. */
function readRow(columns: readonly string[], cells: readonly string[]): ObjectOfPaths | UnreadableRow {
  const { length } = withoutEmptyEnd(cells);
  if (length > columns.length || cells.length < columns.length) {
    const count = Math.max(length, Math.min(cells.length, columns.length));
    return { ok: false, problem: `has ${count} cells where the header has ${columns.length}` };
  }
  const nameless = columns.findIndex((name, index) => name === '' && cells[index] !== '');
  if (nameless >= 0) return { ok: false, problem: `has a value in column ${nameless + 1}, which has no name` };
  return objectOfPaths(
    columns.flatMap((path, index): (readonly [string, string])[] => {
      const cell = cells[index] ?? '';
      return cell === '' ? [] : [[path, cell]];
    }),
  );
}

interface UnreadableRow {
  readonly ok: false;
  readonly problem: string;
}

function withoutEmptyEnd(cells: readonly string[]): readonly string[] {
  return cells.slice(0, 1 + cells.findLastIndex((cell) => cell !== ''));
}

function readNdjson(text: string): readonly FileLine[] {
  return text
    .split('\n')
    .map((content, index) => ({ content: content.trim(), line: index + 1 }))
    .filter(({ content }) => content !== '')
    .map(({ content, line }): FileLine => {
      const read = readJsonText(content, MESSAGE_BOUNDS);
      return read.ok ? { line, ok: true, value: read.value } : { line, ok: false, problem: read.problem };
    });
}
