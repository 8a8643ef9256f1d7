import { generateKeyPairSync } from 'node:crypto';
import { sql } from 'kysely';
import { auditEntries, type AuditEntry } from '../../book/audit/entries';
import { verifyRoot, writeRoot } from '../../book/audit/root';
import { verifyAudit } from '../../book/audit/verify';
import { askedSha256 } from '../../book/canonical';
import type { BookDatabase } from '../../book/connection';
import { migrateBook } from '../../book/migrate';
import { PostgresLimits } from '../../book/limits';
import { PostgresReconciliation } from '../../book/reconciliation';
import { PostgresRecords } from '../../book/records';
import { PostgresSendLog } from '../../book/send-log';
import type { Intent } from '../../contract/funding';
import type { WindowRule } from '../../contract/limits';
import { anIntent, orderOf } from './intents';
import { TestBook } from './open-book';

let testBook: TestBook;
let book: BookDatabase;
/** Whoever owns the database: nothing refuses it anything. */
let owner: BookDatabase;

beforeAll(async () => {
  testBook = await TestBook.startEmpty();
});
afterAll(() => testBook.close());
beforeEach(async () => {
  owner = await testBook.startOver();
  book = testBook.open({ actor: 'gangway/1@test' });
});

/** Moves the money of an intent, as a worker does. */
async function move(
  intent: Intent,
  admit: (intent: Intent) => Promise<unknown> = (each) => new PostgresSendLog(book).admit(each),
): Promise<void> {
  const sendLog = new PostgresSendLog(book);
  const key = { provider: intent.provider, fundingId: intent.fundingId };
  await admit(intent);
  const attempt = { ...key, ref: intent.fundingId, number: 1 };
  await sendLog.begin(attempt, 'worker-7');
  const order = orderOf(intent, { state: 'open', status: 'Pending' });
  await sendLog.settle(attempt, { outcome: 'applied', order, readAt: '2026-12-01T10:00:00.000Z' });
  await sendLog.see(key, orderOf(intent, { fee: '1.50' }), '2026-12-01T10:01:00.000Z');
  await sendLog.end(key, { outcome: 'completed', orderId: order.orderId });
}

async function entriesOf(subject: string): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for await (const page of auditEntries(book, { subject })) entries.push(...page);
  return entries;
}

const subjectOf = ({ provider, fundingId }: Intent): string => `funding/${provider}/${fundingId}`;

/** Changes the book as no trigger lets anybody. */
async function tamper(statement: string): Promise<void> {
  await sql`SET session_replication_role = replica`.execute(owner);
  await sql.raw(`SET search_path = book; ${statement}`).execute(owner);
  await sql`SET session_replication_role = DEFAULT`.execute(owner);
}

test('each change of a movement is an entry of its chain, with who made it', async () => {
  const intent = anIntent();
  await move(intent);
  await new PostgresSendLog(book).admit(intent);
  const entries = await entriesOf(subjectOf(intent));
  expect(entries.map(({ entry, action, actor }) => [entry, action, actor])).toEqual([
    [1, 'admit', 'gangway/1@test'],
    [2, 'begin', 'worker-7'],
    [3, 'see', 'gangway/1@test'],
    [4, 'settle', 'gangway/1@test'],
    [5, 'see', 'gangway/1@test'],
    [6, 'end', 'gangway/1@test'],
  ]);
  expect(JSON.parse(entries[0]?.content ?? '')).toMatchObject({ amount: '1000.00', client_id: 'client-1' });
  const report = await verifyAudit(owner);
  // The intent, its attempt, its order, and two reads of it.
  expect(report).toEqual({ chains: 1, entries: 6, rows: 5, faults: [], faultCount: 0 });
});

test('what a limit said is an entry, and a verdict that is changed behind its back is named', async () => {
  const intent = anIntent();
  const { provider, fundingId } = intent;
  await new PostgresSendLog(book).admit(intent);
  const limits = new PostgresLimits(book);
  const judged = { provider, fundingId, foldsClients: false };
  const rule: WindowRule = {
    asset: 'USD',
    within: '1h',
    withinMs: 3_600_000,
    from: { by: 'sum', sum: '1000' },
    over: { is: 'refused' },
  };
  expect(await limits.judge({ ...judged, rules: [rule] })).toMatchObject({ is: 'refused' });
  const entries = await entriesOf(subjectOf(intent));
  expect(entries.map(({ action }) => action)).toEqual(['admit', 'judge']);
  expect(JSON.parse(entries[1]?.content ?? '')).toMatchObject({ verdict: 'refused', counted_sum: '1000' });
  expect(await verifyAudit(owner)).toMatchObject({ rows: 2, faults: [] });

  const byHand = sql`UPDATE book.verdicts SET counted_sum = 1`.execute(owner);
  await expect(byHand).rejects.toMatchObject({ code: 'GW001' });
  await tamper(`UPDATE verdicts SET counted_sum = 1`);
  expect((await verifyAudit(owner)).faults).toMatchObject([
    { entry: 2, problem: expect.stringContaining('row of verdicts that it tells of: counted_sum') },
  ]);
});

test('a comparison with a provider, what it has seen and what differs is in the audit of that provider', async () => {
  const reconciliation = new PostgresReconciliation(book);
  const day = '2026-11-30';
  const span = { from: '2026-11-30T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z' };
  const counts = { counted: 2, matched: 1, waiting: 0 };
  const run = {
    provider: 'backoffice',
    day,
    span,
    watermark: span.to,
    coverage: 'all',
    closed: true,
    ...counts,
  } as const;
  const sides = [{ field: 'amount', ours: '10', theirs: '11' }];
  await reconciliation.record(run, {
    ...counts,
    findings: [{ class: 'amount', subject: 'order-1', sides, datedOn: day }],
    seen: ['order-1', 'order-2'].map((transactionId) => ({ transactionId, datedOn: day })),
  });
  const [found] = await reconciliation.list('backoffice', { states: ['open'], limit: 10 });
  const decision = { answer: 'acceptTheirs', by: 'ops-1', reason: 'their invoice' };
  await reconciliation.answer('backoffice', found?.id ?? '', decision);
  const entries = await entriesOf('reconciliation/backoffice');
  expect(entries.map(({ action, actor }) => [action, actor])).toEqual([
    ['compare', 'gangway/1@test'],
    ['reconcile', 'gangway/1@test'],
    ['differ', 'gangway/1@test'],
    ['differ', 'ops-1'],
  ]);
  expect(await verifyAudit(owner)).toMatchObject({ chains: 1, rows: 3, faults: [] });

  await tamper(`UPDATE reconciliation_runs SET matched = 2`);
  await tamper(`UPDATE reconciled_transactions SET dated_on = '2026-11-29' WHERE transaction_id = 'order-2'`);
  await tamper(`UPDATE discrepancies SET answer = 'recordExternal'`);
  expect((await verifyAudit(owner)).faults.map(({ entry, problem }) => [entry, problem])).toEqual([
    [1, expect.stringContaining('row of reconciliation_runs that it tells of: matched')],
    [2, expect.stringContaining('row of reconciled_days that it tells of: sha256')],
    [4, expect.stringContaining('row of discrepancies that it tells of: answer')],
  ]);
});

test('who had a movement started is in its audit, and whether that is proven', async () => {
  const records = new PostgresRecords(book);
  const intent = anIntent();
  const subject = subjectOf(intent);
  await new PostgresSendLog(book).admit(intent);
  await records.started({ subject, runId: 'run-1', requestedBy: 'ops-1', proven: true });
  await records.started({ subject, runId: 'run-1', requestedBy: 'ops-1', proven: true });
  await records.started({ subject, runId: 'run-2', proven: false });
  const entries = await entriesOf(subject);
  expect(entries.map(({ action, actor }) => [action, actor])).toEqual([
    ['admit', 'gangway/1@test'],
    ['ask', 'ops-1'],
    ['ask', 'gangway/1@test'],
  ]);
  expect((await verifyAudit(owner)).faults).toEqual([]);
  await tamper(`UPDATE starts SET requested_by = 'ops-2' WHERE run_id = 'run-1'`);
  expect((await verifyAudit(owner)).faults).toMatchObject([
    { entry: 2, problem: expect.stringContaining('row of starts that it tells of: requested_by') },
  ]);
});

test('a fence is an entry too, and what changes nothing is none', async () => {
  const intent = anIntent();
  const sendLog = new PostgresSendLog(book);
  await sendLog.admit(intent);
  const attempt = { provider: intent.provider, fundingId: intent.fundingId, ref: intent.fundingId, number: 1 };
  await sendLog.fence(attempt);
  await sendLog.fence(attempt);
  await sendLog.begin(attempt, 'worker-7');
  expect((await entriesOf(subjectOf(intent))).map(({ action }) => action)).toEqual(['admit', 'fence']);
});

test('the database refuses to change or remove an entry', async () => {
  await move(anIntent());
  for (const statement of [
    "UPDATE audit SET actor = 'nobody'",
    'DELETE FROM audit',
    'TRUNCATE audit',
    'DELETE FROM chains',
    'TRUNCATE chains CASCADE',
    'UPDATE chains SET entries = 1',
    "UPDATE chains SET subject = 'other'",
  ]) {
    await expect(sql.raw(`SET search_path = book; ${statement}`).execute(owner)).rejects.toThrow('is refused');
  }
  expect((await verifyAudit(owner)).faults).toEqual([]);
});

describe('what somebody who owns the database changed is found, and named', () => {
  const intent = anIntent();
  const [subject, key] = [subjectOf(intent), `funding_id = '${intent.fundingId}'`];

  beforeEach(async () => {
    await move(anIntent());
    await move(intent);
    await move(anIntent());
  });

  const changed = 'was changed: its see is not what was written';
  const inIntents = 'says otherwise than the row of intents that it tells of';
  const cases: readonly (readonly [string, string, readonly object[]])[] = [
    [
      'a byte of an entry',
      "UPDATE audit SET content = replace(content, '1.50', '1.51') WHERE entry = 5 AND chain_id = 2",
      [
        { entry: 5, problem: changed },
        { entry: 5, problem: 'says otherwise than the row of orders that it tells of: fee' },
        { entry: 5, problem: 'says otherwise than the row of order_reads that it tells of: fee' },
      ],
    ],
    ['who did it', "UPDATE audit SET actor = 'me' WHERE entry = 3 AND chain_id = 2", [{ entry: 3, problem: changed }]],
    [
      'when it was done',
      "UPDATE audit SET at = at + interval '1 us' WHERE entry = 3 AND chain_id = 2",
      [{ entry: 3, problem: changed }],
    ],
    [
      'a hash',
      "UPDATE audit SET sha256 = decode(repeat('07', 32), 'hex') WHERE entry = 3 AND chain_id = 2",
      [{ entry: 3, problem: changed }],
    ],
    [
      'an entry',
      'DELETE FROM audit WHERE entry = 3 AND chain_id = 2',
      [{ entry: 3, problem: 'is missing' }, { problem: 'has a row of order_reads that no entry tells of' }],
    ],
    [
      'the end of a chain',
      'DELETE FROM audit WHERE entry >= 5 AND chain_id = 2',
      [
        { entry: 5, problem: 'is missing, and all up to 6' },
        { entry: 1, problem: `${inIntents}: outcome, ended_at, order_id` },
        { entry: 3, problem: expect.stringContaining('the row of orders that it tells of: ') },
        { problem: 'has a row of order_reads that no entry tells of' },
      ],
    ],
    ['a whole chain', 'DELETE FROM audit WHERE chain_id = 2', [{ entry: 1, problem: 'is missing, and all after it' }]],
    [
      'a chain with its head',
      'DELETE FROM audit WHERE chain_id = 2; DELETE FROM chains WHERE chain_id = 2',
      ['intents', 'attempts', 'orders', 'order_reads'].map((table) => ({
        problem: `has a row of ${table} and no audit at all`,
      })),
    ],
    ['an amount', `UPDATE intents SET amount = 1000.01 WHERE ${key}`, [{ entry: 6, problem: `${inIntents}: amount` }]],
    [
      'a movement',
      `DELETE FROM intents WHERE ${key}`,
      [{ entry: 6, problem: 'tells of a row of intents that is gone' }],
    ],
    [
      'a send',
      "UPDATE attempts SET state = 'not-applied' WHERE intent_id = 2",
      [{ entry: 4, problem: 'says otherwise than the row of attempts that it tells of: state' }],
    ],
    [
      'an earlier read of an order',
      'UPDATE order_reads SET amount = 5 WHERE intent_id = 2 AND version = 1',
      [{ entry: 3, problem: 'says otherwise than the row of order_reads that it tells of: amount' }],
    ],
  ];

  test.each(cases)('%s', async (_what, statement, expected) => {
    await tamper(statement);
    const { faults, faultCount } = await verifyAudit(owner);
    expect(faultCount).toBe(expected.length);
    for (const fault of expected) expect(faults).toContainEqual(expect.objectContaining(fault));
    for (const fault of faults) expect(fault.subject).toBe(subject);
  });

  test('a row that nobody was told of', async () => {
    await tamper(
      "INSERT INTO attempts (intent_id, ref, send_number, state, worker) VALUES (2, 'planted', 1, 'applied', 'me')",
    );
    expect((await verifyAudit(owner)).faults).toEqual([
      { subject, problem: 'has a row of attempts that no entry tells of' },
    ]);
  });
});

test('what was in a book before it had an audit is carried over into it', async () => {
  await sql`DROP SCHEMA book CASCADE`.execute(owner);
  await migrateBook(owner, '0001-movements');
  const intent = anIntent();
  // As the version of that book did.
  await move(intent, async ({ provider, fundingId, partnerClientId, kind, asset, amount }) => {
    const row = { provider, funding_id: fundingId, client_id: partnerClientId, kind, asset, amount };
    await book
      .insertInto('intents')
      .values({ ...row, asked_sha256: askedSha256(intent) })
      .execute();
  });
  await migrateBook(owner);
  const entries = await entriesOf(subjectOf(intent));
  expect(entries.map(({ action, ofTable }) => [action, ofTable])).toEqual([
    ['carry-over', 'intents'],
    ['carry-over', 'attempts'],
    ['carry-over', 'orders'],
    ['carry-over', 'order_reads'],
    ['carry-over', 'order_reads'],
  ]);
  expect(await verifyAudit(owner)).toMatchObject({ chains: 1, entries: 5, rows: 5, faults: [] });
});

test('only what was written since a time is proved, each chain of it from its beginning', async () => {
  await move(anIntent());
  await sql`SELECT pg_sleep(0.02)`.execute(owner);
  const { rows } = await sql<{ now: Date }>`SELECT clock_timestamp() AS now`.execute(owner);
  const later = anIntent();
  await move(later);
  expect(await verifyAudit(owner, { since: rows[0]?.now })).toMatchObject({ chains: 1, entries: 6, faults: [] });
  expect(await verifyAudit(owner)).toMatchObject({ chains: 2, entries: 12, faults: [] });
});

describe('a root', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');

  async function rootOf(): Promise<string> {
    let text = '';
    await writeRoot(owner, privateKey, (piece) => {
      text += piece;
      return Promise.resolve();
    });
    return text;
  }

  async function* linesOf(text: string): AsyncGenerator<string> {
    for (const line of text.trimEnd().split('\n')) yield await Promise.resolve(line);
  }

  test('holds while the book goes on', async () => {
    const intent = anIntent();
    await move(intent);
    await move(anIntent());
    const root = await rootOf();
    await move(anIntent());
    const key = { provider: intent.provider, fundingId: intent.fundingId };
    await new PostgresSendLog(book).see(key, orderOf(intent, { status: 'Reversed' }), '2026-12-02T10:00:00.000Z');
    expect(await verifyRoot(owner, linesOf(root), publicKey)).toMatchObject({ chains: 2, entries: 12, faults: [] });
  });

  test('finds what was made anew or cut off with its head, which the chains themselves do not tell', async () => {
    const [made, cut] = [anIntent(), anIntent()];
    await move(made);
    await move(cut);
    const root = await rootOf();
    await tamper(`
      DELETE FROM audit WHERE chain_id = 2 AND entry >= 6;
      UPDATE chains SET entries = 5, head_sha256 = (SELECT sha256 FROM audit WHERE chain_id = 2 AND entry = 5)
        WHERE chain_id = 2;
      UPDATE intents SET outcome = NULL, ended_at = NULL, order_id = NULL WHERE intent_id = 2;
      DELETE FROM audit WHERE chain_id = 1;
      UPDATE chains SET entries = 0, head_sha256 = decode(repeat('00', 32), 'hex') WHERE chain_id = 1;
      UPDATE intents SET amount = 999 WHERE intent_id = 1;
      SELECT append_audit('${subjectOf(made)}', 'me', 'admit', 'intents', row_content(to_jsonb(intents)))
        FROM intents WHERE intent_id = 1;
      SELECT append_audit('${subjectOf(made)}', 'me', 'see', 'attempts', row_content(to_jsonb(attempts)))
        FROM attempts WHERE intent_id = 1;
      SELECT append_audit('${subjectOf(made)}', 'me', 'see', 'orders', row_content(to_jsonb(orders)))
        FROM orders WHERE intent_id = 1;
      SELECT append_audit('${subjectOf(made)}', 'me', 'see', 'order_reads', row_content(to_jsonb(order_reads)))
        FROM order_reads WHERE intent_id = 1;
      SELECT append_audit('${subjectOf(made)}', 'me', 'end', 'intents', row_content(to_jsonb(intents)))
        FROM intents WHERE intent_id = 1`);
    expect((await verifyAudit(owner)).faults).toEqual([]);
    const { faults } = await verifyRoot(owner, linesOf(root), publicKey);
    expect(faults).toEqual([
      { subject: subjectOf(made), entry: 6, problem: 'is not the one that the root has' },
      { subject: subjectOf(cut), entry: 6, problem: 'is missing, and the root has it' },
    ]);
  });

  test.each([
    [
      'another key',
      (text: string) => text,
      generateKeyPairSync('ed25519').publicKey,
      'its signature is not of this key',
    ],
    [
      'a line changed',
      (text: string) => text.replace('"entries":6', '"entries":5'),
      publicKey,
      'its lines are not those',
    ],
    ['a line cut out', (text: string) => text.slice(text.indexOf('\n') + 1), publicKey, 'its lines are not those'],
    [
      'its end cut off',
      (text: string) => text.slice(0, text.indexOf('\n')),
      publicKey,
      'it has no signature at its end',
    ],
    ['more behind it', (text: string) => text + text, publicKey, 'it goes on after its signature'],
    ['no root', () => '{"a":1}', publicKey, 'it holds a line that no root has'],
    [
      'what was signed changed',
      (text: string) => text.replace(/"madeAt":"20/, '"madeAt":"19'),
      publicKey,
      'its signature is not of this key, or what was signed was changed',
    ],
  ])('is refused: %s', async (_what, change, key, why) => {
    await move(anIntent());
    await move(anIntent());
    await expect(verifyRoot(owner, linesOf(change(await rootOf())), key)).rejects.toThrow(why);
  });
});
