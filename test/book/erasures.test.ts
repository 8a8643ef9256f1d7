import { createSecretKey } from 'node:crypto';
import { sql } from 'kysely';
import { auditEntries } from '../../book/audit/entries';
import { verifyAudit } from '../../book/audit/verify';
import { askedSha256 } from '../../book/canonical';
import type { BookDatabase } from '../../book/connection';
import { PostgresDataKeys } from '../../book/data-keys';
import { PostgresErasures, type Erasable, type ErasedClient } from '../../book/erasures';
import { migrateBook } from '../../book/migrate';
import { readStory } from '../../book/read/story';
import { PostgresReconciliation } from '../../book/reconciliation';
import { PostgresRecords } from '../../book/records';
import { PostgresSendLog } from '../../book/send-log';
import { CANCELLED_TO_FORGET, type ErasureCertificate } from '../../contract/erasure';
import { fundingWorkflowId, onboardingWorkflowId } from '../../contract/ids';
import type { DecisionRecord } from '../../contract/records';
import { anIntent, orderOf } from './intents';
import { TestBook } from './open-book';

let testBook: TestBook;
let book: BookDatabase;
/** Whoever owns the database. */
let owner: BookDatabase;
let erasures: PostgresErasures;

beforeAll(async () => {
  testBook = await TestBook.startEmpty();
});
afterAll(() => testBook.close());
beforeEach(async () => {
  owner = await testBook.startOver();
  book = testBook.open({ actor: 'gangway/1@test' });
  erasures = new PostgresErasures(book);
});

const CLIENT: ErasedClient = { provider: 'coinmena', partnerClientId: 'client-1', foldsCase: false };
const ONBOARDING = onboardingWorkflowId('coinmena', 'client-1');
const MOVEMENT = fundingWorkflowId('coinmena', 'dep-1');
const PASSPORT = 'ab'.repeat(32);
const WORDS = 'Layla Example, BH67BMAG00001299123456, called on Monday';

function decision(subject: string, but: Partial<DecisionRecord> = {}): DecisionRecord {
  const who = { by: 'ops-1', reason: WORDS, evidence: 'mail of Layla Example', authority: 'resolve' } as const;
  return {
    subject,
    updateId: 'u-1',
    decision: 'resolve',
    action: 'abandon',
    ...who,
    at: '2026-11-01T10:00:00.000Z',
    ...but,
  };
}

/** All that the book may have of one client. */
async function clientIn(provider: string, partnerClientId: string, fundingId: string): Promise<void> {
  const [records, sendLog, keys] = [new PostgresRecords(book), new PostgresSendLog(book), new PostgresDataKeys(book)];
  const onboarding = onboardingWorkflowId(provider, partnerClientId);
  const movement = fundingWorkflowId(provider, fundingId);
  const owned = { provider, partnerClientId };
  await records.sawClient({ ...owned, readAt: '2026-10-01T10:00:00.000Z' });
  await records.filed(owned, {
    type: 'passport',
    providerDocumentId: `doc-of-${partnerClientId}`,
    sha256: PASSPORT,
    how: 'uploaded',
  });
  for (const subject of [onboarding, movement]) {
    await records.decided(decision(subject));
    const key = {
      keyId: `key-of-${subject.replaceAll('/', '-')}`,
      subject,
      wrappedBy: 'kek',
      wrapped: Buffer.from('wrapped'),
    };
    await keys.inUse({ ...key, owner: owned });
  }
  const intent = anIntent({ provider, partnerClientId, fundingId, kind: 'deposit', amount: '1000.00' });
  await sendLog.admit(intent);
  const attempt = { provider, fundingId, ref: fundingId, number: 1 };
  await sendLog.begin(attempt, 'worker-7');
  const order = orderOf(intent);
  await sendLog.settle(attempt, { outcome: 'applied', order, readAt: '2026-10-02T10:00:00.000Z' });
  await sendLog.end({ provider, fundingId }, { outcome: 'completed', orderId: order.orderId });
  await book
    .insertInto('blind_indexes')
    .values({ provider, client_id: partnerClientId, field: 'email', key_version: 'v1', digest: Buffer.alloc(32, 7) })
    .execute();
}

function erasable(but: Partial<Erasable> = {}): Erasable {
  const ended = new Set([ONBOARDING, MOVEMENT]);
  return { by: 'ops-9', reason: 'asked to be forgotten', ended, batches: [], inClear: 0, ...but };
}

async function erase(but: Partial<Erasable> = {}): Promise<ErasureCertificate> {
  const erased = await erasures.erase(CLIENT, erasable(but));
  if (erased.is === 'grown') throw new Error(`it has grown: ${erased.subjects.join()}`);
  return erased.certificate;
}

/** Everything that stands in the book, as text. */
async function dump(): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'book' AND table_type = 'BASE TABLE'`.execute(
    owner,
  );
  const texts = await Promise.all(
    tables.map(({ name }) =>
      sql<{ row: string }>`SELECT t::text AS row FROM ${sql.table(`book.${name}`)} AS t`.execute(owner),
    ),
  );
  return texts.flatMap(({ rows }) => rows.map(({ row }) => row)).join('\n');
}

test('words and handles stand beside rows and audit, are read as they were, and prove the marks that the audit has', async () => {
  await clientIn('coinmena', 'client-1', 'dep-1');
  const entries = [];
  for await (const page of auditEntries(book)) entries.push(...page);
  const audit = JSON.stringify(entries.map(({ content }) => content));
  for (const text of ['Layla', PASSPORT, 'doc-of-client-1']) expect(audit).not.toContain(text);
  const story = await readStory(book, ONBOARDING);
  expect(story.decisions).toMatchObject([{ reason: WORDS, evidence: 'mail of Layla Example' }]);
  expect(story.documents).toMatchObject([{ provider_document_id: 'doc-of-client-1', sha256: PASSPORT }]);
  expect(Object.values(story.words.byMark)).toEqual(expect.arrayContaining([WORDS, PASSPORT]));
  expect(await verifyAudit(owner)).toMatchObject({ faultCount: 0 });
  // Told twice, it is one, and nothing more stands beside.
  const count = () => sql<{ n: string }>`SELECT count(*) AS n FROM book.particulars`.execute(owner);
  const before = await count();
  await new PostgresRecords(book).decided(decision(ONBOARDING));
  expect((await count()).rows).toEqual(before.rows);
});

test('an erased client leaves amounts, refs and decisions, and no word, handle, key or index; others keep all', async () => {
  await clientIn('coinmena', 'client-1', 'dep-1');
  await clientIn('coinmena', 'client-2', 'dep-2');
  expect(await dump()).toContain('Layla');
  const held = await erasures.held(CLIENT);
  expect(held).toMatchObject({
    withKey: [MOVEMENT, ONBOARDING],
    documents: 1,
    words: 4,
    wordsKept: 0,
    blindIndexes: 1,
  });
  const certificate = await erase();
  expect(certificate).toMatchObject({
    by: 'ops-9',
    reason: 'asked to be forgotten',
    keys: [`key-of-funding-coinmena-dep-1`, 'key-of-onboarding-coinmena-client-1'],
    documents: 1,
    words: 4,
    blindIndexes: 1,
    cancelled: [],
  });

  await sql`DELETE FROM book.particulars WHERE subject LIKE '%-2'`.execute(owner);
  const left = await dump();
  for (const text of ['Layla', PASSPORT, 'doc-of-client-1', Buffer.from('Layla').toString('hex')])
    expect(left).not.toContain(text);
  const [mine, other] = [
    await readStory(book, MOVEMENT),
    await readStory(book, fundingWorkflowId('coinmena', 'dep-2')),
  ];
  expect(mine.movement).toMatchObject({ amount: '1000.00', status: 'completed', provider_ref: 'order-of-dep-1' });
  expect(mine.decisions).toMatchObject([{ decided_by: 'ops-1', action: 'abandon', reason: null, evidence: null }]);
  expect(mine.entries.map(({ action }) => action).at(-1)).toBe('forget');
  expect(other.entries.map(({ action }) => action)).not.toContain('forget');
  const keys = new PostgresDataKeys(book);
  expect(await keys.find('key-of-funding-coinmena-dep-1')).toMatchObject({ key: undefined });
  expect((await keys.find('key-of-funding-coinmena-dep-2'))?.key).toBeDefined();
  const client = await readStory(book, ONBOARDING);
  const entry = client.entries.find(({ action }) => action === 'erase');
  expect(entry?.actor).toBe('ops-9');
  expect(JSON.parse(entry?.content ?? '')).toMatchObject({ erasure_id: certificate.id, documents: '1', words: '4' });
});

test('the audit holds after an erasure, and tells words that were changed, or removed without one', async () => {
  await clientIn('coinmena', 'client-1', 'dep-1');
  await clientIn('coinmena', 'client-2', 'dep-2');
  await erase();
  expect(await verifyAudit(owner)).toMatchObject({ faults: [], faultCount: 0 });
  expect((await readStory(book, MOVEMENT)).audit.faults).toEqual([]);
  const other = onboardingWorkflowId('coinmena', 'client-2');
  await sql`SET session_replication_role = replica`.execute(owner);
  await sql`UPDATE book.particulars SET told = 'another word' WHERE subject = ${other} AND told = ${WORDS}`.execute(
    owner,
  );
  await sql`DELETE FROM book.particulars WHERE subject = ${other} AND told = ${PASSPORT}`.execute(owner);
  await sql`SET session_replication_role = DEFAULT`.execute(owner);
  const { faults } = await verifyAudit(owner);
  expect(faults).toEqual([
    { subject: other, problem: 'has words beside it that are not what their mark was made of' },
    { subject: other, problem: 'lacks what a mark in documents stands for, and no erasure tells of it' },
  ]);
  expect((await verifyAudit(owner, { subject: MOVEMENT })).faults).toEqual([]);
});

test('nobody changes what stands beside, nor a certificate', async () => {
  await clientIn('coinmena', 'client-1', 'dep-1');
  await erase();
  await clientIn('coinmena', 'client-2', 'dep-2');
  for (const statement of [
    "UPDATE book.particulars SET told = 'x'",
    'TRUNCATE book.particulars CASCADE',
    "UPDATE book.erasures SET erased_by = 'nobody'",
    'DELETE FROM book.erasures',
    'DELETE FROM book.erased_subjects',
    "UPDATE book.data_keys SET wrapped_key = 'x', destroyed_at = NULL WHERE destroyed_at IS NOT NULL",
  ]) {
    await expect(sql.raw(statement).execute(owner)).rejects.toMatchObject({ code: 'GW001' });
  }
});

test('what has come since it was looked at is looked at first, and nothing is destroyed', async () => {
  await clientIn('coinmena', 'client-1', 'dep-1');
  const before = await dump();
  expect(await erasures.erase(CLIENT, erasable({ ended: new Set([ONBOARDING]) }))).toEqual({
    is: 'grown',
    subjects: [MOVEMENT],
  });
  expect(await dump()).toBe(before);
  const sendLog = new PostgresSendLog(book);
  const next = anIntent({ provider: 'coinmena', partnerClientId: 'client-1', fundingId: 'dep-3' });
  await sendLog.admit(next);
  expect((await erasures.held(CLIENT)).movements).toEqual([
    { workflowId: MOVEMENT, underWay: false },
    { workflowId: 'funding/coinmena/dep-3', underWay: false },
  ]);
  await sendLog.begin({ provider: 'coinmena', fundingId: 'dep-3', ref: 'dep-3', number: 1 }, 'worker-7');
  const ended = new Set([ONBOARDING, MOVEMENT, 'funding/coinmena/dep-3']);
  expect(await erasures.erase(CLIENT, erasable({ ended }))).toEqual({
    is: 'grown',
    subjects: ['funding/coinmena/dep-3'],
  });
});

test('the certificate tells what was cancelled for it, whoever began, and a second erasure only what has come since', async () => {
  await clientIn('coinmena', 'client-1', 'dep-1');
  const records = new PostgresRecords(book);
  const cancel = { decision: 'cancel', reason: CANCELLED_TO_FORGET };
  await records.decided(decision(ONBOARDING, { ...cancel, updateId: 'u-2' }));
  await records.decided(decision(MOVEMENT, { ...cancel, updateId: 'u-3', refused: 'it was too late' }));
  const first = await erase();
  expect(first.cancelled).toEqual([ONBOARDING]);
  expect((await erasures.held(CLIENT)).erasure).toEqual(first);
  expect(await erasures.held(CLIENT)).toMatchObject({ withKey: [], documents: 0, words: 0, blindIndexes: 0 });

  await records.decided(decision(ONBOARDING, { updateId: 'u-4', reason: 'signed up again' }));
  const second = await erase();
  expect(second).toMatchObject({ keys: [], cancelled: [], documents: 0, words: 2 });
  expect((await erasures.held(CLIENT)).erasure).toEqual(second);
  expect((await verifyAudit(owner)).faults).toEqual([]);
});

test('what was asked cannot be tried with guesses once its client is forgotten, and its id is taken for ever', async () => {
  const intent = anIntent({
    provider: 'coinmena',
    partnerClientId: 'client-1',
    fundingId: 'dep-1',
    kind: 'deposit',
    amount: '1000.00',
  });
  await clientIn('coinmena', 'client-1', 'dep-1');
  const sendLog = new PostgresSendLog(book);
  expect(await sendLog.admit(intent)).toMatchObject({ is: 'admitted', end: { outcome: 'completed' } });
  expect(await sendLog.admit({ ...intent, amount: '1000.01' })).toEqual({ is: 'taken' });
  const [row] = (await sql<{ asked: Buffer }>`SELECT asked_sha256 AS asked FROM book.intents`.execute(owner)).rows;
  expect(row?.asked.equals(askedSha256(intent))).toBe(false);
  await erase();
  expect(await sendLog.admit(intent)).toEqual({ is: 'taken' });
});

test('batches with rows of the client lose their keys with it, and so do questions that were answered', async () => {
  await clientIn('coinmena', 'client-1', 'dep-1');
  const [records, keys] = [new PostgresRecords(book), new PostgresDataKeys(book)];
  const batch = 'batch/coinmena/march';
  await records.ranRow({ batch, line: 2, id: 'dep-1', flow: MOVEMENT, outcome: 'done' });
  const reconciliation = new PostgresReconciliation(book);
  const day = '2026-11-30';
  const span = { from: '2026-11-30T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z' };
  const counts = { counted: 1, matched: 0, waiting: 0 };
  await reconciliation.record(
    { provider: 'coinmena', day, span, watermark: span.to, coverage: 'all', closed: true, ...counts },
    {
      ...counts,
      findings: [{ class: 'fee', subject: 'dep-1', fundingId: 'dep-1', sides: [], datedOn: day }],
      seen: [],
    },
  );
  const [found] = await reconciliation.list('coinmena', { states: ['open'], limit: 10 });
  const id = found?.id ?? '';
  const answer = { answer: 'acceptTheirs', by: 'ops-1', reason: 'Layla Example agreed', evidence: 'her mail' };
  expect(await reconciliation.answer('coinmena', id, answer)).toMatchObject({ answer });
  const wrapped = { wrappedBy: 'kek', wrapped: createSecretKey(Buffer.alloc(32, 1)).export() };
  await keys.inUse({ keyId: 'of-batch', subject: batch, ...wrapped });
  await keys.inUse({ keyId: 'of-question', subject: `discrepancy/coinmena/${id}`, ...wrapped });

  expect((await erasures.held(CLIENT)).batches).toEqual([batch]);
  expect(await erasures.erase(CLIENT, erasable())).toEqual({ is: 'grown', subjects: [batch] });
  const certificate = await erase({ batches: [batch] });
  expect(certificate.keys).toEqual(expect.arrayContaining(['of-batch', 'of-question']));
  expect(certificate).toMatchObject({ batches: [batch], words: 6 });
  const { answer: erased } = (await reconciliation.find('coinmena', id)) ?? {};
  expect(erased).toEqual({ answer: 'acceptTheirs', by: 'ops-1', reason: '(erased)' });
  expect((await verifyAudit(owner)).faults).toEqual([]);
});

test('what an earlier version wrote into the audit itself stays, is read as before, and is counted', async () => {
  await sql`DROP SCHEMA book CASCADE`.execute(owner);
  await migrateBook(owner, '0009-data-keys');
  await new PostgresRecords(book).decided(decision(ONBOARDING));
  const before = anIntent({ provider: 'coinmena', partnerClientId: 'client-9', fundingId: 'dep-9' });
  const { provider, fundingId: funding_id, partnerClientId: client_id, kind, asset, amount } = before;
  const row = { provider, funding_id, client_id, kind, asset, amount, asked_sha256: askedSha256(before) };
  await book.insertInto('intents').values(row).execute();
  await migrateBook(owner);
  expect((await readStory(book, ONBOARDING)).decisions).toMatchObject([{ reason: WORDS }]);
  expect(await erasures.held(CLIENT)).toMatchObject({ words: 0, wordsKept: 2 });
  expect(await erase()).toMatchObject({ words: 0, wordsKept: 2 });
  expect(await new PostgresSendLog(book).admit(before)).toMatchObject({ is: 'admitted' });
  expect((await verifyAudit(owner)).faults).toEqual([]);
});

test('ids that a provider takes for one are one, where it does', async () => {
  await clientIn('backoffice', 'A0B1', 'dep-9');
  const other = { provider: 'backoffice', partnerClientId: 'a0b1' };
  expect((await erasures.held({ ...other, foldsCase: false })).withKey).toEqual([]);
  expect((await erasures.held({ ...other, foldsCase: true })).withKey).toEqual([
    'funding/backoffice/dep-9',
    'onboarding/backoffice/A0B1',
  ]);
});
