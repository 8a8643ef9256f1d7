import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithParent } from '../../system/end-with-parent';
import { freePorts } from '../../system/free-ports';
import { BOOK_NAME, bookFiles, clusterVersion, makeCluster, type BookFiles } from './cluster';
import { locatePostgres, type PostgresPrograms } from './programs';
import { lastWords, PostgresStartError, spawnAsServer } from './run-program';
import { serverUser, type ServerUser } from './server-user';

export interface LocalBookOptions {
  /** Directory that keeps the book from one run to the next. Default: one of its own, removed when it stops. */
  readonly data?: string | undefined;
  /** Settings of PostgreSQL by their names, such as `max_connections`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Receives PostgreSQL's log. Default: nothing. */
  readonly log?: ((line: string) => void) | undefined;
  /** Which PostgreSQL to take. Default: whichever is found (programs.ts). */
  readonly programs?: PostgresPrograms;
}

/** A PostgreSQL that takes connections on the loopback address, with an empty database for the book. */
export interface LocalBook {
  /** What GANGWAY_BOOK_URL and GANGWAY_BOOK_PASSWORD_FILE are to name. */
  readonly url: string;
  readonly passwordFile: string;
  readonly pid: number;
  /** Settles with the reason if it ends without having been told to; never rejects. */
  readonly died: Promise<string>;
  /** Stops it in order. Harmless when repeated. */
  stop(): Promise<void>;
  /** Kills it at once, as a crash would; what it has acknowledged is there when it is started again. */
  kill(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
/** A port can be taken between its choice and its use. */
const PORT_ATTEMPTS = 5;
/** One that was killed, or whose parent was, leaves processes that end within moments. */
const RELEASE_TIMEOUT_MS = 10_000;
const RELEASE_POLL_MS = 100;

const STILL_THERE = /pre-existing shared memory block|lock file "postmaster\.pid" already exists/;
const PORT_TAKEN = /could not create any TCP\/IP sockets|Address already in use/;
const LISTENS = 'database system is ready to accept connections';

/**
 * Starts a PostgreSQL for the book, for development and tests. It ends with this process at the latest, however that ends,
 * and if it was given no directory its data goes with it.
 *
 * @throws NoPostgresError if the machine has none; PostgresStartError if it does not start, because another one has
 *   the directory open, say
 */
export async function startLocalBook(options: LocalBookOptions = {}): Promise<LocalBook> {
  const passing = options.data === undefined ? await mkdtemp(join(tmpdir(), 'gangway-book-')) : undefined;
  try {
    const data = options.data ?? passing ?? '';
    const files = bookFiles(data);
    const version = await clusterVersion(files);
    const programs = options.programs ?? (await locatePostgres(process.env, version));
    const user = await serverUser();
    if (version === undefined) await makeCluster(data, programs, { user, isPassing: passing !== undefined });
    return await startOnFreePort({ programs, user, files, passing, options });
  } catch (error) {
    if (passing !== undefined) await rm(passing, { recursive: true, force: true });
    throw error;
  }
}

/** Whether a directory holds a book already. */
export async function hasLocalBook(data: string): Promise<boolean> {
  return (await clusterVersion(bookFiles(data))) !== undefined;
}

interface Place {
  readonly programs: PostgresPrograms;
  readonly user: ServerUser | undefined;
  readonly files: BookFiles;
  /** The directory to remove at the end. */
  readonly passing: string | undefined;
  readonly options: LocalBookOptions;
}

async function startOnFreePort(place: Place): Promise<LocalBook> {
  const deadline = Date.now() + RELEASE_TIMEOUT_MS;
  for (let ports = 1; ;) {
    const [port = 0] = await freePorts(1);
    const started = await start(place, port);
    if (!('failed' in started)) return started;
    if (STILL_THERE.test(started.failed) && Date.now() < deadline) {
      await new Promise((settle) => setTimeout(settle, RELEASE_POLL_MS));
      continue;
    }
    ports += 1;
    if (PORT_TAKEN.test(started.failed) && ports <= PORT_ATTEMPTS) continue;
    throw new PostgresStartError(
      STILL_THERE.test(started.failed)
        ? `Another PostgreSQL keeps its data in ${place.files.directory} already.`
        : `PostgreSQL did not start, its data in ${place.files.directory}. Its last words:\n${started.failed}`,
    );
  }
}

async function start(place: Place, port: number): Promise<LocalBook | { readonly failed: string }> {
  const { programs, user, files, passing, options } = place;
  const { log = () => undefined } = options;
  // Its own process group: a Ctrl-C in the terminal reaches this program alone, which then stops all in order.
  const child = spawnAsServer(programs.postgres, flags(place, port), user, { detached: true });
  child.stdin.end();
  const exited = new Promise<string>((settle) => {
    child.once('error', (error) => settle(error.message));
    child.once('exit', (code, signal) =>
      settle(signal === null ? `ended with status ${code ?? 0}` : `died of ${signal}`),
    );
  });
  // What it said last may be read only after its streams have closed.
  const closed = new Promise<'closed'>((settle) => {
    child.once('close', () => settle('closed'));
    child.once('error', () => settle('closed'));
  });
  void exited.then(endWithParent(child, { signal: 'SIGINT', directory: passing }));
  const state = { stopping: false };
  const { listens, words } = watch(child.stderr, log);
  const first = await Promise.race([listens, closed, timeout(START_TIMEOUT_MS)]);
  if (first !== 'listens' || child.pid === undefined) {
    child.kill('SIGKILL');
    return { failed: first === 'timeout' ? `not ready in ${START_TIMEOUT_MS / 1000} s` : words() };
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    state.stopping = true;
    child.kill(signal);
    if ((await Promise.race([exited, timeout(STOP_TIMEOUT_MS)])) === 'timeout') child.kill('SIGKILL');
    await exited;
  };
  return {
    url: `postgres://${BOOK_NAME}@127.0.0.1:${port}/${BOOK_NAME}`,
    passwordFile: files.passwordFile,
    pid: child.pid,
    died: exited.then((how) =>
      state.stopping ? forever() : `The book's PostgreSQL ${how}. Its last words:\n${words()}`,
    ),
    stop: async () => {
      // Does not wait for who is still connected.
      await end('SIGINT');
      if (passing !== undefined) await rm(passing, { recursive: true, force: true });
    },
    kill: () => end('SIGKILL'),
  };
}

function flags({ files, passing, options }: Place, port: number): readonly string[] {
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_buffers: '32MB',
    // What goes with this process need not outlive the machine. It outlives PostgreSQL's own crash all the same.
    fsync: passing === undefined ? 'on' : 'off',
    ...options.settings,
  };
  return ['-D', files.cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

function watch(stderr: NodeJS.ReadableStream, log: (line: string) => void) {
  let ready: (listens: 'listens') => void = () => undefined;
  const listens = new Promise<'listens'>((settle) => (ready = settle));
  const words = lastWords(stderr, (line) => {
    if (line.includes(LISTENS)) ready('listens');
    log(line);
  });
  return { listens, words };
}

async function timeout(ms: number): Promise<'timeout'> {
  return await new Promise((settle) => setTimeout(settle, ms, 'timeout' as const).unref());
}

function forever(): Promise<never> {
  return new Promise(() => undefined);
}
