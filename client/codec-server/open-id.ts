import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { HttpProblem } from '../gateway/problem';
import type { Grant, Reader } from './reader';

/** How tokens of an identity provider (OpenID Connect) are verified, and what its roles may read. */
export interface OpenIdSettings {
  /** As `iss` has it. */
  readonly issuer: string;
  /** As `aud` has it. */
  readonly audience: string;
  /** Where its keys are (RFC 7517). */
  readonly jwksUrl: URL;
  /** The claim with the roles; dots lead into claims. */
  readonly rolesClaim: string;
  /** What each role may read. A role that is not here may read nothing. */
  readonly roles: ReadonlyMap<string, Grant>;
}

/**
 * Signed with a private key alone. With a shared secret (HS256) whoever verifies could sign, and with none anybody: a token that
 * names them is refused whatever its key.
 */
const ALGORITHMS = [...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'], ...['ES256', 'ES384', 'ES512', 'EdDSA']];
/** Two machines' clocks. */
const CLOCK_TOLERANCE_SECONDS = 5;
const JWKS_TIMEOUT_MS = 5_000;
const RETRY_AFTER_SECONDS = 5;

/** Of `sub`: it stands in the audit and in the log. */
const SUBJECT = /^[\x21-\x7e]{1,200}$/;

/** What says that the token is not good, and not that the provider's keys cannot be had. */
const OF_THE_TOKEN = [
  ...[errors.JWTClaimValidationFailed, errors.JWTExpired, errors.JWTInvalid, errors.JWSInvalid],
  ...[errors.JWSSignatureVerificationFailed, errors.JOSEAlgNotAllowed, errors.JOSENotSupported],
  ...[errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys],
];

/** People as an identity provider's tokens tell of them. */
export class OpenIdReaders {
  private readonly keys: JWTVerifyGetKey;

  constructor(private readonly settings: OpenIdSettings) {
    this.keys = createRemoteJWKSet(settings.jwksUrl, { timeoutDuration: JWKS_TIMEOUT_MS });
  }

  /**
   * Whose token it is, with what the roles in it may read: `iss`, `aud`, `exp`, `nbf` and the signature are right, or it is
   * nobody's.
   *
   * @throws HttpProblem 503 if the provider's keys cannot be had
   */
  async personOf(token: string): Promise<Reader | 'unknown'> {
    const claims = await this.verified(token);
    const { sub = '' } = claims ?? {};
    if (claims === undefined || !SUBJECT.test(sub)) return 'unknown';
    const grants = rolesIn(claims, this.settings.rolesClaim).flatMap((role) => this.settings.roles.get(role) ?? []);
    return { name: `oidc:${sub}`, grants };
  }

  private async verified(token: string): Promise<JWTPayload | undefined> {
    const { issuer, audience } = this.settings;
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      return payload;
    } catch (error) {
      if (OF_THE_TOKEN.some((kind) => error instanceof kind)) return undefined;
      throw new HttpProblem({
        status: 503,
        code: 'AUTHORITY_UNAVAILABLE',
        detail: 'The keys of the identity provider cannot be had now.',
        headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
      });
    }
  }
}

/** A list, or one text with spaces between them, as `scope` has. */
function rolesIn(claims: JWTPayload, name: string): readonly string[] {
  const value = claimOf(claims, name);
  if (typeof value === 'string') return value.split(' ').filter((role) => role !== '');
  return Array.isArray(value) ? value.filter((role) => typeof role === 'string') : [];
}

/** Some name their claims by URLs, which have dots: the whole name goes first. */
function claimOf(claims: JWTPayload, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = Object.entries(value).find(([key]) => key === part)?.[1];
  }
  return value;
}
