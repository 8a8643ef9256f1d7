import type { WorkflowHandle } from '@temporalio/client';
import { z } from 'zod';
import type { FundingProgress, FundingRequest, FundingResult } from '../../contract/funding';
import { fundingWorkflowId } from '../../contract/ids';
import { DECISION_UPDATES } from '../../contract/messages';
import { PostgresSendLog } from '../../book/send-log';
import { TEST_USERS } from '../../sandbox/backoffice';
import { readWorkerConfig } from '../../worker/config';
import { startWorkerInProcess } from '../../worker/in-process';
import { TaskGate } from '../crash/task-gate';
import { eventually, Rig } from '../setup/rig';
import { TestBook } from './open-book';

/**
 * Movements and the book, at the provider where a repeat pays again. What Temporal forgot, and the provider's lists do not
 * show, the book remembers. Everything real but the provider, whose own book is the judge.
 */

/** Shorter than it is: the look-ups of a transfer that never shows are waited for. */
jest.mock('../../providers/backoffice/assumptions', () => {
  const actual: { readonly SETTLE_WINDOW_MS: object } = jest.requireActual('../../providers/backoffice/assumptions');
  return { ...actual, SETTLE_WINDOW_MS: { ...actual.SETTLE_WINDOW_MS, value: 3_000 } };
});

const [USER] = TEST_USERS;
let rig: Rig;

beforeAll(async () => {
  rig = await Rig.start({ provider: 'backoffice' });
});
afterEach(() => rig.clearFaults());
afterAll(() => rig.close());

function deposit(fundingId: string, but: Partial<FundingRequest> = {}): FundingRequest {
  return {
    provider: 'backoffice',
    fundingId,
    kind: 'deposit',
    partnerClientId: USER,
    asset: 'usd',
    amount: '10.001',
    ...but,
  };
}

const ledger = z.object({
  transfers: z.array(z.object({ ref: z.string(), status: z.string(), transferId: z.number() })),
});

async function transfersOf(fundingId: string) {
  const { transfers } = ledger.parse(await rig.control('GET', '/ledger'));
  return transfers.filter(({ ref }) => ref === fundingId || ref.startsWith(`${fundingId}~`));
}

async function parked(handle: WorkflowHandle, reason: string): Promise<void> {
  await eventually(async () => {
    const progress = await handle.query<FundingProgress>('progress');
    return progress.parked?.reason === reason ? true : undefined;
  }, 60_000);
}

async function answer(handle: WorkflowHandle, action: 'retry' | 'abandon'): Promise<void> {
  await handle.executeUpdate(DECISION_UPDATES.resolve, {
    args: [{ action, by: 'ops-1', reason: 'looked at it' }],
  });
}

/** Makes Temporal forget that there ever was such an intent. */
async function forget({ provider, fundingId }: FundingRequest): Promise<void> {
  const { workflowId, runId } = await rig.client.workflow.getHandle(fundingWorkflowId(provider, fundingId)).describe();
  await rig.client.workflowService.deleteWorkflowExecution({
    namespace: rig.server.namespace,
    workflowExecution: { workflowId, runId },
  });
  await eventually(async () => {
    const there = await rig.client.workflow
      .getHandle(workflowId)
      .describe()
      .catch(() => undefined);
    return there === undefined ? true : undefined;
  }, 120_000);
}

/** Lists show no transfer under the id. */
async function hide(fundingId: string): Promise<void> {
  await rig.fault({
    operation: 'transfers',
    kind: 'lookup-misses',
    match: { partner_order_ref: fundingId },
    times: null,
  });
}

test('an intent leaves its sends, its order, its amounts and its end in the book', async () => {
  expect(await (await rig.fund(deposit('booked'))).result()).toMatchObject({ outcome: 'completed' });
  const rows = await rig.book
    .open()
    .selectFrom('intents')
    .innerJoin('attempts', 'attempts.intent_id', 'intents.intent_id')
    .innerJoin('orders', 'orders.intent_id', 'intents.intent_id')
    .select(['client_id', 'intents.amount', 'outcome', 'send_number', 'attempts.state', 'worker'])
    .select('orders.amount as ordered')
    .where('funding_id', '=', 'booked')
    .execute();
  expect(rows).toEqual([
    {
      client_id: USER,
      amount: '10.001',
      outcome: 'completed',
      send_number: 1,
      state: 'applied',
      worker: expect.stringMatching(/^gangway\/\d+@/),
      ordered: expect.stringMatching(/^10\.0010*$/),
    },
  ]);
}, 120_000);

function asTold({ outcome, order, refs, adopted }: FundingResult) {
  const { orderId, ref, amount, asset, state, status, kind, partnerClientId } = order ?? {};
  return { outcome, adopted, refs, order: { orderId, ref, amount, asset, state, status, kind, partnerClientId } };
}

test('one that Temporal forgot ends as it did, and nothing is sent, whatever the lists show', async () => {
  const request = deposit('forgotten');
  const first = await (await rig.fund(request)).result();
  await forget(request);
  await hide('forgotten');
  const again = await (await rig.fund(request)).result();
  expect(asTold(again)).toEqual(asTold(first));
  expect(again.steps.map(({ step }) => step)).toContain('It ended before, and the book has its end: nothing is sent');
  expect(await transfersOf('forgotten')).toHaveLength(1);
}, 120_000);

/** The provider refuses the next deposit, certainly. */
async function refuse(): Promise<void> {
  await rig.fault({ operation: 'deposit', kind: 'status', params: { status: 400 } });
}

test('one that a person gave up stays given up', async () => {
  const request = deposit('given-up');
  await refuse();
  const handle = await rig.fund(request);
  await rig.parked(handle);
  await answer(handle, 'abandon');
  expect(await handle.result()).toMatchObject({ outcome: 'abandoned' });
  await forget(request);
  expect(await (await rig.fund(request)).result()).toMatchObject({ outcome: 'abandoned', refs: [{ sent: 1 }] });
  expect(await transfersOf('given-up')).toEqual([]);
}, 240_000);

test('another movement under the id of one that Temporal forgot is refused', async () => {
  const request = deposit('taken');
  await (await rig.fund(request)).result();
  await forget(request);
  await hide('taken');
  const another = await rig.fund(deposit('taken', { amount: '20.002' }));
  await expect(another.result()).rejects.toMatchObject({ cause: { type: 'ID_TAKEN' } });
  expect(await transfersOf('taken')).toHaveLength(1);
}, 240_000);

test('one that had not ended is looked up and not sent, until its order shows', async () => {
  const request = deposit('half-done');
  await rig.fault({ operation: 'deposit', kind: 'reset', params: { when: 'after-commit' } });
  await hide('half-done');
  const handle = await rig.fund(request);
  await parked(handle, 'ORDER_UNFINDABLE');
  await handle.terminate('an operator had a reason');
  await forget(request);
  const again = await rig.fund(request);
  await parked(again, 'ORDER_UNFINDABLE');
  await rig.clearFaults();
  await answer(again, 'retry');
  expect(await again.result()).toMatchObject({ outcome: 'completed', adopted: true });
  expect(await transfersOf('half-done')).toHaveLength(1);
}, 300_000);

test('a submit that was handed out and never run is made again, and asks nobody', async () => {
  await rig.stopWorker();
  let lost = 0;
  const gate = await TaskGate.open(rig.server.address, ({ what }) => {
    if (what !== 'submitOrder received' || lost > 0) return true;
    lost += 1;
    return false;
  });
  const worker = await startWorkerInProcess(readWorkerConfig({ ...rig.env, TEMPORAL_ADDRESS: gate.address }));
  const result = await (await rig.fund(deposit('never-run'))).result();
  await worker.stop();
  gate.close();
  await rig.startWorker();
  expect(result).toMatchObject({ outcome: 'completed', adopted: false, refs: [{ sent: 2 }] });
  expect(result.steps.map(({ step }) => step)).toContain('The book shows that the last send never left');
  expect(result.decisions).toEqual([]);
  expect(lost).toBe(1);
  expect(await transfersOf('never-run')).toHaveLength(1);
  const attempts = await rig.book
    .open()
    .selectFrom('attempts')
    .select(['ref', 'send_number', 'state'])
    .where('ref', '=', 'never-run')
    .orderBy('send_number')
    .execute();
  expect(attempts.map(({ send_number, state }) => [send_number, state])).toEqual([
    [1, 'fenced'],
    [2, 'applied'],
  ]);
}, 300_000);

test('a book that was restored to an earlier moment is noticed: nothing is sent on its word', async () => {
  const request = deposit('behind');
  await refuse();
  const handle = await rig.fund(request);
  await rig.parked(handle);
  const book = rig.book.open();
  const row = book.updateTable('intents').where('funding_id', '=', 'behind');
  const { entries } = await book
    .selectFrom('intents')
    .select('entries')
    .where('funding_id', '=', 'behind')
    .executeTakeFirstOrThrow();
  await row.set({ entries: 1 }).execute();
  await answer(handle, 'retry');
  await parked(handle, 'BOOK_BEHIND');
  expect(await transfersOf('behind')).toEqual([]);
  await row.set({ entries }).execute();
  await answer(handle, 'abandon');
  expect(await handle.result()).toMatchObject({ outcome: 'abandoned' });
  const { end } = await new PostgresSendLog(book)
    .admit(request)
    .then((admission) => (admission.is === 'admitted' ? admission : { end: undefined }));
  expect(end).toMatchObject({ outcome: 'abandoned' });
}, 240_000);

test('a worker refuses a book of another version, and names the command', async () => {
  const empty = await TestBook.startEmpty();
  const config = readWorkerConfig({ ...rig.env, ...empty.env });
  await expect(startWorkerInProcess(config)).rejects.toThrow('Run `gangway setup` once');
  await empty.close();
}, 120_000);
