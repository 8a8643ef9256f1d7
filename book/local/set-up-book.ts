import { openBook } from '../connection';
import { migrateBook } from '../migrate';
import { BOOK_VARIABLES, bookSettings } from '../settings';
import { startLocalBook, type LocalBook, type LocalBookOptions } from './server';

/** A book that was started here, with every table: workers may take it. */
export interface SetUpBook extends LocalBook {
  /** What whoever takes it is told of it. */
  readonly variables: NodeJS.ProcessEnv;
}

/**
 * Starts a PostgreSQL for the book and brings it to this version, as `gangway setup` does.
 *
 * @throws what `startLocalBook` throws; BookUnavailable
 */
export async function startSetUpBook(options: LocalBookOptions = {}): Promise<SetUpBook> {
  const local = await startLocalBook(options);
  const variables = { [BOOK_VARIABLES.url]: local.url, [BOOK_VARIABLES.passwordFile]: local.passwordFile };
  const book = openBook(bookSettings(variables), { connections: 1, statementMs: 0 });
  try {
    await migrateBook(book);
  } catch (error) {
    await local.stop();
    throw error;
  } finally {
    await book.destroy();
  }
  return { ...local, variables };
}
