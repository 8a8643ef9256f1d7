import { NativeConnection, type NativeConnectionOptions } from '@temporalio/worker';
import { connect, connectionOptions, type TemporalSettings } from '../client/temporal/connection';
import { missingSearchAttributes, SearchAttributesError } from '../client/temporal/search-attributes';
import { createGangwayWorkers, type GangwayWorkers } from './compose';
import type { WorkerConfig } from './config';
import { startHealthEndpoint, type HealthEndpoint } from './health';

/** Workers that take work. */
export interface RunningWorkers {
  readonly identity: string;
  readonly taskQueues: readonly string[];
  /** `http://host:port` of the health endpoint; undefined where none is configured. */
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
 * @throws SearchAttributesError where the namespace lacks a search attribute: it would wedge every workflow
 */
export async function startWorkerInProcess(config: WorkerConfig): Promise<RunningWorkers> {
  await requireSearchAttributes(config.temporal);
  const connection = await NativeConnection.connect(nativeOptions(config.temporal));
  let workers: GangwayWorkers | undefined;
  let health: HealthEndpoint | undefined;
  try {
    // First what may fail and is easily undone: a worker that exists has to run before it can end.
    if (config.health !== undefined) health = await startHealthEndpoint(config.health, () => workers?.states() ?? {});
    workers = await createGangwayWorkers(config, connection);
  } catch (error) {
    await health?.close();
    await connection.close();
    throw error;
  }
  return running(workers, connection, health);
}

function running(
  workers: GangwayWorkers,
  connection: NativeConnection,
  health: HealthEndpoint | undefined,
): RunningWorkers {
  const ended = runToEnd(workers, connection, health);
  // Whoever waits for it hears of it; until somebody does, it must not bring the process down.
  ended.catch(() => undefined);
  return {
    identity: workers.identity,
    taskQueues: workers.taskQueues,
    health: health?.url,
    connection,
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

function nativeOptions(settings: TemporalSettings): NativeConnectionOptions {
  const { tls = false } = connectionOptions(settings);
  const { address, apiKey } = settings;
  return { address, tls, ...(apiKey === undefined ? {} : { apiKey }) };
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

async function runToEnd(
  workers: GangwayWorkers,
  connection: NativeConnection,
  health: HealthEndpoint | undefined,
): Promise<void> {
  try {
    await workers.run();
  } finally {
    await health?.close();
    await connection.close();
  }
}
