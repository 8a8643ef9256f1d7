import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from './problem';
import type { TokenSource } from './token-file';
import type { Caller, Scope } from './tokens';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The scope that a token must have; `signed`: the body is signed instead, and the route verifies it. */
    readonly access?: Scope | 'signed';
  }
  interface FastifyRequest {
    /** Whose token came with the request. */
    caller: Caller | undefined;
    /** The onboarding or intent that the request is about, for the log. */
    workflowId: string | undefined;
  }
}

const BEARER = /^Bearer +([\x21-\x7e]+)$/i;
/** Ours have 46 characters. */
const LONGEST_TOKEN = 512;

/** The bearer token of a request; undefined if it has none, or one that is too long to be one. */
export function bearerOf({ headers }: FastifyRequest, longest = LONGEST_TOKEN): string | undefined {
  const token = BEARER.exec(headers.authorization ?? '')?.[1];
  return token === undefined || token.length > longest ? undefined : token;
}

/**
 * Admits a request as its route's `access` says. A route that says nothing admits nobody.
 *
 * @throws HttpProblem 401 without a token that is known and has not expired, 403 if it lacks the scope
 */
export function gatekeeper(tokens: TokenSource): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  return async (request) => {
    const { access } = request.routeOptions.config;
    if (access === 'signed') return;
    const token = bearerOf(request);
    if (token === undefined) throw unauthorized('A bearer token is needed: authorization: Bearer gw_...', 'Bearer');
    const caller = tokens.callerOf(token);
    if (caller === 'unknown') throw unauthorized('The token is not known here.', 'Bearer error="invalid_token"');
    if (caller === 'expired') throw unauthorized('The token has expired.', 'Bearer error="invalid_token"');
    request.caller = caller;
    if (access === undefined || !caller.scopes.includes(access)) throw lacksScope(access);
  };
}

/** Who made the request. Only if the route's access is a scope. */
export function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === undefined) throw new Error('the route lets callers in without a token');
  return caller;
}

/** @param challenge how to authenticate (RFC 9110, 11.6.1) */
export function unauthorized(detail: string, challenge: string): HttpProblem {
  return new HttpProblem({ status: 401, code: 'AUTH', detail, headers: { 'www-authenticate': challenge } });
}

export function lacksScope(scope: Scope | undefined): HttpProblem {
  const detail = scope === undefined ? 'Nobody may do this.' : `The token lacks the scope ${scope}.`;
  return new HttpProblem({
    status: 403,
    code: 'SCOPE_TOO_LOW',
    detail,
    headers: {
      'www-authenticate': `Bearer error="insufficient_scope"${scope === undefined ? '' : `, scope="${scope}"`}`,
    },
  });
}
