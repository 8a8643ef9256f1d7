import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bookSettings, BookSettingsError } from '../../book/settings';

const directory = mkdtempSync(join(tmpdir(), 'gangway-book-settings-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, content: string, mode = 0o600): string {
  const path = join(directory, name);
  writeFileSync(path, content, { mode });
  return path;
}

function problems(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    bookSettings(env);
    return [];
  } catch (error) {
    if (error instanceof BookSettingsError) return error.problems;
    throw error;
  }
}

const LOCAL = 'postgres://gangway@127.0.0.1:6543/book';
const REMOTE = 'postgres://gangway@book.example.test/book';

test('reads where the book is, and its password from a file', () => {
  const GANGWAY_BOOK_PASSWORD_FILE = file('password', 'se cret\n');
  expect(bookSettings({ GANGWAY_BOOK_URL: LOCAL, GANGWAY_BOOK_PASSWORD_FILE })).toEqual({
    host: '127.0.0.1',
    port: 6543,
    database: 'book',
    user: 'gangway',
    password: 'se cret',
  });
  expect(bookSettings({ GANGWAY_BOOK_URL: 'postgresql://a%40b@[::1]/the%20book' })).toEqual({
    host: '::1',
    port: 5432,
    database: 'the book',
    user: 'a@b',
  });
});

test('another machine is reached with TLS, unless plain text is said to be wanted', () => {
  expect(bookSettings({ GANGWAY_BOOK_URL: REMOTE })).toMatchObject({ tls: {} });
  expect(bookSettings({ GANGWAY_BOOK_URL: REMOTE, GANGWAY_BOOK_TLS: 'false' })).not.toHaveProperty('tls');
  expect(bookSettings({ GANGWAY_BOOK_URL: LOCAL, GANGWAY_BOOK_TLS: 'true' })).toMatchObject({ tls: {} });
  const pem = '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n';
  const ca = file('ca.pem', pem, 0o644);
  expect(bookSettings({ GANGWAY_BOOK_URL: LOCAL, GANGWAY_BOOK_CA_FILE: ca })).toMatchObject({ tls: { ca: pem } });
  const key = file('no-ca.pem', pem.replaceAll('CERTIFICATE', 'PRIVATE KEY'));
  expect(problems({ GANGWAY_BOOK_URL: LOCAL, GANGWAY_BOOK_CA_FILE: key })).toEqual([
    'GANGWAY_BOOK_CA_FILE names a file without a certificate in PEM',
  ]);
});

test.each([
  ['nothing', undefined, 'is not set'],
  ['another scheme', 'mysql://a@b/c', 'must be postgres:'],
  ['no user', 'postgres://127.0.0.1/book', 'must be postgres:'],
  ['no database', 'postgres://a@127.0.0.1', 'must be postgres:'],
  ['a path of two', 'postgres://a@127.0.0.1/b/c', 'must be postgres:'],
  ['a password', 'postgres://a:hunter2@127.0.0.1/book', 'must not hold a password'],
  ["pg's own way to switch the check of certificates off", `${REMOTE}?sslmode=no-verify`, 'must be postgres:'],
  ['no URL', 'hunter2', 'must be postgres:'],
  ['what cannot be decoded', 'postgres://%ff@127.0.0.1/book', 'must be postgres:'],
])('refuses %s, and repeats no value', (_, url, words) => {
  const found = problems({ GANGWAY_BOOK_URL: url });
  expect(found).toEqual([expect.stringContaining(`GANGWAY_BOOK_URL ${words}`)]);
  expect(found.join()).not.toContain('hunter2');
});

test('tells of all that is wrong at once', () => {
  const env = {
    GANGWAY_BOOK_URL: 'x',
    GANGWAY_BOOK_PASSWORD_FILE: file('open', 'secret', 0o644),
    GANGWAY_BOOK_TLS: 'no',
    GANGWAY_BOOK_CA_FILE: join(directory, 'absent'),
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
  };
  expect(problems(env)).toEqual([
    expect.stringContaining('NODE_TLS_REJECT_UNAUTHORIZED'),
    expect.stringContaining('GANGWAY_BOOK_URL'),
    expect.stringContaining('GANGWAY_BOOK_PASSWORD_FILE names a file that others can read'),
    expect.stringContaining('GANGWAY_BOOK_TLS'),
    expect.stringContaining('GANGWAY_BOOK_CA_FILE names a file that cannot be read'),
  ]);
  expect(problems({ GANGWAY_BOOK_URL: REMOTE, GANGWAY_BOOK_TLS: 'false', GANGWAY_BOOK_CA_FILE: 'ca.pem' })).toEqual([
    'GANGWAY_BOOK_TLS must not be false beside GANGWAY_BOOK_CA_FILE',
  ]);
});
