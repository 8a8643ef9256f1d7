import { sql } from 'kysely';
import { MIGRATIONS } from '../../book/migrations';
import { BookVersionError, requireCurrentBook } from '../../book/version';
import { documents, runCli } from '../client/run-cli';
import { TestBook } from './open-book';

let testBook: TestBook;

beforeAll(async () => {
  testBook = await TestBook.startEmpty();
});
afterAll(() => testBook.close());

const names = MIGRATIONS.map(({ name }) => name);

async function versionProblem(): Promise<string | undefined> {
  try {
    await requireCurrentBook(testBook.open());
    return undefined;
  } catch (error) {
    if (error instanceof BookVersionError) return error.message;
    throw error;
  }
}

test('setup brings a book to this version, and whoever needs it says so before', async () => {
  expect(await versionProblem()).toContain('Run `gangway setup` once');
  const done = await runCli(['setup', '--only', 'book', '--json'], { env: testBook.env });
  expect(done.exitCode).toBe(0);
  expect(documents(done)).toEqual([{ applied: names }]);
  expect(await versionProblem()).toBeUndefined();
  const again = await runCli(['setup', '--only', 'book'], { env: testBook.env });
  expect(again).toMatchObject({ exitCode: 0, stdout: 'The book is of this version already.\n' });
}, 120_000);

test('a newer book is left as it is, and says what to run', async () => {
  await sql`INSERT INTO book.migrations (name, timestamp) VALUES ('9999-later', '2030-01-01')`.execute(testBook.open());
  expect(await versionProblem()).toContain('of a newer Gangway');
  const { exitCode, stderr } = await runCli(['setup', '--only', 'book'], { env: testBook.env });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('The book has 9999-later, of a newer Gangway.');
}, 120_000);

test('what cannot be set up is told in one line', async () => {
  expect(await runCli(['setup'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('GANGWAY_BOOK_URL is not set'),
  });
  const away = { ...testBook.env, GANGWAY_BOOK_URL: 'postgres://gangway@127.0.0.1:1/gangway' };
  expect(await runCli(['setup', '--only', 'book'], { env: away })).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining('BOOK_UNAVAILABLE: the book cannot be reached (ECONNREFUSED)'),
  });
}, 120_000);
