import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { z } from 'zod';
import { startSetUpBook } from '../../../book/local/set-up-book';
import { BOOK_VARIABLES } from '../../../book/settings';
import { ALL_PAYLOAD_KEY_VARIABLES } from '../../../keys/settings';
import { freePorts } from '../../../system/free-ports';
import { PRIVATE_DIRECTORY } from '../../../system/private-files';
import { startDevServer, type DevServer } from '../../../temporal/dev-server';
import type { RunningCodecServer } from '../../codec-server/serve';
import { packageRoot } from '../package-root';
import { startChild, type Child } from './child';
import { codecUrl, startCodecOfUi } from './codec-of-ui';
import { keepAlive } from './kept-alive';
import { payloadKeysOf } from './payload-keys';
import { setupOf } from './setups';

export interface StackOptions {
  readonly provider: string;
  /** Keeps the data of Temporal, the sandbox and the book from one run to the next. */
  readonly data: string | undefined;
  readonly uiPort: number | undefined;
  /** Whether the worker talks to a sandbox, or to what the environment names. */
  readonly sandbox: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** Whether payloads are encrypted, under keys that are made in `data` if it has none yet. */
  readonly encrypts: boolean;
  /** Receives the logs of the processes; absent: they are shown only if a process fails. */
  readonly log: ((source: 'temporal' | 'sandbox' | 'book' | 'worker' | 'codec', line: string) => void) | undefined;
  /** Told when a process has died and is started again, and when it is ready again. */
  readonly restarts: (what: Restart) => void;
}

/** What becomes of a process that died. */
export type Restart =
  | { readonly event: 'died'; readonly process: 'sandbox' | 'worker'; readonly why: string }
  | { readonly event: 'back'; readonly process: 'sandbox' | 'worker' };

const sandboxReady = z.object({ ready: z.literal(true), url: z.string(), controlUrl: z.string() });
const workerReady = z.object({ ready: z.literal(true), health: z.string().nullable() });

const OF_BOOK: readonly string[] = Object.values(BOOK_VARIABLES);

const SANDBOX_STOP_TIMEOUT_MS = 5_000;
/** Longer than a worker's own grace, so that a money call under way is not cut off. */
const WORKER_STOP_TIMEOUT_MS = 60_000;

/** How long a stop waits for the part that is starting. One that takes longer, such as a build, ends with this process. */
const LONGEST_START_LEFT_MS = 10_000;

/** The addresses of what runs. */
export interface StackAddresses {
  readonly temporal: Pick<DevServer, 'address' | 'namespace' | 'uiUrl'>;
  readonly sandbox: { readonly url: string; readonly controlUrl: string } | undefined;
  readonly book: { readonly url: string };
  /** What a client is told to read and write payloads with; absent: they are in clear. */
  readonly payloadKeys?: NodeJS.ProcessEnv;
  /** Where the Web UI has payloads decoded. */
  readonly codec?: string;
  /** The worker's health endpoint. */
  readonly health: string | null;
}

/** Thrown by a start that was overtaken by a stop. */
class StackStopped extends Error {
  override readonly name = 'StackStopped';
}

/** Temporal, a sandbox, a book and a worker, started in this order and stopped in the opposite one. */
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
   * @throws StackStopped if `stop` was called meanwhile
   */
  async start(): Promise<StackAddresses> {
    this.starting = this.startAll();
    return await this.starting;
  }

  /** Settles with the reason if a part ends by itself. */
  died(): Promise<string> {
    return Promise.race(this.deaths);
  }

  /** Stops everything that was started, the worker first. A start under way goes no further. */
  async stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    await this.stopping;
  }

  private async startAll(): Promise<StackAddresses> {
    // Beside the others: its first start takes a few seconds.
    const starting = this.startBook();
    starting.catch(() => undefined);
    const keys = await payloadKeysOf(this.options);
    // What is of real clients is not for everybody on this machine.
    const [codecPort] = keys === undefined || !this.options.sandbox ? [] : await freePorts(1);
    const temporal = await this.startTemporal(codecPort);
    const sandbox = this.options.sandbox ? await this.startSandbox() : undefined;
    const book = await starting;
    const worker = await this.startWorker(temporal, sandbox?.ready.url, { ...book, ...keys });
    const codec = await this.startCodec(temporal, codecPort, { ...book, ...keys });
    const { [BOOK_VARIABLES.url]: url = '' } = book;
    return {
      temporal,
      sandbox: sandbox?.ready,
      book: { url },
      health: worker.ready.health,
      ...(keys === undefined ? {} : { payloadKeys: { ...book, ...keys } }),
      ...(codec === undefined ? {} : { codec: codec.url }),
    };
  }

  private async stopAll(): Promise<void> {
    const begun = this.starting?.catch(() => undefined) ?? Promise.resolve();
    await Promise.race([begun, new Promise((settle) => setTimeout(settle, LONGEST_START_LEFT_MS).unref())]);
    for (const stop of this.started.reverse()) await stop();
  }

  /** @param codecPort where the UI has payloads decoded, if they are encrypted */
  private async startTemporal(codecPort: number | undefined): Promise<DevServer> {
    const { data, uiPort, env, log } = this.options;
    const temporal = await startDevServer({
      data,
      uiPort,
      ui: true,
      uiCodecEndpoint: codecPort === undefined ? undefined : codecUrl(codecPort),
      env,
      log: log && ((line) => log('temporal', line)),
    });
    return this.keep(temporal);
  }

  /** The variables that name the book. A book of real money is not for what a sandbox moves. */
  private async startBook(): Promise<NodeJS.ProcessEnv> {
    const { data, env, log, sandbox } = this.options;
    const given = Object.fromEntries(Object.entries(env).filter(([name]) => OF_BOOK.includes(name)));
    if (!sandbox && (given[BOOK_VARIABLES.url] ?? '') !== '') return given;
    const local = this.keep(await startSetUpBook({ data, log: log && ((line) => log('book', line)) }));
    this.deaths.push(local.died);
    return local.variables;
  }

  private async startSandbox(): Promise<Child<z.output<typeof sandboxReady>>> {
    const { data, env, log, provider } = this.options;
    // Temporal's own directory; there is none yet if Temporal is another's.
    if (data !== undefined) await mkdir(data, { recursive: true, mode: PRIVATE_DIRECTORY });
    // A sandbox that dies finds its books again, whether or not they outlive this command.
    const directory = data ?? (await this.temporaryDirectory());
    const kept = ['--data', join(directory, `${provider}-sandbox.journal`)];
    const sandbox = await keepAlive({
      start: (before: z.output<typeof sandboxReady> | undefined) =>
        startChild({
          name: 'sandbox',
          args: [provider, ...setupOf(provider).sandboxArguments, ...kept, ...portsOf(before)],
          env: without(env, 'SANDBOX_'),
          ready: sandboxReady,
          stopTimeoutMs: SANDBOX_STOP_TIMEOUT_MS,
          log: (line) => log?.('sandbox', line),
        }),
      ...this.tellsOf('sandbox'),
    });
    this.deaths.push(sandbox.died);
    return this.keep(sandbox);
  }

  private async startWorker(
    temporal: DevServer,
    sandboxUrl: string | undefined,
    told: NodeJS.ProcessEnv,
  ): Promise<Child<z.output<typeof workerReady>>> {
    const { env, log, provider } = this.options;
    const roots = [join(packageRoot(), 'examples'), env['GANGWAY_DOCUMENT_ROOTS'] ?? ''];
    const worker = await keepAlive({
      start: (before: z.output<typeof workerReady> | undefined) =>
        startChild({
          name: 'worker',
          args: [],
          env: {
            GANGWAY_LOG_LEVEL: 'WARN',
            ...(sandboxUrl === undefined ? env : withCredentials(env, provider, sandboxUrl)),
            ...Object.fromEntries([...OF_BOOK, ...ALL_PAYLOAD_KEY_VARIABLES].map((name) => [name, told[name] ?? ''])),
            GANGWAY_PROVIDERS: provider,
            GANGWAY_DOCUMENT_ROOTS: roots.filter((root) => root !== '').join(delimiter),
            TEMPORAL_ADDRESS: temporal.address,
            TEMPORAL_NAMESPACE: temporal.namespace,
            ...(typeof before?.health === 'string' ? { GANGWAY_HEALTH_PORT: new URL(before.health).port } : {}),
          },
          ready: workerReady,
          stopTimeoutMs: WORKER_STOP_TIMEOUT_MS,
          log: (line) => log?.('worker', line),
        }),
      ...this.tellsOf('worker'),
    });
    this.deaths.push(worker.died);
    return this.keep(worker);
  }

  /** For the UI of a Temporal that is ours: another's is told by whoever runs it. */
  private async startCodec(
    { uiUrl }: DevServer,
    port: number | undefined,
    told: NodeJS.ProcessEnv,
  ): Promise<RunningCodecServer | undefined> {
    if (port === undefined || uiUrl === undefined) return undefined;
    const { log } = this.options;
    return this.keep(await startCodecOfUi({ uiUrl, port, told, log: log && ((line) => log('codec', line)) }));
  }

  private tellsOf(process: 'sandbox' | 'worker'): { died(why: string): void; back(): void } {
    const { restarts } = this.options;
    return {
      died: (why) => restarts({ event: 'died', process, why }),
      back: () => restarts({ event: 'back', process }),
    };
  }

  private async temporaryDirectory(): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'gangway-up-'));
    this.started.push(() => rm(directory, { recursive: true, force: true }));
    return directory;
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

/** Where it was before: the worker knows it by its address. */
function portsOf(before: z.output<typeof sandboxReady> | undefined): readonly string[] {
  if (before === undefined) return [];
  const { url, controlUrl } = before;
  return ['--port', new URL(url).port, '--control-port', new URL(controlUrl).port];
}

/** What the names of a provider's variables start with. */
export function variablePrefix(provider: string): string {
  return `${provider.toUpperCase().replaceAll('-', '_')}_`;
}

/** The environment without the variables of a prefix: what is set for a real provider must not reach a sandbox. */
function without(env: NodeJS.ProcessEnv, prefix: string): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith(prefix)));
}
