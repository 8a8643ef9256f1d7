import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { endWithParent } from '../../system/end-with-parent';
import { runToEnd } from '../../system/run-to-end';
import { pause } from '../worker/rig';
import { type ComposeService, imagesHealthCheck, ROOT } from './compose-file';

/** What stands in docker-compose.yml, and what it is on this machine: the longer names first. */
export type Places = ReadonlyMap<string, string>;

const HEALTHY_WITHIN_MS = 120_000;
const ENDS_WITHIN_MS = 120_000;

/** The text with everything that is elsewhere on this machine put in its place. */
export function placed(places: Places, text: string): string {
  return [...places].reduce((own, [there, here]) => own.replaceAll(there, here), text);
}

/** Runs services of docker-compose.yml as processes: the same programs, arguments, environment and health checks. */
export class ByHand {
  private readonly running = new Map<string, ChildProcess>();

  constructor(
    private readonly logs: string,
    private readonly path: string,
    private readonly places: (service: string) => Places,
  ) {}

  /** Runs a service that ends, to its end. What it said, line by line. */
  async toItsEnd(name: string, service: ComposeService): Promise<readonly string[]> {
    const said: string[] = [];
    const [program = '', ...args] = this.words(name, [...service.entrypoint, ...service.command]);
    const problem = await runToEnd(program, args, {
      cwd: ROOT,
      env: this.environment(name, service),
      timeoutMs: ENDS_WITHIN_MS,
      log: (line) => said.push(line),
    });
    if (problem !== undefined) throw new Error(`${name}: ${problem}\n${said.join('\n')}`);
    return said;
  }

  /** Starts a service, and waits until its health check says that it is healthy. */
  async start(name: string, service: ComposeService): Promise<void> {
    const [program = '', ...args] = this.words(name, [...service.entrypoint, ...service.command]);
    const child = spawn(program, args, {
      cwd: ROOT,
      env: this.environment(name, service),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    endWithParent(child);
    this.running.set(name, child);
    const log = createWriteStream(join(this.logs, `${name}.log`), { flags: 'a' });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    const until = Date.now() + HEALTHY_WITHIN_MS;
    while (!(await this.isHealthy(name, service))) {
      if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`);
      if (Date.now() > until) throw new Error(`${name} is not healthy`);
      await pause(500);
    }
  }

  /** Ends a service at once, as a crash does. */
  async kill(name: string): Promise<void> {
    const child = this.running.get(name);
    this.running.delete(name);
    if (child?.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async killAll(): Promise<void> {
    for (const name of [...this.running.keys()].reverse()) await this.kill(name);
  }

  private async isHealthy(name: string, { healthcheck }: ComposeService): Promise<boolean> {
    const [, program = '', ...args] = this.words(name, healthcheck?.test ?? imagesHealthCheck());
    if (program === 'nc') return await takesConnections(Number(args.at(-1)));
    return (await runToEnd(program, args, { env: process.env, timeoutMs: 5_000, log: () => undefined })) === undefined;
  }

  private environment(name: string, { environment }: ComposeService): NodeJS.ProcessEnv {
    const own = Object.entries(environment).map(([key, value]): [string, string] => [
      key,
      placed(this.places(name), value),
    ]);
    return { PATH: `${this.path}:${process.env['PATH'] ?? ''}`, ...Object.fromEntries(own) };
  }

  private words(name: string, texts: readonly string[]): readonly string[] {
    return texts.map((text) => placed(this.places(name), text));
  }
}

async function takesConnections(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return await new Promise<boolean>((settle) => {
    socket.once('connect', () => {
      settle(true);
    });
    socket.once('error', () => {
      settle(false);
    });
  }).finally(() => socket.destroy());
}
