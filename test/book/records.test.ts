import { sql } from 'kysely';
import { verifyAudit } from '../../book/audit/verify';
import type { BookDatabase } from '../../book/connection';
import { toldBeside } from '../../book/read/words';
import { PostgresRecords } from '../../book/records';
import type { DecisionRecord } from '../../contract/records';
import { TestBook } from './open-book';

let testBook: TestBook;
let book: BookDatabase;
let records: PostgresRecords;

beforeAll(async () => {
  testBook = await TestBook.start();
  book = testBook.open({ actor: 'gangway/1@test' });
  records = new PostgresRecords(book);
});
afterAll(() => testBook.close());
afterEach(async () => {
  expect((await verifyAudit(testBook.open({ statementMs: 0 }))).faults).toEqual([]);
});

async function entriesOf(subject: string): Promise<readonly (readonly [string, string])[]> {
  const rows = await book
    .selectFrom('audit')
    .innerJoin('chains', 'chains.chain_id', 'audit.chain_id')
    .select(['action', 'actor'])
    .where('subject', '=', subject)
    .orderBy('entry')
    .execute();
  return rows.map(({ action, actor }) => [action, actor]);
}

const decision: DecisionRecord = {
  subject: 'funding/coinmena/dep-1',
  updateId: 'update-1',
  decision: 'resolve',
  action: 'markCompleted',
  question: 'ORDER_DIFFERS',
  by: 'ops-1',
  reason: 'asked the\nprovider\0',
  evidence: 'ticket 7',
  authority: 'resolve',
  at: '2026-12-01T10:00:00.000Z',
};

test('a decision is entered once, with who made it; a refused one as refused', async () => {
  await records.decided(decision);
  await records.decided({ ...decision, reason: 'told again' });
  await records.decided({ ...decision, updateId: 'update-2', by: 'ops-2', refused: 'nothing is parked' });
  expect(await entriesOf(decision.subject)).toEqual([
    ['decide', 'ops-1'],
    ['refuse', 'ops-2'],
  ]);
  const rows = await book
    .selectFrom('decisions')
    .selectAll()
    .select(toldBeside('subject', 'reason').as('reason'))
    .orderBy('update_id')
    .execute();
  expect(rows).toMatchObject([
    { decided_by: 'ops-1', action: 'markCompleted', reason: 'asked the\nprovider ', refused: null },
    { decided_by: 'ops-2', refused: 'nothing is parked' },
  ]);
});

test('a client is entered when its onboarding begins, and again with each change; an older read changes nothing', async () => {
  const client = { provider: 'coinmena', partnerClientId: 'client-7' };
  const state = { providerClientId: 'p-1', status: 'Pending', verified: false, active: false };
  await records.sawClient({ ...client, readAt: '2026-12-01T10:00:00.000Z' });
  await records.sawClient({ ...client, state, readAt: '2026-12-01T10:01:00.000Z' });
  await records.sawClient({ ...client, state, readAt: '2026-12-01T10:02:00.000Z' });
  const verified = { ...state, status: 'Verified', verified: true, active: true };
  await records.sawClient({ ...client, state: verified, readAt: '2026-12-01T10:03:00.000Z' });
  await records.sawClient({ ...client, state, readAt: '2026-12-01T10:02:30.000Z' });
  await records.sawClient({ ...client, readAt: '2026-12-01T10:04:00.000Z' });
  const document = {
    type: 'government_id',
    providerDocumentId: 'd-1',
    sha256: 'ab'.repeat(32),
    how: 'uploaded',
  } as const;
  await records.filed(client, document);
  await records.filed(client, { ...document, how: 'found' });
  expect(await records.wasFiled(client, document)).toBe(true);
  expect(await records.wasFiled(client, { ...document, sha256: 'cd'.repeat(32) })).toBe(false);
  expect(await records.wasFiled(client, { ...document, type: 'passport' })).toBe(false);
  expect(await records.wasFiled({ ...client, partnerClientId: 'client-8' }, document)).toBe(false);
  expect(await entriesOf('onboarding/coinmena/client-7')).toEqual([
    ['client', 'gangway/1@test'],
    ['client', 'gangway/1@test'],
    ['client', 'gangway/1@test'],
    ['file', 'gangway/1@test'],
  ]);
  expect(await book.selectFrom('clients').selectAll().execute()).toMatchObject([
    { client_id: 'client-7', status: 'Verified', verified: true, version: 3 },
  ]);
});

test('a batch is entered with its file, and its rows with what came of them', async () => {
  const batch = { provider: 'coinmena', batchId: 'march', sha256: 'cd'.repeat(32), rows: 2 };
  await records.begunBatch(batch);
  await records.begunBatch(batch);
  const row = { batch: 'batch/coinmena/march', line: 1, id: 'dep-1', flow: 'funding/coinmena/dep-1' };
  await records.ranRow({ ...row, outcome: 'parked', code: 'AUTH' });
  await records.ranRow({ ...row, outcome: 'parked', code: 'AUTH' });
  await records.ranRow({ ...row, outcome: 'done' });
  expect((await entriesOf('batch/coinmena/march')).map(([action]) => action)).toEqual(['batch', 'row', 'row']);
  expect(await book.selectFrom('batch_rows').selectAll().execute()).toMatchObject([
    { outcome: 'done', code: null, version: 2 },
  ]);
});

test("a worker's start is entered each time, with its policy", async () => {
  const start = {
    worker: 'gangway/9@test',
    providers: ['coinmena'],
    policy: 'usd 5000 2',
    policySha256: 'ef',
    settings: {},
  };
  await records.workerStarted(start);
  await records.workerStarted(start);
  expect(await entriesOf('workers')).toEqual([
    ['start', 'gangway/9@test'],
    ['start', 'gangway/9@test'],
  ]);
});

test.each(['decisions', 'clients', 'documents', 'batches', 'batch_rows', 'worker_starts'])(
  'nothing of %s is removed',
  async (table) => {
    const removal = sql`DELETE FROM ${sql.table(`book.${table}`)}`;
    await expect(removal.execute(book)).rejects.toThrow('is refused');
    const emptying = sql`TRUNCATE ${sql.table(`book.${table}`)}`;
    await expect(emptying.execute(book)).rejects.toThrow('is refused');
  },
);
