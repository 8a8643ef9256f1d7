import { join } from 'node:path';
import { Client, type Connection } from '@temporalio/client';
import { connect } from '../temporal/connect';
import { startDevServer, type DevServer } from '../temporal/dev-server';
import { setUpNamespace } from '../temporal/namespace';
import { ensureSearchAttributes } from '../temporal/search-attributes';
import { batchResultSchema, runBatch, type Batch, type BatchResult } from './batch';
import { startNodeProcess, type NodeProcess } from './node-process';
import { onboardAndFundFlow } from './onboard-and-fund-flow';
import { PLAIN_TASK_QUEUE, plainFlow, SKELETON_TASK_QUEUE, skeletonFlow } from './plain/flow';

export type ContenderName = 'gangway' | 'bookless' | 'plain' | 'skeleton' | 'eager';

/** One of those that are measured beside each other. */
export interface Contender {
  readonly name: ContenderName;
  /** The process whose CPU and memory count as the worker's. */
  readonly workerPid: number;
  /** Reads the histories of its flows. */
  readonly client: Client;
  run(batch: Batch): Promise<BatchResult>;
  stop(): Promise<void>;
}

/** Two workers of one provider would share its task queue; they are kept apart by their namespaces. */
const NAMESPACE = 'default';
const EAGER_NAMESPACE = 'bench-eager';
const BOOKLESS_NAMESPACE = 'bench-bookless';

/** A server that all contenders share, and a client for each namespace. */
export interface Arena {
  readonly server: DevServer;
  readonly client: Client;
  readonly eagerClient: Client;
  readonly booklessClient: Client;
  close(): Promise<void>;
}

/** Starts the embedded server, in memory, whatever Temporal server the environment names. */
export async function openArena(): Promise<Arena> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_')));
  const server = await startDevServer({ env, namespace: EAGER_NAMESPACE });
  const { address } = server;
  let connection: Connection | undefined;
  const close = async (): Promise<void> => {
    await connection?.close();
    await server.stop();
  };
  try {
    connection = await connect({ address, namespace: NAMESPACE });
    await ensureSearchAttributes(connection, NAMESPACE);
    await setUpNamespace(connection, BOOKLESS_NAMESPACE);
    return {
      server,
      client: new Client({ connection, namespace: NAMESPACE }),
      eagerClient: new Client({ connection, namespace: EAGER_NAMESPACE }),
      booklessClient: new Client({ connection, namespace: BOOKLESS_NAMESPACE }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** `onboardAndFund`; client and worker are processes of their own. */
export async function gangway({ client }: Arena, env: NodeJS.ProcessEnv): Promise<Contender> {
  const process = await startProcess(['worker', 'main.js'], NAMESPACE, env);
  return contender('gangway', process, client, (batch) =>
    runBatch(batch, (id) => onboardAndFundFlow(client, id, { requestEagerStart: false })),
  );
}

/** The same with a book in the worker's memory: the difference is what PostgreSQL costs. */
export async function bookless({ booklessClient }: Arena, env: NodeJS.ProcessEnv): Promise<Contender> {
  const process = await startProcess(['bench', 'bookless', 'worker.js'], BOOKLESS_NAMESPACE, env);
  return contender('bookless', process, booklessClient, (batch) =>
    runBatch(batch, (id) => onboardAndFundFlow(booklessClient, id, { requestEagerStart: false })),
  );
}

/** As many activities, which do nothing, one after another. */
export async function plain({ client }: Arena, env: NodeJS.ProcessEnv): Promise<Contender> {
  const process = await startProcess(['bench', 'plain', 'worker.js'], NAMESPACE, env, [PLAIN_TASK_QUEUE]);
  return contender('plain', process, client, (batch) => runBatch(batch, (id) => plainFlow(client, id)));
}

/** The shape of `onboardAndFund` with nothing in it. */
export async function skeleton({ client }: Arena, env: NodeJS.ProcessEnv): Promise<Contender> {
  const process = await startProcess(['bench', 'plain', 'worker.js'], NAMESPACE, env, [SKELETON_TASK_QUEUE]);
  return contender('skeleton', process, client, (batch) => runBatch(batch, (id) => skeletonFlow(client, id)));
}

/** `onboardAndFund`; client and worker share a process, and starts are eager. */
export async function eager({ eagerClient }: Arena, env: NodeJS.ProcessEnv): Promise<Contender> {
  const process = await startProcess(['bench', 'eager', 'main.js'], EAGER_NAMESPACE, env);
  return contender('eager', process, eagerClient, async (batch) => {
    process.send(batch);
    return batchResultSchema.parse(await process.message());
  });
}

async function startProcess(
  path: readonly string[],
  namespace: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[] = [],
): Promise<NodeProcess> {
  return await startNodeProcess({
    file: join(__dirname, '..', ...path),
    args,
    env: { ...env, TEMPORAL_NAMESPACE: namespace },
  });
}

function contender(
  name: ContenderName,
  process: NodeProcess,
  client: Client,
  run: (batch: Batch) => Promise<BatchResult>,
): Contender {
  return { name, workerPid: process.pid, client, run, stop: () => process.stop() };
}
