import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { privately } from '../../system/private-files';
import { forEachLine } from '../../system/run-to-end';
import type { ServerUser } from './server-user';

/** Thrown if one of PostgreSQL's programs did not do what it was asked. Its message holds the last words of it. */
export class PostgresStartError extends Error {
  override readonly name = 'PostgresStartError';
}

const TIMEOUT_MS = 120_000;
const LINES_KEPT = 20;

/** Starts one of PostgreSQL's programs as its user. It sees nothing of our environment, which holds secrets. */
export function spawnAsServer(
  program: string,
  args: readonly string[],
  user: ServerUser | undefined,
  options: Pick<SpawnOptions, 'detached' | 'timeout'>,
): ChildProcess & { readonly stdin: NodeJS.WritableStream; readonly stderr: NodeJS.ReadableStream } {
  const { PATH = '', SystemRoot } = process.env;
  return privately(() =>
    spawn(program, args, {
      ...options,
      // A directory that every user may be in. Its words are read, so they are to be English.
      cwd: process.platform === 'win32' ? undefined : '/',
      env: { PATH, LC_ALL: 'C', ...(SystemRoot === undefined ? {} : { SystemRoot }) },
      stdio: ['pipe', 'ignore', 'pipe'],
      ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    }),
  );
}

/**
 * Runs one of PostgreSQL's programs to its end.
 *
 * @param input what it reads on its standard input
 * @throws PostgresStartError if it fails
 */
export async function runAsServer(
  program: string,
  args: readonly string[],
  user: ServerUser | undefined,
  input = '',
): Promise<void> {
  const child = spawnAsServer(program, args, user, { timeout: TIMEOUT_MS });
  const words = lastWords(child.stderr);
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const failed = await new Promise<string | undefined>((settle) => {
    child.once('error', (error) => settle(error.message));
    child.once('close', (code, signal) => settle(code === 0 ? undefined : `ended with ${code ?? signal ?? 'nothing'}`));
  });
  if (failed !== undefined) throw new PostgresStartError(`${program} ${failed}. Its last words:\n${words()}`);
}

/** The last lines of a stream, whenever they are asked for. */
export function lastWords(stream: NodeJS.ReadableStream, each: (line: string) => void = () => undefined): () => string {
  const lines: string[] = [];
  forEachLine(stream, (line) => {
    if (lines.push(line) > LINES_KEPT) lines.shift();
    each(line);
  });
  return () => lines.join('\n');
}
