import { WorkflowNotFoundError } from '@temporalio/client';
import { type Kysely, sql } from 'kysely';
import type { BookSchema } from '../../book/schema';
import { PostgresReconciliation } from '../../book/reconciliation';
import { connectGangway, type Gangway } from '../../client';
import type { Discrepancy, ReconciledDay } from '../../contract/reconciliation';
import { discrepancyProgress } from '../../contract/messages';
import { commentOf } from '../../providers/backoffice/tokens';
import { TEST_USERS } from '../../sandbox/backoffice';
import { TestBook } from '../book/open-book';
import { PROVIDER_RIGS } from '../setup/provider-rigs';
import { eventually, Rig } from '../setup/rig';

/** Everything real: Temporal, PostgreSQL, the back office's sandbox over HTTP, a worker. */
let testBook: TestBook;
let book: Kysely<BookSchema>;
let rig: Rig;
let gangway: Gangway;

const PROVIDER = 'backoffice';
const DAY_MS = 86_400_000;
/** How many movements agree. More, to measure. */
const COUNT = Number(process.env['GANGWAY_RECONCILED'] ?? 200);
const SECRET = PROVIDER_RIGS.backoffice.environment('')['BACKOFFICE_TOKEN_SECRET'] ?? '';
const [USER] = TEST_USERS;

/** Noon of the day so many days ago, in milliseconds since 1970. */
function noon(daysAgo: number): number {
  const today = Date.parse(new Date().toISOString().slice(0, 10));
  return today - daysAgo * DAY_MS + DAY_MS / 2;
}

function day(daysAgo: number): string {
  return new Date(noon(daysAgo)).toISOString().slice(0, 10);
}

beforeAll(async () => {
  testBook = await TestBook.start();
  book = testBook.open();
  rig = await Rig.start({ provider: PROVIDER, env: testBook.env });
  gangway = await connectGangway({ address: rig.server.address });
});
afterAll(async () => {
  await gangway.close();
  await rig.close();
  await testBook.close();
});

interface Movement {
  readonly ref: string;
  readonly atMs: number;
  readonly asset?: string;
  readonly amount?: string;
  readonly status?: string;
}

/** A transfer at the exchange, ours by its comment. */
async function transfer({
  ref,
  atMs,
  asset = 'usd',
  amount = '10.00',
  status = 'Completed',
}: Movement): Promise<string> {
  const made = await rig.control('POST', '/transfers', {
    ...{ user_id: USER, type: 'Deposit', asset, amount, status },
    comment: ref === '' ? 'a gift' : commentOf(ref, SECRET),
    age_ms: Date.now() - atMs,
  });
  return idOf(made);
}

function idOf(made: unknown): string {
  if (typeof made !== 'object' || made === null || !('id' in made)) throw new Error('the sandbox made no transfer');
  return String(made.id);
}

/** A movement in the book that was sent, and completed by an order. */
async function booked(
  { ref, atMs, amount = '10.00' }: Movement,
  order: { readonly id?: string; readonly fee?: string } = {},
): Promise<void> {
  const at = new Date(atMs);
  await sql`
    WITH intent AS (
      INSERT INTO book.intents (provider, funding_id, client_id, kind, asset, amount, asked_sha256, outcome, ended_at)
      VALUES (${PROVIDER}, ${ref}, ${USER}, 'deposit', 'usd', ${amount}, sha256('asked'), 'completed', ${at}) RETURNING intent_id
    ), attempt AS (
      INSERT INTO book.attempts (intent_id, ref, send_number, state, worker, order_id, begun_at, settled_at)
      SELECT intent_id, ${ref}, 1, 'applied', 'test', ${order.id ?? null}, ${at}, ${at} FROM intent
    )
    INSERT INTO book.orders (intent_id, order_id, ref, state, status, asset, amount, fee, fee_asset, read_sha256, read_at, version)
    SELECT intent_id, ${order.id ?? 'unknown'}, ${ref}, 'completed', 'Completed', 'usd', ${amount}, ${order.fee ?? '0'}, 'usd',
      sha256('read'), ${at}, 1 FROM intent`.execute(book);
}

async function agreeing(movement: Movement): Promise<void> {
  await booked(movement, { id: await transfer(movement) });
}

async function reconcile(daysAgo: number, dryRun = false): Promise<ReconciledDay> {
  return await gangway.reconciliations.run({ provider: PROVIDER, day: day(daysAgo), ...(dryRun ? { dryRun } : {}) });
}

async function discrepancies(): Promise<readonly Discrepancy[]> {
  const all = { states: ['open', 'answered', 'gone'] as const, limit: 100 };
  return await new PostgresReconciliation(book).list(PROVIDER, all);
}

test('a day of movements: each planted discrepancy is found in its class, and none invented; a closed day never changes', async () => {
  const [before, atMs] = [noon(4), noon(3)];
  expect((await reconcile(4)).run).toMatchObject({ counted: 0, closed: true });

  for (let number = 0; number < COUNT; number += 1) await agreeing({ ref: `pay-${number}`, atMs: atMs + number });
  await transfer({ ref: '', atMs });
  await booked({ ref: 'lost-1', atMs });
  await booked({ ref: 'other-amount', atMs }, { id: await transfer({ ref: 'other-amount', atMs, amount: '9.99' }) });
  await booked({ ref: 'other-asset', atMs }, { id: await transfer({ ref: 'other-asset', atMs, asset: 'eur' }) });
  await booked({ ref: 'reversed', atMs }, { id: await transfer({ ref: 'reversed', atMs, status: 'Failed' }) });
  await booked({ ref: 'fee', atMs }, { id: await transfer({ ref: 'fee', atMs }), fee: '0.50' });
  await agreeing({ ref: 'doubled', atMs });
  await transfer({ ref: 'doubled', atMs });
  await transfer({ ref: 'parts', atMs, amount: '6.00' });
  await booked({ ref: 'parts', atMs }, { id: await transfer({ ref: 'parts', atMs, amount: '4.00' }) });
  await booked({ ref: 'late', atMs }, { id: await transfer({ ref: 'late', atMs: before }) });

  const once = {
    ...{ missing_in_book: 1, missing_at_provider: 1, amount: 1, currency_or_party: 1, status: 1, fee: 1 },
    ...{ duplicate: 1, split: 1, late: 1 },
  };
  const tried = await reconcile(3, true);
  expect(tried.classes).toEqual(once);
  expect(await discrepancies()).toEqual([]);

  const begunAt = Date.now();
  const reconciled = await reconcile(3);
  if (process.env['GANGWAY_RECONCILED'] !== undefined) console.info(`${COUNT} in ${Date.now() - begunAt} ms`);
  expect(reconciled.classes).toEqual(once);
  expect(reconciled.run).toMatchObject({ counted: COUNT + 10, closed: true, coverage: 'all' });
  const found = await discrepancies();
  expect(found).toHaveLength(9);
  expect(found.find((one) => one.class === 'amount')).toMatchObject({
    fundingId: 'other-amount',
    sides: [{ field: 'amount', ours: '10.00', theirs: '9.99' }],
    ...{ datedOn: day(3), firstSeenOn: day(3), state: 'open' },
  });
  expect(found.find((one) => one.class === 'late')).toMatchObject({ datedOn: day(4), firstSeenOn: day(3) });

  const lost = found.find((one) => one.class === 'missing_at_provider');
  const asked = rig.client.workflow.getHandle(`discrepancy/${PROVIDER}/${lost?.id ?? ''}`);
  const open = await eventually(async () => await asked.query(discrepancyProgress));
  expect(open).toMatchObject({ discrepancy: { subject: 'lost-1', state: 'open' }, accepts: ['markNotExecuted'] });

  await transfer({ ref: 'lost-1', atMs });
  expect((await reconcile(3)).run).toEqual(reconciled.run);
  expect(await discrepancies()).toEqual(found);

  // The next day finds that it is there after all, late; everything else stands as it stood.
  const next = await reconcile(2);
  expect(next.classes).toEqual({ ...once, missing_at_provider: undefined });
  const then = await discrepancies();
  expect(then.filter(({ state }) => state === 'gone').map((one) => one.class)).toEqual(['missing_at_provider']);
  expect(
    then
      .filter(({ state }) => state === 'open')
      .map((one) => one.class)
      .toSorted(),
  ).toEqual([...Object.keys(once).filter((name) => name !== 'missing_at_provider'), 'late'].toSorted());
  // Its question has closed by itself.
  expect(await asked.result()).toMatchObject({ id: lost?.id, state: 'gone' });
  const { rows } = await sql<{ days: string }>`
    SELECT string_agg(DISTINCT business_date::text, ' ') AS days FROM book.reconciled_transactions`.execute(book);
  expect(rows).toEqual([{ days: `${day(3)} ${day(2)}` }]);
}, 900_000);

test('a question is answered once, by who says why and where the proof is, and is not asked again', async () => {
  const [stranger] = (await discrepancies()).filter((one) => one.class === 'missing_in_book');
  const name = { provider: PROVIDER, id: stranger?.id ?? '' };
  const decision = { answer: 'recordExternal', by: 'ops-1', reason: 'made at the desk', evidence: 'ticket-7' };
  const answered = async (...asked: Parameters<Gangway['reconciliations']['settle']>): Promise<string> =>
    await gangway.reconciliations.settle(...asked);
  await expect(answered(name, { ...decision, answer: 'postFee' })).rejects.toMatchObject({ code: 'REFUSED' });
  const { evidence: _, ...unproven } = decision;
  await expect(answered(name, unproven)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  expect(await answered(name, decision)).toBe('accepted: recordExternal');
  await expect(answered(name, decision)).rejects.toMatchObject({ code: 'REFUSED' });
  const handle = rig.client.workflow.getHandle(`discrepancy/${PROVIDER}/${name.id}`);
  expect(await handle.result()).toMatchObject({ state: 'answered', answer: decision });

  expect((await reconcile(1)).classes).toMatchObject({ missing_in_book: 1 });
  const [still] = (await discrepancies()).filter(({ id }) => id === name.id);
  expect(still).toMatchObject({ state: 'answered', answer: decision });
  expect((await handle.describe()).status.name).toBe('COMPLETED');
});

test('a day that is not over, or is none, is refused, and nothing is read', async () => {
  await expect(reconcile(0)).rejects.toMatchObject({ code: 'INVALID_REQUEST', fields: [{ field: 'day' }] });
  const wrong = gangway.reconciliations.run({ provider: PROVIDER, day: '2026-02-30' });
  await expect(wrong).rejects.toMatchObject({ code: 'INVALID_REQUEST', fields: [{ field: 'day' }] });
});

test('the database keeps a closed day, and what a day has seen', async () => {
  await reconcile(5);
  await expect(sql`UPDATE book.reconciliation_runs SET counted = 7`.execute(book)).rejects.toThrow('is refused');
  await expect(sql`DELETE FROM book.discrepancies`.execute(book)).rejects.toThrow('is refused');
  await expect(sql`UPDATE book.reconciled_transactions SET dated_on = '2020-01-01'`.execute(book)).rejects.toThrow();
});

test('a schedule is made once, and reconciles the day before the one that it is due on', async () => {
  const semantics = { settleWindowMs: 300_000 };
  const scheduled = await gangway.reconciliations.schedule(PROVIDER, semantics);
  expect(await gangway.reconciliations.schedule(PROVIDER, semantics)).toEqual(scheduled);
  expect(scheduled).toEqual({ scheduleId: `reconciliation/${PROVIDER}`, at: '00:10' });
  const handle = rig.client.schedule.getHandle(scheduled.scheduleId);
  await handle.trigger();
  const workflowId = `reconciliation/${PROVIDER}/${day(1)}`;
  const ran = await eventually(async (): Promise<unknown> => {
    try {
      return await rig.client.workflow.getHandle(workflowId).result();
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  });
  await handle.delete();
  expect(ran).toMatchObject({ run: { day: day(1) } });
});
