import { isThisMachine } from '../../inputs';
import { readBounds } from '../gateway/tokens';
import type { OpenIdSettings } from './open-id';
import type { Grant } from './reader';

const ISSUER = 'GANGWAY_CODEC_OIDC_ISSUER';
const AUDIENCE = 'GANGWAY_CODEC_OIDC_AUDIENCE';
const JWKS_URL = 'GANGWAY_CODEC_OIDC_JWKS_URL';
const ROLES = 'GANGWAY_CODEC_OIDC_ROLES';
const ROLES_CLAIM = 'GANGWAY_CODEC_OIDC_ROLES_CLAIM';

const TOGETHER = [ISSUER, AUDIENCE, JWKS_URL, ROLES] as const;
const DEFAULT_CLAIM = 'roles';

/**
 * Reads how an identity provider's tokens are verified. Undefined if nothing of it is set, or if something is wrong.
 *
 * @param env without empty variables
 * @param problems receives what is wrong, by the variable's name
 */
export function readOpenIdSettings(env: NodeJS.ProcessEnv, problems: string[]): OpenIdSettings | undefined {
  const [issuer, audience, url, roles] = TOGETHER.map((name) => env[name]);
  const rolesClaim = env[ROLES_CLAIM];
  if ([issuer, audience, url, roles, rolesClaim].every((text) => text === undefined)) return undefined;
  const missing = TOGETHER.filter((name) => env[name] === undefined);
  if (missing.length > 0) problems.push(`${missing.join(', ')} must be set too: tokens cannot be verified without`);
  const jwksUrl = url === undefined ? undefined : readJwksUrl(url, problems);
  const granted = roles === undefined ? undefined : readRoles(roles, problems);
  if (issuer === undefined || audience === undefined || jwksUrl === undefined || granted === undefined)
    return undefined;
  return { issuer, audience, jwksUrl, rolesClaim: rolesClaim ?? DEFAULT_CLAIM, roles: granted };
}

function readJwksUrl(text: string, problems: string[]): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url.hostname)))) {
    return url;
  }
  problems.push(
    `${JWKS_URL} must be a URL with https:, except on this machine: whoever answers there says who may read`,
  );
  return undefined;
}

/** A role, which may hold colons, and its bounds. */
const ENTRY = /^(.+?)(?::((?:providers|clients)=.*))?$/s;

/** `role`, or `role:providers=coinmena;clients=acme-*`, with white space or commas between them. */
function readRoles(text: string, problems: string[]): ReadonlyMap<string, Grant> | undefined {
  const roles = new Map<string, Grant>();
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  if (entries.length === 0) problems.push(`${ROLES} is set and holds no role`);
  for (const [index, entry] of entries.entries()) {
    const [, role = '', bounds] = ENTRY.exec(entry) ?? [];
    const read = bounds === undefined ? {} : readBounds(bounds.split(';'));
    if (typeof read === 'string') problems.push(`${ROLES}: entry ${index + 1} ${read}`);
    else if (read.expires !== undefined) problems.push(`${ROLES}: entry ${index + 1} cannot expire: the tokens do`);
    else if (roles.has(role)) problems.push(`${ROLES}: entry ${index + 1} repeats the role of another entry`);
    else roles.set(role, read);
  }
  return roles;
}
