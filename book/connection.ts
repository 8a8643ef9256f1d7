import { Socket } from 'node:net';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool, type PoolConfig } from 'pg';
import type { BookSchema } from './schema';
import type { BookSettings } from './settings';

/** The connections to the book, from which statements are made. */
export type BookDatabase = Kysely<BookSchema>;

/** The PostgreSQL schema that all of the book is in, so that a database may hold other things beside it. */
export const SCHEMA = 'book';

export interface ConnectionLimits {
  /** Connections at once, at most. Default: 10. */
  readonly connections?: number;
  /** How long to wait for a connection, in milliseconds. Default: 3,000. */
  readonly connectMs?: number;
  /** How long a statement may take, in milliseconds; 0: for ever. Default: 5,000. */
  readonly statementMs?: number;
  /** Who writes, as the audit has it. Default: the user of the database. */
  readonly actor?: string;
}

/** A send has 30 s for all that it does, the provider's answer included. */
const DEFAULTS = { connections: 10, connectMs: 3_000, statementMs: 5_000, actor: '' } as const;

/** Opens nothing yet: the first statement does. Whoever has it destroys it. */
export function openBook(settings: BookSettings, limits: ConnectionLimits = {}): BookDatabase {
  const pool = new Pool(poolConfig(settings, { ...DEFAULTS, ...limits }));
  // A connection that breaks, used or not, must not bring the process down: the next statement tells what it meets.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely<BookSchema>({ dialect: new PostgresDialect({ pool }) }).withSchema(SCHEMA);
}

function poolConfig(
  { host, port, database, user, password, tls }: BookSettings,
  { connections, connectMs, statementMs, actor }: Required<ConnectionLimits>,
): PoolConfig {
  return {
    host,
    port,
    database,
    user,
    // Never from the surroundings, such as PGPASSWORD or ~/.pgpass: what is not set is not there.
    password: () => password ?? '',
    ssl: tls === undefined ? false : { ...tls, host, minVersion: 'TLSv1.2' },
    max: connections,
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: IDLE_MS,
    application_name: 'gangway',
    // Whatever the process's own zone is, and whatever the database's default is.
    options: `-c TimeZone=UTC -c bytea_output=hex -c synchronous_commit=on${actorOption(actor)}`,
    ...(statementMs === 0 ? {} : boundsOf(statementMs)),
  };
}

function actorOption(actor: string): string {
  // A blank or a backslash would end the option.
  return actor === '' ? '' : ` -c gangway.actor=${actor.replaceAll(/[^\w@./:~-]/g, '_')}`;
}

const IDLE_MS = 10_000;
/** For the server to say itself that a statement took too long. */
const GRACE_MS = 1_000;

function boundsOf(statementMs: number): PoolConfig {
  return {
    statement_timeout: statementMs,
    // Of a process that stopped in the middle: what it holds is let go.
    idle_in_transaction_session_timeout: statementMs,
    query_timeout: statementMs + GRACE_MS,
    stream: () => impatientSocket(IDLE_MS + statementMs + GRACE_MS),
  };
}

/** A server that vanished without a word never ends a connection, which would keep its place in the pool for a quarter of an hour. */
function impatientSocket(silenceMs: number): Socket {
  const socket = new Socket();
  return socket.setTimeout(silenceMs, () => socket.destroy(new Error('the book said nothing')));
}
