import type { ChildProcess } from 'node:child_process';
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

async function startWorker(): Promise<ChildProcess> {
  const worker = await startWorkerProcess(rig);
  workers.push(worker);
  return worker;
}

test('killed between the submit and its answer, then started again: one completed order', async () => {
  await rig.fault({
    operation: 'deposit',
    match: { partner_order_ref: 'kill-1' },
    kind: 'stall',
    params: { when: 'after-commit', ms: 60_000 },
  });
  const worker = await startWorker();
  const handle = await rig.fund({
    provider: 'coinmena',
    fundingId: 'kill-1',
    kind: 'deposit',
    partnerClientId: 'killed',
    asset: 'USD',
    amount: '12.34',
  });
  await eventually(async () => ((await rig.ordersOf('kill-1')).length === 1 ? true : undefined));
  await killProcess(worker);
  await startWorker();
  const result = await handle.result();
  expect(result).toMatchObject({
    outcome: 'completed',
    adopted: true,
    refs: [{ ref: 'kill-1', sent: 1, state: 'completed' }],
  });
  expect(await rig.ordersOf('kill-1')).toMatchObject([{ status: 'completed', amount: '12.34' }]);
}, 120_000);
