import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { endWithParent } from '../system/end-with-parent';

/** A process of this project that has said that it is ready. */
export interface NodeProcess {
  readonly pid: number;
  /** The line that it printed when it was ready, parsed. */
  readonly ready: unknown;
  /** Sends a message over IPC. */
  send(message: object): void;
  /** The next message that it sends. Rejects if it ends first. */
  message(): Promise<unknown>;
  /** Ends it in order, and waits until it has. */
  stop(): Promise<void>;
}

interface Program {
  /** Path of the compiled file. */
  readonly file: string;
  readonly args?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Starts a process and waits for the line of JSON that says that it is ready. What it logs goes to our stderr. It ends
 * with this process at the latest.
 *
 * @throws Error if it ends before it is ready
 */
export async function startNodeProcess({ file, args = [], env }: Program): Promise<NodeProcess> {
  const child = spawn(process.execPath, [file, ...args], { env, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', () => {
      reject(new Error(`${file} ended`));
    });
  });
  // Only whoever waits for it needs it.
  ended.catch(() => undefined);
  ended.catch(endWithParent(child));
  const ready = await Promise.race([readyLine(child), ended]);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} did not start`);
  return {
    pid,
    ready,
    send: (message) => void child.send(message),
    message: () => Promise.race([nextMessage(child), ended]),
    stop: async () => {
      child.kill('SIGTERM');
      await ended.catch(() => undefined);
    },
  };
}

function readyLine({ stdout }: ChildProcess): Promise<unknown> {
  if (stdout === null) throw new Error('the process has no standard output');
  return new Promise((resolve, reject) => {
    createInterface({ input: stdout }).once('line', (line) => {
      try {
        resolve(JSON.parse(line));
      } catch (error) {
        reject(new Error('the process did not say that it is ready', { cause: error }));
      }
    });
  });
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => {
    child.once('message', resolve);
  });
}
