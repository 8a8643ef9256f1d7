import type { Command } from 'commander';
import { openBook, type BookDatabase } from '../../../book/connection';
import { hasLocalBook, startLocalBook } from '../../../book/local/server';
import { BOOK_VARIABLES, bookSettings } from '../../../book/settings';
import { requireCurrentBook } from '../../../book/version';
import { run } from '../command';
import type { ExitCode } from '../exit-code';
import { CommandError } from '../failure';
import type { Output } from '../output';

/** What every command over the book takes. */
export interface BookFlags {
  readonly json?: boolean;
  readonly data?: string;
}

/** Adds where the book is, if it is not where GANGWAY_BOOK_URL says. */
export function withBook(command: Command): Command {
  return command.option('--data <dir>', 'open the book that `gangway up --data DIR` left (default: GANGWAY_BOOK_URL)');
}

/**
 * Runs a command's work over the book, which is all that it needs.
 *
 * @param prepare reads and checks the input, before anything is opened
 */
export async function runOnBook<Input>(
  flags: BookFlags,
  prepare: () => Promise<Input> | Input,
  work: (book: BookDatabase, input: Input, output: Output) => Promise<ExitCode>,
): Promise<void> {
  await run(flags, async (output) => {
    const input = await prepare();
    return await openedBook(flags, (book) => work(book, input, output));
  });
}

/** Opens the book for as long as the work takes; a statement may take as long as it needs. */
export async function openedBook<Result>(
  { data }: Pick<BookFlags, 'data'>,
  work: (book: BookDatabase) => Promise<Result>,
): Promise<Result> {
  if (data === undefined) return await withEnvironment(process.env, work);
  if (!(await hasLocalBook(data))) throw new CommandError(`--data: there is no book in ${data}.`);
  const local = await startLocalBook({ data });
  try {
    const env = { [BOOK_VARIABLES.url]: local.url, [BOOK_VARIABLES.passwordFile]: local.passwordFile };
    return await withEnvironment(env, work);
  } finally {
    await local.stop();
  }
}

async function withEnvironment<Result>(
  env: NodeJS.ProcessEnv,
  work: (book: BookDatabase) => Promise<Result>,
): Promise<Result> {
  const book = openBook(bookSettings(env), { connections: 2, statementMs: 0 });
  try {
    await requireCurrentBook(book);
    return await work(book);
  } finally {
    await book.destroy();
  }
}
