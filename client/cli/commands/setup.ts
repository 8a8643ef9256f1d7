import { Option, type Command } from 'commander';
import { openBook } from '../../../book/connection';
import { bookVersion, migrateBook } from '../../../book/migrate';
import { bookSettings, type BookSettings } from '../../../book/settings';
import { requireCurrentBook } from '../../../book/version';
import { connect } from '../../../temporal/connect';
import { environmentAt, temporalSettings, type TemporalSettings } from '../../../temporal/connection';
import { RETENTION_MS, setUpNamespace, type ReadyNamespace } from '../../../temporal/namespace';
import { SearchAttributesError } from '../../../temporal/search-attributes';
import { unreachable } from '../../flow/from-temporal';
import { newCommand, run, withTemporal, type CommonFlags } from '../command';
import { EXIT } from '../exit-code';
import type { Output } from '../output';

const PARTS = ['temporal', 'book'] as const;

interface SetupFlags extends Pick<CommonFlags, 'json' | 'address' | 'namespace'> {
  readonly only?: (typeof PARTS)[number];
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** `gangway setup` */
export function setupCommand(): Command {
  const description =
    "Make Temporal and the book ready: the namespace, kept for 30 days, the search attributes, and the book's tables at this " +
    'version, forward only. It waits until all of it is visible; done already, it changes nothing. Workers start only once it has run.';
  const command = newCommand('setup', description, [
    'TEMPORAL_ADDRESS=temporal:7233 GANGWAY_BOOK_URL=postgres://gangway@book/gangway gangway setup',
    'gangway setup --only book',
  ]);
  return withTemporal(command)
    .addOption(new Option('--only <part>', 'one of both').choices([...PARTS]))
    .action(async (flags: SetupFlags) => {
      await run(flags, async (output) => {
        // All settings are read first: what is wrong is told before anything has changed.
        const temporal = flags.only === 'book' ? undefined : temporalSettings(environmentAt(flags));
        const book = flags.only === 'temporal' ? undefined : bookSettings();
        const namespace = temporal === undefined ? undefined : await makeNamespaceReady(temporal);
        if (temporal !== undefined && namespace !== undefined) sayNamespace(temporal.namespace, namespace, output);
        const applied = book === undefined ? undefined : await bringToThisVersion(book);
        if (applied !== undefined) sayBook(applied, output);
        output.document({
          ...(temporal === undefined ? {} : { namespace: { name: temporal.namespace, ...namespace } }),
          ...(applied === undefined ? {} : { applied }),
        });
        return EXIT.done;
      });
    });
}

async function makeNamespaceReady(settings: TemporalSettings): Promise<ReadyNamespace> {
  try {
    const connection = await connect(settings);
    try {
      return await setUpNamespace(connection, settings.namespace);
    } finally {
      await connection.close();
    }
  } catch (error) {
    throw error instanceof SearchAttributesError ? error : unreachable(error, settings.address);
  }
}

function sayNamespace(name: string, { created, retentionMs, registered }: ReadyNamespace, output: Output): void {
  const { colors } = output;
  const days = Math.floor(retentionMs / DAY_MS);
  output.say(`${colors.green('✓')} namespace ${name}${created ? ' made' : ''}, keeps what has ended for ${days} days`);
  if (retentionMs < RETENTION_MS) {
    output.complain(
      `${colors.yellow('!')} Raise the retention of ${name} to ${RETENTION_MS / DAY_MS} days or more: what has ended is gone ` +
        `from Temporal after ${days} days, and only the book knows it then.`,
    );
  }
  if (registered.length > 0) output.say(`${colors.green('✓')} search attributes ${registered.join(', ')}`);
  else output.say('The search attributes are all there already.');
}

async function bringToThisVersion(settings: BookSettings): Promise<readonly string[]> {
  // A migration may take its time.
  const book = openBook(settings, { connections: 1, statementMs: 0 });
  try {
    // What is newer is told as such, and not as a book that refuses.
    if ((await bookVersion(book)).is === 'newer') await requireCurrentBook(book);
    return await migrateBook(book);
  } finally {
    await book.destroy();
  }
}

function sayBook(applied: readonly string[], output: Output): void {
  if (applied.length === 0) output.say('The book is of this version already.');
  for (const name of applied) output.say(`${output.colors.green('✓')} ${name}`);
}
