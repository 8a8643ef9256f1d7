import type { MovementRow } from '../../../book/read/movements';
import { add, subtract, type DecimalText } from '../../../contract/money';
import { isIsoCurrency, minorPlaces } from './iso-currency';
import { TableText, type TableFormat } from './table-text';
import type { FileSummary } from './written-file';

/** What is in the file, for whoever is handed it. */
interface MovementSummary extends FileSummary {
  /** By currency: what was asked, of movements in every state. */
  readonly totals: Readonly<Record<string, DecimalText>>;
}

/**
 * Columns in an order that never changes; what the book does not know is empty. Amounts as decimals, and of currencies of ISO
 * 4217 in minor units too.
 */
const COLUMNS = [
  ...['movement_id', 'intent_id', 'client_id', 'partner_id', 'provider', 'provider_ref', 'previous_ref', 'batch_id'],
  ...['row_no', 'type', 'direction', 'amount', 'amount_minor', 'currency', 'fee', 'net', 'status', 'created_at'],
  ...['sent_at', 'settled_at', 'value_date', 'approvers', 'recon_status'],
];

/** Turns movements into the text of a file, some at a time, and counts them. */
export class MovementExport {
  private rows = 0;
  private readonly totals = new Map<string, DecimalText>();
  private readonly table: TableText<string>;

  constructor(format: TableFormat) {
    this.table = new TableText(format, COLUMNS);
  }

  /** What the file begins with. */
  get head(): string {
    return this.table.head;
  }

  text(movements: readonly MovementRow[]): string {
    for (const { currency, amount } of movements) {
      this.rows += 1;
      this.totals.set(currency, add(this.totals.get(currency) ?? '0', amount));
    }
    return this.table.of(movements.map(exportRow));
  }

  get summary(): MovementSummary {
    return { rows: this.rows, totals: Object.fromEntries([...this.totals].sort(([a], [b]) => (a < b ? -1 : 1))) };
  }
}

function exportRow(row: MovementRow): Readonly<Record<string, string | number | null>> {
  const { amount, currency, fee, fee_currency: feeCurrency } = row;
  const net = fee === null ? null : feeCurrency === currency ? subtract(amount, fee) : amount;
  return {
    ...row,
    partner_id: null,
    direction: DIRECTIONS[row.type],
    amount_minor: minorUnits(amount, currency),
    net,
    value_date: null,
    recon_status: null,
  };
}

const DIRECTIONS: Readonly<Record<MovementRow['type'], string>> = {
  deposit: 'in',
  withdrawal: 'out',
  conversion: 'exchange',
};

/** Null of what is no currency of ISO 4217, and of what has more places than its currency. */
function minorUnits(amount: DecimalText, currency: string): string | null {
  if (!isIsoCurrency(currency)) return null;
  const places = minorPlaces(currency);
  const [whole = '0', fraction = ''] = add(amount, '0').split('.');
  const kept = fraction.replace(/0+$/, '');
  if (kept.length > places) return null;
  return (whole + kept.padEnd(places, '0')).replace(/^(-?)0+(?=\d)/, '$1');
}
