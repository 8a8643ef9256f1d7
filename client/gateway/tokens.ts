import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { samePerson } from '../../contract/fold';
import { idProblem } from '../../contract/ids';

/**
 * What a token may do. `read`: look; `start`: move money; `approve`: approve and reject; `resolve`: amend, resolve, cancel;
 * `decode`: read payloads at the codec server.
 */
export const SCOPES = ['read', 'start', 'approve', 'resolve', 'decode'] as const;
export type Scope = (typeof SCOPES)[number];

/** The bounds of a token beside its scopes; what is left out is no bound. */
export interface TokenBounds {
  /** UTC ISO time from which on it is no longer good. */
  readonly expires?: string;
  readonly providers?: readonly string[];
  /** partnerClientIds; one that ends in `*` stands for all that begin so. */
  readonly clients?: readonly string[];
}

/** Who calls. Decisions are recorded under this name. */
export interface Caller extends TokenBounds {
  readonly name: string;
  readonly scopes: readonly Scope[];
}

interface KnownToken extends Caller {
  readonly sha256: Buffer;
}

/** Whose a token is. `expired`: it was somebody's. */
export type TokenVerdict = Caller | 'unknown' | 'expired';

const HASH = /^[0-9a-f]{64}$/;
const TOKEN_PREFIX = 'gw_';
const EXPIRES = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** The tokens a gateway accepts, as hashes: the tokens themselves are kept nowhere. */
export class Tokens {
  constructor(private readonly known: readonly KnownToken[]) {}

  get count(): number {
    return this.known.length;
  }

  /** Takes the same time whether and where it matches. */
  callerOf(token: string, now = Date.now()): TokenVerdict {
    const hash = hashOf(token);
    const found = this.known.map((entry) => ({ entry, equal: timingSafeEqual(entry.sha256, hash) }));
    const match = found.find(({ equal }) => equal)?.entry;
    if (match === undefined) return 'unknown';
    const { sha256: _sha256, ...caller } = match;
    return caller.expires !== undefined && Date.parse(caller.expires) <= now ? 'expired' : caller;
  }

  /** Those of them whose hash still stands in a text, outside of its comments, even if the text is otherwise wrong. */
  stillIn(text: string): Tokens {
    const left = withoutComments(text).join('\n');
    return new Tokens(this.known.filter(({ sha256 }) => left.includes(sha256.toString('hex'))));
  }
}

/**
 * Reads `name:scope+scope:sha256` entries, each with its bounds behind it if it has any, such as
 * `:expires=2027-01-01T00:00:00Z;providers=coinmena+oceafin;clients=acme-*`. They are separated by white space or commas;
 * lines that begin with # are comments.
 *
 * @returns the tokens, or what is wrong with the first entry that cannot be read, without its hash
 */
export function readTokens(text: string): { readonly tokens: Tokens } | { readonly problem: string } {
  const entries = withoutComments(text)
    .flatMap((line) => line.split(/[\s,]+/))
    .filter((entry) => entry !== '');
  const known: KnownToken[] = [];
  for (const [index, entry] of entries.entries()) {
    const token = readEntry(entry);
    if (typeof token === 'string') return { problem: `entry ${index + 1} ${token}` };
    if (known.some(({ name }) => samePerson(name, token.name))) {
      return { problem: `entry ${index + 1} repeats the name ${token.name}` };
    }
    // One token with two names: a person could approve what they asked for, and the token would outlive its revocation.
    if (known.some(({ sha256 }) => sha256.equals(token.sha256))) {
      return { problem: `entry ${index + 1} repeats the token of another entry` };
    }
    known.push(token);
  }
  return { tokens: new Tokens(known) };
}

/** The lines of a text that are no comment. */
function withoutComments(text: string): readonly string[] {
  return text.split('\n').filter((line) => !line.trimStart().startsWith('#'));
}

function readEntry(entry: string): KnownToken | string {
  const [name, scopes, sha256, ...rest] = entry.split(':');
  if (scopes === undefined || sha256 === undefined) return 'must be name:scope+scope:sha256, and its bounds';
  const problem = idProblem(name);
  if (problem !== undefined || name === undefined) return `has a name that ${problem ?? 'is missing'}`;
  const named = scopes.split('+');
  if (!named.every(isScope)) return `has a scope other than ${SCOPES.join(', ')}`;
  if (!HASH.test(sha256)) return 'must have the SHA-256 of the token in lower-case hex behind its scopes';
  const bounds = rest.length === 0 ? {} : readBounds(rest.join(':').split(';'));
  if (typeof bounds === 'string') return bounds;
  return { name, scopes: named, sha256: Buffer.from(sha256, 'hex'), ...bounds };
}

const BOUNDS = ['expires', 'providers', 'clients'] as const;

/** Of `name=value` texts; or what is wrong with them, in words that follow whose they are. */
export function readBounds(texts: readonly string[]): TokenBounds | string {
  const given = new Map<string, string>();
  for (const text of texts) {
    const [key = '', value = ''] = text.split(/=(.*)/s);
    if (!BOUNDS.some((bound) => bound === key) || given.has(key)) {
      return `may be bound by ${BOUNDS.join(', ')} only, each once`;
    }
    given.set(key, value);
  }
  const [expires, providers, clients] = BOUNDS.map((bound) => given.get(bound));
  const bounds = {
    ...(expires === undefined ? {} : { expires }),
    ...(providers === undefined ? {} : { providers: providers.split('+') }),
    ...(clients === undefined ? {} : { clients: clients.split('+') }),
  };
  return boundsProblem(bounds) ?? bounds;
}

/** What is wrong with a token's bounds, in words that follow its name; undefined if nothing is. */
export function boundsProblem({ expires, providers = [], clients = [] }: TokenBounds): string | undefined {
  if (expires !== undefined && (!EXPIRES.test(expires) || Number.isNaN(Date.parse(expires)))) {
    return 'must expire at a time such as 2027-01-01T00:00:00Z';
  }
  if (providers.some((id) => idProblem(id) !== undefined)) return 'is bound to a provider that is no id';
  if (clients.some((id) => idProblem(id.replace(/\*$/, '')) !== undefined)) {
    return 'is bound to a client that is no id, nor the beginning of one with * behind it';
  }
  return undefined;
}

export function isScope(text: string): text is Scope {
  return SCOPES.some((scope) => scope === text);
}

/** A fresh token, and the entry that lets a gateway know it. The bounds are right ones. */
export function newToken(
  name: string,
  scopes: readonly Scope[],
  { expires, providers, clients }: TokenBounds = {},
): { readonly token: string; readonly entry: string } {
  const token = `${TOKEN_PREFIX}${randomBytes(32).toString('base64url')}`;
  const bounds = [
    ...(expires === undefined ? [] : [`expires=${expires}`]),
    ...(providers === undefined ? [] : [`providers=${providers.join('+')}`]),
    ...(clients === undefined ? [] : [`clients=${clients.join('+')}`]),
  ];
  const parts = [
    name,
    scopes.join('+'),
    hashOf(token).toString('hex'),
    ...(bounds.length === 0 ? [] : [bounds.join(';')]),
  ];
  return { token, entry: parts.join(':') };
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
