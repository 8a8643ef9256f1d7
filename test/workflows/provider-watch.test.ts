import type { WorkflowHandle } from '@temporalio/client';
import { connectGangway } from '../../client/gangway';
import type { FundingProgress, FundingRequest } from '../../contract/funding';
import { DECISION_UPDATES, flowWaits, fundingProgress, watchProgress } from '../../contract/messages';
import type { OnboardingProgress } from '../../contract/onboarding';
import { providerWatchId, WATCH_WORKFLOW_TYPE } from '../../contract/provider-watch';
import { providerTaskQueue } from '../../contract/task-queues';
import { startCoinmenaSandbox } from '../../sandbox/coinmena';
import { behindADoor, type ShutSandbox } from '../setup/counting-proxy';
import { PROVIDER_RIGS } from '../setup/provider-rigs';
import { eventually, Rig } from '../setup/rig';

/** A provider that does not answer: everybody waits for one watch, which wakes them once it answers again. */

const CLIENT = 'watched';
const WATCH = providerWatchId('coinmena');
let rig: Rig;
let door: ShutSandbox;

beforeAll(async () => {
  door = await behindADoor(await startCoinmenaSandbox());
  rig = await Rig.start({
    providerRig: { ...PROVIDER_RIGS.coinmena, startSandbox: () => Promise.resolve(door) },
    // A slow machine is no outage.
    env: { COINMENA_HTTP_TIMEOUT_MS: '20000' },
  });
  await (await rig.onboard(rig.application(CLIENT))).result();
});
afterEach(() => {
  door.open();
});
afterAll(() => rig.close());

function deposit(fundingId: string): FundingRequest {
  return {
    provider: 'coinmena',
    fundingId,
    kind: 'deposit',
    partnerClientId: CLIENT,
    asset: 'USD',
    amount: '10.00',
  };
}

async function waits(handle: WorkflowHandle): Promise<FundingProgress> {
  return await eventually(async () => {
    const progress = await handle.query(fundingProgress);
    return progress.waiting?.watch === WATCH ? progress : undefined;
  });
}

/** How often it was asked meanwhile: each check reads the client once, and each read of the watch the balances. */
function knocksAt(path: string): number {
  return door.knocks.filter((knock) => knock.includes(path)).length;
}

async function runsOf(workflowId: string): Promise<readonly string[]> {
  const runs: string[] = [];
  for await (const { runId } of rig.client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) runs.push(runId);
  return runs;
}

async function watchEnds(): Promise<void> {
  await eventually(async () => {
    const { status } = await rig.client.workflow.getHandle(WATCH).describe();
    return status.name === 'RUNNING' ? undefined : status.name;
  });
}

test('twenty intents knock once or twice each, wait, and are woken when the provider answers', async () => {
  const before = new Set(await runsOf(WATCH));
  door.shut();
  const intents = Array.from({ length: 20 }, (_, number) => deposit(`outage-${number}`));
  const handles = await Promise.all(intents.map((intent) => rig.fund(intent)));
  for (const handle of handles) {
    expect(await waits(handle)).toMatchObject({
      waiting: { for: 'for coinmena to answer again', reason: 'OUTCOME_UNKNOWN', watch: WATCH },
    });
  }
  const watch = rig.client.workflow.getHandle(WATCH);
  expect(await watch.query(watchProgress)).toMatchObject({ provider: 'coinmena', waiting: 20, woken: 0 });
  // Long enough for several rounds of the retries that there would be without a watch.
  await eventually(async () => ((await watch.query(watchProgress)).probes >= 2 ? true : undefined));
  expect(knocksAt('/balances')).toBe((await watch.query(watchProgress)).probes);
  expect(knocksAt('/clients/')).toBeGreaterThanOrEqual(20);
  expect(knocksAt('/clients/')).toBeLessThanOrEqual(40);

  door.open();
  for (const handle of handles) expect(await handle.result()).toMatchObject({ outcome: 'completed', decisions: [] });
  for (const { fundingId } of intents) expect(await rig.ordersOf(fundingId)).toHaveLength(1);
  await watchEnds();
  expect(await watch.result()).toMatchObject({ provider: 'coinmena', woken: 20 });
  expect((await runsOf(WATCH)).filter((run) => !before.has(run))).toHaveLength(1);
});

test('a flow that meets the outage while there is a watch knocks once; one that ends meanwhile is no trouble', async () => {
  door.shut();
  const first = await rig.fund(deposit('joins-1'));
  await waits(first);
  const knocked = knocksAt('/clients/');
  const second = await rig.fund(deposit('joins-2'));
  await waits(second);
  expect(knocksAt('/clients/')).toBe(knocked + 1);
  await second.executeUpdate(DECISION_UPDATES.cancel, { args: [{ by: 'ops-1', reason: 'no longer wanted' }] });
  expect(await second.result()).toMatchObject({ outcome: 'cancelled' });

  door.open();
  expect(await first.result()).toMatchObject({ outcome: 'completed' });
  await watchEnds();
});

test('people see what a flow waits for, and no watch among the flows', async () => {
  const gangway = await connectGangway({ address: rig.server.address, namespace: rig.server.namespace });
  door.shut();
  const handle = await rig.fund(deposit('seen-1'));
  await waits(handle);
  expect(await gangway.status({ id: handle.workflowId })).toMatchObject({
    state: 'running',
    waiting: { for: 'for coinmena to answer again', reason: 'OUTCOME_UNKNOWN', watch: WATCH },
  });
  expect((await gangway.list({})).map(({ type }) => type)).not.toContain(WATCH_WORKFLOW_TYPE);
  door.open();
  await handle.result();
  await gangway.close();
  await watchEnds();
});

test('a write that was not let in asks a person, and goes on without one', async () => {
  const match = { partner_client_id: 'locked-out' };
  await rig.fault({ operation: 'create-client', match, kind: 'unauthorized', times: 1 });
  const handle = await rig.onboard(rig.application('locked-out'));
  expect(await rig.parked<OnboardingProgress>(handle)).toMatchObject({ parked: { reason: 'AUTH', watch: WATCH } });
  expect(await handle.result()).toMatchObject({ outcome: 'ready', decisions: [] });
  await watchEnds();
});

test('the watch goes on where the worker is started anew', async () => {
  door.shut();
  const handle = await rig.fund(deposit('restart-1'));
  await waits(handle);
  const { runId } = await rig.client.workflow.getHandle(WATCH).describe();
  await rig.stopWorker();
  door.open();
  await rig.startWorker();
  expect(await handle.result()).toMatchObject({ outcome: 'completed' });
  await watchEnds();
  expect((await rig.client.workflow.getHandle(WATCH).describe()).runId).toBe(runId);
});

test('who waits and is nobody holds up no watch', async () => {
  const watch = await rig.client.workflow.signalWithStart(WATCH_WORKFLOW_TYPE, {
    workflowId: WATCH,
    taskQueue: providerTaskQueue('coinmena'),
    args: [{ provider: 'coinmena' }],
    signal: flowWaits,
    signalArgs: [{ workflowId: 'nobody', code: 'OUTCOME_UNKNOWN' }],
  });
  await watch.signal('flowWaits', 'no flow at all');
  expect(await watch.result()).toMatchObject({ woken: 1, probes: 1 });
});

test.each([
  ['coinmena', 'provider-watch/coinmena-2'],
  ['not an id', 'provider-watch/x'],
])('a watch of %s as %s is refused', async (provider, workflowId) => {
  const handle = await rig.startRaw(WATCH_WORKFLOW_TYPE, workflowId, { provider });
  await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'INVALID_REQUEST' } });
});

test('a watch of a provider that is not served is refused', async () => {
  const handle = await rig.startRaw(WATCH_WORKFLOW_TYPE, 'provider-watch/another', { provider: 'another' });
  await expect(handle.result()).rejects.toMatchObject({ cause: { cause: { type: 'INVALID_REQUEST' } } });
});
