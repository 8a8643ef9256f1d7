import { DEFAULT_TEMPORAL_NAMESPACE } from './connection';
import { databaseFile } from './data-directory';
import { searchAttributesForCli } from './search-attributes';

export const LOOPBACK = '127.0.0.1';

/**
 * A development server has one history shard, whose queues it polls 20 times per second: up to 50 ms for every task.
 * With this many per second, a workflow of five steps was measured at about 75 ms instead of 550 ms.
 */
const MAX_POLL_RPS = 5000;
const POLLED_QUEUES = ['transferProcessor', 'timerProcessor', 'visibilityProcessor'] as const;

/**
 * What the development server leaves off or sets for a cluster, and what a flow costs without it (bench/README.md): an
 * activity may come back with the task that asked for it; one queue is not spread over four partitions; registered
 * search attributes are not read from the database at every use, for they are registered before the server starts.
 */
const LEAN = {
  'system.enableActivityEagerExecution': 'true',
  'system.forceSearchAttributesCacheRefreshOnRead': 'false',
  'matching.numTaskqueueReadPartitions': '1',
  'matching.numTaskqueueWritePartitions': '1',
} as const;

/** A file database without a write-ahead log runs at a third of the speed. */
const FILE_DATABASE_PRAGMAS = ['journal_mode=WAL', 'synchronous=NORMAL'] as const;

export interface ServerFlags {
  readonly port: number;
  /** Absent: no Web UI. */
  readonly uiPort: number | undefined;
  /** Where the Web UI has payloads decoded; absent: it shows them as they are. */
  readonly uiCodecEndpoint?: string | undefined;
  readonly namespace: string;
  /** The directory of the database; absent: memory. */
  readonly data: string | undefined;
  /** The server's dynamic configuration, beside our own: values in JSON by their keys. */
  readonly dynamicConfig?: Readonly<Record<string, string>> | undefined;
}

/** The arguments that start the development server. */
export function serverFlags({
  port,
  uiPort,
  uiCodecEndpoint,
  namespace,
  data,
  dynamicConfig = {},
}: ServerFlags): readonly string[] {
  return [
    'server',
    'start-dev',
    ...['--ip', LOOPBACK],
    ...['--port', String(port)],
    ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)]),
    ...(uiCodecEndpoint === undefined ? [] : ['--ui-codec-endpoint', uiCodecEndpoint]),
    ...['--log-level', 'error'],
    ...(namespace === DEFAULT_TEMPORAL_NAMESPACE ? [] : ['--namespace', namespace]),
    ...POLLED_QUEUES.flatMap((queue) => ['--dynamic-config-value', `history.${queue}MaxPollRPS=${MAX_POLL_RPS}`]),
    ...Object.entries({ ...LEAN, ...dynamicConfig }).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${value}`,
    ]),
    ...searchAttributesForCli().flatMap((attribute) => ['--search-attribute', attribute]),
    ...(data === undefined ? [] : ['--db-filename', databaseFile(data)]),
    ...(data === undefined ? [] : FILE_DATABASE_PRAGMAS.flatMap((pragma) => ['--sqlite-pragma', pragma])),
  ];
}
