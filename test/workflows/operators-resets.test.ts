import type { WorkflowHandle } from '@temporalio/client';
import { z } from 'zod';
import type { FundingProgress, FundingRequest } from '../../contract/funding';
import { DECISION_UPDATES } from '../../contract/messages';
import type { ParkReason } from '../../contract/progress';
import { sendsOf } from '../../contract/refs';
import { TEST_USERS } from '../../sandbox/backoffice';
import { resetTo } from '../setup/reset';
import { eventually, Rig } from '../setup/rig';

const { resolve } = DECISION_UPDATES;

/**
 * What an operator may do to a workflow in Temporal, at a provider that pays a repeat again: no reset, at whatever
 * event, sends twice. The provider's book is the judge.
 */

/** Shorter than in production: the look-ups of a transfer that never shows are waited for. */
jest.mock('../../providers/backoffice/assumptions', () => {
  const actual: { readonly SETTLE_WINDOW_MS: object } = jest.requireActual('../../providers/backoffice/assumptions');
  return { ...actual, SETTLE_WINDOW_MS: { ...actual.SETTLE_WINDOW_MS, value: 1_000 } };
});

const [USER] = TEST_USERS;
let rig: Rig;

beforeAll(async () => {
  rig = await Rig.start({ provider: 'backoffice' });
});
afterEach(() => rig.clearFaults());
afterAll(() => rig.close());

let cents = 0;

function deposit(fundingId: string, but: Partial<FundingRequest> = {}): FundingRequest {
  cents += 1;
  const amount = `20.${String(cents).padStart(3, '0')}`;
  return { provider: 'backoffice', fundingId, kind: 'deposit', partnerClientId: USER, asset: 'usd', amount, ...but };
}

const book = z.object({ transfers: z.array(z.object({ ref: z.string(), status: z.string() })) });

async function transfersOf(fundingId: string) {
  const { transfers } = book.parse(await rig.control('GET', '/ledger'));
  return transfers.filter(({ ref }) => ref === fundingId || ref.startsWith(`${fundingId}~`));
}

async function strike(ref: string, operation: string, kind: string, params: object = {}, more: object = {}) {
  await rig.fault({ operation, kind, params, match: { partner_order_ref: ref }, ...more });
}

async function parked(handle: WorkflowHandle, reason: ParkReason): Promise<FundingProgress> {
  return await eventually(async () => {
    const progress = await handle.query<FundingProgress>('progress');
    return progress.parked?.reason === reason ? progress : undefined;
  });
}

async function sendsScheduled(handle: WorkflowHandle, ref: string): Promise<readonly number[]> {
  const { events = [] } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ eventId, activityTaskScheduledEventAttributes: scheduled }) =>
    scheduled?.activityId?.startsWith(sendsOf(ref)) === true ? [Number(eventId)] : [],
  );
}

/** Resets it so that the send is scheduled anew: the look-up before it stays in the kept history. */
async function resetToSend(handle: WorkflowHandle, ref: string): Promise<WorkflowHandle> {
  const [send] = await sendsScheduled(handle, ref);
  if (send === undefined) throw new Error('nothing was sent');
  return await resetTo(rig, handle, send);
}

test('a reset to the send finds what was sent, and sends nothing', async () => {
  const handle = await rig.fund(deposit('reset-1'));
  await handle.result();
  const again = await resetToSend(handle, 'reset-1');
  expect(await again.result()).toMatchObject({ outcome: 'completed', adopted: true });
  expect(await transfersOf('reset-1')).toHaveLength(1);
});

test('a reset to the send, while the list does not show what was sent, asks a person and sends nothing', async () => {
  const handle = await rig.fund(deposit('reset-2'));
  await handle.result();
  await strike('reset-2', 'transfers', 'lookup-misses', {}, { times: null });
  const again = await resetToSend(handle, 'reset-2');
  await parked(again, 'ORDER_UNFINDABLE');
  await rig.clearFaults();
  await again.executeUpdate(resolve, { args: [{ action: 'retry', by: 'ops-1', reason: 'it shows now' }] });
  expect(await again.result()).toMatchObject({ outcome: 'completed', adopted: true });
  expect(await transfersOf('reset-2')).toHaveLength(1);
});

test('a second reset, of a run that was reset itself, sends nothing either', async () => {
  const handle = await rig.fund(deposit('reset-3'));
  await handle.result();
  await strike('reset-3', 'transfers', 'lookup-misses', {}, { times: null });
  const second = await resetToSend(handle, 'reset-3');
  await parked(second, 'ORDER_UNFINDABLE');
  const third = await resetToSend(second, 'reset-3');
  await parked(third, 'ORDER_UNFINDABLE');
  // Taken back to before its check, it learns from the book how the first run ended.
  const fourth = await resetTo(rig, third, 5);
  expect(await fourth.result()).toMatchObject({ outcome: 'completed' });
  expect(await transfersOf('reset-3')).toHaveLength(1);
});

test('a run whose first send fails learns from the book, before its second, how the run before it ended', async () => {
  const handle = await rig.fund(deposit('reset-4'));
  await handle.result();
  await strike('reset-4', 'transfers', 'lookup-misses', {}, { times: null });
  // The look before the first send of the new run fails for certain; the send after it is its second.
  await rig.fault({ operation: 'transfers', kind: 'status', params: { status: 500 }, times: 1 });
  const again = await resetToSend(handle, 'reset-4');
  expect(await again.result()).toMatchObject({ outcome: 'completed', order: { ref: 'reset-4' } });
  expect(await transfersOf('reset-4')).toHaveLength(1);
});

test('a user that is named by a GUID in capitals is the same user: the movement completes', async () => {
  const handle = await rig.fund(deposit('capitals-1', { partnerClientId: USER.toUpperCase() }));
  expect(await handle.result()).toMatchObject({ outcome: 'completed', refs: [{ sent: 1 }] });
  expect(await transfersOf('capitals-1')).toMatchObject([{ status: 'Completed' }]);
});

test('a withdrawal that somebody cancels at the provider is not paid by anybody’s silence', async () => {
  await strike('recalled-1', 'withdraw-confirm', 'outcome', { status: 'Canceled' });
  const handle = await rig.fund(deposit('recalled-1', { kind: 'withdrawal', amount: '1.00' }));
  const { parked: question } = await parked(handle, 'ORDER_CANCELLED');
  expect(question?.accepts).toEqual(['retry', 'useFreshRef', 'markCompleted', 'abandon']);
  expect(await transfersOf('recalled-1')).toMatchObject([{ status: 'Canceled' }]);
  await handle.executeUpdate(resolve, { args: [{ action: 'abandon', by: 'ops-1', reason: 'they recalled it' }] });
  expect(await handle.result()).toMatchObject({ outcome: 'abandoned', refs: [{ state: 'cancelled' }] });
  expect(await transfersOf('recalled-1')).toHaveLength(1);
});
