import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { openBook, type BookDatabase } from '../../book/connection';
import { PostgresLimits } from '../../book/limits';
import { PostgresSendLog } from '../../book/send-log';
import { BOOK_VARIABLES, bookSettings } from '../../book/settings';
import type { LimitBook } from '../../contract/limits';
import type { SendLog } from '../../contract/send-log';

/** Where the PostgreSQL is that all tests share, and its database `gangway`, which has every table and stays empty. */
export const SHARED_BOOK = {
  url: 'GANGWAY_TEST_BOOK_URL',
  passwordFile: 'GANGWAY_TEST_BOOK_PASSWORD_FILE',
} as const;

/** A book of a test's own: a database in the PostgreSQL that all tests share. */
export interface OwnBook {
  /** What a worker is told of it. */
  readonly env: Readonly<Record<string, string>>;
  /** What activities are told of it. */
  readonly sends: { readonly log: SendLog; readonly worker: string; readonly limits: LimitBook };
  open(): BookDatabase;
  /** Whoever is still connected is cut off. */
  drop(): Promise<void>;
}

/** Copies the empty book, which takes a moment. */
export async function newOwnBook(): Promise<OwnBook> {
  const database = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdministrator(`CREATE DATABASE ${database} TEMPLATE gangway`);
  const env = variablesOf(database);
  const opened: BookDatabase[] = [];
  const open = (): BookDatabase => {
    const book = openBook(bookSettings(env), { connections: 2 });
    opened.push(book);
    return book;
  };
  return {
    env,
    sends: { log: new PostgresSendLog(open()), worker: 'test', limits: new PostgresLimits(open()) },
    open,
    drop: async () => {
      await Promise.all(opened.map((book) => book.destroy()));
      await asAdministrator(`DROP DATABASE ${database} WITH (FORCE)`);
    },
  };
}

function variablesOf(database: string): Record<string, string> {
  const { [SHARED_BOOK.url]: shared, [SHARED_BOOK.passwordFile]: passwordFile } = process.env;
  if (shared === undefined || passwordFile === undefined) throw new Error('test/setup/global-setup.ts has not run');
  const url = new URL(shared);
  url.pathname = `/${database}`;
  return { [BOOK_VARIABLES.url]: url.href, [BOOK_VARIABLES.passwordFile]: passwordFile };
}

/** A machine that runs many tests at once takes its time to connect. */
const LOADED_MS = 60_000;

async function asAdministrator(statement: string): Promise<void> {
  const database = openBook(bookSettings(variablesOf('postgres')), {
    connections: 1,
    connectMs: LOADED_MS,
    statementMs: 0,
  });
  try {
    await sql.raw(statement).execute(database);
  } finally {
    await database.destroy();
  }
}
