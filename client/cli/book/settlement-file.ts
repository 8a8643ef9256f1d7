import type { PostingFilter } from '../../../book/read/postings';
import { add, subtract, type DecimalText } from '../../../contract/money';
import { ledgerEntries } from './journal-file';
import { isTakenBack, type LedgerEntry, type LedgerLine } from './ledger';
import { TableText, type TableFormat } from './table-text';
import type { FileMaker } from './written-file';

const COLUMNS = [
  ...(['automatic_payout_id', 'automatic_payout_effective_at', 'balance_transaction_id', 'created'] as const),
  ...(['available_on', 'currency', 'gross', 'fee', 'net', 'reporting_category', 'source_id', 'description'] as const),
];
type SettlementRow = Readonly<Record<(typeof COLUMNS)[number], string | null>>;

/**
 * What changed the accounts at the providers, one row an entry and asset: gross is what moved, fee what it cost with its VAT,
 * net what the account changed by. No provider pays out here, so that the columns of a payout are empty.
 */
export function settlementFile(format: TableFormat, filter: PostingFilter): FileMaker {
  return async (within, _asOf, write) => {
    const table = new TableText(format, COLUMNS);
    let rows = 0;
    await write(table.head);
    for await (const page of ledgerEntries(within, filter)) {
      const told = page.flatMap(rowsOf);
      rows += told.length;
      await write(table.of(told));
    }
    return { rows };
  };
}

function rowsOf({ id, posting, description, lines }: LedgerEntry): readonly SettlementRow[] {
  const own = lines.filter(({ party }) => party === 'provider');
  return [...new Set(own.map(({ asset }) => asset))].map((asset) => {
    const ofAsset = own.filter((line) => line.asset === asset);
    const moved = ofAsset.filter(({ role }) => role === 'principal' || role === 'received');
    const costs = ofAsset.filter(({ role }) => role === 'fee' || role === 'vat');
    return {
      ...{ automatic_payout_id: null, automatic_payout_effective_at: null, available_on: null },
      balance_transaction_id: id,
      created: posting.effective_at,
      currency: asset,
      gross: sumOf(moved),
      fee: subtract('0', sumOf(costs)),
      net: sumOf(ofAsset),
      reporting_category: `${posting.kind}${isTakenBack(posting.cause) ? '_reversal' : ''}`,
      source_id: posting.order_id ?? posting.subject,
      description,
    };
  });
}

function sumOf(lines: readonly LedgerLine[]): DecimalText {
  return lines.map(({ amount }) => amount).reduce(add, '0');
}
