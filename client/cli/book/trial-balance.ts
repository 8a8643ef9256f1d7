import { add, isNegative, subtract, type DecimalText } from '../../../contract/money';
import type { PostingFilter } from '../../../book/read/postings';
import { ledgerEntries } from './journal-file';
import { negated } from './ledger';
import { TableText, type TableFormat } from './table-text';
import type { FileMaker } from './written-file';

const COLUMNS = ['account', 'currency', 'opening', 'debits', 'credits', 'closing', 'as_of'] as const;

/** What an account held of an asset before the period, and what came and went within it. */
interface AccountSums {
  readonly account: string;
  readonly asset: string;
  opening: DecimalText;
  debits: DecimalText;
  credits: DecimalText;
}

/** One row an account and asset. It holds as many sums as there are rows, however many entries they are of. */
export function trialBalanceFile(format: TableFormat, { from, to, ...whose }: PostingFilter): FileMaker {
  return async (within, asOf, write) => {
    const sums = new Map<string, AccountSums>();
    for await (const page of ledgerEntries(within, { ...whose, ...(to === undefined ? {} : { to }) })) {
      for (const { posting, lines } of page) {
        const isBefore = from !== undefined && new Date(posting.effective_at) < from;
        for (const { account, asset, amount } of lines) count(sumsOf(sums, account, asset), amount, isBefore);
      }
    }
    const table = new TableText(format, COLUMNS);
    const rows = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
    const at = (to ?? asOf).toISOString();
    await write(table.head);
    await write(
      table.of(
        rows.map(({ account, asset, opening, debits, credits }) => ({
          ...{ account, currency: asset, opening, debits, credits, as_of: at },
          closing: subtract(add(opening, debits), credits),
        })),
      ),
    );
    return { rows: rows.length };
  };
}

function sumsOf(all: Map<string, AccountSums>, account: string, asset: string): AccountSums {
  const key = `${account}\n${asset}`;
  const sums = all.get(key) ?? { account, asset, opening: '0', debits: '0', credits: '0' };
  all.set(key, sums);
  return sums;
}

function count(sums: AccountSums, amount: DecimalText, isBefore: boolean): void {
  if (isBefore) sums.opening = add(sums.opening, amount);
  else if (isNegative(amount)) sums.credits = add(sums.credits, negated(amount));
  else sums.debits = add(sums.debits, amount);
}
