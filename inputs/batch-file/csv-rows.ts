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
const csvRecord = z.object({ record: z.array(z.string()), info: z.object({ bytes: z.number() }) });

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
  const bytes = Buffer.from(body);
  const lines = new LineCount(bytes, linesBefore);
  try {
    const records: unknown = parse(bytes, {
      info: true,
      trim: true,
      delimiter: said?.[1] ?? delimiterOf(body),
      record_delimiter: ['\r\n', '\n', '\r'],
      skip_empty_lines: true,
      relax_column_count: true,
    });
    const rows = z.array(csvRecord).parse(records);
    return rows.map(({ record, info }) => ({ line: lines.until(info.bytes), cells: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const end: unknown = error['bytes'];
    const place = typeof end === 'number' ? ` at line ${lines.until(nextCell(bytes, end))}` : '';
    throw new BatchFileError(`The file is not CSV: ${error.code}${place}.`);
  }
}

const [NEWLINE, RETURN, SPACE] = [0x0a, 0x0d, 0x20];

/** The line on which a part of a file ends. The parser takes a CRLF between quotes for two lines. */
class LineCount {
  private at = 0;

  constructor(
    private readonly bytes: Buffer,
    private line: number,
  ) {}

  /** @param end where the part ends, its line end included; never less than the time before */
  until(end: number): number {
    for (; this.at < end; this.at += 1) if (this.endsLine(this.at)) this.line += 1;
    return this.line + (end > 0 && this.endsLine(end - 1) ? 0 : 1);
  }

  private endsLine(at: number): boolean {
    const byte = this.bytes[at];
    return byte === NEWLINE || (byte === RETURN && this.bytes[at + 1] !== NEWLINE);
  }
}

/** Where the cell begins at which the parser gave up: after what it had read, and blank lines. */
function nextCell(bytes: Buffer, end: number): number {
  const first = bytes.subarray(end).findIndex((byte) => byte > SPACE);
  return first < 0 ? bytes.length : end + first + 1;
}

/** The delimiter of the header: its names hold none of these characters. */
function delimiterOf(text: string): string {
  const [header = ''] = text.trimStart().split(/[\r\n]/, 1);
  const unquoted = header.replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => unquoted.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}
