import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { PRIVATE_DIRECTORY, PRIVATE_FILE } from '../../system/private-files';
import { PostgresStartError, runAsServer } from './run-program';
import type { PostgresPrograms } from './programs';
import type { ServerUser } from './server-user';

/** The superuser of a book that is started here, and the name of its database. */
export const BOOK_NAME = 'gangway';

/** Where the files of a book that is started here are. */
export interface BookFiles {
  /** For PostgreSQL alone. */
  readonly directory: string;
  readonly cluster: string;
  /** For whoever connects. */
  readonly passwordFile: string;
}

/** Its own user may pass through the directory above it, if that is another's, and see nothing there. */
const PASSED_THROUGH = 0o710;

export function bookFiles(data: string): BookFiles {
  const directory = join(resolve(data), 'book');
  return { directory, cluster: join(directory, 'cluster'), passwordFile: join(resolve(data), 'book-password') };
}

/** The major version that a directory's data is bound to; undefined if there is none yet. */
export async function clusterVersion({ cluster }: BookFiles): Promise<number | undefined> {
  try {
    return Number((await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim());
  } catch {
    return undefined;
  }
}

/**
 * Makes a directory of data that only PostgreSQL's user can read, with a password of its own and an empty database. Whole
 * or not at all: what a crash left half made is made anew.
 */
export async function makeCluster(
  data: string,
  { initdb, postgres }: PostgresPrograms,
  { user, isPassing }: { readonly user: ServerUser | undefined; readonly isPassing: boolean },
): Promise<void> {
  const { directory, cluster, passwordFile } = bookFiles(data);
  await openWay(resolve(data), user);
  await mkdir(directory, { recursive: true, mode: PRIVATE_DIRECTORY });
  await own(directory, user);
  const password = randomBytes(32).toString('base64url');
  const [making, handedOver] = [join(directory, `making-${randomUUID()}`), join(directory, randomUUID())];
  try {
    await writeFile(handedOver, password, { mode: PRIVATE_FILE });
    await own(handedOver, user);
    const settings = ['--encoding=UTF8', '--no-locale', '--auth=scram-sha-256', `--username=${BOOK_NAME}`];
    // What goes with this process need not outlive the machine.
    if (isPassing) settings.push('--no-sync');
    await runAsServer(initdb, [...settings, `--pwfile=${handedOver}`, `--pgdata=${making}`], user);
    await runAsServer(
      postgres,
      ['--single', '-D', making, '-c', `fsync=${isPassing ? 'off' : 'on'}`, 'postgres'],
      user,
      `CREATE DATABASE ${BOOK_NAME}\n`,
    );
    await writeFile(passwordFile, password, { mode: PRIVATE_FILE });
    await chmod(passwordFile, PRIVATE_FILE);
    await rename(making, cluster);
  } finally {
    await Promise.all([making, handedOver].map((path) => rm(path, { recursive: true, force: true })));
  }
}

/**
 * Lets PostgreSQL's user, if it is another than ours, pass through the directory that the book is put into. Those above
 * it are somebody's: they are left as they are.
 */
async function openWay(data: string, user: ServerUser | undefined): Promise<void> {
  await mkdir(data, { recursive: true, mode: PRIVATE_DIRECTORY });
  if (user === undefined) return;
  for (let above = dirname(data); above !== dirname(above); above = dirname(above)) {
    if (await passes(user, above)) continue;
    throw new PostgresStartError(
      `PostgreSQL does not run as root, and its user cannot pass through ${above}. Keep the data elsewhere, or run as another user.`,
    );
  }
  if (await passes(user, data)) return;
  await chown(data, (await stat(data)).uid, user.gid);
  await chmod(data, PASSED_THROUGH);
}

/** Whether a user may reach what is in a directory. */
async function passes({ uid, gid }: ServerUser, directory: string): Promise<boolean> {
  const { mode, uid: owner, gid: group } = await stat(directory);
  const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
  return (mode & bit) !== 0;
}

async function own(path: string, user: ServerUser | undefined): Promise<void> {
  if (user !== undefined) await chown(path, user.uid, user.gid);
}
