import { z } from 'zod';
import { readNetwork, type NetworkSettings } from '../http/network';
import {
  baseUrl,
  flag,
  hasSecret,
  headerText,
  isOpenToEavesdroppers,
  jsonObjectOf,
  longSecret,
  wholeNumber,
  withoutEmpty,
  type Report,
} from '../http/settings';
import { SIGNING_LAYOUT } from './assumptions';
import type { SigningLayout } from './layout';
import { SharedSecret } from './signing';

/** Everything the connector is told. */
export interface OceafinConfig {
  /** Scheme, host and port; nothing more. */
  readonly origin: string;
  readonly clientId: string;
  readonly clientSecret: SharedSecret;
  /** Of webhooks; without one, none is believed. */
  readonly webhookSecret: SharedSecret | undefined;
  readonly layout: SigningLayout;
  readonly httpTimeoutMs: number;
  /** Absent: directly. */
  readonly network?: NetworkSettings;
}

const layoutSchema = z.strictObject({
  emptyBody: z.enum(['hash', 'empty']),
  secretEncoding: z.enum(['utf8', 'hex', 'base64']),
});

const layoutSetting = z.string().transform((text, context) => {
  const layout = layoutSchema.safeParse({ ...SIGNING_LAYOUT.value, ...jsonObjectOf(text) });
  if (layout.success && jsonObjectOf(text) !== undefined) return layout.data;
  context.addIssue(`must be JSON with any of ${Object.keys(SIGNING_LAYOUT.value).join(', ')}`);
  return z.NEVER;
});

/** Names as in the vendor's samples (Getting Started page), and what only this connector has. */
const environment = z.object({
  OCEAFIN_PARTNER_API_BASE_URL: baseUrl('https://api.oceafin.com'),
  OCEAFIN_PARTNER_API_CLIENT_ID: headerText,
  OCEAFIN_ALLOW_PLAIN_HTTP: flag.default(false),
  OCEAFIN_SIGNATURE_LAYOUT: layoutSetting.default(SIGNING_LAYOUT.value),
  OCEAFIN_HTTP_TIMEOUT_MS: wholeNumber(100, 60_000).default(20_000),
});

export const CLIENT_SECRET = 'OCEAFIN_PARTNER_API_CLIENT_SECRET';
export const WEBHOOK_SECRET = 'OCEAFIN_PARTNER_API_WEBHOOK_SECRET';
export const SHORTEST_SECRET = 16;

/**
 * Reads the connector's settings from environment variables. An empty variable counts as absent. Every problem is
 * reported at once; each names the variable and never its value.
 */
export const configSchema: z.ZodType<OceafinConfig> = z.unknown().transform((env, context): OceafinConfig => {
  const report = (variable: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [variable], message });
  const variables = environment.safeParse(withoutEmpty(env));
  for (const { path, message } of variables.error?.issues ?? []) report(path.map(String).join('.'), message);
  const clientSecret = sharedSecret(env, CLIENT_SECRET, report);
  const webhookSecret = hasSecret(env, WEBHOOK_SECRET) ? sharedSecret(env, WEBHOOK_SECRET, report) : undefined;
  if (!variables.success || clientSecret === undefined) return z.NEVER;
  const set = variables.data;
  const network = readNetwork(env, report);
  const url = new URL(set.OCEAFIN_PARTNER_API_BASE_URL);
  if (isOpenToEavesdroppers(url) && !set.OCEAFIN_ALLOW_PLAIN_HTTP) {
    const problem = 'must be https:, except on this machine or with OCEAFIN_ALLOW_PLAIN_HTTP=true';
    report('OCEAFIN_PARTNER_API_BASE_URL', problem);
  }
  return {
    origin: url.origin,
    clientId: set.OCEAFIN_PARTNER_API_CLIENT_ID,
    clientSecret,
    webhookSecret,
    layout: set.OCEAFIN_SIGNATURE_LAYOUT,
    httpTimeoutMs: set.OCEAFIN_HTTP_TIMEOUT_MS,
    network,
  };
});

function sharedSecret(env: unknown, variable: string, report: Report): SharedSecret | undefined {
  const text = longSecret(env, variable, SHORTEST_SECRET, report);
  return text === undefined ? undefined : new SharedSecret(text);
}
