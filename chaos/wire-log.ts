import type { Tap } from './tcp-proxy';

/** A request as it passed on the line between a worker and the provider. */
export interface WireEntry {
  readonly at: number;
  readonly worker: number;
  /** Method and path. */
  readonly request: string;
  /** The refs and client ids that it named. */
  readonly about: readonly string[];
  /** The status of its answer; undefined if none passed. */
  readonly status: number | undefined;
}

interface Open {
  readonly at: number;
  readonly worker: number;
  readonly request: string;
  readonly about: Set<string>;
  status: number | undefined;
}

const REQUEST = /^(GET|POST|PATCH|PUT|DELETE) (\S+) HTTP\/1\.1\r\n/;
const STATUS = /^HTTP\/1\.1 (\d{3})/;
const NAMED = /"(?:partner_order_ref|partner_client_id)":"([^"]+)"/g;
const IN_PATH = /(?:orders\/ref|clients)\/([^/?]+)|partner_client_id=([^&]+)/g;
/** Of a chunk, what is looked at: head and a JSON body. */
const MOST_BYTES = 4_000;

/** Writes down what passed between workers and provider: what an intent's story is told with. */
export class WireLog {
  private readonly entries: Open[] = [];

  /** A tap for one connection of a worker. */
  tap(worker: number): Tap {
    let current: Open | undefined;
    return {
      sent: (chunk) => {
        const text = chunk.toString('latin1', 0, MOST_BYTES);
        const [, method = '', path = ''] = REQUEST.exec(text) ?? [];
        if (method !== '') {
          const request = `${method} ${path.split('?X-')[0] ?? path}`;
          current = { at: Date.now(), worker, request, about: new Set(namedIn(path, IN_PATH)), status: undefined };
          this.entries.push(current);
        }
        for (const named of namedIn(text, NAMED)) current?.about.add(named);
      },
      answered: (chunk) => {
        const [, status] = STATUS.exec(chunk.toString('latin1', 0, 20)) ?? [];
        if (current !== undefined && status !== undefined) current.status ??= Number(status);
      },
    };
  }

  /** What named one of these refs or client ids, in the order in which it passed. */
  about(names: readonly string[]): readonly WireEntry[] {
    return this.entries
      .filter(({ about }) => names.some((name) => about.has(name)))
      .map((entry) => ({ ...entry, about: [...entry.about] }));
  }

  get size(): number {
    return this.entries.length;
  }
}

function namedIn(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].flatMap((match) => match.slice(1).filter((group) => typeof group === 'string'));
}
