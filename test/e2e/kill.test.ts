import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually, Rig } from '../setup/rig';

const WORKER = join(__dirname, '..', '..', 'dist', 'worker', 'main.js');

let rig: Rig;
const workers: ChildProcess[] = [];

beforeAll(async () => {
  rig = await Rig.start();
  await (await rig.onboard(rig.application('killed'))).result();
  await rig.stopWorker();
});
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await rig.startWorker();
  await rig.close();
});

/** A worker as production runs it: a process of its own, from the build. */
async function startWorkerProcess(): Promise<ChildProcess> {
  const worker = spawn(process.execPath, [WORKER], {
    env: { ...process.env, ...rig.env, GANGWAY_WORKFLOW_BUNDLE: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  workers.push(worker);
  await once(worker.stdout, 'data');
  return worker;
}

async function killAt(worker: ChildProcess, look: () => Promise<boolean>): Promise<void> {
  await eventually(async () => ((await look()) ? true : undefined));
  worker.kill('SIGKILL');
  await once(worker, 'exit');
}

test('killed between the submit and its answer, then started again: one completed order', async () => {
  await rig.fault({
    operation: 'deposit',
    match: { partner_order_ref: 'kill-1' },
    kind: 'stall',
    params: { when: 'after-commit', ms: 60_000 },
  });
  const worker = await startWorkerProcess();
  const handle = await rig.fund({
    provider: 'coinmena',
    fundingId: 'kill-1',
    kind: 'deposit',
    partnerClientId: 'killed',
    asset: 'USD',
    amount: '12.34',
  });
  await killAt(worker, async () => (await rig.ordersOf('kill-1')).length === 1);
  await startWorkerProcess();
  const result = await handle.result();
  expect(result).toMatchObject({
    outcome: 'completed',
    adopted: true,
    refs: [{ ref: 'kill-1', sent: 1, state: 'completed' }],
  });
  expect(await rig.ordersOf('kill-1')).toMatchObject([{ status: 'completed', amount: '12.34' }]);
}, 120_000);
