import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { z } from 'zod';
import { startDevServer, type DevServer } from '../../temporal/dev-server';
import { PRIVATE_DIRECTORY } from '../../temporal/private-files';
import { packageRoot } from '../package-root';
import { startChild, type Child } from './child';
import { setupOf } from './setups';

export interface StackOptions {
  readonly provider: string;
  /** Keeps Temporal's and the sandbox's data from one run to the next. */
  readonly data: string | undefined;
  readonly uiPort: number | undefined;
  /** Whether the worker talks to a sandbox, or to what the environment names. */
  readonly sandbox: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** Receives the logs of the processes; absent: they are shown only where a process fails. */
  readonly log: ((source: 'temporal' | 'sandbox' | 'worker', line: string) => void) | undefined;
}

const sandboxReady = z.object({ ready: z.literal(true), url: z.string(), controlUrl: z.string() });
const workerReady = z.object({ ready: z.literal(true), health: z.string().nullable() });

const SANDBOX_STOP_TIMEOUT_MS = 5_000;
/** Longer than a worker's own grace, so that a money call under way is not cut off. */
const WORKER_STOP_TIMEOUT_MS = 60_000;

/** How long a stop waits for the part that is starting. One that takes longer, such as a build, ends with this process. */
const LONGEST_START_LEFT_MS = 10_000;

/** The addresses of what runs. */
export interface StackAddresses {
  readonly temporal: Pick<DevServer, 'address' | 'namespace' | 'uiUrl'>;
  readonly sandbox: { readonly url: string; readonly controlUrl: string } | undefined;
  /** The worker's health endpoint. */
  readonly health: string | null;
}

/** Thrown by a start that was overtaken by a stop. */
export class StackStopped extends Error {
  override readonly name = 'StackStopped';
}

/** Temporal, a sandbox and a worker, started in this order and stopped in the opposite one. */
export class Stack {
  private readonly started: (() => Promise<void>)[] = [];
  private readonly deaths: Promise<string>[] = [];
  private starting: Promise<StackAddresses> | undefined;
  private stopping: Promise<void> | undefined;

  constructor(private readonly options: StackOptions) {}

  /**
   * Starts everything.
   *
   * @throws what keeps a part from starting; what had started is left for `stop`
   * @throws StackStopped where `stop` was called meanwhile
   */
  async start(): Promise<StackAddresses> {
    this.starting = this.startAll();
    return await this.starting;
  }

  /** Settles with the reason where a part ends by itself. */
  died(): Promise<string> {
    return Promise.race(this.deaths);
  }

  /** Stops everything that was started, the worker first. A start under way is not let go any further. */
  async stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    await this.stopping;
  }

  private async startAll(): Promise<StackAddresses> {
    const temporal = await this.startTemporal();
    const sandbox = this.options.sandbox ? await this.startSandbox() : undefined;
    const worker = await this.startWorker(temporal, sandbox?.ready.url);
    return { temporal, sandbox: sandbox?.ready, health: worker.ready.health };
  }

  private async stopAll(): Promise<void> {
    const begun = this.starting?.catch(() => undefined) ?? Promise.resolve();
    await Promise.race([begun, new Promise((settle) => setTimeout(settle, LONGEST_START_LEFT_MS).unref())]);
    for (const stop of this.started.reverse()) await stop();
  }

  private async startTemporal(): Promise<DevServer> {
    const { data, uiPort, env, log } = this.options;
    const temporal = await startDevServer({
      data,
      uiPort,
      ui: true,
      env,
      log: log && ((line) => log('temporal', line)),
    });
    return this.keep(temporal);
  }

  private async startSandbox(): Promise<Child<z.output<typeof sandboxReady>>> {
    const { data, env, log, provider } = this.options;
    // Temporal's own directory; there is none yet where Temporal is another's.
    if (data !== undefined) await mkdir(data, { recursive: true, mode: PRIVATE_DIRECTORY });
    const kept = data === undefined ? [] : ['--data', join(data, `${provider}-sandbox.journal`)];
    const sandbox = await startChild({
      name: 'sandbox',
      args: [provider, ...setupOf(provider).sandboxArguments, ...kept],
      env: without(env, 'SANDBOX_'),
      ready: sandboxReady,
      stopTimeoutMs: SANDBOX_STOP_TIMEOUT_MS,
      log: (line) => log?.('sandbox', line),
    });
    this.deaths.push(sandbox.died);
    return this.keep(sandbox);
  }

  private async startWorker(
    temporal: DevServer,
    sandboxUrl: string | undefined,
  ): Promise<Child<z.output<typeof workerReady>>> {
    const { env, log, provider } = this.options;
    const roots = [join(packageRoot(), 'examples'), env['GANGWAY_DOCUMENT_ROOTS'] ?? ''];
    const worker = await startChild({
      name: 'worker',
      args: [],
      env: {
        GANGWAY_LOG_LEVEL: 'WARN',
        ...(sandboxUrl === undefined ? env : withCredentials(env, provider, sandboxUrl)),
        GANGWAY_PROVIDERS: provider,
        GANGWAY_DOCUMENT_ROOTS: roots.filter((root) => root !== '').join(delimiter),
        TEMPORAL_ADDRESS: temporal.address,
        TEMPORAL_NAMESPACE: temporal.namespace,
      },
      ready: workerReady,
      stopTimeoutMs: WORKER_STOP_TIMEOUT_MS,
      log: (line) => log?.('worker', line),
    });
    this.deaths.push(worker.died);
    return this.keep(worker);
  }

  private keep<Part extends { stop(): Promise<void> }>(part: Part): Part {
    this.started.push(() => part.stop());
    if (this.stopping !== undefined) throw new StackStopped('stopped while it was starting');
    return part;
  }
}

function withCredentials(env: NodeJS.ProcessEnv, provider: string, url: string): NodeJS.ProcessEnv {
  return { ...without(env, variablePrefix(provider)), ...setupOf(provider).credentials(url) };
}

/** What the names of a provider's variables start with. */
export function variablePrefix(provider: string): string {
  return `${provider.toUpperCase().replaceAll('-', '_')}_`;
}

/** The environment without the variables of a prefix: what is set for a real provider must not reach a sandbox. */
function without(env: NodeJS.ProcessEnv, prefix: string): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith(prefix)));
}
