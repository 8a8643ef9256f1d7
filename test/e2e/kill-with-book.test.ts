import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { z } from 'zod';
import type { BookDatabase } from '../../book/connection';
import type { FundingProgress } from '../../contract/funding';
import { DECISION_UPDATES, fundingProgress } from '../../contract/messages';
import { TEST_USERS } from '../../sandbox/backoffice';
import { TestBook } from '../book/open-book';
import { type Door, openDoor } from '../setup/door';
import { eventually, Rig } from '../setup/rig';
import { killProcess, startWorkerProcess } from '../setup/worker-process';

/**
 * SIGKILL at each side of a send, at the provider where a repeat pays again: of the worker, a process as production runs it,
 * and of the book, a PostgreSQL of its own. The provider's ledger is the judge; a person is asked only what the send log
 * cannot answer. What comes of a worker that dies before the book has the send: test/book/funding.test.ts and test/crash.
 */

/** It waits for a transfer that does not show for seconds, and not for minutes. */
const IMPATIENT = join('chaos', 'providers', 'impatient-worker.js');
/** The worker is dead, or the book, long before a call gives up. */
const PATIENT_CALLS = { BACKOFFICE_HTTP_TIMEOUT_MS: '8000' };
const [USER] = TEST_USERS;

const data = mkdtempSync(join(tmpdir(), 'gangway-kill-book-'));
const workers: ChildProcess[] = [];
let testBook: TestBook;
let door: Door;
let book: BookDatabase;
let rig: Rig;

beforeAll(async () => {
  testBook = await TestBook.start({ data });
  door = await openDoor(portOfBook());
  book = testBook.open();
  const url = new URL(testBook.server.url);
  url.port = String(door.port);
  const env = { ...testBook.env, GANGWAY_BOOK_URL: url.href, ...PATIENT_CALLS };
  rig = await Rig.start({ provider: 'backoffice', env });
  await rig.stopWorker();
}, 120_000);
afterAll(async () => {
  for (const worker of workers) await killProcess(worker);
  await rig.close();
  door.close();
  await testBook.close();
  rmSync(data, { recursive: true, force: true });
});

const portOfBook = (): number => Number(new URL(testBook.server.url).port);

async function startWorker(): Promise<ChildProcess> {
  const worker = await startWorkerProcess(rig, {}, IMPATIENT);
  workers.push(worker);
  return worker;
}

async function begin(fundingId: string, stall: object): Promise<WorkflowHandle> {
  await rig.fault({
    operation: 'deposit',
    match: { partner_order_ref: fundingId },
    kind: 'stall',
    params: { ms: 60_000, ...stall },
  });
  const terms = { kind: 'deposit', partnerClientId: USER, asset: 'usd', amount: '10' } as const;
  return await rig.fund({ provider: 'backoffice', fundingId, ...terms });
}

const ledger = z.object({ transfers: z.array(z.object({ ref: z.string(), status: z.string() })) });

async function transfersOf(fundingId: string) {
  const { transfers } = ledger.parse(await rig.control('GET', '/ledger'));
  return transfers.filter(({ ref }) => ref === fundingId || ref.startsWith(`${fundingId}~`));
}

/** What the book has of the sends of an intent. */
async function sendsOf(fundingId: string): Promise<readonly string[]> {
  const rows = await book
    .selectFrom('attempts')
    .innerJoin('intents', 'intents.intent_id', 'attempts.intent_id')
    .select('attempts.state')
    .where('funding_id', '=', fundingId)
    .execute();
  return rows.map(({ state }) => state);
}

async function isSending(fundingId: string): Promise<void> {
  await eventually(async () => ((await sendsOf(fundingId)).join() === 'sending' ? true : undefined));
}

async function isAtProvider(fundingId: string): Promise<void> {
  await eventually(async () => ((await transfersOf(fundingId)).length === 1 ? true : undefined));
}

const ADOPTED = { outcome: 'completed', decisions: [], refs: [{ sent: 1, state: 'completed' }] };

test('a worker that dies before the provider has its send, and after: one order at most, and only the first is a question', async () => {
  const worker = await startWorker();
  const before = await begin('before', { when: 'before-commit', then: 'destroy' });
  const after = await begin('after', { when: 'after-commit' });
  await Promise.all([isSending('before'), isSending('after'), isAtProvider('after')]);
  await killProcess(worker);
  expect([await sendsOf('before'), await sendsOf('after')]).toEqual([['sending'], ['sending']]);
  await startWorker();

  expect(await after.result()).toMatchObject({ ...ADOPTED, adopted: true });
  expect(await transfersOf('after')).toHaveLength(1);
  // The log says that it may have left, and the provider does not show it: neither can tell, so a person must.
  const { parked } = await rig.parked<FundingProgress>(before);
  expect(parked).toMatchObject({ reason: 'ORDER_UNFINDABLE' });
  expect(await transfersOf('before')).toEqual([]);
  const resolve = { action: 'abandon', by: 'ops-1', reason: 'the provider has none' } as const;
  await before.executeUpdate(DECISION_UPDATES.resolve, { args: [resolve] });
  expect(await before.result()).toMatchObject({ outcome: 'abandoned' });
  expect(await transfersOf('before')).toEqual([]);
}, 180_000);

test('a book that dies while a send is on its way, and comes back after the answer: one order, and nobody is asked', async () => {
  const handle = await begin('book-dies', { when: 'after-commit', ms: 2_000, then: 'answer' });
  await Promise.all([isSending('book-dies'), isAtProvider('book-dies')]);
  await testBook.server.kill();
  // The answer has come, and the book could not be told of it.
  await eventually(async () => {
    const { steps } = await handle.query<FundingProgress>(fundingProgress);
    return steps.some(({ step }) => step.startsWith('The provider answered')) ? true : undefined;
  });
  await testBook.startAgain();
  door.lead(portOfBook());
  book = testBook.open();
  expect(await handle.result()).toMatchObject({ ...ADOPTED, adopted: false });
  expect(await transfersOf('book-dies')).toHaveLength(1);
  expect(await sendsOf('book-dies')).toEqual(['sending']);
  const kept = await book
    .selectFrom('intents')
    .innerJoin('orders', 'orders.intent_id', 'intents.intent_id')
    .select(['outcome', 'orders.state'])
    .where('funding_id', '=', 'book-dies')
    .execute();
  expect(kept).toEqual([{ outcome: 'completed', state: 'completed' }]);
}, 180_000);
