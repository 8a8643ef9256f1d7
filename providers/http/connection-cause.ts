import type { ConnectionCause } from '../../contract/connection';
import { isPrintable } from '../../contract/printable';

/** By the codes of Node, OpenSSL and undici. */
const CAUSES: ReadonlyMap<string, ConnectionCause> = new Map<string, ConnectionCause>([
  ['ENOTFOUND', 'no-such-host'],
  ['EAI_AGAIN', 'no-such-host'],
  ['ECONNREFUSED', 'refused'],
  ['EHOSTUNREACH', 'no-route'],
  ['ENETUNREACH', 'no-route'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timed-out'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unknown-authority'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'unknown-authority'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unknown-authority'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'unknown-authority'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'unknown-authority'],
  ['CERT_SIGNATURE_FAILURE', 'unknown-authority'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'other-host'],
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'expired'],
  ['EPROTO', 'not-https'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'not-https'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'not-https'],
  ['UND_ERR_PROXY', 'proxy'],
]);

/**
 * Why there was no connection, or why the answer did not come from the provider; undefined if the code does not tell.
 */
export function connectionCause(code: string | undefined): ConnectionCause | undefined {
  if (code === undefined) return undefined;
  return code.startsWith('HPE_') ? 'not-http' : CAUSES.get(code);
}

/** Causes that come before a request can be written, even behind a proxy, whose own connection is not marked. */
export function isBeforeSending(code: string | undefined): boolean {
  const cause = connectionCause(code);
  return cause !== undefined && cause !== 'not-http' && code !== 'EPROTO';
}

const LONGEST_ORIGIN = 255;

/**
 * Where a redirect leads: scheme, host and port alone, because the rest may hold what nobody should see.
 *
 * @returns undefined if the answer is no redirect to anywhere that can be named
 */
export function redirectOrigin(status: number, location: string | undefined, from: string): string | undefined {
  if (status < 300 || status > 399 || location === undefined || !URL.canParse(location, from)) return undefined;
  const { origin } = new URL(location, from);
  return origin !== 'null' && origin.length <= LONGEST_ORIGIN && isPrintable(origin) ? origin : undefined;
}
