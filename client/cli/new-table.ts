import Table from 'cli-table3';
import type { Output } from './output';

/**
 * A table in the one style of this program.
 *
 * @param widths of the columns, in characters, for text that is to be wrapped; default: as wide as needed
 */
export function newTable(
  head: readonly string[],
  output: Output,
  widths: readonly number[] = [],
): InstanceType<typeof Table> {
  const noLinesBetweenRows = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };
  return new Table({
    head: head.map((title) => output.colors.bold(title)),
    style: { head: [], border: [] },
    chars: noLinesBetweenRows,
    ...(widths.length === 0 ? {} : { colWidths: [...widths], wordWrap: true }),
  });
}
