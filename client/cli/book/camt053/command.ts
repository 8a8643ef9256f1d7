import type { Command } from 'commander';
import { idProblem } from '../../../../contract/ids';
import { newCommand } from '../../command';
import { CommandError } from '../../failure';
import { filterOf, type ExportFlags } from '../export-command';
import { runOnBook, withBook } from '../opened-book';
import { writeFileOf } from '../written-file';
import type { StatementPeriod } from './accounts';
import { camt053File } from './file';

const HELP = `
The file:
  camt.053.001.08, one statement a provider and currency of ISO 4217 in which the book knows of money of the client, with the
  balance before the period, its entries in the order of time, and the balance after. Balances are of what moved through
  Gangway. References and codes: docs/book.md. With --out a second file, FILE.summary.json, says what was asked for, as of
  when, how many entries there are and the SHA-256 of the file.`;

type Flags = Omit<ExportFlags<string>, 'format'>;

/** `gangway export camt053` */
export function camt053Command(): Command {
  const description = "A client's accounts in a period as a bank states them, for programs that read camt.053.";
  const command = newCommand('camt053', description, [
    'gangway export camt053 --client demo-client-1 --from 2026-12-01 --to 2026-12-31 > december.xml',
  ]);
  return withBook(command)
    .requiredOption('--client <id>', "the client, by the caller's own id")
    .requiredOption('--from <time>', 'the beginning of the period, a day or a time in UTC')
    .requiredOption('--to <time>', 'its end, a day with all of it, or a time in UTC')
    .option('--out <file>', 'where it goes (default: standard output)')
    .option('--provider <id>', 'only those at one provider')
    .addHelpText('after', HELP)
    .action(async (flags: Flags) => {
      await runOnBook(
        flags,
        () => periodOf(flags),
        async (book, period, output) =>
          await writeFileOf(book, { out: flags.out, filter: period, row: 'row', make: camt053File(period) }, output),
      );
    });
}

/** @throws CommandError if it has no beginning, no end or no client */
function periodOf(flags: Flags): StatementPeriod {
  const { client, from, to, provider } = filterOf(flags);
  if (client === undefined || from === undefined || to === undefined) {
    throw new CommandError('--client, --from and --to are all needed.');
  }
  const problem = idProblem(client);
  if (problem !== undefined) throw new CommandError(`--client ${problem}.`);
  return { client, from, to, ...(provider === undefined ? {} : { provider }) };
}
