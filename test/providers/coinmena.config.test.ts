import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ASSUMPTIONS } from '../../providers/coinmena/assumptions';
import { configSchema } from '../../providers/coinmena/config';
import { DEFAULT_LAYOUT } from '../../providers/coinmena/layout';
import { environment, TEST_SEED } from './coinmena-fixtures';

function problems(over: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const parsed = configSchema.safeParse(environment(over));
  return Object.fromEntries((parsed.error?.issues ?? []).map(({ path, message }) => [path.join('.'), message]));
}

test('the least that is needed, with defaults for the rest', () => {
  const config = configSchema.parse({
    COINMENA_BASE_URL: 'https://external-api.coinmena.com/',
    COINMENA_PARTNER_ID: 'p-1',
    COINMENA_PRIVATE_KEY: TEST_SEED,
    PATH: '/bin',
  });
  expect(config).toMatchObject({
    origin: 'https://external-api.coinmena.com',
    layout: DEFAULT_LAYOUT,
    clockOffsetMs: 1000,
    httpTimeoutMs: 20_000,
    requiredDocuments: ['government_id'],
    legalAge: 18,
    plainHttp: false,
    signPublicCalls: false,
  });
});

test('everything can be set', () => {
  const config = configSchema.parse(
    environment({
      COINMENA_SIGNATURE_LAYOUT: '{"separator":"|","includeQuery":true}',
      COINMENA_CLOCK_OFFSET_MS: '0',
      COINMENA_REQUIRED_DOCUMENTS: 'government_id, proof_of_address',
      COINMENA_LEGAL_AGE: '21',
      COINMENA_SIGN_PUBLIC_CALLS: 'true',
    }),
  );
  expect(config).toMatchObject({
    layout: { ...DEFAULT_LAYOUT, separator: '|', includeQuery: true },
    clockOffsetMs: 0,
    requiredDocuments: ['government_id', 'proof_of_address'],
    legalAge: 21,
    signPublicCalls: true,
    plainHttp: true,
  });
});

test('an empty variable counts as absent', () => {
  expect(problems({ COINMENA_LEGAL_AGE: '', COINMENA_PRIVATE_KEY_FILE: '' })).toEqual({});
  expect(problems({ COINMENA_PARTNER_ID: '' })).toEqual({ COINMENA_PARTNER_ID: 'is required' });
});

test('the key may be in a file', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'gangway-')), 'key');
  writeFileSync(file, `${TEST_SEED}\n`, { mode: 0o600 });
  const env = environment({ COINMENA_PRIVATE_KEY: undefined, COINMENA_PRIVATE_KEY_FILE: file });
  expect(configSchema.parse(env).key.publicKey).toBe('11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=');
});

test('a file that others can read is refused, but for the key that a standard has published', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'gangway-key-')), 'key');
  writeFileSync(file, `${TEST_SEED}\n`, { mode: 0o644 });
  expect(problems({ COINMENA_PRIVATE_KEY: undefined, COINMENA_PRIVATE_KEY_FILE: file })).toEqual({
    COINMENA_PRIVATE_KEY_FILE: 'names a file that others can read or write: make it 0600 (chmod 600)',
  });
  const published = join(__dirname, '../../examples/keys/rfc8032-test-1.pem');
  expect(problems({ COINMENA_PRIVATE_KEY: undefined, COINMENA_PRIVATE_KEY_FILE: published })).toEqual({});
});

test('all problems are told at once, by variable, without a value', () => {
  const bad = {
    COINMENA_BASE_URL: 'ftp://user:hunter2@host',
    COINMENA_PARTNER_ID: 'with space hunter2',
    COINMENA_PRIVATE_KEY: 'hunter2',
    COINMENA_SIGNATURE_LAYOUT: '{"hunter2":1}',
    COINMENA_CLOCK_OFFSET_MS: '-1',
    COINMENA_HTTP_TIMEOUT_MS: 'hunter2',
    COINMENA_REQUIRED_DOCUMENTS: 'hunter2',
    COINMENA_LEGAL_AGE: '999',
    COINMENA_SIGN_PUBLIC_CALLS: 'hunter2',
  };
  const told = problems(bad);
  expect(Object.keys(told).sort()).toEqual(Object.keys(bad).sort());
  expect(JSON.stringify(told)).not.toContain('hunter2');
});

test.each([
  ['no key', { COINMENA_PRIVATE_KEY: undefined }, 'COINMENA_PRIVATE_KEY'],
  ['two keys', { COINMENA_PRIVATE_KEY_FILE: '/x' }, 'COINMENA_PRIVATE_KEY'],
  ['no file', { COINMENA_PRIVATE_KEY: undefined, COINMENA_PRIVATE_KEY_FILE: '/no/such' }, 'COINMENA_PRIVATE_KEY_FILE'],
  ['no host', { COINMENA_BASE_URL: undefined }, 'COINMENA_BASE_URL'],
  ['a path', { COINMENA_BASE_URL: 'https://host/v1' }, 'COINMENA_BASE_URL'],
  ['a query', { COINMENA_BASE_URL: 'https://host/?a=1' }, 'COINMENA_BASE_URL'],
  ['credentials', { COINMENA_BASE_URL: 'https://user:pw@host' }, 'COINMENA_BASE_URL'],
  ['a password alone', { COINMENA_BASE_URL: 'https://:pw@host' }, 'COINMENA_BASE_URL'],
  ['no TLS', { COINMENA_BASE_URL: 'http://sandbox:8080' }, 'COINMENA_BASE_URL'],
  ['a list as layout', { COINMENA_SIGNATURE_LAYOUT: '[]' }, 'COINMENA_SIGNATURE_LAYOUT'],
  ['no JSON as layout', { COINMENA_SIGNATURE_LAYOUT: '{' }, 'COINMENA_SIGNATURE_LAYOUT'],
  ['a timeout longer than a timestamp lives', { COINMENA_HTTP_TIMEOUT_MS: '60001' }, 'COINMENA_HTTP_TIMEOUT_MS'],
])('%s is refused', (_, over, variable) => {
  expect(Object.keys(problems(over))).toEqual([variable]);
});

test('plain HTTP is taken if it is asked for', () => {
  expect(problems({ COINMENA_BASE_URL: 'http://sandbox:8080', COINMENA_ALLOW_PLAIN_HTTP: 'true' })).toEqual({});
  expect(problems({ COINMENA_BASE_URL: 'http://[::1]:8080' })).toEqual({});
});

test('what is assumed is listed, each with a reason', () => {
  expect(ASSUMPTIONS.length).toBeGreaterThan(10);
  for (const { about, because } of ASSUMPTIONS) {
    expect(about).not.toBe('');
    expect(because).not.toBe('');
  }
});
