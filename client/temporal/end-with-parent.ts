import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * Ends `child` when this process ends, however it ends: a tiny shell holds the other end of a pipe and learns of our
 * death, SIGKILL included, from the pipe's closing. It needs no signal handlers, which would change how the whole
 * program answers Ctrl-C. Where there is no POSIX shell, only an orderly exit is covered.
 *
 * @returns a function that ends the watch, to be called once the child has ended
 */
export function endWithParent(child: ChildProcess): () => void {
  const onExit = (): void => {
    child.kill('SIGTERM');
  };
  process.once('exit', onExit);
  const watch = process.platform === 'win32' || child.pid === undefined ? undefined : watchFromShell(child.pid);
  return () => {
    process.removeListener('exit', onExit);
    watch?.();
  };
}

/** Reads until our end of the pipe is gone, then asks the process to stop, and five seconds later makes it. */
const WATCH = 'cat >/dev/null; kill -TERM "$1" 2>/dev/null || exit 0; sleep 5; kill -KILL "$1" 2>/dev/null';

/** Starts the watch; gives a function that ends it. */
function watchFromShell(pid: number): () => void {
  // Its own process group: a Ctrl-C in the terminal must not end the watch before the watched.
  const shell = spawn('/bin/sh', ['-c', WATCH, 'watch', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return () => {
    // First the shell, so that it does not take the closing pipe for our death.
    shell.kill('SIGKILL');
    shell.stdin.destroy();
  };
}
