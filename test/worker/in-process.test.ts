import { msToTs } from '@temporalio/common/lib/time';
import { NativeConnection } from '@temporalio/worker';
import { SearchAttributesError } from '../../temporal/search-attributes';
import { PostgresReconciliation } from '../../book/reconciliation';
import { PostgresOutbox } from '../../book/outbox';
import { PostgresRecords } from '../../book/records';
import { createGangwayWorkers } from '../../worker/compose';
import { readWorkerConfig, type WorkerConfig } from '../../worker/config';
import { startHealthEndpoint } from '../../worker/health';
import { startWorkerInProcess } from '../../worker/in-process';
import { openDoor } from '../setup/door';
import { eventually } from '../setup/eventually';
import { pause, startWorkerRig, type WorkerRig } from './rig';

describe('the worker, on a real server', () => {
  let rig: WorkerRig;
  let config: WorkerConfig;
  beforeAll(async () => {
    rig = await startWorkerRig();
    config = readWorkerConfig(rig.environment);
  });
  afterAll(async () => {
    await rig.close();
  });

  const isMatch = (answer: unknown, body: object): boolean => {
    try {
      expect(answer).toMatchObject({ body });
      return true;
    } catch {
      return false;
    }
  };

  const get = async (url: string): Promise<{ status: number; body: unknown }> => {
    const answer = await fetch(url);
    return { status: answer.status, body: await answer.json() };
  };

  test('takes work, says that it is ready, and ends in order', async () => {
    const worker = await startWorkerInProcess(config);
    expect(worker.taskQueues).toEqual(['gangway.coinmena']);
    const health = worker.health ?? '';
    expect(await get(`${health}/healthz`)).toEqual({ status: 200, body: { live: true } });
    expect(await get(`${health}/readyz?x`)).toEqual({
      status: 200,
      body: { ready: true, workers: { coinmena: 'RUNNING' }, temporal: true, book: true },
    });
    expect((await get(`${health}/other`)).status).toBe(404);
    expect((await fetch(`${health}/healthz`, { method: 'POST' })).status).toBe(405);

    const partnerClientId = await rig.newClient();
    const { workflowId } = await rig.startDeposit(partnerClientId, 'plain-1');
    expect(await rig.client.workflow.getHandle(workflowId).result()).toMatchObject({
      sent: true,
      order: { state: 'completed', ref: 'plain-1' },
    });
    await worker.stop();
    await expect(fetch(`${health}/healthz`)).rejects.toThrow();
    await worker.stop();
  });

  test('is not ready while Temporal or the book is away', async () => {
    const { address } = rig.server;
    const { host, port, ...of } = config.book;
    const doors = [await openDoor(Number(address.split(':').at(-1))), await openDoor(port)] as const;
    const [temporal, book] = doors;
    const worker = await startWorkerInProcess({
      ...config,
      temporal: { ...config.temporal, address: `127.0.0.1:${temporal.port}` },
      book: { ...of, host, port: book.port },
    });
    const readiness = (): Promise<unknown> => get(`${worker.health ?? ''}/readyz`);
    const says = async (body: object): Promise<void> => {
      await eventually(async () => (isMatch(await readiness(), body) ? true : undefined));
    };
    await says({ ready: true, temporal: true, book: true });
    book.shut();
    await says({ ready: false, temporal: true, book: false });
    book.lead(port);
    temporal.shut();
    await says({ ready: false, temporal: false, book: true });
    temporal.lead(Number(address.split(':').at(-1)));
    await says({ ready: true, temporal: true, book: true });
    await worker.stop();
    for (const door of doors) door.close();
  });

  test('a submit that is under way when the worker is told to stop still reports its answer', async () => {
    const partnerClientId = await rig.newClient();
    const worker = await startWorkerInProcess(config);
    const health = worker.health ?? '';
    await rig.provider.control('POST', '/faults', {
      operation: 'deposit',
      kind: 'stall',
      params: { when: 'after-commit', ms: 1200 },
    });
    const { workflowId } = await rig.startDeposit(partnerClientId, 'in-flight-1');
    await rig.untilOrdered('in-flight-1');
    worker.shutdown();
    expect(await get(`${health}/readyz`)).toMatchObject({ status: 503, body: { ready: false } });
    expect((await get(`${health}/healthz`)).status).toBe(200);
    await worker.ended;
    expect(await rig.eventTypes(workflowId)).toContain('activityTaskCompletedEventAttributes');

    const next = await startWorkerInProcess(config);
    expect(await rig.client.workflow.getHandle(workflowId).result()).toMatchObject({ order: { ref: 'in-flight-1' } });
    await next.stop();
    const types = await rig.eventTypes(workflowId);
    expect(types.filter((type) => type === 'activityTaskScheduledEventAttributes')).toHaveLength(1);
  });

  test('refuses to start if the namespace lacks the search attributes, and says how to add them', async () => {
    const namespace = 'bare';
    await rig.connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
    await untilKnown(namespace);
    const bare = { ...config, temporal: { ...config.temporal, namespace } };
    const refused: unknown = await startWorkerInProcess(bare).catch((error: unknown) => error);
    if (!(refused instanceof SearchAttributesError)) throw new Error('not refused', { cause: refused });
    expect(refused.message).toContain('temporal operator search-attribute create --namespace bare');
    expect(refused.message).toContain('--name NeedsAttention');
  });

  async function untilKnown(namespace: string): Promise<void> {
    for (;;) {
      try {
        await rig.connection.operatorService.listSearchAttributes({ namespace });
        return;
      } catch {
        await pause(100);
      }
    }
  }

  test('a health port that is taken ends the start, and leaves nothing behind', async () => {
    const taken = await startHealthEndpoint(
      { host: '127.0.0.1', port: 0 },
      { states: () => ({}), reached: () => Promise.resolve({ temporal: true, book: true }) },
    );
    const port = Number(new URL(taken.url).port);
    const start = startWorkerInProcess({ ...config, health: { host: '127.0.0.1', port } });
    await expect(start).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await taken.close();
  });

  test('told to stop before it began, it begins only to end', async () => {
    const connection = await NativeConnection.connect({ address: rig.server.address });
    const { book: own } = rig.provider;
    const opened = own.open();
    const book = {
      sendLog: own.sends.log,
      limits: own.sends.limits,
      reconciliation: new PostgresReconciliation(opened),
      records: new PostgresRecords(opened),
      outbox: new PostgresOutbox(opened),
    };
    const workers = await createGangwayWorkers(config, connection, book);
    expect(workers.states()).toEqual({ coinmena: 'INITIALIZED' });
    workers.shutdown();
    await workers.run();
    expect(workers.states()).toEqual({ coinmena: 'STOPPED' });
    await connection.close();
  });
});
