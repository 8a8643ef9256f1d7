import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { objectOfPaths } from './object-of-paths';

export const BATCH_FORMATS = ['csv', 'ndjson'] as const;
export type BatchFormat = (typeof BATCH_FORMATS)[number];

/** A line of a file: what it holds, or why it cannot be read. */
export type FileLine = { readonly line: number } & (
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string; readonly field?: string }
);

/** A file that cannot be read as a whole. Its message holds nothing of the file's. */
export class BatchFileError extends Error {
  override readonly name = 'BatchFileError';
}

/**
 * Reads the lines of a file.
 *
 * CSV has a header: `fundingId,kind,partnerClientId,asset,amount` for movements; for applications a column for each
 * field by its dotted path, such as `applicant.governmentId.number`, `applicant.accountPurposes.0`,
 * `documents.0.front.uri`. An empty cell is a field that is not given. NDJSON has one JSON object a line.
 *
 * @throws BatchFileError where the file as a whole makes no sense
 */
export function readBatchFile(text: string, format: BatchFormat): readonly FileLine[] {
  switch (format) {
    case 'csv':
      return readCsv(text);
    case 'ndjson':
      return readNdjson(text);
  }
}

/** What the parser gives for each record, with the line on which it ends. */
const csvRecord = z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) });
type CsvRecord = z.output<typeof csvRecord>;

function readCsv(text: string): readonly FileLine[] {
  const [header, ...records] = csvRecords(text);
  if (header === undefined) throw new BatchFileError('The file is empty.');
  const columns = header.record;
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) throw new BatchFileError(`The header names the column ${twice.slice(0, 60)} twice.`);
  if (columns.includes('')) throw new BatchFileError('The header has a column without a name.');
  return records.map(({ record, info: { lines: line } }) => {
    if (record.length !== columns.length) {
      return { line, ok: false, problem: `has ${record.length} cells where the header has ${columns.length}` };
    }
    const cells = columns.flatMap((path, index): (readonly [string, string])[] => {
      const cell = record[index] ?? '';
      return cell === '' ? [] : [[path, cell]];
    });
    return { line, ...objectOfPaths(cells) };
  });
}

function csvRecords(text: string): readonly CsvRecord[] {
  try {
    const records: unknown = parse(text, {
      bom: true,
      info: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
    });
    return z.array(csvRecord).parse(records);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new BatchFileError(`The file is not CSV: ${error.code}${placeOf(error)}.`);
  }
}

function placeOf(error: CsvError): string {
  const lines: unknown = error['lines'];
  return typeof lines === 'number' ? ` at line ${lines}` : '';
}

function readNdjson(text: string): readonly FileLine[] {
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((content, index) => ({ content: content.trim(), line: index + 1 }))
    .filter(({ content }) => content !== '')
    .map(({ content, line }): FileLine => {
      try {
        const value: unknown = JSON.parse(content);
        return { line, ok: true, value };
      } catch {
        return { line, ok: false, problem: 'is not JSON' };
      }
    });
}
