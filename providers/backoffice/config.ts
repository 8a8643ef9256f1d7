import { z } from 'zod';
import { readNetwork, type NetworkSettings } from '../http/network';
import {
  baseUrl,
  flag,
  headerText,
  holdsCredentials,
  isOpenToEavesdroppers,
  longSecret,
  readSecret,
  wholeNumber,
  withoutEmpty,
} from '../http/settings';
import { CALLBACK_URL_IS_OPTIONAL, OAUTH_CLIENT, SEARCH_MARGIN_MS } from './assumptions';

/** Everything the connector is told. */
export interface BackofficeConfig {
  /** Scheme, host and port of the installation; nothing more. */
  readonly origin: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
  readonly username: string;
  readonly password: string;
  /** What comment tokens are derived with. Another secret finds none of the orders of this one. */
  readonly tokenSecret: string;
  /** Undefined: no callbacks are asked for, and orders are polled. */
  readonly callbacks: CallbackAddress | undefined;
  readonly httpTimeoutMs: number;
  /** Absent: directly. */
  readonly network?: NetworkSettings;
  readonly searchMarginMs: number;
}

/** Where callbacks are to arrive. */
export interface CallbackAddress {
  /** Without a slash at the end. */
  readonly url: string;
  /** What the tokens in the addresses are derived with: all that the gateway is given. */
  readonly secret: string;
}

const MOST_HTTP_TIMEOUT_MS = 60_000;
const MOST_SEARCH_MARGIN_MS = 24 * 3_600_000;
export const SHORTEST_TOKEN_SECRET = 32;

const callbackUrl = z
  .string('is required')
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const url = new URL(text);
    return /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '' && !holdsCredentials(url);
  }, 'must be a URL of http: or https: without query, such as https://gateway.example/callbacks/backoffice')
  .transform((text) => text.replace(/\/+$/, ''));

const environment = z.object({
  BACKOFFICE_BASE_URL: baseUrl('https://exchange.example'),
  BACKOFFICE_ALLOW_PLAIN_HTTP: flag.default(false),
  BACKOFFICE_CLIENT_ID: headerText.default(OAUTH_CLIENT.value.id),
  BACKOFFICE_SCOPE: z.string().max(255).default(OAUTH_CLIENT.value.scope),
  BACKOFFICE_USERNAME: z.string('is required').max(255),
  BACKOFFICE_CALLBACK_URL: CALLBACK_URL_IS_OPTIONAL.value ? callbackUrl.optional() : callbackUrl,
  BACKOFFICE_HTTP_TIMEOUT_MS: wholeNumber(100, MOST_HTTP_TIMEOUT_MS).default(8_000),
  BACKOFFICE_SEARCH_MARGIN_MS: wholeNumber(0, MOST_SEARCH_MARGIN_MS).default(SEARCH_MARGIN_MS.value),
});

/** The variables of its secrets. */
export const SECRETS = {
  clientSecret: 'BACKOFFICE_CLIENT_SECRET',
  password: 'BACKOFFICE_PASSWORD',
  tokenSecret: 'BACKOFFICE_TOKEN_SECRET',
  callbackSecret: 'BACKOFFICE_CALLBACK_SECRET',
} as const;

/**
 * Reads the connector's settings from environment variables. An empty variable counts as absent. Every problem is
 * reported at once; each names the variable and never its value.
 */
export const configSchema: z.ZodType<BackofficeConfig> = z.unknown().transform((env, context): BackofficeConfig => {
  const report = (variable: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [variable], message });
  const variables = environment.safeParse(withoutEmpty(env));
  for (const { path, message } of variables.error?.issues ?? []) report(path.map(String).join('.'), message);
  const secret = (variable: string): string | undefined => {
    const setting = readSecret(env, variable);
    if ('text' in setting) return setting.text;
    report(setting.variable, setting.problem);
    return undefined;
  };
  const clientSecret = secret(SECRETS.clientSecret);
  const password = secret(SECRETS.password);
  const tokenSecret = longSecret(env, SECRETS.tokenSecret, SHORTEST_TOKEN_SECRET, report);
  const callbackSecret =
    variables.data?.BACKOFFICE_CALLBACK_URL === undefined
      ? undefined
      : longSecret(env, SECRETS.callbackSecret, SHORTEST_TOKEN_SECRET, report);
  if (callbackSecret !== undefined && callbackSecret === tokenSecret) {
    report(
      SECRETS.callbackSecret,
      `must not be ${SECRETS.tokenSecret}: the gateway is given it, and could make orders look ours`,
    );
  }
  if (!variables.success || clientSecret === undefined || password === undefined || tokenSecret === undefined) {
    return z.NEVER;
  }
  const set = variables.data;
  const network = readNetwork(env, report);
  const url = new URL(set.BACKOFFICE_BASE_URL);
  if (isOpenToEavesdroppers(url) && !set.BACKOFFICE_ALLOW_PLAIN_HTTP) {
    report('BACKOFFICE_BASE_URL', 'must be https:, except on this machine or with BACKOFFICE_ALLOW_PLAIN_HTTP=true');
  }
  return {
    origin: url.origin,
    clientId: set.BACKOFFICE_CLIENT_ID,
    clientSecret,
    scope: set.BACKOFFICE_SCOPE,
    username: set.BACKOFFICE_USERNAME,
    password,
    tokenSecret,
    callbacks:
      set.BACKOFFICE_CALLBACK_URL === undefined || callbackSecret === undefined
        ? undefined
        : { url: set.BACKOFFICE_CALLBACK_URL, secret: callbackSecret },
    httpTimeoutMs: set.BACKOFFICE_HTTP_TIMEOUT_MS,
    network,
    searchMarginMs: set.BACKOFFICE_SEARCH_MARGIN_MS,
  };
});
