import { connectionOf, parseJson } from '../http/answers';
import type { HttpResponse, HttpTransport } from '../http/transport';
import { ProviderError } from '../provider-error';
import { TOKEN_LIFETIME_S } from './assumptions';
import type { BackofficeConfig } from './config';
import { ENDPOINTS } from './endpoints';
import { PROVIDER_ID } from './errors';
import { tokenAnswer } from './schemas';

const OPERATION = 'accessToken';

/** A token is renewed this long before it ends, or at four fifths of a short life. */
const RENEW_BEFORE_MS = 10_000;
const RENEW_AT = 0.8;

interface Held {
  readonly accessToken: string;
  /** By the clock of `now`. */
  readonly renewAt: number;
}

type TokenConfig = Pick<BackofficeConfig, 'origin' | 'clientId' | 'clientSecret' | 'scope' | 'username' | 'password'>;

/**
 * The access token, renewed before it ends and by one caller at a time: a refresh token works once, so two renewals at
 * once would lose the session for both. If no token can be had, for whatever reason, the call that wanted it was not
 * sent.
 */
export class AccessTokens {
  #held: Held | undefined;
  #refreshToken: string | undefined;
  #renewal: Promise<Held> | undefined;

  constructor(
    private readonly config: TokenConfig,
    private readonly transport: HttpTransport,
    private readonly now: () => number,
  ) {}

  /** @throws ProviderError AUTH if the credentials are refused, UNREACHABLE if no token can be had now */
  async get(): Promise<string> {
    if (this.#held !== undefined && this.now() < this.#held.renewAt) return this.#held.accessToken;
    return (await this.#renew()).accessToken;
  }

  /** A fresh token in place of one that was refused; the one that another caller has just fetched, if there is one. */
  async replace(refused: string): Promise<string> {
    if (this.#held?.accessToken === refused) this.#held = undefined;
    return await this.get();
  }

  #renew(): Promise<Held> {
    this.#renewal ??= this.#fetch().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #fetch(): Promise<Held> {
    const refreshed = await this.#refresh();
    const held = refreshed ?? (await this.#signIn());
    this.#held = held;
    return held;
  }

  /** Undefined if there is no refresh token, or the one there is cannot be used any more. */
  async #refresh(): Promise<Held | undefined> {
    const refreshToken = this.#refreshToken;
    if (refreshToken === undefined) return undefined;
    // It works only once, even if its answer is lost.
    this.#refreshToken = undefined;
    const { clientId, scope } = this.config;
    const form = { client_id: clientId, grant_type: 'refresh_token', refresh_token: refreshToken, scope };
    const askedAt = this.now();
    const response = await this.#post(form, {}).catch(() => undefined);
    return response?.status === 200 ? this.#read(response, askedAt) : undefined;
  }

  async #signIn(): Promise<Held> {
    const { clientId, clientSecret, scope, username, password } = this.config;
    const credentials = Buffer.from(`${clientId}:${clientSecret}`, 'utf8').toString('base64');
    const askedAt = this.now();
    const response = await this.#post(
      { grant_type: 'password', username, password, scope },
      { Authorization: `Basic ${credentials}` },
    );
    const held = response.status === 200 ? this.#read(response, askedAt) : undefined;
    if (held !== undefined) return held;
    const refused = response.status >= 400 && response.status < 500 && response.status !== 429;
    throw noToken(refused ? 'AUTH' : 'UNREACHABLE', response.status);
  }

  async #post(
    form: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>>,
  ): Promise<HttpResponse> {
    const { method, path } = ENDPOINTS.token;
    try {
      return await this.transport.send({
        method,
        origin: this.config.origin,
        target: path,
        template: path,
        headers: { Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
        body: Buffer.from(new URLSearchParams(form).toString(), 'utf8'),
      });
    } catch (cause) {
      throw new ProviderError('UNREACHABLE', {
        provider: PROVIDER_ID,
        operation: OPERATION,
        cause,
        ...connectionOf(cause),
      });
    }
  }

  #read({ body }: HttpResponse, askedAt: number): Held | undefined {
    const parsed = tokenAnswer.safeParse(parseJson(body));
    if (!parsed.success) return undefined;
    const { access_token: accessToken, refresh_token: refreshToken, expires_in: seconds } = parsed.data;
    this.#refreshToken = refreshToken ?? undefined;
    const lifeMs = (seconds ?? TOKEN_LIFETIME_S.value) * 1000;
    return { accessToken, renewAt: askedAt + Math.max(lifeMs - RENEW_BEFORE_MS, lifeMs * RENEW_AT) };
  }
}

function noToken(code: 'AUTH' | 'UNREACHABLE', httpStatus: number): ProviderError {
  return new ProviderError(code, { provider: PROVIDER_ID, operation: OPERATION, httpStatus });
}
