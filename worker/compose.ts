import { hostname } from 'node:os';
import type { DataConverter } from '@temporalio/common';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { RequesterKeys } from '../client/requester-proof';
import { createActivities, type FlowRunner, type ServedProvider } from '../activities';
import { createClamdScanner } from '../activities/documents/clamd';
import { createDocumentStore } from '../activities/documents/store';
import { providerTaskQueue } from '../contract/task-queues';
import type { ProviderConnector } from '../providers/port';
import { activityAlarm } from './activity-alarm';
import type { OpenBook } from './book';
import { WorkerConfigError, type WorkerConfig } from './config';
import { createEventSender } from './event-sender';
import { unknownAssets } from './known-assets';
import { countAttempts, measureCalls } from './metrics';
import { connectFlowRunner, type ConnectedFlowRunner } from './flow-runner';
import { LONGEST_ACTIVATION } from './longest-activation';
import type { ConfiguredProvider } from './provider-config';

/** Who this process is, in Temporal and in the book. */
export function workerIdentity(): string {
  return `gangway/${process.pid}@${hostname()}`;
}

/** One worker per provider, in one process over one connection. */
export interface GangwayWorkers {
  readonly identity: string;
  readonly taskQueues: readonly string[];
  /** The state of each provider's worker. */
  states(): Readonly<Record<string, WorkerState>>;
  /** Goes on over another connection. */
  reconnect(connection: NativeConnection): void;
  /** Works until `shutdown`; ends when every activity has, and every connector is closed. */
  run(): Promise<void>;
  /** Takes no new work, and lets what is under way finish within the grace. May be called at any time, more than once. */
  shutdown(): void;
}

type WorkerState = ReturnType<Worker['getState']>;

/** Time after the grace: for activities to stop when told to, and for the last answers to reach the server. */
const FORCE_AFTER_GRACE_MS = 10_000;

/**
 * Pollers and slots of a worker. A flow's time goes into round trips to the server, so there are enough pollers to keep
 * several under way, and more slots for workflow tasks than the SDK's default of 40: they are short.
 */
const POLLING = {
  workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 2, initial: 10, maximum: 40 },
  activityTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 10, maximum: 40 },
  maxConcurrentWorkflowTaskExecutions: 100,
} as const;

/** The SDK takes one option more than its types tell. */
type Tuning = Partial<WorkerOptions> & typeof LONGEST_ACTIVATION;

/** The pollers, slots and cache that a worker is given, and the time that it has to end. */
export function workerTuning({ maxCachedWorkflows, maxConcurrentActivities, shutdownGraceMs }: WorkerConfig): Tuning {
  return {
    maxCachedWorkflows,
    maxConcurrentActivityTaskExecutions: maxConcurrentActivities,
    maxConcurrentLocalActivityExecutions: maxConcurrentActivities,
    ...POLLING,
    ...LONGEST_ACTIVATION,
    // The SDK's default is 0, which cuts off every call at every deployment.
    shutdownGraceTime: `${shutdownGraceMs}ms`,
    shutdownForceTime: `${shutdownGraceMs + FORCE_AFTER_GRACE_MS}ms`,
  };
}

/**
 * Puts the workers together: each provider's connector, the activities over it alone, and a worker on its task queue.
 * Nothing is polled before `run`.
 *
 * @param book what each send is written into before it leaves, and what comparisons with providers read
 * @param dataConverter how payloads are encrypted; default: they are not
 * @throws WorkerConfigError if a rule of approvals names an asset that no provider of its has
 */
export async function createGangwayWorkers(
  config: WorkerConfig,
  connection: NativeConnection,
  book: BookOfWorker,
  dataConverter: DataConverter = {},
): Promise<GangwayWorkers> {
  const identity = workerIdentity();
  const workers = new Workers(connectFlowRunner(config.temporal, dataConverter));
  try {
    const served = config.providers.map((provider) => ({ provider, serves: connect(provider) }));
    workers.connectors.push(...served.map(({ serves }) => serves.connector));
    const unknown = await unknownAssets(
      config.approvals,
      new Map(served.map(({ provider: { id }, serves }) => [id, serves.connector])),
    );
    if (unknown.length > 0) throw new WorkerConfigError(unknown);
    for (const { provider, serves } of served) {
      workers.byProvider.set(
        provider.id,
        await createWorker(provider, serves, {
          flows: workers.flows,
          book,
          identity,
          config,
          connection,
          dataConverter,
        }),
      );
    }
  } catch (error) {
    // A worker that exists keeps the connection until it has run.
    workers.shutdown();
    await workers.run();
    throw error;
  }
  return {
    identity,
    taskQueues: [...workers.byProvider.keys()].map(providerTaskQueue),
    states: () => workers.states(),
    reconnect: (renewed) => {
      workers.reconnect(renewed);
    },
    run: () => workers.run(),
    shutdown: () => {
      workers.shutdown();
    },
  };
}

class Workers {
  readonly byProvider = new Map<string, Worker>();
  readonly connectors: ProviderConnector[] = [];
  private stopping = false;

  constructor(readonly flows: ConnectedFlowRunner) {}

  states(): Readonly<Record<string, WorkerState>> {
    return Object.fromEntries([...this.byProvider].map(([id, worker]) => [id, worker.getState()]));
  }

  reconnect(connection: NativeConnection): void {
    for (const worker of this.byProvider.values()) worker.connection = connection;
  }

  shutdown(): void {
    this.stopping = true;
    for (const worker of this.byProvider.values()) if (worker.getState() === 'RUNNING') worker.shutdown();
  }

  /** If one fails, the others must not go on unseen. Told to stop before it began, it begins only to end. */
  async run(): Promise<void> {
    try {
      const runs = [...this.byProvider.values()].map((worker) =>
        worker.run().finally(() => {
          this.shutdown();
        }),
      );
      if (this.stopping) this.shutdown();
      const ended = await Promise.allSettled(runs);
      for (const end of ended) if (end.status === 'rejected') throw end.reason;
    } finally {
      await Promise.all([this.flows, ...this.connectors].map((each) => each.close()));
    }
  }
}

function connect({ id, module, config }: ConfiguredProvider): ServedProvider {
  const { semantics, inputs } = module;
  return {
    semantics,
    connector: module.create(config, { observer: measureCalls(id) }),
    ...(inputs === undefined ? {} : { inputs }),
  };
}

type BookOfWorker = Pick<OpenBook, 'sendLog' | 'limits' | 'reconciliation' | 'records' | 'outbox' | 'blindIndex'>;

/** What the workers of a process have in common. */
interface Shared {
  readonly flows: FlowRunner;
  readonly book: BookOfWorker;
  readonly identity: string;
  readonly config: WorkerConfig;
  readonly connection: NativeConnection;
  readonly dataConverter: DataConverter;
}

async function createWorker(
  { id, requestsPerSecond }: ConfiguredProvider,
  serves: ServedProvider,
  { flows, book, identity, config, connection, dataConverter }: Shared,
): Promise<Worker> {
  const { temporal, documents, clamd, approvals, events, workflowBundle } = config;
  const requesterKeys = new RequesterKeys(config.requesterSecrets);
  return await Worker.create({
    connection,
    namespace: temporal.namespace,
    identity,
    taskQueue: providerTaskQueue(id),
    workflowBundle: { codePath: workflowBundle },
    dataConverter,
    // One provider alone: a request that names another one reaches nobody's credentials.
    activities: createActivities({
      providers: new Map([[id, serves]]),
      documents: createDocumentStore({
        ...documents,
        ...(clamd === undefined ? {} : { scanner: createClamdScanner(clamd) }),
      }),
      approvals,
      provesRequester: (request) => requesterKeys.proves(request),
      sends: { log: book.sendLog, worker: identity, limits: book.limits },
      reconciliation: book.reconciliation,
      records: book.records,
      outbox: book.outbox,
      ...(book.blindIndex === undefined ? {} : { blindIndex: book.blindIndex }),
      ...(events === undefined ? {} : { events: createEventSender(events) }),
      flows,
    }),
    interceptors: { activity: [activityAlarm, countAttempts()] },
    ...workerTuning(config),
    // Only if there is a limit: a limit makes the server hand out every activity, and switches eager starts off.
    ...(requestsPerSecond === undefined ? {} : { maxTaskQueueActivitiesPerSecond: requestsPerSecond }),
  });
}
