import type { RunningSandbox } from '../../sandbox/http/two-ports';

/**
 * What the suite must know of a provider, and no more: its sandbox, how to connect to it, and one entry for each
 * endpoint that the connector calls. The faults, the tries and the judgement are the suite's.
 */
export interface Kit<Connection extends Closable> {
  readonly provider: string;
  startSandbox(): Promise<RunningSandbox>;
  /** A connection to the provider at `origin` that waits `timeoutMs` for an answer. */
  connect(origin: string, timeoutMs: number): Connection;
  readonly endpoints: readonly Endpoint<Connection>[];
  /** Whether faults strike the first try only: for what no workflow sends again. */
  readonly firstTryOnly?: true;
  /** Texts that no error may hold: secrets, and whatever is personal in what the calls send for this subject. */
  hidden(id: string): readonly string[];
  /** What every request that writes must hold, if the provider asks for it: a key. */
  readonly writesCarry?: RegExp;
  /** How the sandbox's clock is moved for it to refuse our timestamps; absent if requests carry no time. */
  readonly refusedSkewMs?: number;
}

export interface Closable {
  close(): Promise<void>;
}

export interface Subject<Connection> {
  /** Unique for each try: a client's id, an order's ref. Letters, digits and `-`. */
  readonly id: string;
  /** A connection that no fault strikes while the subject is arranged. */
  readonly well: Connection;
  readonly controlUrl: string;
  control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
}

export interface Endpoint<Connection> {
  readonly name: string;
  /** As rules of the sandbox name it. */
  readonly operation: string;
  /** Whether requests tell their time, or a signature. */
  readonly unsigned?: true;
  /** Makes what the call needs. */
  arrange(subject: Subject<Connection>): Promise<Arranged<Connection>>;
}

export interface Arranged<Connection> {
  call(connection: Connection): Promise<unknown>;
  /** Texts that a good call's value must hold: the amount to its last decimal. */
  readonly answers?: readonly string[];
  /** Present for a write. */
  readonly write?: Write;
}

export interface Write {
  /** How often the sandbox's book (its control port's /ledger) shows it. */
  applied(book: unknown): number;
  /** What the same call does once more. `changes-nothing`: it succeeds, and the book shows it once. */
  readonly repeated: 'rejects' | 'replays' | 'duplicates' | 'changes-nothing';
  /** Texts that its one request must hold: ref or key, and the amount to its last decimal. */
  readonly carries: readonly (string | RegExp)[];
}

/** Control-port call. Throws if it is refused. */
export function controlOf({ controlUrl }: Pick<RunningSandbox, 'controlUrl'>): Subject<unknown>['control'] {
  return async (method, path, body) => {
    const answer = await fetch(`${controlUrl}${path}`, {
      method,
      ...(method === 'GET'
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) }),
    });
    const said = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${said}`);
    const value: unknown = JSON.parse(said);
    return value;
  };
}

/** The entries of a list in a book that hold all of `wanted`. */
export function countOf(book: unknown, list: string, wanted: Readonly<Record<string, unknown>>): number {
  const entries: unknown = at(book, list);
  if (!Array.isArray(entries)) throw new Error(`the book has no list ${list}`);
  return entries.filter((entry: unknown) => Object.entries(wanted).every(([name, value]) => at(entry, name) === value))
    .length;
}

/** A field of an object, whatever it is. */
function at(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
