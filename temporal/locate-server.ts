import { access, chmod, constants, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cacheDirectory } from '../system/cache-directory';
import { buildServer } from './build-server';
import { downloadServer } from './download-server';
import { CLI_VERSION, serverProblem } from './server-version';

/** Where a server was looked for. */
type ServerSource = 'PATH' | 'cache' | 'download' | 'build';

export interface TriedSource {
  readonly source: ServerSource;
  /** What was tried, and why it gave no server. */
  readonly because: string;
}

export type LocatedServer =
  | { readonly found: true; readonly executable: string; readonly source: ServerSource }
  | { readonly found: false; readonly tried: readonly TriedSource[] };

export interface LocateOptions {
  /** Default process.env. PATH, GANGWAY_CACHE and XDG_CACHE_HOME are read. */
  readonly env?: NodeJS.ProcessEnv;
  /** Receives progress of what takes long. Default: standard error. */
  readonly log?: (line: string) => void;
  /** Which sources to try, in this order. Default: all. */
  readonly sources?: readonly ServerSource[];
}

const EXECUTABLE = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
const ALL_SOURCES: readonly ServerSource[] = ['PATH', 'cache', 'download', 'build'];

/** Where a downloaded or built server is kept: a path of its own for each version. */
export function cachedServerPath(env: NodeJS.ProcessEnv): string {
  return join(cacheDirectory(env), 'temporal-cli', CLI_VERSION, EXECUTABLE);
}

/**
 * Finds the Temporal CLI, whose development server is embedded: on PATH, else in the project's cache, else downloaded
 * by the SDK, else built with Go; the last two fill the cache. If there is no server it does not throw, but returns
 * what was tried.
 */
export async function locateServer(options: LocateOptions = {}): Promise<LocatedServer> {
  const env = options.env ?? process.env;
  const log = options.log ?? ((line) => process.stderr.write(`${line}\n`));
  const tried: TriedSource[] = [];
  for (const source of options.sources ?? ALL_SOURCES) {
    const result = await trySource(source, env, log);
    if ('executable' in result) return { found: true, executable: result.executable, source };
    tried.push({ source, because: result.problem });
  }
  return { found: false, tried };
}

type Tried = { readonly executable: string } | { readonly problem: string };

async function trySource(source: ServerSource, env: NodeJS.ProcessEnv, log: (line: string) => void): Promise<Tried> {
  switch (source) {
    case 'PATH':
      return await onPath(env);
    case 'cache':
      return await usable(cachedServerPath(env), 'no server in the cache');
    case 'download':
      return prefixed("the SDK's download failed", await intoCache(env, (directory) => downloadServer(directory, env)));
    case 'build':
      return prefixed('go install failed', await intoCache(env, (directory) => buildServer(directory, env, log)));
  }
}

async function onPath(env: NodeJS.ProcessEnv): Promise<Tried> {
  let problem = 'no temporal on PATH';
  for (const directory of (env['PATH'] ?? '').split(delimiter).filter((entry) => entry !== '')) {
    const result = await usable(join(directory, EXECUTABLE), problem);
    if ('executable' in result) return result;
    problem = result.problem;
  }
  return { problem };
}

async function usable(executable: string, whereAbsent: string): Promise<Tried> {
  try {
    await access(executable, constants.X_OK);
  } catch {
    return { problem: whereAbsent };
  }
  const problem = await serverProblem(executable);
  return problem === undefined ? { executable } : { problem: `${executable} ${problem}` };
}

/** Lets `make` fill a directory beside the final place, then moves the executable there in one step. */
async function intoCache(env: NodeJS.ProcessEnv, make: (directory: string) => Promise<Tried>): Promise<Tried> {
  const place = cachedServerPath(env);
  let directory: string;
  try {
    await mkdir(join(place, '..'), { recursive: true });
    directory = await mkdtemp(join(place, '..', 'making-'));
  } catch {
    return { problem: `the cache at ${cacheDirectory(env)} cannot be written` };
  }
  try {
    const made = await make(directory);
    if ('problem' in made) return made;
    const problem = await serverProblem(made.executable);
    if (problem !== undefined) return { problem: `what came ${problem}` };
    await chmod(made.executable, 0o755);
    await rename(made.executable, place);
    return { executable: place };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function prefixed(prefix: string, tried: Tried): Tried {
  return 'problem' in tried ? { problem: `${prefix}: ${tried.problem}` } : tried;
}

/** Thrown if no Temporal server can be had. Its message lists what was tried and the one thing to install. */
export class NoTemporalServerError extends Error {
  override readonly name = 'NoTemporalServerError';

  constructor(readonly tried: readonly TriedSource[]) {
    super(
      [
        'No Temporal server was found. Tried, in this order:',
        ...tried.map(({ source, because }) => `  ${source}: ${because}`),
        'Install the Temporal CLI (https://docs.temporal.io/cli) so that `temporal` is on PATH,',
        'or set TEMPORAL_ADDRESS to a server that runs.',
      ].join('\n'),
    );
  }
}
