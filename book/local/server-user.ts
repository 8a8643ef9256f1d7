import { readFile } from 'node:fs/promises';

/** A user of this machine, by number. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** In this order: the one that PostgreSQL's packages make, and the one that owns nothing. */
const NAMES = ['postgres', 'nobody'] as const;

/**
 * As whom PostgreSQL is to run: it refuses to be root. Undefined: as whoever runs this process.
 *
 * @param users the lines of /etc/passwd
 * @throws Error if this process is root's and the machine has neither of the users
 */
export async function serverUser(users = '/etc/passwd'): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const lines = (await readFile(users, 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of NAMES) {
    const [, , uid, gid] = lines.find(([first]) => first === name) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(`PostgreSQL does not run as root, and there is no user ${NAMES.join(' or ')} that it could run as.`);
}
