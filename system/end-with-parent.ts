import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';

export interface EndOptions {
  /** What asks the child to stop in order. Default: SIGTERM. */
  readonly signal?: 'SIGTERM' | 'SIGINT';
  /** A directory of the child's alone, removed after it. Default: none. */
  readonly directory?: string | undefined;
}

/**
 * Ends `child` when this process ends, however it ends: a tiny shell holds the other end of a pipe and learns of our
 * death, SIGKILL included, from the pipe's closing. It needs no signal handlers, which would change how the whole
 * program answers Ctrl-C. If there is no POSIX shell, only an orderly exit is covered.
 *
 * @returns a function that ends the watch, to be called once the child has ended
 */
export function endWithParent(child: ChildProcess, options: EndOptions = {}): () => void {
  const { signal = 'SIGTERM', directory = '' } = options;
  const onExit = (): void => {
    child.kill(signal);
  };
  process.once('exit', onExit);
  const watch =
    process.platform === 'win32' || child.pid === undefined ? undefined : watchFromShell(child.pid, signal, directory);
  return () => {
    process.removeListener('exit', onExit);
    watch?.();
  };
}

/** Reads until our end of the pipe is gone, then asks the process to stop, and kills it five seconds later. */
const WATCH = [
  'cat >/dev/null',
  'kill -s "$2" "$1" 2>/dev/null && sleep 5 && kill -KILL "$1" 2>/dev/null',
  '[ -z "$3" ] || rm -rf -- "$3"',
].join('\n');

/** Starts the watch; gives a function that ends it. */
function watchFromShell(pid: number, signal: string, directory: string): () => void {
  // Its own process group: a Ctrl-C in the terminal must not end the watch before the watched.
  const shell = spawn('/bin/sh', ['-c', WATCH, 'watch', String(pid), signal.slice('SIG'.length), directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return () => {
    // The shell first, so that it does not take the closing pipe for our death.
    shell.kill('SIGKILL');
    shell.stdin.destroy();
  };
}
