import { sql } from 'kysely';
import { type LocalBook, type LocalBookOptions, startLocalBook } from '../../book/local/server';
import { type BookDatabase, type ConnectionLimits, openBook } from '../../book/connection';
import { migrateBook } from '../../book/migrate';
import { bookSettings } from '../../book/settings';

/** A book of the test's own: a real PostgreSQL, and as many connections to it as it opens. */
export class TestBook {
  private readonly opened: BookDatabase[] = [];

  private constructor(
    private readonly options: LocalBookOptions,
    public server: LocalBook,
  ) {}

  /** Starts it, with every table. */
  static async start(options: LocalBookOptions = {}): Promise<TestBook> {
    const book = await TestBook.startEmpty(options);
    await migrateBook(book.open({ statementMs: 0 }));
    return book;
  }

  static async startEmpty(options: LocalBookOptions = {}): Promise<TestBook> {
    return new TestBook(options, await startLocalBook(options));
  }

  /** An empty book in the place of the one that is there, with every table; gives whoever owns the database. */
  async startOver(): Promise<BookDatabase> {
    const owner = this.open({ statementMs: 0, connections: 1 });
    await sql`DROP SCHEMA IF EXISTS book CASCADE`.execute(owner);
    await migrateBook(owner);
    return owner;
  }

  /** What a process is told of it. */
  get env(): NodeJS.ProcessEnv {
    return { GANGWAY_BOOK_URL: this.server.url, GANGWAY_BOOK_PASSWORD_FILE: this.server.passwordFile };
  }

  open(limits: ConnectionLimits = {}): BookDatabase {
    const book = openBook(bookSettings(this.env), limits);
    this.opened.push(book);
    return book;
  }

  /** After a crash, on the same data, which must have a directory. */
  async startAgain(): Promise<void> {
    this.server = await startLocalBook(this.options);
  }

  async close(): Promise<void> {
    await Promise.all(this.opened.map((book) => book.destroy()));
    await this.server.stop();
  }
}
