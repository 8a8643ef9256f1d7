import { spawn } from 'node:child_process';

interface RunOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly timeoutMs: number;
  /** Each line the program writes, to either stream. */
  readonly log: (line: string) => void;
}

/** Runs a program to its end. Gives undefined if it succeeded, else why it did not, in its own last words. */
export async function runToEnd(
  program: string,
  args: readonly string[],
  options: RunOptions,
): Promise<string | undefined> {
  const { cwd, env, timeoutMs, log } = options;
  const child = spawn(program, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  let lastLine = '';
  forEachLine(child.stdout, read);
  forEachLine(child.stderr, read);
  function read(line: string): void {
    lastLine = line;
    log(line);
  }
  return await new Promise((settle) => {
    child.once('error', (error) => settle(error.message));
    child.once('close', (code, signal) => {
      if (code === 0) settle(undefined);
      else if (signal === 'SIGKILL') settle(`took longer than ${timeoutMs / 1000} s`);
      else settle(lastLine === '' ? `ended with status ${code ?? signal ?? 'unknown'}` : lastLine);
    });
  });
}

/** Calls `read` with each non-empty line of a stream. */
export function forEachLine(stream: NodeJS.ReadableStream, read: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? '';
    lines.filter((line) => line.trim() !== '').forEach(read);
  });
  stream.on('end', () => {
    if (rest.trim() !== '') read(rest);
  });
}
