import type { ChildProcess } from 'node:child_process';
import type { WorkflowHandle } from '@temporalio/client';
import type { fundAccount } from '../../workflows';
import { eventually, Rig } from '../setup/rig';
import { killProcess, startWorkerProcess } from '../setup/worker-process';

let rig: Rig;
const workers: ChildProcess[] = [];

beforeAll(async () => {
  rig = await Rig.start();
  await (await rig.onboard(rig.application('killed'))).result();
  await rig.stopWorker();
});
afterAll(async () => {
  for (const worker of workers) await killProcess(worker);
  await rig.startWorker();
  await rig.close();
});

async function startWorker(env: NodeJS.ProcessEnv = {}): Promise<ChildProcess> {
  const worker = await startWorkerProcess(rig, env);
  workers.push(worker);
  return worker;
}

/** The worker is dead long before a call gives up. */
const PATIENT_CALLS = { COINMENA_HTTP_TIMEOUT_MS: '8000' };

/** Begins a deposit that the provider holds, before or after it has done it. */
async function held(fundingId: string, params: object): Promise<WorkflowHandle<typeof fundAccount>> {
  const match = { partner_order_ref: fundingId };
  await rig.fault({ operation: 'deposit', match, kind: 'stall', params: { ms: 60_000, ...params } });
  const terms = { kind: 'deposit', partnerClientId: 'killed', asset: 'USD', amount: '12.34' } as const;
  return await rig.fund({ provider: 'coinmena', fundingId, ...terms });
}

async function isSending(fundingId: string): Promise<void> {
  const sends = rig.book.open().selectFrom('attempts').select('state').where('ref', '=', fundingId);
  await eventually(async () => ((await sends.execute()).some(({ state }) => state === 'sending') ? true : undefined));
}

test('killed between the submit and its answer, before and after the provider took it: one completed order each', async () => {
  const worker = await startWorker(PATIENT_CALLS);
  const after = await held('kill-1', { when: 'after-commit' });
  const before = await held('kill-2', { when: 'before-commit', then: 'destroy' });
  await Promise.all([isSending('kill-1'), isSending('kill-2')]);
  await eventually(async () => ((await rig.ordersOf('kill-1')).length === 1 ? true : undefined));
  await killProcess(worker);
  expect(await rig.ordersOf('kill-2')).toEqual([]);
  await startWorker();
  expect(await after.result()).toMatchObject({
    outcome: 'completed',
    adopted: true,
    refs: [{ ref: 'kill-1', sent: 1, state: 'completed' }],
  });
  expect(await before.result()).toMatchObject({
    outcome: 'completed',
    adopted: false,
    decisions: [],
    refs: [{ ref: 'kill-2', sent: 2, state: 'completed' }],
  });
  for (const id of ['kill-1', 'kill-2']) {
    expect(await rig.ordersOf(id)).toMatchObject([{ status: 'completed', amount: '12.34' }]);
  }
}, 120_000);
