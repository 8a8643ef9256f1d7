import { createSecretKey, randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { PostgresDataKeys } from '../../book/data-keys';
import { EncryptingCodec } from '../../keys/codec';
import { openDataKeys, openWrapper } from '../../keys/open';
import { rotateKeys } from '../../keys/rotate';
import { readPayloadKeySettings, readWrappingSettings, type WrappingSettings } from '../../keys/settings';
import { documents, runCli } from '../client/run-cli';
import { PrivateCa } from '../setup/private-ca';
import { newOwnBook, type OwnBook } from '../setup/test-book';
import { KeyFileOfATest } from './key-file-of-a-test';
import { TransitStandIn } from './transit-stand-in';

let own: OwnBook;
let book: PostgresDataKeys;
let transit: TransitStandIn;
let directory: string;
let tokenFile: string;

beforeEach(async () => {
  own = await newOwnBook();
  book = new PostgresDataKeys(own.open());
  transit = await TransitStandIn.start();
  directory = mkdtempSync(join(tmpdir(), 'gangway-vault-'));
  tokenFile = join(directory, 'token');
  writeToken(transit.token);
});
afterEach(async () => {
  await transit.stop();
  await own.drop();
  rmSync(directory, { recursive: true, force: true });
});

function writeToken(token: string): void {
  writeFileSync(tokenFile, `${token}\n`);
  chmodSync(tokenFile, 0o600);
}

function env(but: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    ...own.env,
    GANGWAY_PAYLOAD_KEYS_VAULT_URL: transit.url,
    GANGWAY_PAYLOAD_KEYS_VAULT_TOKEN_FILE: tokenFile,
    ...but,
  };
}

function settings(but: NodeJS.ProcessEnv = {}): WrappingSettings {
  const problems: string[] = [];
  const read = readWrappingSettings(env(but), problems);
  if (read === undefined) throw new Error(problems.join('\n'));
  return read;
}

/** A process of its own: nothing is cached yet. */
function aProcess(but: NodeJS.ProcessEnv = {}): EncryptingCodec {
  return new EncryptingCodec(openDataKeys(settings(but), book));
}

function inWorkflow(workflowId: string) {
  return { type: 'workflow', namespace: 'default', workflowId } as const;
}

const HOME = inWorkflow('funding/coinmena/1');
const OTHER = inWorkflow('funding/coinmena/2');
const SECRET = { iban: 'BH67BMAG00001299123456' };

async function encrypted(codec = aProcess(), context = HOME): Promise<Payload> {
  const [payload] = await codec.encode([defaultPayloadConverter.toPayload(SECRET)], context);
  if (payload === undefined) throw new Error('nothing was encoded');
  return payload;
}

async function read(payload: Payload, codec = aProcess()): Promise<unknown> {
  const [clear] = await codec.decode([payload], HOME);
  return clear === undefined ? undefined : defaultPayloadConverter.fromPayload(clear);
}

function refusedWith(code: string): unknown {
  return expect.objectContaining({ name: 'PayloadRefused', code });
}

test('a data key is wrapped there, and no key that wraps is in the book or in the process', async () => {
  const payload = await encrypted();
  expect(await read(payload)).toEqual(SECRET);
  const [row] = await own.open().selectFrom('data_keys').select(['wrapped_by', 'wrapped_key']).execute();
  expect(row?.wrapped_by).toBe('vault/gangway:v1');
  expect(row?.wrapped_key?.toString()).toMatch(/^vault:v1:/);
  expect(transit.asked).toEqual(['POST /v1/transit/encrypt/gangway', 'POST /v1/transit/decrypt/gangway']);
});

test('a key wrapped for another workflow, or a changed one, does not unwrap', async () => {
  const wrapper = openWrapper(settings());
  const key = createSecretKey(randomBytes(32));
  const name = { keyId: 'key-1', subject: 'funding/coinmena/1' };
  const wrapped = await wrapper.wrap(key, name);
  expect(await wrapper.unwrap(wrapped, name)).toMatchObject({ is: 'unwrapped' });
  expect(await wrapper.unwrap(wrapped, { ...name, subject: 'funding/coinmena/2' })).toEqual({ is: 'altered' });
  expect(await wrapper.unwrap(wrapped, { ...name, keyId: 'key-2' })).toEqual({ is: 'altered' });
  const changed = Buffer.from(wrapped.wrapped.toString().replace(/.{4}$/, 'AAA='));
  expect(await wrapper.unwrap({ ...wrapped, wrapped: changed }, name)).toEqual({ is: 'altered' });
  expect(await wrapper.unwrap({ ...wrapped, wrappedBy: 'vault/gangway:v2' }, name)).toEqual({ is: 'altered' });
  expect(await wrapper.unwrap({ ...wrapped, wrapped: Buffer.from('nothing') }, name)).toEqual({ is: 'altered' });
});

test.each<[string, () => Promise<void> | void, RegExp]>([
  ['sealed', () => void (transit.sealed = true), /answers 503/],
  ['not reached', () => transit.stop(), /ECONNREFUSED/],
  ['refusing the token', () => writeToken('hvs.another'), /answers 403/],
  ['without a token', () => rmSync(tokenFile), /its token cannot be read/],
])('while it is %s the work waits, says why, and goes on once it is back', async (_what, goAway, why) => {
  const payload = await encrypted();
  const [reader, writer] = [aProcess(), aProcess()];
  await goAway();
  const failing = read(payload, reader);
  await expect(failing).rejects.toEqual(refusedWith('WRAPPING_SERVICE_AWAY'));
  await expect(failing).rejects.toMatchObject({ mayPass: true, message: expect.stringMatching(why) });
  await expect(encrypted(writer, OTHER)).rejects.toEqual(refusedWith('WRAPPING_SERVICE_AWAY'));
  transit.sealed = false;
  await transit.stop();
  await transit.listen();
  writeToken(transit.token);
  expect(await read(payload, reader)).toEqual(SECRET);
  await encrypted(writer, OTHER);
});

test('a token that is renewed in its file is used from the next request on', async () => {
  const payload = await encrypted();
  const codec = aProcess();
  transit.token = 'hvs.second';
  await expect(read(payload, codec)).rejects.toEqual(refusedWith('WRAPPING_SERVICE_AWAY'));
  writeToken('hvs.second');
  expect(await read(payload, codec)).toEqual(SECRET);
});

test('rotation wraps by the newest version, and a version that is then disallowed is missed by nobody', async () => {
  const payload = await encrypted();
  await encrypted(aProcess(), OTHER);
  transit.rotate();
  const cli = async (...args: readonly string[]) =>
    documents(await runCli(['keys', ...args, '--json'], { env: env() }));
  expect((await cli('status')).at(-1)).toEqual({
    keys: [
      { id: 'vault/gangway:v2', workflows: 0, there: true, current: true },
      { id: 'vault/gangway:v1', workflows: 2, there: true, current: false },
    ],
  });
  expect((await cli('rotate')).at(-1)).toEqual({ to: 'vault/gangway:v2', rewrapped: 2, missing: {}, altered: [] });
  transit.minDecryptionVersion = 2;
  expect((await cli('status')).at(-1)).toEqual({
    keys: [{ id: 'vault/gangway:v2', workflows: 2, there: true, current: true }],
  });
  expect(await read(payload)).toEqual(SECRET);
});

test('a version that is disallowed too early, or a key that was deleted, is named', async () => {
  const payload = await encrypted();
  transit.rotate();
  transit.minDecryptionVersion = 2;
  await expect(read(payload)).rejects.toThrow(/^WRAPPING_KEY_MISSING: .* key-encryption key vault\/gangway:v1/);
  const { missing } = await rotateKeys(book, openWrapper(settings()));
  expect(missing).toEqual({ 'vault/gangway:v1': 1 });
  transit.minDecryptionVersion = 1;
  expect(await read(payload)).toEqual(SECRET);
  await expect(read(payload, aProcess({ GANGWAY_PAYLOAD_KEYS_VAULT_KEY: 'another' }))).rejects.toThrow(
    /^WRAPPING_KEY_MISSING/,
  );
  // Another key under the same name opens nothing.
  transit.replace();
  await expect(read(payload)).rejects.toEqual(refusedWith('PAYLOAD_TAMPERED'));
});

test('from a key file to the service: both read, the service wraps, and rotation leaves the file behind', async () => {
  const keyFile = new KeyFileOfATest();
  const file = { GANGWAY_PAYLOAD_KEYS_FILE: keyFile.path };
  const before = await encrypted(
    aProcess({ ...file, GANGWAY_PAYLOAD_KEYS_VAULT_URL: '', GANGWAY_PAYLOAD_KEYS_VAULT_TOKEN_FILE: '' }),
  );
  expect(transit.asked).toEqual([]);
  expect(await read(before, aProcess(file))).toEqual(SECRET);
  await expect(read(before)).rejects.toEqual(refusedWith('WRAPPING_KEY_MISSING'));
  const rotation = await rotateKeys(book, openWrapper(settings(file)));
  expect(rotation).toEqual({ to: 'vault/gangway:v1', rewrapped: 1, missing: {}, altered: [] });
  expect(await read(before)).toEqual(SECRET);
  keyFile.remove();
});

test('over TLS it must be of the authority that is named, and the namespace goes with it', async () => {
  const ca = new PrivateCa();
  const secure = await TransitStandIn.start(ca.issue());
  const there = { GANGWAY_PAYLOAD_KEYS_VAULT_URL: secure.url };
  const named = { ...there, GANGWAY_PAYLOAD_KEYS_VAULT_CA_FILE: ca.certFile };
  await expect(encrypted(aProcess(there))).rejects.toThrow(/WRAPPING_SERVICE_AWAY: .*(CERT|SIGNATURE|ISSUER)/);
  expect(secure.asked).toEqual([]);
  await encrypted(aProcess({ ...named, GANGWAY_PAYLOAD_KEYS_VAULT_NAMESPACE: 'ops' }));
  expect(secure.asked).toEqual(['POST /v1/transit/encrypt/gangway ops']);
  await secure.stop();
  ca.close();
});

test.each<[string, NodeJS.ProcessEnv, RegExp]>([
  [
    'in clear to another machine',
    { GANGWAY_PAYLOAD_KEYS_VAULT_URL: 'http://vault.example:8200' },
    /VAULT_URL must be https/,
  ],
  ['with a path', { GANGWAY_PAYLOAD_KEYS_VAULT_URL: 'https://vault.example/v1' }, /VAULT_URL must be https/],
  ['with a password', { GANGWAY_PAYLOAD_KEYS_VAULT_URL: 'https://a:b@vault.example' }, /VAULT_URL must be https/],
  ['without a token', { GANGWAY_PAYLOAD_KEYS_VAULT_TOKEN_FILE: '' }, /VAULT_TOKEN_FILE must be set/],
  ['with a key that leads elsewhere', { GANGWAY_PAYLOAD_KEYS_VAULT_KEY: '../sys/seal' }, /VAULT_KEY may hold/],
  ['with a mount that leads elsewhere', { GANGWAY_PAYLOAD_KEYS_VAULT_MOUNT: '../sys' }, /VAULT_MOUNT may hold/],
  ['in part', { GANGWAY_PAYLOAD_KEYS_VAULT_URL: '' }, /VAULT_TOKEN_FILE is set without GANGWAY_PAYLOAD_KEYS_VAULT_URL/],
  ['without a book', { GANGWAY_BOOK_URL: '' }, /GANGWAY_BOOK_URL must be set beside GANGWAY_PAYLOAD_KEYS_VAULT_URL/],
])('settings %s are refused', (_what, but, problem) => {
  const problems: string[] = [];
  expect(readPayloadKeySettings(env(but), problems)).toBeUndefined();
  expect(problems.join('\n')).toMatch(problem);
});
