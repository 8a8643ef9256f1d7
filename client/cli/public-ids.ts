import { publicIdWarning } from '../../inputs';
import type { Output } from './output';

/** Warns of ids that look like somebody's number or address, once for each kind; the ids are not repeated. */
export function warnOfIds(ids: readonly string[], output: Output): void {
  const counts = new Map<string, number>();
  for (const id of ids) {
    const warning = publicIdWarning(id);
    if (warning !== undefined) counts.set(warning, (counts.get(warning) ?? 0) + 1);
  }
  for (const [warning, count] of counts) {
    const rows = ids.length > 1 ? `${count} of ${ids.length} rows: ` : '';
    output.complain(`${output.colors.yellow('warning:')} ${rows}${warning}`);
  }
}
