import { z } from 'zod';
import { readNetwork, type NetworkSettings } from '../http/network';
import {
  baseUrl,
  flag,
  hasSecret,
  isOpenToEavesdroppers,
  longSecret,
  readSecret,
  wholeNumber,
  withoutEmpty,
  type Report,
} from '../http/settings';
import { HOSTS, KEY_PREFIXES, type KeyPrefix } from './layout';

/** Everything the connector is told. */
export interface CoinifyConfig {
  /** Scheme, host and port; nothing more. */
  readonly origin: string;
  readonly apiKey: string;
  readonly environment: KeyPrefix;
  /** Of webhooks; without one, none is believed. */
  readonly webhookSecret: string | undefined;
  /** Whether withdrawals can be asked for by their order id (assumptions.ts, LIST_CALL). */
  readonly findByOrderId: boolean;
  readonly httpTimeoutMs: number;
  /** Absent: directly. */
  readonly network?: NetworkSettings;
}

const variables = z.object({
  COINIFY_BASE_URL: baseUrl('https://api.payment.coinify.com'),
  COINIFY_ALLOW_PLAIN_HTTP: flag.default(false),
  COINIFY_FIND_BY_ORDER_ID: flag.default(false),
  COINIFY_HTTP_TIMEOUT_MS: wholeNumber(100, 60_000).default(20_000),
});

export const API_KEY = 'COINIFY_API_KEY';
export const WEBHOOK_SECRET = 'COINIFY_WEBHOOK_SECRET';
export const SHORTEST_WEBHOOK_SECRET = 16;

/** `<environment>_<uuid>` (Authentication page). */
const KEY = new RegExp(`^(${KEY_PREFIXES.join('|')})_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, 'i');

/**
 * Reads the connector's settings from environment variables. An empty variable counts as absent. Every problem is
 * reported at once; each names the variable and never its value.
 */
export const configSchema: z.ZodType<CoinifyConfig> = z.unknown().transform((env, context): CoinifyConfig => {
  const report = (variable: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [variable], message });
  const read = variables.safeParse(withoutEmpty(env));
  for (const { path, message } of read.error?.issues ?? []) report(path.map(String).join('.'), message);
  const key = apiKeyOf(env, report);
  const webhookSecret = hasSecret(env, WEBHOOK_SECRET)
    ? longSecret(env, WEBHOOK_SECRET, SHORTEST_WEBHOOK_SECRET, report)
    : undefined;
  if (!read.success || key === undefined) return z.NEVER;
  const set = read.data;
  const network = readNetwork(env, report);
  const url = new URL(set.COINIFY_BASE_URL);
  if (isOpenToEavesdroppers(url) && !set.COINIFY_ALLOW_PLAIN_HTTP) {
    report('COINIFY_BASE_URL', 'must be https:, except on this machine or with COINIFY_ALLOW_PLAIN_HTTP=true');
  }
  const mismatch = environmentProblem(url.hostname, key.environment);
  if (mismatch !== undefined) report(API_KEY, mismatch);
  return {
    origin: url.origin,
    apiKey: key.text,
    environment: key.environment,
    webhookSecret,
    findByOrderId: set.COINIFY_FIND_BY_ORDER_ID,
    httpTimeoutMs: set.COINIFY_HTTP_TIMEOUT_MS,
    network,
  };
});

function apiKeyOf(
  env: unknown,
  report: Report,
): { readonly text: string; readonly environment: KeyPrefix } | undefined {
  const secret = readSecret(env, API_KEY);
  if ('problem' in secret) {
    report(secret.variable, secret.problem);
    return undefined;
  }
  const environment = KEY_PREFIXES.find((prefix) => secret.text.startsWith(`${prefix}_`));
  if (environment !== undefined && KEY.test(secret.text)) return { text: secret.text, environment };
  report(secret.variable, 'must be an environment, an underscore and a UUID, as the dashboard shows it');
  return undefined;
}

/**
 * Why a key may not be sent to a host: each of Coinify's hosts has its own keys, and a key of production, which spends
 * real money, is never shown to another host.
 */
function environmentProblem(hostname: string, environment: KeyPrefix): string | undefined {
  const wanted = Object.hasOwn(HOSTS, hostname) ? HOSTS[hostname] : 'sandbox';
  if (wanted === environment) return undefined;
  return `is a key of ${environment}, and COINIFY_BASE_URL is not its host`;
}
