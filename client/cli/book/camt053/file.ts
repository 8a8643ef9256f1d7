import type { BookDatabase } from '../../../../book/connection';
import { EXIT } from '../../exit-code';
import { CommandError } from '../../failure';
import { ledgerEntries } from '../journal-file';
import type { FileMaker } from '../written-file';
import { statedAccounts, type StatedAccount, type StatementPeriod } from './accounts';
import { Camt053Document } from './document';

/** The message, with one statement an account. */
export function camt053File(period: StatementPeriod): FileMaker {
  return async (within, asOf, write) => {
    const accounts = await statedAccounts(within, period);
    if (accounts.length === 0) {
      const what = `The book knows of no money of ${period.client} in a currency of ISO 4217 up to then.`;
      throw new CommandError(what, EXIT.badInput, 'UNKNOWN_ID');
    }
    const document = new Camt053Document(period, asOf);
    let rows = 0;
    await write(document.head);
    for (const account of accounts) {
      await write(document.begin(account));
      rows += await writeEntries(within, document, period, account, write);
      await write(document.endStatement());
    }
    await write(document.end);
    return { rows };
  };
}

async function writeEntries(
  within: BookDatabase,
  document: Camt053Document,
  period: StatementPeriod,
  { provider, currency }: StatedAccount,
  write: (text: string) => Promise<void>,
): Promise<number> {
  let rows = 0;
  for await (const page of ledgerEntries(within, { ...period, provider })) {
    const texts = page.flatMap((entry) =>
      entry.lines.map((line, at) =>
        line.party === 'provider' && line.asset === currency ? document.entry(entry, line, at + 1) : undefined,
      ),
    );
    const own = texts.filter((text) => text !== undefined);
    rows += own.length;
    await write(own.join(''));
  }
  return rows;
}
