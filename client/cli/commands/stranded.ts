import type { Command } from 'commander';
import { movements, type MovementRow } from '../../../book/read/movements';
import type { BookDatabase } from '../../../book/connection';
import { plainDecimal } from '../../../contract/money';
import { inLanes } from '../../../system/in-lanes';
import type { Standing } from '../../flow/standing';
import type { Gangway } from '../../gangway';
import { runOnBook, withBook, type BookFlags } from '../book/opened-book';
import { timeWords } from '../book/story-words';
import { connected, newCommand, withTemporal, type CommonFlags } from '../command';
import { EXIT } from '../exit-code';
import { newTable } from '../new-table';
import type { Output } from '../output';

/** A movement that the book says is open, and that no workflow brings to its end. */
interface Stranded extends MovementRow {
  readonly temporal: Exclude<Standing, 'running'>;
}

type StrandedFlags = BookFlags & Pick<CommonFlags, 'address' | 'namespace'> & { readonly provider?: string };

/** `gangway book stranded` */
export function strandedCommand(): Command {
  const description =
    'List the movements that are open in the book and that nothing in Temporal brings to their end: after Temporal was ' +
    'restored or lost, or a workflow was ended by force or deleted.';
  const command = newCommand('stranded', description, [
    'gangway book stranded',
    'gangway book stranded --provider coinmena --json',
  ]);
  const help =
    '\nAsk for each again with the same request, from where it was asked for: what was sent is looked up and not sent again.' +
    '\nOne that Temporal says has ended was ended by force: reset its workflow instead. Exits 3 if there is any.';
  return withTemporal(withBook(command))
    .option('--provider <id>', 'only those at one provider')
    .addHelpText('after', help)
    .action(async (flags: StrandedFlags) => {
      await runOnBook(
        flags,
        () => (flags.provider === undefined ? {} : { provider: flags.provider }),
        async (book, filter, output) => {
          const found = await connected(flags, (gangway) => strandedIn(book, filter, gangway));
          output.document(found);
          print(found, output);
          return found.length === 0 ? EXIT.done : EXIT.parked;
        },
      );
    });
}

const LANES = 16;

/** The book is read before Temporal is asked: what begins meanwhile is not taken for stranded. */
async function strandedIn(
  book: BookDatabase,
  filter: { readonly provider?: string },
  gangway: Gangway,
): Promise<readonly Stranded[]> {
  const found: Stranded[] = [];
  for await (const page of movements(book, { ...filter, open: true })) {
    await inLanes(LANES, page, async (row) => {
      const temporal = await gangway.standingOf({ id: row.movement_id });
      if (temporal !== 'running') found.push({ ...row, temporal });
    });
  }
  return found.toSorted((one, other) => (one.created_at < other.created_at ? -1 : 1));
}

function print(found: readonly Stranded[], output: Output): void {
  if (found.length === 0) {
    output.say(`${output.colors.green('✓')} Every movement that is open in the book is under way in Temporal.`);
    return;
  }
  const table = newTable(['Asked (UTC)', 'Movement', 'Client', 'Kind', 'Amount', 'State', 'In Temporal'], output);
  for (const row of found) {
    const amount = { content: `${plainDecimal(row.amount)} ${row.currency}`, hAlign: 'right' } as const;
    table.push([timeWords(row.created_at), row.movement_id, row.client_id, row.type, amount, row.status, row.temporal]);
  }
  output.say(table.toString());
}
