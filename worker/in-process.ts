import type { NativeConnection } from '@temporalio/worker';
import { unreachable } from '../client/flow/from-temporal';
import { openPayloadKeys, type OpenPayloadKeys } from '../keys/open';
import { connect } from '../temporal/connect';
import type { TemporalSettings } from '../temporal/connection';
import type { HttpEndpoint } from '../system/http-endpoint';
import { missingSearchAttributes, SearchAttributesError } from '../temporal/search-attributes';
import { openCurrentBook, type OpenBook } from './book';
import { createGangwayWorkers, type GangwayWorkers, workerIdentity } from './compose';
import type { WorkerConfig } from './config';
import { WorkerConnection } from './connection';
import { startHealthEndpoint } from './health';
import { whatIsReached } from './readiness';
import { startOf } from './started';

/** Workers that take work. */
export interface RunningWorkers {
  readonly identity: string;
  readonly taskQueues: readonly string[];
  /** `http://host:port` of the health endpoint; undefined if none is configured. */
  readonly health: string | undefined;
  /** A client over it that starts workflows eagerly saves them a round trip. Closed by the workers' end. */
  readonly connection: NativeConnection;
  /** Settles when the workers have ended: after `stop`, or because they failed. */
  readonly ended: Promise<void>;
  /** Stops taking work at once. */
  shutdown(): void;
  /** Stops in order, and waits for what is under way. */
  stop(): Promise<void>;
}

/**
 * Starts the workers in this process: checks that the namespace knows the search attributes, connects, and answers
 * when they take work.
 *
 * @throws SearchAttributesError if the namespace lacks a search attribute: it would wedge every workflow
 * @throws BookVersionError, which names `gangway setup`; BookUnavailable
 * @throws GangwayError TEMPORAL_UNREACHABLE, naming the address, or the namespace that Temporal does not have
 */
export async function startWorkerInProcess(config: WorkerConfig): Promise<RunningWorkers> {
  const connection = await reached(config.temporal, async () => {
    await requireSearchAttributes(config.temporal);
    return await WorkerConnection.open(config.temporal);
  });
  let book: OpenBook | undefined;
  let keys: OpenPayloadKeys | undefined;
  let workers: GangwayWorkers | undefined;
  let health: HttpEndpoint | undefined;
  try {
    // What may fail and is easily undone comes first: a worker that exists has to run before it can end.
    if (config.health !== undefined) {
      const reached = whatIsReached(connection, config.temporal.namespace, () => book);
      health = await startHealthEndpoint(config.health, { states: () => workers?.states() ?? {}, reached });
    }
    book = await openCurrentBook(config.book, workerIdentity(), config.blindIndexKeys);
    await book.started(startOf(config));
    if (config.payloadKeys !== undefined) keys = openPayloadKeys(config.payloadKeys, { actor: workerIdentity() });
    workers = await createGangwayWorkers(config, connection.current, book, keys?.dataConverter);
    connection.renewFor((renewed) => workers?.reconnect(renewed));
  } catch (error) {
    await closeAll(connection, health, book, keys);
    throw error;
  }
  return running(workers, connection, health, () => closeAll(connection, health, book, keys));
}

/** Does what needs Temporal, and says where it was looked for if it does not answer. */
async function reached<Result>({ address }: TemporalSettings, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof SearchAttributesError ? error : unreachable(error, address);
  }
}

function running(
  workers: GangwayWorkers,
  connection: WorkerConnection,
  health: HttpEndpoint | undefined,
  close: () => Promise<void>,
): RunningWorkers {
  const ended = runToEnd(workers, close);
  // Whoever waits for it gets the failure; until somebody does, it must not bring the process down.
  ended.catch(() => undefined);
  return {
    identity: workers.identity,
    taskQueues: workers.taskQueues,
    health: health?.url,
    get connection() {
      return connection.current;
    },
    ended,
    shutdown: () => {
      workers.shutdown();
    },
    stop: async () => {
      workers.shutdown();
      await ended;
    },
  };
}

async function requireSearchAttributes(settings: TemporalSettings): Promise<void> {
  const connection = await connect(settings);
  try {
    const missing = await missingSearchAttributes(connection, settings.namespace);
    if (missing.absent.length + missing.conflicting.length > 0) {
      throw new SearchAttributesError(missing, settings.namespace);
    }
  } finally {
    await connection.close();
  }
}

async function runToEnd(workers: GangwayWorkers, close: () => Promise<void>): Promise<void> {
  try {
    await workers.run();
  } finally {
    await close();
  }
}

async function closeAll(
  connection: WorkerConnection,
  health: HttpEndpoint | undefined,
  book: OpenBook | undefined,
  keys: OpenPayloadKeys | undefined,
): Promise<void> {
  await health?.close();
  await keys?.close();
  await book?.close();
  await connection.close();
}
