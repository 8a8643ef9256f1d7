import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithParent } from '../system/end-with-parent';

/** A compiled program of this project, and how it is run. */
export interface Program {
  readonly name: string;
  readonly file: string;
  readonly args?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** What it prints goes to the end of this file. */
  readonly logFile: string;
}

const RESTART_MS = 500;

/**
 * A process that is started again when it ends by itself, as a supervisor of services does, and that can be killed,
 * kept down and frozen.
 */
export class SupervisedProcess {
  private child: ChildProcess | undefined;
  private readonly log: WriteStream;
  private wanted = false;
  private startedOnce: Promise<unknown> | undefined;
  /** How often it ended without having been told to. */
  endedByItself = 0;

  constructor(private readonly program: Program) {
    this.log = createWriteStream(program.logFile, { flags: 'a' });
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Starts it and gives the line of JSON by which it says that it is ready. */
  async start(): Promise<unknown> {
    this.wanted = true;
    this.startedOnce = this.spawn();
    return await this.startedOnce;
  }

  /** SIGKILL; it stays down until `start`. */
  async kill(): Promise<void> {
    this.wanted = false;
    await this.end('SIGKILL');
  }

  /** Lets it finish what it does. */
  async stop(): Promise<void> {
    this.wanted = false;
    this.signal('SIGCONT');
    await this.end('SIGTERM');
    this.log.end();
  }

  /** Stops its clock, in a way, for a while. */
  async freeze(forMs: number): Promise<void> {
    const { child } = this;
    this.signal('SIGSTOP');
    await sleep(forMs);
    child?.kill('SIGCONT');
  }

  private signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  private async spawn(): Promise<unknown> {
    const { file, args = [], env } = this.program;
    const child = spawn(process.execPath, [file, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    const unwatch = endWithParent(child);
    child.stderr.pipe(this.log, { end: false });
    const ended = new Promise<undefined>((settle) => {
      child.once('exit', (code, signal) => {
        unwatch();
        settle(undefined);
        if (this.wanted && this.child === child) this.restart(`code ${String(code)}, signal ${String(signal)}`);
      });
    });
    return await Promise.race([readyLine(child), ended]);
  }

  private restart(how: string): void {
    this.endedByItself += 1;
    this.log.write(`--- ${this.program.name} ended by itself: ${how}\n`);
    void sleep(RESTART_MS).then(() => (this.wanted ? this.spawn() : undefined));
  }
}

function readyLine({ stdout }: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    if (stdout === null) {
      reject(new Error('the process has no standard output'));
      return;
    }
    createInterface({ input: stdout }).once('line', (line) => {
      try {
        resolve(JSON.parse(line));
      } catch (error) {
        reject(error);
      }
    });
  });
}
