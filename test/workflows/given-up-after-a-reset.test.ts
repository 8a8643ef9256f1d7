import type { WorkflowHandle } from '@temporalio/client';
import type { FundingRequest, FundingResult } from '../../contract/funding';
import { DECISION_UPDATES } from '../../contract/messages';
import { PostgresSendLog } from '../../book/send-log';
import { resetTo } from '../setup/reset';
import { eventually, Rig } from '../setup/rig';

/**
 * A person gives a movement up in a run that has sent nothing, while a run before it, which somebody took back, has sent it:
 * it ends by what came of that.
 */

const { cancel } = DECISION_UPDATES;
const CLIENT = 'given-up';
const by = { by: 'ops-1', reason: 'the caller thinks better of it' };

let rig: Rig;

beforeAll(async () => {
  rig = await Rig.start();
  await (await rig.onboard(rig.application(CLIENT))).result();
});
afterEach(() => rig.clearFaults());
afterAll(() => rig.close());

function deposit(fundingId: string): FundingRequest {
  return { provider: 'coinmena', fundingId, kind: 'deposit', partnerClientId: CLIENT, asset: 'USD', amount: '10.01' };
}

/** A movement whose send is on its way when it is taken back to before its check, and whose checks fail from then on. */
async function takenBackWhileSending(fundingId: string): Promise<WorkflowHandle<() => Promise<FundingResult>>> {
  const match = { partner_order_ref: fundingId };
  await rig.fault({ operation: 'deposit', kind: 'latency', params: { ms: 1_500 }, match, times: 1 });
  const handle = await rig.fund(deposit(fundingId));
  await eventually(async () => {
    const { raw } = await handle.describe();
    return raw.pendingActivities?.some(({ activityType }) => activityType?.name === 'submitOrder') === true
      ? true
      : undefined;
  });
  await rig.fault({ operation: 'get-client', kind: 'status', params: { status: 500 }, times: null });
  const again = await resetTo(rig, handle, 5, 'is forgotten');
  await eventually(async () => ((await rig.ordersOf(fundingId)).length === 1 ? true : undefined));
  return again;
}

test('cancelled, it completes by the order that the run before it made', async () => {
  const handle = await takenBackWhileSending('given-up-1');
  await handle.executeUpdate(cancel, { args: [by] });
  await rig.clearFaults();
  expect(await handle.result()).toMatchObject({
    outcome: 'completed',
    adopted: true,
    refs: [{ ref: 'given-up-1', sent: 1, state: 'completed' }],
    decisions: [{ action: 'cancel', by: 'ops-1' }],
  });
  expect(await rig.ordersOf('given-up-1')).toHaveLength(1);
});

test('cancelled in Temporal itself, likewise', async () => {
  const handle = await takenBackWhileSending('given-up-2');
  await handle.cancel();
  await rig.clearFaults();
  expect(await handle.result()).toMatchObject({ outcome: 'completed', adopted: true });
});

test('cancelled before anything left, it ends, and what a late worker would send for it never leaves', async () => {
  await rig.fault({ operation: 'get-client', kind: 'status', params: { status: 500 }, times: null });
  const handle = await rig.fund(deposit('given-up-4'));
  await eventually(async () => {
    const { waiting } = await handle.query<{ readonly waiting?: unknown }>('progress');
    return waiting === undefined ? undefined : true;
  });
  await handle.executeUpdate(cancel, { args: [by] });
  expect(await handle.result()).toMatchObject({ outcome: 'cancelled' });
  const log = new PostgresSendLog(rig.book.open());
  const { provider, fundingId } = deposit('given-up-4');
  expect(await log.begin({ provider, fundingId, ref: fundingId, number: 1 }, 'late')).toMatchObject({ is: 'fenced' });
});
