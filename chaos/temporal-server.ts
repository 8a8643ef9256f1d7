import { cp, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDevServer, type DevServer } from '../temporal/dev-server';

/**
 * Histories are called long after this many events, so that many workflows renew theirs (continue-as-new) in the middle
 * of their trouble. The server's own default is 4,096.
 */
const LONG_HISTORY_EVENTS = 60;
const DYNAMIC_CONFIG = { 'limit.historyCount.suggestContinueAsNew': String(LONG_HISTORY_EVENTS) };

const EXIT_POLL_MS = 20;
const START_ATTEMPTS = 5;
const START_RETRY_MS = 1_000;

/**
 * The Temporal server over a database file, which can be killed and started again on the same data and the same port.
 *
 * It relies on this: SIGKILL takes a process away, not what it had written. SQLite with a write-ahead log and
 * `synchronous=NORMAL` may lose its latest commits when the machine loses power; what a killed process had committed
 * is in the operating system's cache, and the next process reads it there.
 */
export class KillableServer {
  private constructor(
    private server: DevServer,
    private readonly data: string,
    readonly port: number,
    private readonly log: (line: string) => void,
  ) {}

  static async start(data: string, log: (line: string) => void): Promise<KillableServer> {
    const server = await startDevServer({ data, env: withoutTemporal(), log, dynamicConfig: DYNAMIC_CONFIG });
    return new KillableServer(server, data, Number(server.address.split(':')[1]), log);
  }

  get address(): string {
    return this.server.address;
  }

  get namespace(): string {
    return this.server.namespace;
  }

  /** SIGKILL, then the same again after `downMs`. */
  async killAndRestart(downMs: number): Promise<void> {
    await this.whileDown(() => sleep(downMs));
  }

  /** SIGKILL, a copy of all that the server has, then the same again. */
  async backUp(): Promise<void> {
    await this.whileDown(() => replaceDirectory(this.data, this.backup));
  }

  /** SIGKILL, then as it was when it was last backed up: of what came since it knows nothing. */
  async restore(): Promise<void> {
    await this.whileDown(() => replaceDirectory(this.backup, this.data));
  }

  private get backup(): string {
    return `${this.data}.backup`;
  }

  private async whileDown(work: () => Promise<unknown>): Promise<void> {
    const { pid } = this.server;
    this.server.kill();
    while (pid !== undefined && isAlive(pid)) await sleep(EXIT_POLL_MS);
    await work();
    this.server = await this.startAgain();
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  private async startAgain(): Promise<DevServer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { data, port, log } = this;
        return await startDevServer({ data, port, env: withoutTemporal(), log, dynamicConfig: DYNAMIC_CONFIG });
      } catch (error) {
        if (attempt >= START_ATTEMPTS) throw error;
        this.log(`the server did not start again: ${String(error)}`);
        await sleep(START_RETRY_MS);
      }
    }
  }
}

/** The campaign's server is its own, whatever TEMPORAL_ADDRESS says. */
function withoutTemporal(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

async function replaceDirectory(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await cp(from, to, { recursive: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
