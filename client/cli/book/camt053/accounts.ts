import type { BookDatabase } from '../../../../book/connection';
import type { PostingFilter } from '../../../../book/read/postings';
import { add, amountProblem, isNegative, subtract, type DecimalText } from '../../../../contract/money';
import { EXIT } from '../../exit-code';
import { CommandError } from '../../failure';
import { isIsoCurrency } from '../iso-currency';
import { ledgerEntries } from '../journal-file';

/** What is stated of: the entries of one client within a period that has both ends. */
export interface StatementPeriod {
  readonly client: string;
  readonly provider?: string;
  readonly from: Date;
  /** Not included. */
  readonly to: Date;
}

/** Of one client, one provider and one currency: what it held before, and what came and went. */
export interface StatedAccount {
  readonly provider: string;
  readonly client: string;
  readonly currency: string;
  readonly opening: DecimalText;
  readonly credits: EntrySum;
  readonly debits: EntrySum;
}

interface EntrySum {
  readonly count: number;
  readonly sum: DecimalText;
}

/**
 * The accounts of a client in currencies of ISO 4217, with their balances, which stand before the entries in a statement: so
 * the entries are read twice.
 *
 * @throws CommandError if an amount has more digits than camt.053 holds
 */
export async function statedAccounts(
  within: BookDatabase,
  { from, ...asked }: StatementPeriod,
): Promise<readonly StatedAccount[]> {
  const accounts = new Map<string, StatedAccount>();
  const upTo: PostingFilter = asked;
  for await (const page of ledgerEntries(within, upTo)) {
    for (const { id, posting, lines } of page) {
      const isBefore = new Date(posting.effective_at) < from;
      for (const { party, asset, amount } of lines) {
        if (party !== 'provider' || !isIsoCurrency(asset)) continue;
        requireFit(amount, `The amount of ${id}`);
        const key = `${posting.provider}\n${asset}`;
        const account = accounts.get(key) ?? unused(posting.provider, posting.client_id, asset);
        accounts.set(key, isBefore ? { ...account, opening: add(account.opening, amount) } : counted(account, amount));
      }
    }
  }
  const sorted = [...accounts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, account]) => account);
  for (const account of sorted) {
    requireFit(account.opening, `The opening balance in ${account.currency}`);
    requireFit(closingOf(account), `The closing balance in ${account.currency}`);
  }
  return sorted;
}

export function closingOf({ opening, credits, debits }: StatedAccount): DecimalText {
  return subtract(add(opening, credits.sum), debits.sum);
}

/** Without its sign, and without zeros at its end. */
export function magnitude(amount: DecimalText): DecimalText {
  return isNegative(amount) ? subtract('0', amount) : add(amount, '0');
}

function unused(provider: string, client: string, currency: string): StatedAccount {
  const none = { count: 0, sum: '0' };
  return { provider, client, currency, opening: '0', credits: none, debits: none };
}

function counted(account: StatedAccount, amount: DecimalText): StatedAccount {
  const side = isNegative(amount) ? 'debits' : 'credits';
  const { count, sum } = account[side];
  return { ...account, [side]: { count: count + 1, sum: add(sum, magnitude(amount)) } };
}

/** Of an amount in the message: 18 digits, 5 of them after the point. */
const [MOST_DIGITS, MOST_DECIMALS] = [18, 5];

function requireFit(amount: DecimalText, what: string): void {
  const plain = magnitude(amount);
  const fits = plain === '0' || amountProblem(plain, MOST_DECIMALS) === undefined;
  if (fits && plain.replace('.', '').length <= MOST_DIGITS) return;
  throw new CommandError(
    `${what} is ${plain}: camt.053 holds ${MOST_DIGITS} digits, ${MOST_DECIMALS} of them after the point.`,
    EXIT.failed,
    'NOT_EXPRESSIBLE',
  );
}
