import { discrepancies, reconciledDays, type DayFilter, type DiscrepancyRow } from '../../../book/read/reconciled';
import { isDecimalText, subtract } from '../../../contract/money';
import { ageOf } from '../../../contract/reconciliation';
import { TableText, type TableFormat } from './table-text';
import type { FileMaker } from './written-file';

const DISCREPANCY_COLUMNS = [
  ...(['id', 'run_id', 'class', 'movement_id', 'provider_ref', 'field', 'ours', 'theirs', 'difference'] as const),
  ...(['currency', 'first_seen', 'age_days', 'owner', 'answer', 'evidence_ids', 'proposed_by'] as const),
  ...(['approved_by', 'closed_at'] as const),
];
type DiscrepancyColumn = (typeof DISCREPANCY_COLUMNS)[number];

/** One row a field in which both sides differ; a discrepancy without one has one row. */
export function discrepanciesFile(format: TableFormat, filter: DayFilter): FileMaker {
  return async (within, asOf, write) => {
    const table = new TableText(format, DISCREPANCY_COLUMNS);
    const today = asOf.toISOString().slice(0, 10);
    let rows = 0;
    await write(table.head);
    for await (const page of discrepancies(within, filter)) {
      const told = page.flatMap((row) => discrepancyRows(row, today));
      rows += told.length;
      await write(table.of(told));
    }
    return { rows };
  };
}

function discrepancyRows(
  row: DiscrepancyRow,
  today: string,
): readonly Readonly<Record<DiscrepancyColumn, string | number | null>>[] {
  const { provider, funding_id: fundingId, first_seen_on: firstSeenOn, closed_at: closedAt } = row;
  const sides = row.sides.length === 0 ? [undefined] : row.sides;
  return sides.map((side) => ({
    id: row.discrepancy_id,
    run_id: runId(provider, firstSeenOn),
    class: row.class,
    movement_id: fundingId === null ? null : `funding/${provider}/${fundingId}`,
    provider_ref: row.transaction_id,
    field: side?.field ?? null,
    ours: side?.ours ?? null,
    theirs: side?.theirs ?? null,
    difference: side === undefined ? null : differenceOf(side.ours, side.theirs),
    currency: null,
    first_seen: firstSeenOn,
    age_days: ageOf({ firstSeenOn }, closedAt?.slice(0, 10) ?? today).ageDays,
    owner: null,
    answer: row.answer,
    evidence_ids: row.evidence,
    proposed_by: row.answered_by,
    approved_by: null,
    closed_at: closedAt,
  }));
}

/** Theirs less ours, where both are amounts. */
function differenceOf(ours: string, theirs: string): string | null {
  return isDecimalText(ours) && isDecimalText(theirs) ? subtract(theirs, ours) : null;
}

function runId(provider: string, day: string): string {
  return `${provider}/${day}`;
}

const RUN_COLUMNS = [
  ...(['run_id', 'provider', 'account', 'business_date', 'watermark', 'rule_version', 'counted', 'matched'] as const),
  ...(['waiting', 'open', 'opening', 'closing', 'input_hash', 'coverage', 'closed'] as const),
];

/** One row a provider and day. */
export function reconciliationsFile(format: TableFormat, filter: DayFilter): FileMaker {
  return async (within, _asOf, write) => {
    const table = new TableText(format, RUN_COLUMNS);
    const rows = await reconciledDays(within, filter);
    await write(table.head);
    await write(
      table.of(
        rows.map((row) => ({
          ...row,
          run_id: runId(row.provider, row.business_date),
          ...{ account: null, rule_version: null, opening: null, closing: null, input_hash: null },
        })),
      ),
    );
    return { rows: rows.length };
  };
}
