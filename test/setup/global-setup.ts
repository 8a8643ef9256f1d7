import { startSetUpBook } from '../../book/local/set-up-book';
import { BOOK_VARIABLES } from '../../book/settings';
import { startDevServer } from '../../temporal/dev-server';
import { hold } from './held';
import { SHARED_BOOK } from './test-book';

/**
 * Starts what all tests share, which takes a few seconds: a Temporal server, named in GANGWAY_TEST_TEMPORAL_ADDRESS, or the one
 * of TEMPORAL_ADDRESS if that is set; and the PostgreSQL that each test's own book is in (test-book.ts).
 */
export default async function globalSetup(): Promise<void> {
  const [server, book] = await Promise.all([
    startDevServer(),
    startSetUpBook({ settings: { max_connections: '300' } }),
  ]);
  hold(server);
  hold(book);
  process.env['GANGWAY_TEST_TEMPORAL_ADDRESS'] = server.address;
  process.env[SHARED_BOOK.url] = book.variables[BOOK_VARIABLES.url];
  process.env[SHARED_BOOK.passwordFile] = book.variables[BOOK_VARIABLES.passwordFile];
}
