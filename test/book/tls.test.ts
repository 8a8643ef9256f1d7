import { chmodSync, chownSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { serverUser } from '../../book/local/server-user';
import { startLocalBook, type LocalBook } from '../../book/local/server';
import { openBook } from '../../book/connection';
import { bookSettings } from '../../book/settings';
import { PrivateCa } from '../setup/private-ca';

const ca = new PrivateCa();
const another = new PrivateCa('Another authority');
const directory = mkdtempSync(join(tmpdir(), 'gangway-book-tls-'));
let server: LocalBook;

beforeAll(async () => {
  // Of `localhost` alone, so that its address is another name.
  const { certFile, keyFile } = ca.issue({ names: ['DNS:localhost'] });
  const user = await serverUser();
  chmodSync(directory, 0o755);
  const [cert, key] = [join(directory, 'server.crt'), join(directory, 'server.key')];
  for (const [from, to] of [
    [certFile, cert],
    [keyFile, key],
  ] as const) {
    copyFileSync(from, to);
    chmodSync(to, 0o600);
    if (user !== undefined) chownSync(to, user.uid, user.gid);
  }
  server = await startLocalBook({
    settings: { ssl: 'on', ssl_cert_file: cert, ssl_key_file: key, listen_addresses: 'localhost' },
  });
});
afterAll(async () => {
  await server.stop();
  ca.close();
  another.close();
  rmSync(directory, { recursive: true });
});

/** Whether the connection is encrypted, as the server sees it; or the code of what went wrong. */
async function connect(env: NodeJS.ProcessEnv): Promise<unknown> {
  const book = openBook(bookSettings({ GANGWAY_BOOK_PASSWORD_FILE: server.passwordFile, ...env }));
  try {
    const { rows } = await sql<{ ssl: boolean }>`SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`.execute(
      book,
    );
    return rows[0]?.ssl;
  } catch (error) {
    return typeof error === 'object' && error !== null && 'code' in error ? error.code : error;
  } finally {
    await book.destroy();
  }
}

const atLocalhost = (): string => server.url.replace('127.0.0.1', 'localhost');

test('an authority of our own, and the name that it vouches for', async () => {
  const env = { GANGWAY_BOOK_URL: atLocalhost(), GANGWAY_BOOK_CA_FILE: ca.certFile };
  expect(await connect(env)).toBe(true);
});

test('a certificate of another host is refused', async () => {
  const env = { GANGWAY_BOOK_URL: server.url, GANGWAY_BOOK_CA_FILE: ca.certFile };
  expect(await connect(env)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
});

test('a certificate that nobody known vouches for is refused', async () => {
  const url = { GANGWAY_BOOK_URL: atLocalhost() };
  expect(await connect({ ...url, GANGWAY_BOOK_CA_FILE: another.certFile })).toMatch(/^UNABLE_TO_/);
  expect(await connect({ ...url, GANGWAY_BOOK_TLS: 'true' })).toMatch(/^(UNABLE_TO_|SELF_SIGNED_)/);
});

test('plain text is for this machine alone, where nothing is said', async () => {
  expect(await connect({ GANGWAY_BOOK_URL: server.url })).toBe(false);
});

test('the surroundings give no password', async () => {
  const before = process.env['PGPASSWORD'];
  process.env['PGPASSWORD'] = 'anything';
  try {
    const book = openBook(bookSettings({ GANGWAY_BOOK_URL: server.url }));
    await expect(sql`SELECT 1`.execute(book)).rejects.toThrow('password');
    await book.destroy();
  } finally {
    if (before === undefined) delete process.env['PGPASSWORD'];
    else process.env['PGPASSWORD'] = before;
  }
});
