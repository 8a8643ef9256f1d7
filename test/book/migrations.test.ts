import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { BookDatabase } from '../../book/connection';
import { bookVersion, migrateBook } from '../../book/migrate';
import { MIGRATIONS } from '../../book/migrations';
import type { BookSchema } from '../../book/schema';
import { TestBook } from './open-book';

/** The SHA-256 of each migration that has been in a release. They never change: a book that had one would be another. */
const RELEASED: Readonly<Record<string, string>> = {
  '0001-movements': '91d7d48572a8d856a36e41ea60936cc81fb47df736b6712fc893f45d9b7c7bb9',
  '0002-audit': '1a40060750cb99f4a7e644992848bbe9199ae2558ca739cfae8736ae1704d41e',
  '0003-people': 'ea0a058bd0af1cd94aebbb90f7a86f421d76345a96e6eaefa4ee4830e83f906f',
  '0005-reconciliation': 'fc3867d0c67e96f03a11368aeff2018078c8acc1d2cac171601a0e612fc9514b',
  '0006-events-out': '3fc55b5a7a1d416d1ead460445cda57afb02da79cba6c14262542529a416ea52',
  '0007-limits': 'a691c3dac4187b1ec8873690ff5f070fa7a0248bee98c31eef1b22a753ecdb39',
  '0008-audit-of-reconciliation': '8ba5f079ebc7d7b1d9acd20e7387bffafc0da14c0fdccb9f60ce3be079cdb72f',
  '0009-data-keys': 'fa9fd20070056e8e309302eb5298d10825a8197a3d32829b0f14449958d2b966',
  '0010-forgetting': '218aa602f80c7a8604171b75f550f063e12d458a186e3aab8d2d15bc04bce88a',
  '0011-blind-index': '6d569982ab08da4202932c0b6311328e0be2174fafe0ed992d66b35321eb6bc5',
  '0012-decodes': 'fc6dd0ffc640184c9db99e2c409a549873c45d63c74376fd68012de1ce5cc887',
};

let testBook: TestBook;
let book: BookDatabase;

beforeAll(async () => {
  testBook = await TestBook.startEmpty();
  book = testBook.open({ statementMs: 0 });
});
afterAll(() => testBook.close());
beforeEach(() => sql`DROP SCHEMA IF EXISTS book CASCADE`.execute(book));

const names = MIGRATIONS.map(({ name }) => name);

/** Everything that the schema is made of, in words. */
async function shape(of: Kysely<BookSchema>): Promise<readonly unknown[]> {
  const { rows } = await sql`
    SELECT 'column' AS what, table_name || '.' || column_name AS name,
        concat_ws(' ', data_type, is_nullable, column_default, is_identity) AS is
      FROM information_schema.columns WHERE table_schema = 'book'
    UNION ALL
    SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'book'::regnamespace
    UNION ALL
    SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'book'
    UNION ALL
    SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
      FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = 'book'::regnamespace
    ORDER BY 1, 2`.execute(of);
  return rows;
}

test('an empty database becomes a book, and again changes nothing', async () => {
  expect(await bookVersion(book)).toEqual({ is: 'older', lacks: names });
  expect(await migrateBook(book)).toEqual(names);
  expect(await bookVersion(book)).toEqual({ is: 'current' });
  const before = await shape(book);
  expect(await migrateBook(book)).toEqual([]);
  expect(await shape(book)).toEqual(before);
  expect(before.length).toBeGreaterThan(50);
});

test('from every earlier state the same book comes about', async () => {
  await migrateBook(book);
  const whole = await shape(book);
  for (const [index, name] of names.entries()) {
    await sql`DROP SCHEMA book CASCADE`.execute(book);
    expect(await migrateBook(book, name)).toEqual(names.slice(0, index + 1));
    const lacks = names.slice(index + 1);
    expect(await bookVersion(book)).toEqual(lacks.length === 0 ? { is: 'current' } : { is: 'older', lacks });
    expect(await migrateBook(book)).toEqual(lacks);
    expect(await shape(book)).toEqual(whole);
  }
});

test('many that migrate at once make one book', async () => {
  const many = Array.from({ length: 5 }, () => migrateBook(testBook.open({ statementMs: 0 })));
  const applied = await Promise.all(many);
  expect(applied.flat().sort()).toEqual([...names].sort());
  expect(await bookVersion(book)).toEqual({ is: 'current' });
});

test('a book of a newer version is told, and left as it is', async () => {
  await migrateBook(book);
  await sql`INSERT INTO book.migrations (name, timestamp) VALUES ('9999-later', '2030-01-01')`.execute(book);
  expect(await bookVersion(book)).toEqual({ is: 'newer', has: ['9999-later'] });
  const before = await shape(book);
  await expect(migrateBook(book)).rejects.toThrow('BOOK_UNAVAILABLE');
  expect(await shape(book)).toEqual(before);
});

test('a migration that was released is never changed, and none goes backwards', () => {
  const hashes = MIGRATIONS.map(({ name, sql: text }) => [name, createHash('sha256').update(text).digest('hex')]);
  expect(Object.fromEntries(hashes)).toEqual(RELEASED);
  expect(names).toEqual([...names].sort());
  expect(MIGRATIONS.filter((migration) => 'down' in migration)).toEqual([]);
});
