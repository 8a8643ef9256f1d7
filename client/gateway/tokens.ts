import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { samePerson } from '../../contract/fold';
import { idProblem } from '../../contract/ids';

/** What a token may do. `read`: look; `start`: move money; `approve`: approve and reject; `resolve`: amend, resolve, cancel. */
export const SCOPES = ['read', 'start', 'approve', 'resolve'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who calls. Decisions are recorded under this name. */
export interface Caller {
  readonly name: string;
  readonly scopes: readonly Scope[];
}

interface KnownToken extends Caller {
  readonly sha256: Buffer;
}

const HASH = /^[0-9a-f]{64}$/;
const TOKEN_PREFIX = 'gw_';

/** The tokens a gateway accepts, as hashes: the tokens themselves are nowhere kept. */
export class Tokens {
  constructor(private readonly known: readonly KnownToken[]) {}

  get count(): number {
    return this.known.length;
  }

  /** Whose token it is; undefined where it is nobody's. Takes the same time whether and where it matches. */
  callerOf(token: string): Caller | undefined {
    const hash = hashOf(token);
    const found = this.known.map((entry) => ({ entry, equal: timingSafeEqual(entry.sha256, hash) }));
    const match = found.find(({ equal }) => equal)?.entry;
    return match === undefined ? undefined : { name: match.name, scopes: match.scopes };
  }
}

/**
 * Reads `name:scope+scope:sha256` entries, separated by white space or commas; lines that begin with # are comments.
 *
 * @returns the tokens, or what is wrong with the first entry that cannot be read, without its hash
 */
export function readTokens(text: string): { readonly tokens: Tokens } | { readonly problem: string } {
  const entries = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .flatMap((line) => line.split(/[\s,]+/))
    .filter((entry) => entry !== '');
  const known: KnownToken[] = [];
  for (const [index, entry] of entries.entries()) {
    const token = readEntry(entry);
    if (typeof token === 'string') return { problem: `entry ${index + 1} ${token}` };
    if (known.some(({ name }) => samePerson(name, token.name))) {
      return { problem: `entry ${index + 1} repeats the name ${token.name}` };
    }
    known.push(token);
  }
  return { tokens: new Tokens(known) };
}

function readEntry(entry: string): KnownToken | string {
  const [name, scopes, sha256, ...rest] = entry.split(':');
  if (scopes === undefined || sha256 === undefined || rest.length > 0) return 'must be name:scope+scope:sha256';
  const problem = idProblem(name);
  if (problem !== undefined || name === undefined) return `has a name that ${problem ?? 'is missing'}`;
  const named = scopes.split('+');
  if (!named.every(isScope)) return `has a scope other than ${SCOPES.join(', ')}`;
  if (!HASH.test(sha256)) return 'must end in the SHA-256 of the token in lower-case hex';
  return { name, scopes: named, sha256: Buffer.from(sha256, 'hex') };
}

export function isScope(text: string): text is Scope {
  return SCOPES.some((scope) => scope === text);
}

/** A fresh token, and the entry that lets a gateway know it. */
export function newToken(name: string, scopes: readonly Scope[]): { readonly token: string; readonly entry: string } {
  const token = `${TOKEN_PREFIX}${randomBytes(32).toString('base64url')}`;
  return { token, entry: `${name}:${scopes.join('+')}:${hashOf(token).toString('hex')}` };
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
