import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { BatchFileError } from './batch-file-error';

/** A row of a CSV file, its header included. */
export interface CsvRow {
  /** The line on which it ends, as an editor counts lines. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** What the parser gives for each record. */
const csvRecord = z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) });

/** Excel's own first line, by which a file says what divides its cells. */
const SEPARATOR_LINE = /^"?sep=([^"\r\n])"?(\r\n|\n|\r|$)/i;
/** What divides cells: a semicolon if the comma is the decimal mark, a tab if text is copied from a sheet. */
const DELIMITERS = [',', ';', '\t'] as const;

/**
 * The rows of a CSV file as spreadsheets write it: cells divided by commas, semicolons or tabs, any ends of lines, mixed
 * ones too. Blank lines are left out.
 *
 * @throws BatchFileError if it is no CSV
 */
export function csvRows(text: string): readonly CsvRow[] {
  const said = SEPARATOR_LINE.exec(text);
  const [linesBefore, body] = said === null ? [0, text] : [1, text.slice(said[0].length)];
  try {
    const records: unknown = parse(body, {
      info: true,
      trim: true,
      delimiter: said?.[1] ?? delimiterOf(body),
      record_delimiter: ['\r\n', '\n', '\r'],
      skip_empty_lines: true,
      relax_column_count: true,
    });
    const rows = z.array(csvRecord).parse(records);
    return rows.map(({ record, info }) => ({ line: linesBefore + info.lines, cells: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new BatchFileError(`The file is not CSV: ${error.code}${placeOf(error, linesBefore)}.`);
  }
}

/** The delimiter of the header: its names hold none of these characters. */
function delimiterOf(text: string): string {
  const [header = ''] = text.trimStart().split(/[\r\n]/, 1);
  const unquoted = header.replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => unquoted.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

function placeOf(error: CsvError, linesBefore: number): string {
  const lines: unknown = error['lines'];
  return typeof lines === 'number' ? ` at line ${linesBefore + lines}` : '';
}
