import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { jsonAnswer, type Answer } from '../http/answer';
import type { Clock } from '../http/clock';
import type { Received } from '../http/passage';
import { BACK_OFFICE_SCOPE, REFRESH_SCOPE, type BackofficeSandboxConfig } from './config';
import { refusal, TokenRefusal } from './errors';

type Credentials = Pick<BackofficeSandboxConfig, 'clientId' | 'clientSecret' | 'username' | 'password' | 'tokenLifeMs'>;

/** What a sign-in began: every token that it led to, so that all of them can be taken back at once. */
interface Session {
  readonly scope: string;
  revoked: boolean;
}

interface AccessToken {
  readonly session: Session;
  readonly endsAt: number;
}

interface RefreshToken {
  readonly session: Session;
  used: boolean;
}

/** A request that was not let in. Says why; holds no credential. */
export interface NotedRefusal {
  readonly method: string;
  readonly path: string;
  readonly reason: string;
}

/**
 * The identity server: the password grant, access tokens that end soon, refresh tokens that work once. A refresh token
 * that is used again ends its session: it may have been stolen. Tokens are forgotten when the sandbox ends.
 */
export class Identity {
  private readonly accessTokens = new Map<string, AccessToken>();
  private readonly refreshTokens = new Map<string, RefreshToken>();
  tokenLifeMs: number;

  constructor(
    private readonly known: Credentials,
    private readonly clock: Clock,
    private readonly note: (refusal: NotedRefusal) => void,
  ) {
    this.tokenLifeMs = known.tokenLifeMs;
  }

  /** `POST /identity/connect/token`. @throws TokenRefusal */
  token(received: Received): Answer {
    const type = received.headers['content-type'] ?? '';
    if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) throw this.refused(received, 'invalid_request');
    const form = new URLSearchParams(received.body.toString('utf8'));
    switch (form.get('grant_type')) {
      case 'password':
        return this.answer(this.signIn(received, form));
      case 'refresh_token':
        return this.answer(this.refresh(received, form));
      case null:
      default:
        throw this.refused(received, 'unsupported_grant_type');
    }
  }

  /** @throws Refusal 401 without a token that is valid now, 403 without the scope */
  admit(received: Received): void {
    const [, given] = /^Bearer ([\x21-\x7e]+)$/.exec(received.headers.authorization ?? '') ?? [];
    const token = given === undefined ? undefined : this.accessTokens.get(given);
    const reason =
      given === undefined
        ? 'no bearer token'
        : token === undefined
          ? 'an unknown token'
          : token.session.revoked
            ? 'a token of a session that ended'
            : token.endsAt <= this.clock.now()
              ? 'a token that has expired'
              : undefined;
    if (reason !== undefined) throw this.unauthorized(received, reason);
    if (token?.session.scope.split(' ').includes(BACK_OFFICE_SCOPE) !== true) {
      this.noteRefusal(received, 'a token without the scope');
      throw refusal('Forbidden', 'The scope is missing.');
    }
  }

  /** The refusal of an expired token. */
  unauthorized(received: Received, reason: string): Error {
    this.noteRefusal(received, reason);
    return refusal('Unauthorized', 'Unauthorized');
  }

  /** Ends every access token that was given out; refresh tokens stay. */
  expireAll(): number {
    const { size } = this.accessTokens;
    this.accessTokens.clear();
    return size;
  }

  reset(): void {
    this.accessTokens.clear();
    this.refreshTokens.clear();
    this.tokenLifeMs = this.known.tokenLifeMs;
  }

  private signIn(received: Received, form: URLSearchParams): Session {
    const { clientId, clientSecret, username, password } = this.known;
    const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`, 'utf8').toString('base64')}`;
    if (!same(received.headers.authorization ?? '', basic)) throw this.refused(received, 'invalid_client');
    if (!same(form.get('username') ?? '', username) || !same(form.get('password') ?? '', password)) {
      throw this.refused(received, 'invalid_grant');
    }
    const scope = form.get('scope') ?? '';
    if (scope.trim() === '') throw this.refused(received, 'invalid_scope');
    return { scope, revoked: false };
  }

  private refresh(received: Received, form: URLSearchParams): Session {
    if (form.get('client_id') !== this.known.clientId) throw this.refused(received, 'invalid_client');
    const token = this.refreshTokens.get(form.get('refresh_token') ?? '');
    if (token === undefined || token.session.revoked) throw this.refused(received, 'invalid_grant');
    if (token.used) {
      token.session.revoked = true;
      throw this.refused(received, 'invalid_grant', 'a refresh token that was used before');
    }
    token.used = true;
    return token.session;
  }

  private answer(session: Session): Answer {
    const accessToken = randomBytes(24).toString('base64url');
    this.accessTokens.set(accessToken, { session, endsAt: this.clock.now() + this.tokenLifeMs });
    const refreshes = session.scope.split(' ').includes(REFRESH_SCOPE);
    const refreshToken = randomBytes(24).toString('base64url');
    if (refreshes) this.refreshTokens.set(refreshToken, { session, used: false });
    return jsonAnswer(200, {
      id_token: 'none',
      access_token: accessToken,
      expires_in: Math.floor(this.tokenLifeMs / 1000),
      token_type: 'Bearer',
      ...(refreshes ? { refresh_token: refreshToken } : {}),
      scope: session.scope,
    });
  }

  private refused(received: Received, error: string, reason = error): TokenRefusal {
    this.noteRefusal(received, reason);
    return new TokenRefusal(error);
  }

  private noteRefusal({ method, path }: Received, reason: string): void {
    this.note({ method, path, reason });
  }
}

function same(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
