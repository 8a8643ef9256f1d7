import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { startSetUpBook, type SetUpBook } from '../book/local/set-up-book';
import type { ChaosOptions } from './options';
import { PROVIDER } from './plan';
import { SupervisedProcess } from './processes';
import { SandboxControl } from './sandbox-control';
import { TcpProxy } from './tcp-proxy';
import { KillableServer } from './temporal-server';
import { WireLog } from './wire-log';

/** The private half of the sandbox's default key, public in RFC 8032 (7.1, TEST 1): for tests only. */
const TEST_PRIVATE_KEY = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';

/** Short, so that a lost answer costs little; the faults that stall are longer. */
const HTTP_TIMEOUT_MS = '1000';

/** Where the compiled programs are; this file is two levels deeper there. */
const DIST = join(__dirname, '..');

/** A worker process with its own lines to the server and to the provider. */
interface WorkerPlace {
  readonly process: SupervisedProcess;
  readonly links: { readonly server: TcpProxy; readonly provider: TcpProxy };
}

/** Whose sandbox and workers an arena has. */
export interface ArenaProvider {
  readonly id: string;
  readonly sandboxArgs: readonly string[];
  /** A worker's settings for a sandbox at `url`. */
  readonly workerEnv: (url: string) => NodeJS.ProcessEnv;
  /** The worker's program, under the compiled project. */
  readonly workerProgram: string;
  /** What stands beside server and sandbox before the workers start, and what they are told of it. */
  readonly beside?: (standing: Standing) => Promise<Beside>;
}

/** What stands already when the workers are yet to start. */
interface Standing {
  readonly server: KillableServer;
  readonly sandboxUrl: string;
  readonly controlUrl: string;
}

interface Beside {
  readonly workerEnv: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

/** Everything real, each in a process of its own: server, book, provider, workers, and the lines between them. */
export interface Arena {
  readonly server: KillableServer;
  readonly book: SetUpBook;
  readonly sandbox: SandboxControl;
  readonly sandboxUrl: string;
  readonly controlUrl: string;
  readonly workers: readonly WorkerPlace[];
  readonly wire: WireLog;
  /** Where documents are. */
  readonly documents: string;
  /** What a connector of the campaign's own is configured with: straight to the provider. */
  readonly providerEnv: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

const sandboxReady = z.object({ url: z.string(), controlUrl: z.string() });

const COINMENA: ArenaProvider = {
  id: PROVIDER,
  sandboxArgs: [],
  workerEnv: (url) => ({ ...providerEnvironment(url), COINMENA_HTTP_TIMEOUT_MS: HTTP_TIMEOUT_MS }),
  workerProgram: join('worker', 'main.js'),
};

export async function openArena(
  data: string,
  { workers, seed }: Pick<ChaosOptions, 'workers' | 'seed'>,
  provider: ArenaProvider = COINMENA,
): Promise<Arena> {
  const ends: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.reverse()) await end();
  };
  try {
    const documents = join(data, 'documents');
    mkdirSync(documents, { recursive: true });
    const server = await KillableServer.start(join(data, 'temporal'), () => undefined);
    ends.push(() => server.stop());

    const book = await startSetUpBook();
    ends.push(() => book.stop());

    const sandboxProcess = new SupervisedProcess({
      name: 'sandbox',
      file: join(DIST, 'sandbox', 'main.js'),
      args: [provider.id, '--data', join(data, 'sandbox.jsonl'), '--seed', String(seed), ...provider.sandboxArgs],
      env: systemEnvironment(),
      logFile: join(data, 'sandbox.log'),
    });
    const { url, controlUrl } = sandboxReady.parse(await sandboxProcess.start());
    ends.push(() => sandboxProcess.stop());

    const beside = await provider.beside?.({ server, sandboxUrl: url, controlUrl });
    if (beside !== undefined) ends.push(() => beside.close());

    const wire = new WireLog();
    const told: Told = { provider, data, documents, env: { ...book.variables, ...beside?.workerEnv } };
    const places: WorkerPlace[] = [];
    for (let number = 0; number < workers; number += 1) {
      const place = await openWorkerPlace(number, told, server, url, wire);
      places.push(place);
      ends.push(async () => {
        await place.process.stop();
        await place.links.server.close();
        await place.links.provider.close();
      });
    }
    await Promise.all(places.map((place) => place.process.start()));
    return {
      server,
      book,
      sandbox: new SandboxControl(controlUrl),
      sandboxUrl: url,
      controlUrl,
      workers: places,
      wire,
      documents,
      providerEnv: providerEnvironment(url),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What every worker is told alike. */
interface Told {
  readonly provider: ArenaProvider;
  readonly data: string;
  readonly documents: string;
  readonly env: NodeJS.ProcessEnv;
}

async function openWorkerPlace(
  number: number,
  { provider, data, documents, env }: Told,
  server: KillableServer,
  sandboxUrl: string,
  wire: WireLog,
): Promise<WorkerPlace> {
  const toServer = await TcpProxy.start({ host: '127.0.0.1', port: server.port });
  const toProvider = await TcpProxy.start({ host: '127.0.0.1', port: Number(new URL(sandboxUrl).port) }, () =>
    wire.tap(number),
  );
  const process = new SupervisedProcess({
    name: `worker ${number}`,
    file: join(DIST, provider.workerProgram),
    env: {
      ...systemEnvironment(),
      ...provider.workerEnv(`http://${toProvider.address}`),
      ...env,
      TEMPORAL_ADDRESS: toServer.address,
      TEMPORAL_NAMESPACE: server.namespace,
      GANGWAY_PROVIDERS: provider.id,
      GANGWAY_DOCUMENT_ROOTS: documents,
      GANGWAY_HEALTH_PORT: '',
      GANGWAY_LOG_LEVEL: 'WARN',
    },
    logFile: join(data, `worker-${number}.log`),
  });
  return { process, links: { server: toServer, provider: toProvider } };
}

function providerEnvironment(url: string): NodeJS.ProcessEnv {
  return {
    COINMENA_BASE_URL: url,
    COINMENA_PARTNER_ID: 'sandbox-partner',
    COINMENA_PRIVATE_KEY: TEST_PRIVATE_KEY,
  };
}

/** The environment without anything that is meant for a worker, a sandbox or a client. */
function systemEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(TEMPORAL|GANGWAY|COINMENA|OCEAFIN|BACKOFFICE|COINIFY|SANDBOX)_/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}
