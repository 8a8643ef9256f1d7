import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pause, startWorkerRig, type WorkerRig } from './rig';

/** Longer than the SDK lets workflow code run, unless it is told otherwise. */
const STOOD_STILL_MS = 7_000;

/** By then the workflow code runs, and it still does. */
const SPINNING_MS = 1_500;

const ROOT = join(__dirname, '..', '..');

interface WorkerProcess {
  readonly child: ChildProcess;
  readonly stdout: readonly string[];
  readonly stderr: () => string;
  readonly exit: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

describe('the worker’s process', () => {
  let rig: WorkerRig;
  const running: ChildProcess[] = [];
  beforeAll(async () => {
    rig = await startWorkerRig();
  });
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    await rig.close();
  });

  function start(env: Record<string, string>): WorkerProcess {
    const hook = join(__dirname, 'typescript-hook.js');
    const child = spawn(process.execPath, ['--require', hook, join(ROOT, 'worker', 'main.ts')], {
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.push(child);
    const stdout: string[] = [];
    let stderr = '';
    createInterface({ input: child.stdout }).on('line', (line) => stdout.push(line));
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const exit = once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode }));
    return { child, stdout, stderr: () => stderr, exit };
  }

  async function ready(worker: WorkerProcess): Promise<{ readonly health: string }> {
    for (;;) {
      const [line] = worker.stdout;
      if (line !== undefined) return asReady(JSON.parse(line));
      if (worker.child.exitCode !== null) throw new Error(`the worker ended: ${worker.stderr()}`);
      await pause(20);
    }
  }

  function asReady(value: unknown): { readonly health: string } {
    expect(value).toEqual({
      ready: true,
      identity: expect.stringMatching(/^gangway\/\d+@/),
      health: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      metrics: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/),
      taskQueues: ['gangway.coinmena'],
      notConfigured: expect.arrayContaining(['oceafin']),
    });
    if (typeof value !== 'object' || value === null || !('health' in value) || typeof value.health !== 'string') {
      throw new Error('unreachable');
    }
    return { health: value.health };
  }

  test('bad settings: every problem on stderr, exit 2', async () => {
    const worker = start({
      GANGWAY_PROVIDERS: 'coinmena',
      GANGWAY_HEALTH_PORT: 'secret-x',
      GANGWAY_LOG_LEVEL: 'secret-y',
      TEMPORAL_ADDRESS: 'x',
    });
    expect(await worker.exit).toEqual({ code: 2, signal: null });
    const names = [
      'GANGWAY_HEALTH_PORT',
      'GANGWAY_LOG_LEVEL',
      'TEMPORAL_ADDRESS',
      'COINMENA_BASE_URL',
      'COINMENA_PRIVATE_KEY',
    ];
    for (const name of names) expect(worker.stderr()).toContain(`  ${name} `);
    expect(worker.stderr()).not.toContain('secret');
    expect(worker.stdout).toEqual([]);
  });

  test('a rule for an asset that its provider does not have: the field on stderr, exit 2', async () => {
    const rules = ['usd', 'USDD'].map((asset) => ({ asset, within: '24h', from: '5000', approvers: 1 }));
    const worker = start({ ...rig.environment, GANGWAY_APPROVALS: JSON.stringify(rules) });
    expect(await worker.exit).toEqual({ code: 2, signal: null });
    expect(worker.stderr()).toContain('  GANGWAY_APPROVALS 1.asset: is none that coinmena has\n');
    expect(worker.stdout).toEqual([]);
  });

  test('no server: names the address, exit 4', async () => {
    const worker = start({ ...rig.environment, TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect((await worker.exit).code).toBe(4);
    expect(worker.stderr()).toContain('The worker stopped: Temporal at 127.0.0.1:1 did not answer');
  });

  test('no such namespace: names it, exit 4', async () => {
    const worker = start({ ...rig.environment, TEMPORAL_NAMESPACE: 'nobody-made-it' });
    expect((await worker.exit).code).toBe(4);
    expect(worker.stderr()).toContain('Temporal has no namespace nobody-made-it.');
    expect(worker.stderr()).not.toContain('gangway up');
  });

  test('stands still for seconds in the middle of a workflow task: goes on with it', async () => {
    const worker = start(rig.environment);
    await ready(worker);
    const handle = await rig.client.workflow.start('spin', {
      workflowId: 'stood-still',
      taskQueue: 'gangway.coinmena',
      workflowTaskTimeout: '2m',
    });
    while (!(await rig.eventTypes('stood-still')).includes('workflowTaskStartedEventAttributes')) await pause(20);
    await pause(SPINNING_MS);
    // As a machine does that is moved to another host, or that has far too much to do.
    worker.child.kill('SIGSTOP');
    await pause(STOOD_STILL_MS);
    worker.child.kill('SIGCONT');
    await Promise.race([handle.result(), worker.exit]);
    expect([worker.child.exitCode, worker.child.signalCode]).toEqual([null, null]);
    worker.child.kill('SIGTERM');
    expect(await worker.exit).toEqual({ code: 0, signal: null });
  });

  test('SIGTERM, and more of them, while a submit is under way: its answer is reported, exit 0', async () => {
    const partnerClientId = await rig.newClient();
    const worker = start({ ...rig.environment, GANGWAY_LOG_LEVEL: 'INFO', GANGWAY_LOG_FORMAT: 'json' });
    const { health } = await ready(worker);
    expect((await fetch(`${health}/readyz`)).status).toBe(200);
    await rig.provider.control('POST', '/faults', {
      operation: 'deposit',
      kind: 'stall',
      params: { when: 'after-commit', ms: 1200 },
    });
    const { workflowId } = await rig.startDeposit(partnerClientId, 'process-1');
    await rig.untilOrdered('process-1');
    worker.child.kill('SIGINT');
    worker.child.kill('SIGTERM');
    await pause(50);
    worker.child.kill('SIGTERM');
    expect(await worker.exit).toEqual({ code: 0, signal: null });
    expect(await rig.eventTypes(workflowId)).toContain('activityTaskCompletedEventAttributes');
    expect(worker.stdout).toHaveLength(1);
    for (const line of worker.stderr().trim().split('\n')) {
      expect(JSON.parse(line)).toMatchObject({ time: expect.any(String), level: expect.any(String) });
    }
  });

  test('killed while a submit is under way: one order, and no answer', async () => {
    const partnerClientId = await rig.newClient();
    const worker = start(rig.environment);
    await ready(worker);
    await rig.provider.control('POST', '/faults', {
      operation: 'deposit',
      kind: 'stall',
      params: { when: 'after-commit', ms: 1200 },
    });
    const { workflowId } = await rig.startDeposit(partnerClientId, 'killed-1');
    await rig.untilOrdered('killed-1');
    worker.child.kill('SIGKILL');
    expect((await worker.exit).signal).toBe('SIGKILL');
    expect(await rig.eventTypes(workflowId)).not.toContain('activityTaskCompletedEventAttributes');
  });
});
