import type { WorkflowHandle } from '@temporalio/client';
import { z } from 'zod';
import { fundingWorkflowId } from '../../contract/ids';
import type { ReceivingProgress, ReceivingResult } from '../../contract/receiving';
import { eventually, Rig } from '../setup/rig';

/** Money that takes its time, on a server that calls every history long: the wait is renewed again and again. */
const LONG_HISTORY_EVENTS = 15;
const CLIENT = 'patient-1';

let rig: Rig;
let providerClientId: string;
beforeAll(async () => {
  rig = await Rig.start({ provider: 'oceafin', longHistoryEvents: LONG_HISTORY_EVENTS });
  const { client } = await (await rig.onboard(rig.application(CLIENT))).result();
  providerClientId = client?.providerClientId ?? '';
});
afterAll(async () => {
  await rig.close();
});

async function receive(fundingId: string, amount: string): Promise<WorkflowHandle<() => Promise<ReceivingResult>>> {
  const workflowId = fundingWorkflowId('oceafin', fundingId);
  const request = { provider: 'oceafin', fundingId, partnerClientId: CLIENT, providerClientId, asset: 'SGD', amount };
  await rig.startRaw('receiveDeposit', workflowId, request);
  return rig.client.workflow.getHandle<() => Promise<ReceivingResult>>(workflowId);
}

async function wire(amount: string): Promise<string> {
  const planted = await rig.control('POST', '/deposits', { partner_customer_ref: CLIENT, currency: 'SGD', amount });
  return z.object({ depositId: z.string() }).parse(planted).depositId;
}

/** Has it look again until its history was renewed at least twice. */
async function renewedTwice(handle: WorkflowHandle): Promise<void> {
  const runs = new Set<string>();
  await eventually(async () => {
    await handle.signal('providerHasNews');
    runs.add((await handle.describe()).runId);
    return runs.size > 2 ? true : undefined;
  });
}

test('a wait that is renewed applies for no second account, and takes the money once it is there', async () => {
  const handle = await receive('patient-in-1', '20.00');
  await renewedTwice(handle);
  const depositId = await wire('20.00');
  await handle.signal('providerHasNews');
  const result = await handle.result();
  expect(result).toMatchObject({ outcome: 'completed', deposit: { depositId } });
  const steps = result.steps.map(({ step }) => step);
  expect(steps.filter((step) => step.startsWith('An account was applied for'))).toHaveLength(1);
  expect(steps.filter((step) => step.startsWith('The account is ready'))).toHaveLength(1);
});

test('what another has taken stays taken over a renewal', async () => {
  const first = await receive('patient-in-2', '30.00');
  const second = await receive('patient-in-3', '30.00');
  const depositId = await wire('30.00');
  await Promise.all([first, second].map((handle) => handle.signal('providerHasNews')));
  const waiting = await eventually(async () => {
    const ended = await Promise.all([first, second].map(async (handle) => (await handle.describe()).status.name));
    const index = ended.indexOf('RUNNING');
    return ended.includes('COMPLETED') ? [first, second][index] : undefined;
  });
  await renewedTwice(waiting);
  const { steps, deposit } = await waiting.query<ReceivingProgress>('progress');
  expect(deposit).toBeUndefined();
  expect(steps.filter(({ step }) => step.includes(`Deposit ${depositId} fits too`))).toHaveLength(1);
  await waiting.executeUpdate('cancel', { args: [{ by: 'ops-1', reason: 'it is not expected any more' }] });
  expect(await waiting.result()).toMatchObject({ outcome: 'cancelled' });
});
