import type { FastifyRequest } from 'fastify';
import { bearerOf, lacksScope, unauthorized } from '../gateway/access';
import type { HttpProblem } from '../gateway/problem';
import type { TokenSource } from '../gateway/token-file';
import type { OpenIdReaders } from './open-id';
import type { Reader } from './reader';

/** Whom a codec server knows. Nothing set: nobody, which its settings refuse. */
export interface Authority {
  /** As the gateway's, with the scope `decode`. */
  readonly tokens?: TokenSource;
  readonly openId?: OpenIdReaders;
  /** Whoever reaches it, which is this machine. */
  readonly anyone?: true;
}

/** A request that is refused, and whose it was if that is known. */
export interface Denial {
  readonly denied: HttpProblem;
  readonly name?: string;
}

/** No name of a token has a colon. */
const ANYONE: Reader = { name: 'local:anyone', grants: [{}] };

const INVALID = 'Bearer error="invalid_token"';
/** Identity providers put much into theirs. */
const LONGEST_TOKEN = 8_192;

/**
 * Who makes a request.
 *
 * @throws HttpProblem 503 if the identity provider's keys cannot be had
 */
export async function readerOf(
  request: FastifyRequest,
  { tokens, openId, anyone }: Authority,
): Promise<Reader | Denial> {
  if (anyone === true) return ANYONE;
  const token = bearerOf(request, LONGEST_TOKEN);
  if (token === undefined) return { denied: unauthorized('A bearer token is needed.', 'Bearer') };
  const known = tokens?.callerOf(token) ?? 'unknown';
  if (known === 'expired') return { denied: unauthorized('The token has expired.', INVALID) };
  if (known !== 'unknown') {
    const { name, scopes, expires: _expires, ...grant } = known;
    return scopes.includes('decode') ? { name, grants: [grant] } : { denied: lacksScope('decode'), name };
  }
  if (openId === undefined) return { denied: unauthorized('The token is not known here.', INVALID) };
  const person = await openId.personOf(token);
  if (person === 'unknown') return { denied: unauthorized('The token is not known here, or no longer good.', INVALID) };
  return person.grants.length === 0 ? { denied: lacksScope('decode'), name: person.name } : person;
}
