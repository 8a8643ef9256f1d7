import { chmodSync } from 'node:fs';
import fc from 'fast-check';
import { sql } from 'kysely';
import { verifyAudit } from '../../book/audit/verify';
import { PostgresBlindIndex } from '../../book/blind-index';
import { spelledOnce, type BlindField } from '../../contract/blind-index';
import { BlindHashes, readBlindIndexKeyFile } from '../../keys/blind-index';
import { newKeyLine } from '../../keys/key-file';
import { documents, runCli, type CliResult } from '../client/run-cli';
import { newOwnBook, type OwnBook } from '../setup/test-book';
import { KeyFileOfATest } from './key-file-of-a-test';

let own: OwnBook;
let file: KeyFileOfATest;
let index: PostgresBlindIndex;

beforeEach(async () => {
  own = await newOwnBook();
  file = new KeyFileOfATest();
  index = new PostgresBlindIndex(own.open());
});
afterEach(async () => {
  await own.drop();
  file.remove();
});

const LAYLA = { email: 'Layla.Example@Example.test', phone: '+97300000001', governmentId: { number: 'ab 123 456' } };

async function register(partnerClientId: string, applicant: Parameters<BlindHashes['ofApplicant']>[0] = LAYLA) {
  await index.register({ provider: 'coinmena', partnerClientId }, new BlindHashes(file.path).ofApplicant(applicant));
}

/** Asks as one who has no bound to fear. */
async function found(field: BlindField, value: string): Promise<unknown> {
  const entries = new BlindHashes(file.path).ofValue(field, value) ?? [];
  const asked = await index.ask({ by: 'ops-1', field, entries, mostAnHour: 1_000 });
  return asked.is === 'answered' ? asked.clients : asked;
}

async function find(option: string, value: string, env: NodeJS.ProcessEnv = {}): Promise<CliResult> {
  return await runCli(['find', option, '--by', 'ops-1', '--json'], {
    env: { ...own.env, GANGWAY_BLIND_INDEX_KEY_FILE: file.path, ...env },
    stdin: `${value}\n`,
  });
}

const CLIENT_1 = [{ provider: 'coinmena', partnerClientId: 'client-1' }];

test.each<[BlindField, string, string | undefined]>([
  ['email', ' LAYLA@Example.TEST ', 'layla@example.test'],
  ['email', 'layla', undefined],
  ['email', 'a@b c', undefined],
  ['phone', '+44 (0)20 7946 0000', '442079460000'],
  ['phone', '+973 17-00.00/01', '97317000001'],
  ['phone', '0097317000001', '97317000001'],
  ['phone', '17000001', undefined],
  ['phone', '+97x17000001', undefined],
  ['government-id', 'ab 123\t456', 'AB123456'],
  ['government-id', '', undefined],
])('%s %j has one spelling', (field, given, expected) => {
  expect(spelledOnce(field, given)).toBe(expected);
});

test('what an application may hold has a spelling, which is its own', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\+[1-9]\d{6,14}$/), fc.emailAddress(), (phone, email) => {
      const spelled = [spelledOnce('phone', phone) ?? '', spelledOnce('email', email) ?? ''] as const;
      expect(spelled).toEqual([phone.slice(1), email.toLowerCase()]);
      expect(spelledOnce('phone', `+${spelled[0]}`)).toBe(spelled[0]);
      expect(spelledOnce('email', spelled[1])).toBe(spelled[1]);
    }),
    { numRuns: 50 },
  );
});

test('a client is found by each of three, however they are spelled, and nothing in the book can be read', async () => {
  await register('client-1');
  await register('client-2', { email: 'other@example.test', phone: '+97300000002' });
  expect(await found('email', 'layla.example@EXAMPLE.test')).toEqual(CLIENT_1);
  expect(await found('phone', '00973 0000 0001')).toEqual(CLIENT_1);
  expect(await found('government-id', 'AB123456')).toEqual(CLIENT_1);
  expect(await found('email', 'nobody@example.test')).toEqual([]);
  const { rows } = await sql<{ text: string }>`
    SELECT t::text AS text FROM book.blind_indexes AS t UNION ALL SELECT t::text FROM book.audit AS t`.execute(
    own.open(),
  );
  const all = rows.map(({ text }) => text).join('\n');
  expect(all).not.toMatch(/layla|97300000001|AB123456|nobody@/i);
  const finds = rows.filter(({ text }) => text.includes(',find,askings,'));
  expect(finds).toHaveLength(4);
  expect(all).toContain('onboarding/coinmena/client-1');
  expect(await verifyAudit(own.open())).toMatchObject({ rows: 4, faults: [] });
});

test('what a client is found by changes with its application', async () => {
  await register('client-1');
  await register('client-1', { email: 'new@example.test', phone: LAYLA.phone });
  expect(await found('email', LAYLA.email)).toEqual([]);
  expect(await found('government-id', 'AB123456')).toEqual([]);
  expect(await found('email', 'new@example.test')).toEqual(CLIENT_1);
});

test('a rotated key finds who is under the former one, as long as it is in the file', async () => {
  await register('client-1');
  const [former = ''] = file.lines;
  file.write([newKeyLine().line, former]);
  await register('client-2');
  const both = [...CLIENT_1, { provider: 'coinmena', partnerClientId: 'client-2' }];
  expect(await found('email', LAYLA.email)).toEqual(both);
  file.write(file.lines.slice(0, 1));
  const [lacking] = documents(await find('--email', ` ${LAYLA.email.toUpperCase()}`));
  expect(lacking).toEqual({ clients: both.slice(1), unseen: { [former.split(' ')[0] ?? '']: 1 } });
});

test('who asks too often is refused, which is in the audit too, and takes nothing from others', async () => {
  await register('client-1');
  const entries = new BlindHashes(file.path).ofValue('email', LAYLA.email) ?? [];
  const ask = (by: string) => index.ask({ by, field: 'email', entries, mostAnHour: 3 });
  const asked = await Promise.all(Array.from({ length: 8 }, () => ask('ops-7')));
  expect(asked.filter(({ is }) => is === 'answered')).toHaveLength(3);
  expect(await ask('ops-8')).toMatchObject({ is: 'answered', clients: CLIENT_1 });
  expect(await verifyAudit(own.open())).toMatchObject({ rows: 9, faults: [] });

  const [first, second] = [
    await find('--email', LAYLA.email, { GANGWAY_FIND_PER_HOUR: '1' }),
    await find('--email', LAYLA.email, { GANGWAY_FIND_PER_HOUR: '1' }),
  ];
  expect(first.exitCode).toBe(0);
  expect(second.exitCode).toBe(2);
  expect(documents(second)).toMatchObject([{ error: { code: 'ASKED_TOO_OFTEN' } }]);
  expect(`${second.stdout}${second.stderr}`).not.toContain('Layla');
});

test.each<[string, readonly string[], string, NodeJS.ProcessEnv, RegExp]>([
  ['two fields', ['--email', '--phone', '--by', 'ops-1'], 'x', {}, /Say one of --email/],
  ['nobody', ['--email'], 'a@b.test', {}, /--by is required/],
  ['two values', ['--email', '--by', 'ops-1'], 'a@b.test\nc@d.test', {}, /must hold one line/],
  ['a value on the command line', ['--email', 'secret@b.test', '--by', 'ops-1'], '', {}, /too many arguments/],
  ['no number', ['--phone', '--by', 'ops-1'], '17000001', {}, /is no phone number with its country/],
  ['no key file', ['--email', '--by', 'ops-1'], 'a@b.test', { GANGWAY_BLIND_INDEX_KEY_FILE: '' }, /must be set/],
  [
    'a wrong bound',
    ['--email', '--by', 'ops-1'],
    'a@b.test',
    { GANGWAY_FIND_PER_HOUR: '0' },
    /GANGWAY_FIND_PER_HOUR must be/,
  ],
])('asking with %s is refused', async (_what, flags, stdin, env, message) => {
  const result = await runCli(['find', ...flags], {
    env: { ...own.env, GANGWAY_BLIND_INDEX_KEY_FILE: file.path, ...env },
    stdin,
  });
  expect(result.stderr).toMatch(message);
  expect(result.exitCode).toBe(2);
  expect(result.stderr).not.toContain('17000001');
});

test('a key file that others can read is refused', () => {
  chmodSync(file.path, 0o644);
  const problems: string[] = [];
  expect(readBlindIndexKeyFile({ GANGWAY_BLIND_INDEX_KEY_FILE: file.path }, problems)).toBeUndefined();
  expect(problems).toEqual([expect.stringMatching(/^GANGWAY_BLIND_INDEX_KEY_FILE names a file that others can read/)]);
});
