import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { sql } from 'kysely';
import { z } from 'zod';
import { openBook } from '../../book/connection';
import { startLocalBook } from '../../book/local/server';
import { migrateBook } from '../../book/migrate';
import { PostgresOutbox } from '../../book/outbox';
import { PostgresRecords } from '../../book/records';
import { PostgresSendLog } from '../../book/send-log';
import { bookSettings } from '../../book/settings';
import type { Intent } from '../../contract/funding';
import { anIntent, orderOf } from '../book/intents';
import { TestBook } from '../book/open-book';
import { documents, runCli, type CliResult } from './run-cli';

/** Each starts a process and reads a real PostgreSQL. */
jest.setTimeout(120_000);

let testBook: TestBook;
let directory: string;

const deposit = anIntent({ provider: 'coinmena', fundingId: 'dep-1', kind: 'deposit', amount: '1000.00' });
const open = anIntent({ provider: 'coinmena', fundingId: 'wd-1', kind: 'withdrawal', amount: '5.5' });
const odd = anIntent({
  provider: 'oceafin',
  fundingId: 'dep-1',
  asset: '=HYPERLINK("x")',
  partnerClientId: 'client-2',
});

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gangway-book-commands-'));
  testBook = await TestBook.start();
  const book = testBook.open({ actor: 'gangway/1@test' });
  const [sendLog, records] = [new PostgresSendLog(book), new PostgresRecords(book)];
  const send = async ({ provider, fundingId, ...rest }: Intent): Promise<void> => {
    await sendLog.admit({ provider, fundingId, ...rest });
    await sendLog.begin({ provider, fundingId, ref: fundingId, number: 1 }, 'worker-7');
  };
  await send(deposit);
  const attempt = { provider: 'coinmena', fundingId: 'dep-1', ref: 'dep-1', number: 1 };
  const order = orderOf(deposit, { fee: '2.50', feeAsset: 'USD' });
  await sendLog.settle(attempt, { outcome: 'applied', order, readAt: '2026-11-30T23:59:59.000Z' });
  await records.decided({
    subject: 'funding/coinmena/dep-1',
    updateId: 'u-1',
    decision: 'approve',
    by: 'ops-1',
    reason: 'checked \u001b[31mwith treasury',
    authority: 'approve',
    at: '2026-11-30T23:00:00.000Z',
  });
  await sendLog.end({ provider: 'coinmena', fundingId: 'dep-1' }, { outcome: 'completed', orderId: order.orderId });
  const outbox = new PostgresOutbox(book);
  for (const [number, type] of (['intent.parked', 'intent.settled'] as const).entries()) {
    const data = { provider: 'coinmena', partnerClientId: 'client-1', fundingId: 'dep-1', stage: 'completed' };
    const news = { subject: 'funding/coinmena/dep-1', number, type, timestamp: '2026-11-30T23:59:59.000Z', data };
    await outbox.record(news, `evt_${number}`);
  }
  await outbox.delivered('evt_0');
  await send(open);
  await send(odd);
  const seen = { provider: 'coinmena', partnerClientId: 'client-1', readAt: '2026-11-30T10:00:00.000Z' };
  await records.sawClient({
    ...seen,
    state: { providerClientId: 'p-9', status: 'Verified', verified: true, active: true },
  });
});
afterAll(async () => {
  await testBook.close();
  rmSync(directory, { recursive: true, force: true });
});

async function gangway(...args: readonly string[]): Promise<CliResult> {
  // No Temporal answers here, and none is needed.
  return await runCli(args, { env: { ...testBook.env, TEMPORAL_ADDRESS: '127.0.0.1:1' }, cwd: directory });
}

test('book show tells the story of a movement in words, with nothing that a terminal acts on', async () => {
  const { exitCode, stdout, stderr } = await gangway('book', 'show', 'funding/coinmena/dep-1');
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  for (const words of [
    'Deposit of 1000.00 USD for client-1 at coinmena',
    'Completed: the money has moved, once.',
    'Order order-of-dep-1, fee 2.50 USD',
    'Approved by ops-1',
    'Send 1 of dep-1 may leave',
    'Send 1 of dep-1 was taken, as order',
    'The audit holds: 6 entries',
    'The partner is told',
  ]) {
    expect(stdout).toContain(words);
  }
  expect(stdout).toMatch(/intent\.parked .* evt_0 .* delivered 20/);
  expect(stdout).toMatch(/intent\.settled .* evt_1 .* not delivered yet/);
  expect(stdout).not.toContain('\u001b');
});

test('book show gives machines all of it, and finds a bare id', async () => {
  const result = await gangway('book', 'show', 'wd-1', '--json');
  expect(result.exitCode).toBe(0);
  const [story] = documents(result);
  expect(story).toMatchObject({
    subject: 'funding/coinmena/wd-1',
    movement: { status: 'in-doubt', amount: '5.5', currency: 'USD' },
    sends: [{ ref: 'wd-1', state: 'sending', worker: 'worker-7' }],
    entries: [{ action: 'admit' }, { action: 'begin', actor: 'worker-7' }],
    audit: { faultCount: 0 },
  });
  const client = documents(await gangway('book', 'show', 'client-1', '--json'))[0];
  expect(client).toMatchObject({ subject: 'onboarding/coinmena/client-1', clients: [{ status: 'Verified' }] });
  expect(client?.['movements']).toHaveLength(2);
});

test.each([
  [['book', 'show', 'dep-1'], 'dep-1 may be funding/coinmena/dep-1 or funding/oceafin/dep-1'],
  [['book', 'show', 'nothing'], 'The book knows nothing under nothing'],
  [['book', 'show', 'a b'], 'The id may hold letters'],
  [['book', 'list', '--from', '2026-02-30'], '--from must be a day'],
  [['book', 'list', '--from', '2026-02-03', '--to', '2026-02-01'], '--to must not be before --from'],
  [['book', 'list', '--limit', '0'], '--limit must be a whole number'],
  [['book', 'list', '--data', 'nowhere'], '--data: there is no book in nowhere'],
  [['statement', 'client-9'], 'The book knows no movement of client-9'],
  [['export', 'movements', '--json'], '--json needs --out'],
  [['audit', 'verify', '--root', 'x'], '--root and --public-key belong together'],
  [['audit', 'root', '--key', 'none.pem', '--out', 'x'], '--key'],
])('%j: exit 2', async (args, message) => {
  const { exitCode, stdout, stderr } = await gangway(...args);
  // With --json it is told as a document.
  expect(`${stdout}${stderr}`).toContain(message);
  expect(exitCode).toBe(2);
});

test('book list filters', async () => {
  const ids = async (...flags: readonly string[]): Promise<unknown> => {
    const [rows] = documents(await gangway('book', 'list', '--json', ...flags)).map((row) => Object.values(row));
    return rows?.map(
      (row: unknown) => typeof row === 'object' && row !== null && 'movement_id' in row && row.movement_id,
    );
  };
  expect(await ids()).toEqual(['funding/oceafin/dep-1', 'funding/coinmena/wd-1', 'funding/coinmena/dep-1']);
  expect(await ids('--provider', 'oceafin')).toEqual(['funding/oceafin/dep-1']);
  expect(await ids('--client', 'client-1', '--state', 'completed')).toEqual(['funding/coinmena/dep-1']);
  expect(await ids('--to', '2020-01-01')).toEqual([]);
  expect(await ids('--limit', '1')).toEqual(['funding/oceafin/dep-1']);
  expect((await gangway('book', 'list')).stdout).toContain('in-doubt');
});

test('statement: what settled in the period, with fees and totals, and what is open', async () => {
  const [statement] = documents(
    await gangway('statement', 'client-1', '--from', '2026-11-30', '--to', '2026-11-30', '--json'),
  );
  expect(statement).toMatchObject({
    client: 'client-1',
    settled: [{ movement_id: 'funding/coinmena/dep-1' }],
    totals: [{ provider: 'coinmena', currency: 'USD', type: 'deposit', movements: 1, amount: '1000', fees: '2.5' }],
    open: [{ movement_id: 'funding/coinmena/wd-1' }],
  });
  const [later] = documents(await gangway('statement', 'client-1', '--from', '2026-12-01', '--json'));
  expect(later).toMatchObject({ settled: [], totals: [] });
  expect((await gangway('statement', 'client-1')).stdout).toContain('Open now: 1');
});

test('export: a row a movement, amounts exact, and nothing that a spreadsheet runs', async () => {
  const { exitCode, stdout } = await gangway('export', 'movements');
  expect(exitCode).toBe(0);
  const [head, first, , third] = stdout.trimEnd().split('\n');
  expect(head).toBe(
    'movement_id,intent_id,client_id,partner_id,provider,provider_ref,previous_ref,batch_id,row_no,type,direction,amount,' +
      'amount_minor,currency,fee,net,status,created_at,sent_at,settled_at,value_date,approvers,recon_status',
  );
  expect(first).toContain(
    'funding/coinmena/dep-1,dep-1,client-1,,coinmena,order-of-dep-1,,,,deposit,in,1000.00,100000,USD,2.50,997.5,completed,',
  );
  expect(first).toMatch(/,2026-11-30T23:59:59\.000Z,,ops-1,$/);
  expect(third).toContain(`"'=HYPERLINK(""x"")"`);

  const out = join(directory, 'movements.ndjson');
  const told = documents(await gangway('export', 'movements', '--format', 'ndjson', '--out', out, '--json'))[0];
  const text = readFileSync(out, 'utf8');
  expect(told).toMatchObject({
    rows: 3,
    totals: { USD: '1005.5' },
    sha256: createHash('sha256').update(text).digest('hex'),
  });
  expect(JSON.parse(readFileSync(`${out}.summary.json`, 'utf8'))).toEqual(told);
  const lines = text.trimEnd().split('\n');
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { intent_id: 'dep-1', amount: '1000.00', batch_id: null },
    { intent_id: 'wd-1' },
    { intent_id: 'dep-1' },
  ]);
});

/** The files of a zip whose sizes stand before them. */
function unzipped(zip: Buffer): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let at = 0; zip.readUInt32LE(at) === 0x04034b50;) {
    const [packed, name, extra] = [zip.readUInt32LE(at + 18), zip.readUInt16LE(at + 26), zip.readUInt16LE(at + 28)];
    const begin = at + 30 + name + extra;
    files.set(zip.toString('utf8', at + 30, at + 30 + name), inflateRawSync(zip.subarray(begin, begin + packed)));
    at = begin + packed;
  }
  return files;
}

test('evidence: one file, each part with its hash, and the chain that can be made again from it', async () => {
  const out = join(directory, 'dep-1.zip');
  const { exitCode, stderr } = await gangway('evidence', 'dep-1', '--provider', 'coinmena', '--out', out);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  const files = unzipped(readFileSync(out));
  const manifest: unknown = JSON.parse(files.get('manifest.json')?.toString() ?? '');
  expect(manifest).toMatchObject({
    subject: 'funding/coinmena/dep-1',
    audit: { holds: true, entries: 6 },
    files: ['timeline.txt', 'story.json', 'audit.ndjson', 'words.json', 'how-to-check.txt'].map((name) => ({
      name,
      sha256: createHash('sha256')
        .update(files.get(name) ?? '')
        .digest('hex'),
    })),
  });
  let previous = Buffer.alloc(32);
  for (const line of files.get('audit.ndjson')?.toString().trimEnd().split('\n') ?? []) {
    const { subject, entry, at, actor, action, ofTable, content, sha256 } = Object(JSON.parse(line));
    const fields = [subject, entry, at, actor, action, ofTable, content].join('\n');
    previous = createHash('sha256').update(previous).update(fields).digest();
    expect(previous.toString('hex')).toBe(sha256);
  }
  expect(manifest).toMatchObject({ audit: { head: previous.toString('hex') } });
  const words = z
    .object({ byMark: z.record(z.string(), z.string()), secrets: z.record(z.string(), z.string()) })
    .parse(JSON.parse(files.get('words.json')?.toString() ?? ''));
  const secret = Buffer.from(words.secrets['funding/coinmena/dep-1'] ?? '', 'hex');
  const marks = Object.entries(words.byMark);
  expect(marks).toHaveLength(1);
  for (const [mark, told] of marks) {
    const hash = createHash('sha256').update(told).digest();
    expect(mark).toBe(`mark:${createHash('sha256').update(secret).update(hash).digest('hex')}`);
    expect(files.get('audit.ndjson')?.toString()).toContain(mark);
  }
});

test('audit: it holds, a root is signed and holds, and one byte that is changed is named', async () => {
  const verified = await gangway('audit', 'verify', '--json');
  expect(documents(verified)).toMatchObject([{ holds: true, chains: 4, faults: [] }]);
  expect(verified.exitCode).toBe(0);

  const key = documents(await gangway('keygen', '--out', 'audit-key.pem', '--json'))[0];
  writeFileSync(join(directory, 'public.pem'), String(key?.['publicKeySpki']));
  writeFileSync(join(directory, 'public.raw'), String(key?.['publicKey']));
  expect((await gangway('audit', 'root', '--key', 'audit-key.pem', '--out', 'today.root')).exitCode).toBe(0);
  for (const name of ['public.pem', 'public.raw']) {
    const held = await gangway('audit', 'verify', '--root', 'today.root', '--public-key', name);
    expect(held).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('held to the root of') });
  }
  const other = documents(await gangway('keygen', '--out', 'other.pem', '--json'))[0];
  writeFileSync(join(directory, 'other.raw'), String(other?.['publicKey']));
  const refused = await gangway('audit', 'verify', '--root', 'today.root', '--public-key', 'other.raw');
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('its signature is not of this key') });

  const owner = testBook.open({ connections: 1 });
  await sql`SET session_replication_role = replica`.execute(owner);
  await sql`UPDATE book.attempts SET worker = 'worker-8' WHERE ref = 'wd-1'`.execute(owner);
  const broken = await gangway('audit', 'verify');
  await sql`UPDATE book.attempts SET worker = 'worker-7' WHERE ref = 'wd-1'`.execute(owner);
  expect(broken.exitCode).toBe(1);
  expect(broken.stdout).toContain(
    'funding/coinmena/wd-1, entry 2: says otherwise than the row of attempts that it tells of: worker',
  );
});

test('--data opens the book that gangway up left', async () => {
  // PostgreSQL's own user passes through it, where root runs the test.
  chmodSync(directory, 0o711);
  const data = join(directory, 'kept');
  const local = await startLocalBook({ data });
  const book = openBook(bookSettings({ GANGWAY_BOOK_URL: local.url, GANGWAY_BOOK_PASSWORD_FILE: local.passwordFile }));
  await migrateBook(book);
  await new PostgresSendLog(book).admit(deposit);
  await book.destroy();
  await local.stop();
  const { exitCode, stdout } = await runCli(['book', 'show', 'dep-1', '--data', data]);
  expect(stdout).toContain('Not sent: nothing has left for the provider');
  expect(exitCode).toBe(0);
});
