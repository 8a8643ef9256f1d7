import { spawn, type ChildProcess } from 'node:child_process';
import { endWithParent } from '../system/end-with-parent';
import { privately } from '../system/private-files';
import { forEachLine } from '../system/run-to-end';

/** How long the server may take to begin listening; it takes one to two seconds on a quiet machine. */
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const LINES_KEPT = 20;

/** A server process that listens. */
export interface ServerProcess {
  readonly pid: number;
  /** Stops it in order, so that its database is closed. Harmless when repeated. */
  stop(): Promise<void>;
  /** Kills it at once, as a crash would. */
  kill(): void;
}

export type StartedProcess = ServerProcess | { readonly failed: string };

/**
 * Starts the server and waits until this very process says that it listens: that its port answers proves nothing, since
 * another process may have taken the port.
 */
export async function startProcess(
  executable: string,
  flags: readonly string[],
  log: (line: string) => void,
): Promise<StartedProcess> {
  // Its own process group: a Ctrl-C in the terminal reaches this program only, which can then let its workers finish
  // before the server goes.
  const child = privately(() => spawn(executable, flags, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] }));
  const exited = new Promise<void>((settle) => {
    child.once('exit', () => settle());
    child.once('error', () => settle());
  });
  // What it said last may be read only after it has exited.
  const closed = new Promise<void>((settle) => {
    child.once('close', () => settle());
    child.once('error', () => settle());
  });
  const unwatch = endWithParent(child);
  void exited.then(unwatch);

  const lastLines: string[] = [];
  const listening = new Promise<'listening'>((settle) => {
    forEachLine(child.stdout, (line) => {
      if (/\bServer:\s/.test(line)) settle('listening');
    });
    forEachLine(child.stderr, (line) => {
      if (lastLines.push(line) > LINES_KEPT) lastLines.shift();
      log(line);
    });
  });
  const first = await Promise.race([listening, closed.then(() => 'closed' as const), timeout(START_TIMEOUT_MS)]);
  if (first !== 'listening' || child.pid === undefined) {
    child.kill('SIGKILL');
    return { failed: first === 'timeout' ? `did not start in ${START_TIMEOUT_MS / 1000} s` : lastLines.join('\n') };
  }
  return { pid: child.pid, stop: () => stop(child, exited), kill: () => void child.kill('SIGKILL') };
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  if ((await Promise.race([exited, timeout(STOP_TIMEOUT_MS)])) === 'timeout') child.kill('SIGKILL');
  await exited;
}

async function timeout(ms: number): Promise<'timeout'> {
  return await new Promise((settle) => setTimeout(settle, ms, 'timeout' as const).unref());
}
