import { stringify } from 'csv-stringify/sync';
import { isDecimalText } from '../../../contract/money';

export const TABLE_FORMATS = ['csv', 'ndjson'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

type Cell = string | number | boolean | null;

/** Turns rows into the text of a file, some at a time. */
export class TableText<Column extends string> {
  /** @param columns in an order that never changes */
  constructor(
    private readonly format: TableFormat,
    private readonly columns: readonly Column[],
  ) {}

  /** What the file begins with. */
  get head(): string {
    return this.format === 'csv' ? stringify([[...this.columns]]) : '';
  }

  of(rows: readonly Readonly<Record<Column, Cell>>[]): string {
    const cells = rows.map((row) => this.columns.map((column) => row[column]));
    if (this.format === 'csv') return stringify(cells.map((row) => row.map(inert)));
    const named = cells.map((row) => Object.fromEntries(this.columns.map((column, at) => [column, row[at]])));
    return named.map((row) => `${JSON.stringify(row)}\n`).join('');
  }
}

/** A cell that a spreadsheet would run becomes text; a number below zero stays one. */
function inert(cell: Cell | undefined): Cell {
  if (typeof cell !== 'string' || isDecimalText(cell)) return cell ?? null;
  return /^[=+\-@\t\r＝＋－＠]/.test(cell) ? `'${cell}` : cell;
}
