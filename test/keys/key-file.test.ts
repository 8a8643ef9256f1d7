import { chmodSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { payloadKeysOf } from '../../client/cli/up/payload-keys';
import { KeyFile, newKeyLine, readKeyFile } from '../../keys/key-file';
import { PayloadKeySettingsError, payloadKeySettings, readPayloadKeySettings } from '../../keys/settings';
import { KeyFileOfATest } from './key-file-of-a-test';

let file: KeyFileOfATest;
beforeEach(() => {
  file = new KeyFileOfATest();
});
afterEach(() => {
  file.remove();
});

const KEY = Buffer.alloc(32, 7).toString('base64');

test.each<[string, readonly string[], RegExp]>([
  ['nothing but remarks', ['# none', ''], /without a key/],
  ['a key that is too short', [`old ${Buffer.alloc(16).toString('base64')}`], /line 1 is not/],
  ['a line without an id', ['# first', KEY], /line 2 is not/],
  ['an id twice', [`old ${KEY}`, `old ${KEY}`], /the key old twice/],
])('%s is refused, and nothing of it is repeated', (_, lines, problem) => {
  file.write(lines);
  const read = readKeyFile(file.path);
  expect(read).toEqual({ problem: expect.stringMatching(problem) });
  expect(JSON.stringify(read)).not.toContain(KEY.slice(0, 8));
});

test('a file that others can read is refused', () => {
  chmodSync(file.path, 0o640);
  expect(readKeyFile(file.path)).toEqual({ problem: expect.stringContaining('0600') });
});

test('the first key wraps what is new, and the others are known', () => {
  file.write(['# the new one', `new ${KEY}`, '', `old ${KEY}`]);
  const keys = new KeyFile(file.path);
  expect(keys.current().id).toBe('new');
  expect([keys.find('old') !== undefined, keys.find('gone')]).toEqual([true, undefined]);
  expect(newKeyLine(new Date('2026-12-01T10:00:00Z')).id).toMatch(/^2026-12-01\.[0-9a-f]{8}$/);
});

test('a change is seen after a second, and one that cannot be read changes nothing', () => {
  let now = 0;
  const keys = new KeyFile(file.path, () => now);
  const before = keys.current().id;
  const { id, line } = newKeyLine();
  file.write([line, ...file.lines]);
  expect(keys.current().id).toBe(before);
  now = 1_000;
  expect(keys.current().id).toBe(id);
  file.write(['not a key']);
  now = 2_000;
  expect(keys.current().id).toBe(id);
  rmSync(file.path);
  now = 3_000;
  expect(keys.find(before)).toBeDefined();
});

describe('the settings', () => {
  const BOOK = { GANGWAY_BOOK_URL: 'postgres://gangway@127.0.0.1/gangway' };

  test('are none if no key file is named', () => {
    expect(payloadKeySettings({})).toBeUndefined();
    expect(payloadKeySettings({ GANGWAY_PAYLOAD_KEYS_FILE: '' })).toBeUndefined();
  });

  test('name the file, the book and whether what is in clear is read', () => {
    const env = { ...BOOK, GANGWAY_PAYLOAD_KEYS_FILE: file.path };
    expect(payloadKeySettings(env)).toMatchObject({
      keyFile: file.path,
      readsPlain: false,
      book: { database: 'gangway' },
    });
    expect(payloadKeySettings({ ...env, GANGWAY_READ_PLAIN_PAYLOADS: 'true' })).toMatchObject({ readsPlain: true });
  });

  test('without a book, with another word or with no such file tell all of it at once', () => {
    const env = { GANGWAY_PAYLOAD_KEYS_FILE: join(file.path, 'gone'), GANGWAY_READ_PLAIN_PAYLOADS: 'yes' };
    const problems: string[] = [];
    expect(readPayloadKeySettings(env, problems)).toBeUndefined();
    expect(problems).toEqual([
      'GANGWAY_READ_PLAIN_PAYLOADS must be true or false',
      'GANGWAY_PAYLOAD_KEYS_FILE names a file that cannot be read',
      'GANGWAY_BOOK_URL must be set beside GANGWAY_PAYLOAD_KEYS_FILE: the keys of workflows are in the book',
    ]);
    expect(() => payloadKeySettings(env)).toThrow(PayloadKeySettingsError);
  });
});

test('a key that is not known is looked for in the file at once', () => {
  const keys = new KeyFile(file.path, () => 0);
  const { id, line } = newKeyLine();
  expect(keys.find(id)).toBeUndefined();
  file.write([...file.lines, line]);
  expect(keys.find(id)).toBeDefined();
});

test('gangway up makes a key file in the directory of its data once, if it is asked to, and uses it from then on', async () => {
  const data = join(file.path, '..', 'data');
  const keyFile = join(data, 'payload-keys');
  const variables = { GANGWAY_PAYLOAD_KEYS_FILE: keyFile, GANGWAY_READ_PLAIN_PAYLOADS: '' };
  expect(await payloadKeysOf({ data, env: {}, encrypts: false })).toBeUndefined();
  expect(await payloadKeysOf({ data, env: {}, encrypts: true })).toEqual(variables);
  const made = readFileSync(keyFile, 'utf8');
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  expect(await payloadKeysOf({ data, env: {}, encrypts: true })).toEqual(variables);
  expect(await payloadKeysOf({ data, env: {}, encrypts: false })).toEqual(variables);
  expect(readFileSync(keyFile, 'utf8')).toBe(made);
  const named = { GANGWAY_PAYLOAD_KEYS_FILE: file.path };
  expect(await payloadKeysOf({ data: undefined, env: named, encrypts: false })).toMatchObject(named);
});

test('the file of a test is as private as a real one', () => {
  expect(statSync(file.path).mode & 0o777).toBe(0o600);
  expect(readFileSync(file.path, 'utf8')).toMatch(/^\S+ \S{44}\n$/);
});
