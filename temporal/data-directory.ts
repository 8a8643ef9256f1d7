import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { PRIVATE_DIRECTORY, PRIVATE_FILE } from '../system/private-files';

/** The server that has a data directory open. */
export interface RunningServer {
  readonly address: string;
  readonly uiUrl?: string;
  readonly pid: number;
}

/** Thrown if another server has the data directory open. The message says where that server is. */
export class DataDirectoryInUseError extends Error {
  override readonly name = 'DataDirectoryInUseError';

  constructor(
    directory: string,
    readonly server: RunningServer,
  ) {
    super(`A Temporal server (process ${server.pid}) at ${server.address} already keeps its data in ${directory}.`);
  }
}

/** The database file inside a data directory. */
export function databaseFile(directory: string): string {
  return join(resolve(directory), 'temporal.db');
}

/**
 * The note that says which server has the directory open. If a crash leaves it behind, the server it names does not
 * answer.
 */
function noteFile(directory: string): string {
  return join(resolve(directory), 'temporal-server.json');
}

/**
 * Makes the directory, for this user only. An existing one is left as it is, except for the database in it.
 *
 * @throws DataDirectoryInUseError if a running server has it open
 */
export async function openDataDirectory(directory: string): Promise<void> {
  await mkdir(resolve(directory), { recursive: true, mode: PRIVATE_DIRECTORY });
  const server = await serverOfDataDirectory(directory);
  if (server !== undefined) throw new DataDirectoryInUseError(directory, server);
  await Promise.all(DATABASE_FILES.map((ending) => keepPrivate(`${databaseFile(directory)}${ending}`)));
}

/** SQLite's database, its write-ahead log and the index of that. */
const DATABASE_FILES = ['', '-wal', '-shm'] as const;

function isAbsent(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}

async function keepPrivate(file: string): Promise<void> {
  try {
    await chmod(file, PRIVATE_FILE);
  } catch (error) {
    // There is none yet.
    if (!isAbsent(error)) throw error;
  }
}

/** The running server that has the directory open; undefined if there is none. */
async function serverOfDataDirectory(directory: string): Promise<RunningServer | undefined> {
  const note = await readNote(directory);
  if (note === undefined || !isAlive(note.pid)) return undefined;
  return (await answers(note.address)) ? note : undefined;
}

/** Notes which server has the directory open. */
export async function noteServer(directory: string, server: RunningServer): Promise<void> {
  const unfinished = `${noteFile(directory)}.${process.pid}`;
  await writeFile(unfinished, JSON.stringify(server), { mode: PRIVATE_FILE });
  await rename(unfinished, noteFile(directory));
}

/** Takes the note away. */
export async function closeDataDirectory(directory: string): Promise<void> {
  await rm(noteFile(directory), { force: true });
}

async function readNote(directory: string): Promise<RunningServer | undefined> {
  try {
    const note: unknown = JSON.parse(await readFile(noteFile(directory), 'utf8'));
    if (typeof note !== 'object' || note === null || !('address' in note) || !('pid' in note)) return undefined;
    if (typeof note.address !== 'string' || typeof note.pid !== 'number') return undefined;
    const uiUrl = 'uiUrl' in note && typeof note.uiUrl === 'string' ? note.uiUrl : undefined;
    return { address: note.address, pid: note.pid, ...(uiUrl === undefined ? {} : { uiUrl }) };
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function answers(address: string): Promise<boolean> {
  const [host, port] = [
    address.slice(0, address.lastIndexOf(':')),
    Number(address.slice(address.lastIndexOf(':') + 1)),
  ];
  return await new Promise((settle) => {
    const socket = connect({ host, port, timeout: 2_000 });
    const end = (answer: boolean) => () => {
      socket.destroy();
      settle(answer);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
}
