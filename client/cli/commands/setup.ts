import type { Command } from 'commander';
import { openBook } from '../../../book/connection';
import { bookVersion, migrateBook } from '../../../book/migrate';
import { bookSettings } from '../../../book/settings';
import { requireCurrentBook } from '../../../book/version';
import { newCommand, run } from '../command';
import { EXIT } from '../exit-code';

/** `gangway setup` */
export function setupCommand(): Command {
  const description =
    'Bring the book that GANGWAY_BOOK_URL names to this version, forward only; done already, it changes nothing. ' +
    'Workers start only with a book of their own version.';
  return newCommand('setup', description, [
    'GANGWAY_BOOK_URL=postgres://gangway@127.0.0.1/gangway GANGWAY_BOOK_PASSWORD_FILE=book-password gangway setup',
  ]).action(async (flags: { readonly json?: boolean }) => {
    await run(flags, async (output) => {
      // A migration may take its time.
      const book = openBook(bookSettings(), { connections: 1, statementMs: 0 });
      try {
        // What is newer is told as such, and not as a book that refuses.
        if ((await bookVersion(book)).is === 'newer') await requireCurrentBook(book);
        const applied = await migrateBook(book);
        output.document({ applied });
        if (applied.length === 0) output.say('The book is of this version already.');
        for (const name of applied) output.say(`${output.colors.green('✓')} ${name}`);
        return EXIT.done;
      } finally {
        await book.destroy();
      }
    });
  });
}
