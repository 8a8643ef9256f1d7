import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { z } from 'zod';
import { gangwayProgram } from '../../client/cli/program';
import { applicationSchema, decisionSchemas, fundingRequestSchema, onboardAndFundSchema } from '../../inputs';
import { documents, runCli } from './run-cli';

/** No Temporal answers here: a request that is refused before Temporal is reached needs none. */
const NOWHERE = { TEMPORAL_ADDRESS: '127.0.0.1:1' };

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'gangway-cli-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

const COMMANDS = [
  'up',
  'worker',
  'sandbox',
  'setup',
  'serve',
  'consume',
  'onboard',
  'fund',
  'receive',
  'instructions',
  'onboard-and-fund',
  'batch',
  'status',
  'watch',
  'list',
  'resolve',
  'approve',
  'reject',
  'amend',
  'supply-information',
  'cancel',
  'retry-all',
  'reconcile',
  'book',
  'statement',
  'evidence',
  'export',
  'audit',
  'example',
  'keygen',
  'keys',
  'token',
  'providers',
  'new-provider',
  'doctor',
];

test('help lists every command, examples and exit codes', async () => {
  const { exitCode, stdout } = await runCli(['--help']);
  expect(exitCode).toBe(0);
  for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
  expect(stdout).toContain('Examples:');
  expect(stdout).toContain('Exit codes:');
});

test.each(COMMANDS)('help of %s has examples and exit codes', (name) => {
  const command = gangwayProgram().commands.find((each) => each.name() === name);
  let help = '';
  command?.configureOutput({ writeOut: (text) => void (help += text) }).outputHelp();
  expect(help).toMatch(new RegExp(`^ +\\$ .*\\bgangway ${name}\\b`, 'm'));
  expect(help).toContain('Exit codes:');
});

test('help of a command comes from its process', async () => {
  const { exitCode, stdout } = await runCli(['onboard', '--help']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('$ gangway onboard');
  expect(stdout).toContain('Exit codes:');
});

test.each<[string, readonly string[]]>([
  ['no command', []],
  ['an unknown command', ['deposit']],
  ['the help of an unknown command', ['deposit', '--help']],
  ['an unknown option', ['list', '--colour']],
  ['an option without its value', ['list', '--stage']],
  ['an argument missing', ['status']],
  ['an argument too many', ['list', 'all']],
  ['an unknown movement', ['fund', 'transfer']],
  ['options that exclude each other', ['onboard', 'x.json', '--wait', '--detach']],
])('%s: exit 2', async (_, args) => {
  const { exitCode, stdout, stderr } = await runCli(args);
  expect(exitCode).toBe(2);
  expect(`${stdout}${stderr}`).not.toContain('node:internal');
  expect(`${stdout}${stderr}`.trim()).not.toBe('');
});

test.each<[string, readonly string[]]>([
  ['behind it', ['deposit', '--help']],
  ['before it', ['--help', 'deposit']],
  ['by a word', ['help', 'deposit']],
  ['below a command', ['audit', 'deposit', '-h']],
  ['below a command, by a word', ['help', 'export', 'deposit']],
])('help that is asked for an unknown command, %s, says that it is unknown: exit 2', async (_, args) => {
  expect(await runCli(args)).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: "gangway: unknown command 'deposit'. See --help.\n",
  });
});

test.each<[readonly string[]]>([
  [['reconcile', '--provider', 'coinmena', '--help']],
  [['batch', 'payouts.csv', '--help']],
])('help that is asked for with %s is given', async (args) => {
  expect(await runCli(args)).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Usage: gangway /) });
});

describe('bad input is told at once, in one message, without Temporal', () => {
  test.each<[string, () => readonly string[], RegExp]>([
    ['no such file', () => ['onboard', join(directory, 'none.json')], /There is no file/],
    ['a directory', () => ['onboard', directory], /is a directory/],
    ['an empty file', () => ['onboard', file('empty.json', ' \n')], /is empty/],
    ['no JSON', () => ['onboard', file('no.json', '{"provider": coinmena}')], /is not JSON/],
    [
      'JSON that ends too early',
      () => ['onboard-and-fund', file('cut.json', '{"provider": "coinmena",')],
      /is not JSON/,
    ],
    [
      'another kind in the file',
      () => ['fund', 'withdraw', file('kind.json', '{"kind":"deposit"}')],
      /is not withdrawal/,
    ],
    [
      'options beside a file',
      () => ['fund', 'deposit', file('beside.json', '{}'), '--id', 'a'],
      /--id cannot be given/,
    ],
    ['a port that is none', () => ['up', '--ui-port', '99999'], /--ui-port must be/],
    ['no sandbox and no provider', () => ['up', '--no-sandbox'], /COINMENA_/],
    ['keys that nobody would keep', () => ['up', '--encrypt'], /--encrypt needs --data/],
    ['no sandbox and the example', () => ['up', '--no-sandbox', '--once'], /--once/],
    [
      'a requester in a file',
      () => ['fund', 'deposit', file('asks.json', '{"requestedBy":"ops-1"}')],
      /requestedBy must be left out: who asks is known by authentication/,
    ],
    [
      'a requester as an option',
      () => ['fund', 'deposit', '--requested-by', 'ops-1'],
      /unknown option '--requested-by'/,
    ],
    ['an unknown provider', () => ['doctor', '--provider', 'nobody'], /--provider must be one of/],
    ['a code that is none', () => ['retry-all', '--code', 'TIRED', '--dry-run'], /--code must be one of UNREACHABLE, /],
    ['no code', () => ['retry-all', '--dry-run'], /--code is required/],
    ['no day', () => ['reconcile'], /--from is required/],
    ['a day that is none', () => ['reconcile', '--from', '2026-02-30'], /--from must be a UTC day such as 2026-06-01/],
    ['days that run backwards', () => ['reconcile', '--from', '2026-06-02', '--to', '2026-06-01'], /--to must not be/],
    [
      'a provider that nobody knows',
      () => ['reconcile', '--from', '2026-06-01', '--provider', 'x'],
      /--provider must be/,
    ],
    ['no book to show', () => ['reconcile', 'show', '--provider', 'backoffice'], /GANGWAY_BOOK_URL is not set/],
    [
      'an answer without its proof',
      () => ['reconcile', 'settle', 'a', '--answer', 'postFee', '--by', 'ops-1', '--reason', 'seen'],
      /--evidence must say where the proof is/,
    ],
    [
      'what retry does not answer',
      () => ['retry-all', '--code', 'APPROVAL_REQUIRED', '--dry-run'],
      /--code must be a reason that one retry may answer for all; APPROVAL_REQUIRED asks a person to look at each/,
    ],
    ['no decision', () => ['retry-all', '--code', 'AUTH'], /--by is required/],
    ['too much at once', () => ['retry-all', '--code', 'AUTH', '--concurrency', '101'], /from 1 to 100/],
    ['an approval of nobody', () => ['approve', 'payout-7', '--reason', 'x'], /--by is required/],
    ['an example of an id that is none', () => ['example', 'funding', '--id', 'a b'], /--id may hold/],
    [
      'no information',
      () => ['supply-information', 'x', '--by', 'ops-1', '--reason', 'y'],
      /--information is required/,
    ],
    ['no patch', () => ['amend', 'x', '--by', 'ops-1', '--reason', 'y'], /--patch is required/],
  ])('%s', async (_, args, message) => {
    const { exitCode, stdout, stderr } = await runCli(args(), { env: NOWHERE });
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });

  test('every wrong option is named', async () => {
    const { exitCode, stderr } = await runCli(['fund', 'deposit', '--amount', '-1', '--asset', 'USD'], {
      env: NOWHERE,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/--client is required/);
    expect(stderr).toMatch(/--id is required/);
    expect(stderr).toMatch(/--amount must be/);
    expect(stderr).not.toContain('--asset');
  });

  test('every wrong field is named, and no value is repeated', async () => {
    const application = { provider: 'coinmena', partnerClientId: 'a b', applicant: { email: 'secret-text' }, extra: 1 };
    const { exitCode, stderr } = await runCli(['onboard', '-'], { env: NOWHERE, stdin: JSON.stringify(application) });
    expect(exitCode).toBe(2);
    for (const field of ['partnerClientId', 'applicant.email', 'applicant.name', 'documents', 'extra']) {
      expect(stderr).toMatch(new RegExp(`^  ${field.replace('.', '\\.')} `, 'm'));
    }
    expect(stderr).not.toContain('secret-text');
  });

  test('a decision without who, why and what', async () => {
    const { exitCode, stderr } = await runCli(['resolve', 'dep-1', '--action', 'maybe'], { env: NOWHERE });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/--by is required/);
    expect(stderr).toMatch(/--reason is required/);
    expect(stderr).toMatch(/--action must be one of retry, useFreshRef, markCompleted, abandon/);
  });

  test('as JSON: one document with code and fields, nothing on standard error', async () => {
    const result = await runCli(['fund', 'deposit', '-', '--json'], { env: NOWHERE, stdin: '{"amount":"1e5"}' });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toBe('');
    expect(documents(result)).toMatchObject([{ error: { code: 'INVALID_REQUEST' } }]);
  });

  test('as JSON: a wrong command line is a document too', async () => {
    const result = await runCli(['list', '--colour', '--json']);
    expect(result.exitCode).toBe(2);
    expect(documents(result)).toMatchObject([{ error: { code: 'USAGE' } }]);
  });
});

describe('examples', () => {
  const START =
    /^Workflow ID: (onboarding|funding)\/coinmena\/[a-z0-9-]+\nTask Queue: gangway\.coinmena\nWorkflow Type: \w+\n$/;

  test.each<[string, z.ZodType]>([
    ['onboarding', applicationSchema],
    ['funding', fundingRequestSchema],
    ['withdrawal', fundingRequestSchema],
    ['onboarding-and-funding', onboardAndFundSchema],
    ['resolve', decisionSchemas.resolve],
    ['amend', decisionSchemas.amend],
    ['approve', decisionSchemas.approve],
    ['reject', decisionSchemas.approve],
    ['cancel', decisionSchemas.cancel],
  ])('of %s is one JSON object that is accepted, and says beside it what else the form takes', async (kind, schema) => {
    const { exitCode, stdout, stderr } = await runCli(['example', kind]);
    expect(exitCode).toBe(0);
    expect(schema.safeParse(JSON.parse(stdout)).error).toBeUndefined();
    expect(stderr).toMatch(
      /^(onboarding|funding|withdrawal)/.test(kind) ? START : new RegExp(`Update name: ${kind}\n$`),
    );
  });

  test('takes the ids that it is given', async () => {
    const { stdout } = await runCli(['example', 'withdrawal', '--id', 'payout-7', '--client', 'user-7']);
    expect(JSON.parse(stdout)).toMatchObject({ fundingId: 'payout-7', partnerClientId: 'user-7', kind: 'withdrawal' });
  });
});

test('an unreachable Temporal is one clear error, exit 4', async () => {
  const { exitCode, stdout, stderr } = await runCli(['status', 'funding/coinmena/a', '--address', '127.0.0.1:1']);
  expect(exitCode).toBe(4);
  expect(stdout).toBe('');
  expect(stderr.trim().split('\n')).toEqual([expect.stringContaining('127.0.0.1:1 did not answer')]);
});

test('settings that make no sense are told by their names', async () => {
  const { exitCode, stderr } = await runCli(['list'], { env: { TEMPORAL_ADDRESS: 'http://x', TEMPORAL_TLS: 'maybe' } });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('TEMPORAL_ADDRESS');
  expect(stderr).toContain('TEMPORAL_TLS');
});

test('keygen makes a key for its owner only, and never shows or overwrites it', async () => {
  const out = join(directory, 'key.pem');
  const result = await runCli(['keygen', '--out', out]);
  expect(result.exitCode).toBe(0);
  expect(statSync(out).mode & 0o777).toBe(0o600);

  const pem = readFileSync(out, 'utf8');
  const key = createPrivateKey(pem);
  expect(key.asymmetricKeyType).toBe('ed25519');
  const raw = Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');
  expect(result.stdout).toContain(raw);
  const spki = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/.exec(result.stdout)?.[0] ?? '';
  const message = Buffer.from('hello');
  expect(verify(null, message, createPublicKey(spki), sign(null, message, key))).toBe(true);
  const secret = key.export({ format: 'jwk' }).d ?? '';
  expect(result.stdout).not.toContain('PRIVATE KEY-----');
  expect(result.stdout).not.toContain(Buffer.from(secret, 'base64url').toString('base64'));

  const again = await runCli(['keygen', '--out', out]);
  expect(again.exitCode).toBe(2);
  expect(again.stderr).toContain('is not overwritten');
  expect(readFileSync(out, 'utf8')).toBe(pem);
});

test('keygen as JSON', async () => {
  const out = join(directory, 'json.pem');
  const result = await runCli(['keygen', '--out', out, '--json']);
  expect(documents(result)).toEqual([
    { file: out, publicKey: expect.stringMatching(/^.{43}=$/), publicKeySpki: expect.stringContaining('PUBLIC KEY') },
  ]);
});

test('keygen says where it cannot write', async () => {
  const locked = mkdtempSync(join(directory, 'locked-'));
  chmodSync(locked, 0o500);
  const { exitCode, stderr } = await runCli(['keygen', '--out', join(locked, 'none', 'key.pem')]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('no key was made');
});

test('the assumptions of the connector can be read without anything running', async () => {
  const { exitCode, stdout } = await runCli(['doctor', '--assumptions', '--json']);
  expect(exitCode).toBe(0);
  const listed: unknown = JSON.parse(stdout);
  expect(listed).toContainEqual(expect.objectContaining({ mark: 'unknown', because: expect.any(String) }));
});

test('what is piped is plain, if CI is set too', async () => {
  const { stdout } = await runCli(['doctor', '--assumptions'], { env: { CI: 'true' } });
  expect(stdout).toContain('inferred: 5000');
  expect(stdout).not.toContain('\u001b');
});

test('doctor says what fails, and exits with 1', async () => {
  const result = await runCli(['doctor', '--json'], { env: NOWHERE });
  expect(result.exitCode).toBe(1);
  expect(documents(result)).toMatchObject([
    {
      ok: false,
      findings: [
        { check: 'server', state: 'fail' },
        { check: 'credentials', state: 'fail' },
      ],
    },
  ]);
});

test('a worker with senseless settings ends with the code of its process', async () => {
  const { exitCode, stderr } = await runCli(['worker']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('no provider is configured');
});

test('the version is that of the package', async () => {
  const { exitCode, stdout } = await runCli(['--version']);
  expect(exitCode).toBe(0);
  expect(stdout.trim()).toMatch(/^\d+\.\d+\.\d+/);
});

test('options of the sandbox reach it, with a provider named and without', async () => {
  for (const args of [
    ['--seed', 'x'],
    ['coinmena', '--seed', 'x'],
    ['coinmena', '--', '--seed', 'x'],
  ]) {
    const { exitCode, stderr } = await runCli(['sandbox', ...args]);
    expect(stderr).toContain('--seed must be');
    expect(exitCode).toBe(2);
  }
});

test('a sandbox that cannot be had ends with the code of its process', async () => {
  const { exitCode, stderr } = await runCli(['sandbox', 'nobody']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('coinmena');
});

test('output that nobody reads to its end is no failure', async () => {
  const main = join(__dirname, '..', '..', 'dist', 'client', 'cli', 'main.js');
  const child = spawn(process.execPath, [main, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const [[exitCode], stderr] = await Promise.all([once(child, 'close'), text(child.stderr)]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});
