import type { Connection } from '@temporalio/client';
import { freePorts } from '../system/free-ports';
import { connect } from './connect';
import { temporalSettings } from './connection';
import { closeDataDirectory, noteServer, openDataDirectory } from './data-directory';
import { grpcStatus, GRPC } from './grpc-status';
import { locateServer, NoTemporalServerError } from './locate-server';
import { ensureRetention } from './namespace';
import { ensureSearchAttributes } from './search-attributes';
import { LOOPBACK, serverFlags } from './server-flags';
import { startProcess, type ServerProcess } from './server-process';

export interface DevServerOptions {
  /** Directory that keeps the database from one run to the next. Default: memory. */
  readonly data?: string | undefined;
  /** gRPC port of the loopback address. Default: a free one. */
  readonly port?: number | undefined;
  /** Port of the Web UI; switches it on. Default: a free one. */
  readonly uiPort?: number | undefined;
  /** Whether to run the Web UI. Default: only if uiPort is given. */
  readonly ui?: boolean | undefined;
  /** Where the Web UI has payloads decoded. Default: it shows them as they are. Not for a server that TEMPORAL_ADDRESS names. */
  readonly uiCodecEndpoint?: string | undefined;
  /** Default: TEMPORAL_NAMESPACE, else `default`. */
  readonly namespace?: string | undefined;
  /** Values of the server's dynamic configuration, in JSON, by their keys. Not for a server that TEMPORAL_ADDRESS names. */
  readonly dynamicConfig?: Readonly<Record<string, string>> | undefined;
  /** Receives what the server logs, errors only, and progress of what takes long. Default: nothing but progress. */
  readonly log?: ((line: string) => void) | undefined;
  /** Default: process.env. */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** A Temporal server that is ready: namespace there, search attributes registered. */
export interface DevServer {
  /** `host:port` of the gRPC endpoint. */
  readonly address: string;
  readonly namespace: string;
  /** Absent: no Web UI, or one whose address is not known. */
  readonly uiUrl: string | undefined;
  /** The server's process; undefined if the server is one that TEMPORAL_ADDRESS names. */
  readonly pid: number | undefined;
  /** Stops it in order. Does nothing to a server that TEMPORAL_ADDRESS names. */
  stop(): Promise<void>;
  /** Kills it at once, as a crash would. Does nothing to a server that TEMPORAL_ADDRESS names. */
  kill(): void;
}

/** Thrown if a server was found and did not start. */
export class TemporalServerStartError extends Error {
  override readonly name = 'TemporalServerStartError';
}

/** A port can be taken between its choice and its use, even one that the server chooses itself. */
const START_ATTEMPTS = 5;
const READY_TIMEOUT_MS = 30_000;
const READY_POLL_MS = 50;

/**
 * Gives a Temporal server for development and tests: the one that TEMPORAL_ADDRESS names, else a development server
 * that is started here (locate-server.ts says from where) and ends with this process at the latest.
 *
 * @throws TemporalSettingsError if the environment's Temporal settings make no sense
 * @throws NoTemporalServerError if no server can be had
 * @throws TemporalServerStartError if it does not start, such as on a taken port
 * @throws DataDirectoryInUseError if another server has `data` open
 * @throws SearchAttributesError if the namespace cannot be given the search attributes
 */
export async function startDevServer(options: DevServerOptions = {}): Promise<DevServer> {
  const env = options.env ?? process.env;
  const namespace = options.namespace ?? temporalSettings(env).namespace;
  if (isSet(env['TEMPORAL_ADDRESS'])) return await useServer(namespace, env);

  const located = await locateServer({ env, ...(options.log === undefined ? {} : { log: options.log }) });
  if (!located.found) throw new NoTemporalServerError(located.tried);
  if (options.data !== undefined) await openDataDirectory(options.data);
  const started = await start(located.executable, namespace, options);
  try {
    await makeReady(started.address, namespace);
    const { address, uiUrl, process: serverProcess } = started;
    const { data } = options;
    const { pid } = serverProcess;
    if (data !== undefined) await noteServer(data, { address, pid, ...(uiUrl === undefined ? {} : { uiUrl }) });
    return {
      address,
      namespace,
      uiUrl,
      pid,
      kill: () => {
        serverProcess.kill();
      },
      stop: async () => {
        await serverProcess.stop();
        if (data !== undefined) await closeDataDirectory(data);
      },
    };
  } catch (error) {
    await started.process.stop();
    throw error;
  }
}

function isSet(text: string | undefined): boolean {
  return text !== undefined && text.trim() !== '';
}

/** A server that somebody else runs: its namespace and retention are theirs, the search attributes are ours. */
async function useServer(namespace: string, env: NodeJS.ProcessEnv): Promise<DevServer> {
  const settings = temporalSettings(env);
  const connection = await connect(settings);
  try {
    await ensureSearchAttributes(connection, namespace);
  } finally {
    await connection.close();
  }
  return {
    address: settings.address,
    namespace,
    uiUrl: undefined,
    pid: undefined,
    stop: async () => {
      await Promise.resolve();
    },
    kill: () => undefined,
  };
}

interface StartedServer {
  readonly address: string;
  readonly uiUrl: string | undefined;
  readonly process: ServerProcess;
}

async function start(executable: string, namespace: string, options: DevServerOptions): Promise<StartedServer> {
  const withUi = options.ui ?? options.uiPort !== undefined;
  let failed = '';
  for (let attempt = 1; attempt <= START_ATTEMPTS; attempt++) {
    const [freePort, freeUiPort] = await freePorts(2);
    const port = options.port ?? freePort;
    const uiPort = withUi ? (options.uiPort ?? freeUiPort) : undefined;
    if (port === undefined) break;
    const { data, dynamicConfig, uiCodecEndpoint } = options;
    const flags = serverFlags({ port, uiPort, uiCodecEndpoint, namespace, data, dynamicConfig });
    const started = await startProcess(executable, flags, options.log ?? (() => undefined));
    if (!('failed' in started)) {
      const uiUrl = uiPort === undefined ? undefined : `http://${LOOPBACK}:${uiPort}`;
      return { address: `${LOOPBACK}:${port}`, uiUrl, process: started };
    }
    failed = started.failed;
  }
  throw new TemporalServerStartError(explain(failed, options));
}

function explain(failed: string, { port, uiPort, data }: DevServerOptions): string {
  const place = data === undefined ? '' : `, the data in ${data}`;
  const asked = [port, uiPort].filter((given) => given !== undefined);
  if (failed.includes('address already in use') && asked.length > 0) {
    return `The Temporal server did not start: port ${asked.join(' or ')} is taken.`;
  }
  return `The Temporal server did not start${place}. Its last words:\n${failed}`;
}

/** Waits until the server knows its namespace, then gives that what Gangway needs. */
async function makeReady(address: string, namespace: string): Promise<void> {
  const connection = await connect({ address, namespace }, READY_TIMEOUT_MS);
  try {
    await untilNamespaceIsThere(connection, namespace);
    await ensureSearchAttributes(connection, namespace);
    await ensureRetention(connection, namespace);
  } finally {
    await connection.close();
  }
}

async function untilNamespaceIsThere(connection: Connection, namespace: string): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    try {
      await connection.workflowService.describeNamespace({ namespace });
      return;
    } catch (error) {
      const status = grpcStatus(error);
      const notYet = status === GRPC.NOT_FOUND || status === GRPC.UNAVAILABLE;
      if (!notYet || Date.now() > deadline) throw error;
    }
    await new Promise((settle) => setTimeout(settle, READY_POLL_MS));
  }
}
