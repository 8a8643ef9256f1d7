import { hostname } from 'node:os';
import { Worker, type NativeConnection } from '@temporalio/worker';
import { createActivities, type ServedProvider } from '../activities';
import { createDocumentStore } from '../activities/documents/store';
import { providerTaskQueue } from '../contract/task-queues';
import { activityAlarm } from './activity-alarm';
import type { WorkerConfig } from './config';
import type { ConfiguredProvider } from './provider-config';

/** One worker a provider, in one process over one connection. */
export interface GangwayWorkers {
  readonly identity: string;
  readonly taskQueues: readonly string[];
  /** The state of each provider's worker. */
  states(): Readonly<Record<string, WorkerState>>;
  /** Works until `shutdown`; ends when every activity has, and every connector is closed. */
  run(): Promise<void>;
  /** Takes no new work, and lets what is under way finish within the grace. May be called at any time, more than once. */
  shutdown(): void;
}

export type WorkerState = ReturnType<Worker['getState']>;

/** After the grace: for activities that were told to stop to do so, and for the last answers to reach the server. */
const FORCE_AFTER_GRACE_MS = 10_000;

/**
 * Pollers and slots of a worker. The server's round trips are what a flow costs, so there are enough pollers to keep
 * several under way, and more slots for workflow tasks than the SDK's default of 40: they are short.
 */
const POLLING = {
  workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 2, initial: 10, maximum: 40 },
  activityTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 10, maximum: 40 },
  maxConcurrentWorkflowTaskExecutions: 100,
} as const;

/**
 * Puts the workers together: each provider's connector, the activities over it alone, and a worker on its task queue.
 * Nothing is polled before `run`.
 */
export async function createGangwayWorkers(
  config: WorkerConfig,
  connection: NativeConnection,
): Promise<GangwayWorkers> {
  const identity = `gangway/${process.pid}@${hostname()}`;
  const served = config.providers.map((provider) => ({ provider, serves: connect(provider) }));
  const workers = new Map<string, Worker>();
  for (const { provider, serves } of served) {
    workers.set(provider.id, await createWorker(provider, serves, identity, config, connection));
  }
  let stopping = false;
  const shutdown = (): void => {
    stopping = true;
    for (const worker of workers.values()) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  return {
    identity,
    taskQueues: [...workers.keys()].map(providerTaskQueue),
    states: () => Object.fromEntries([...workers].map(([id, worker]) => [id, worker.getState()])),
    shutdown,
    async run() {
      try {
        if (stopping) return;
        // Where one fails, the others must not go on unseen.
        const runs = [...workers.values()].map((worker) => worker.run().finally(shutdown));
        const ended = await Promise.allSettled(runs);
        for (const end of ended) if (end.status === 'rejected') throw end.reason;
      } finally {
        await Promise.all(served.map(({ serves }) => serves.connector.close()));
      }
    },
  };
}

function connect({ module, config }: ConfiguredProvider): ServedProvider {
  return { semantics: module.semantics, connector: module.create(config) };
}

async function createWorker(
  { id, requestsPerSecond }: ConfiguredProvider,
  serves: ServedProvider,
  identity: string,
  config: WorkerConfig,
  connection: NativeConnection,
): Promise<Worker> {
  const { temporal, documents, workflowBundle, maxCachedWorkflows, maxConcurrentActivities, shutdownGraceMs } = config;
  return await Worker.create({
    connection,
    namespace: temporal.namespace,
    identity,
    taskQueue: providerTaskQueue(id),
    workflowBundle: { codePath: workflowBundle },
    // One provider alone: a request that names another one reaches nobody's credentials.
    activities: createActivities({ providers: new Map([[id, serves]]), documents: createDocumentStore(documents) }),
    interceptors: { activity: [activityAlarm] },
    maxCachedWorkflows,
    maxConcurrentActivityTaskExecutions: maxConcurrentActivities,
    maxConcurrentLocalActivityExecutions: maxConcurrentActivities,
    ...POLLING,
    // Only where there is a limit: a limit makes the server hand out every activity, and switches eager starts off.
    ...(requestsPerSecond === undefined ? {} : { maxTaskQueueActivitiesPerSecond: requestsPerSecond }),
    // The SDK's default is 0, which cuts off every call at every deployment.
    shutdownGraceTime: `${shutdownGraceMs}ms`,
    shutdownForceTime: `${shutdownGraceMs + FORCE_AFTER_GRACE_MS}ms`,
  });
}
