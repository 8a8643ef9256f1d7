import { z } from 'zod';
import { isThisMachine } from '../../inputs';
import { wholeNumber } from '../../inputs/whole-number';
import { readPayloadKeySettings, type PayloadKeySettings } from '../../keys/settings';
import type { HostAndPort } from '../../system/http-endpoint';
import { temporalSettings, TemporalSettingsError, type TemporalSettings } from '../../temporal/connection';
import { readCallbackReceivers, type CallbackReceivers } from './callback-receivers';
import { refuseMoneyCredentials } from './money-credentials';
import type { ServiceSettings } from './http-service';
import { flag, logLevel, readTokenSource, valueOrFile, withoutEmpty } from './settings';
import type { TokenSource } from './token-file';
import { secretsOf, WebhookKeys } from './webhook-signature';

/** Everything a gateway is told. */
export interface GatewayConfig extends ServiceSettings {
  readonly temporal: TemporalSettings;
  /** Absent: payloads stay in clear. */
  readonly payloadKeys?: PayloadKeySettings;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly webhookKeys: WebhookKeys;
  readonly tokens: TokenSource;
  /** What proves to the workers who asked for a movement; none: nothing does. */
  readonly requesterSecrets: readonly string[];
  /** Whose callbacks are taken. */
  readonly callbacks: CallbackReceivers;
  /** Warnings, with which it starts nevertheless. */
  readonly warnings: readonly string[];
  /** Whether /docs shows the OpenAPI document. */
  readonly docs: boolean;
  readonly shutdownGraceMs: number;
  /** Absent: none are kept. Port 0: any that is free. */
  readonly metrics?: HostAndPort;
}

/** Thrown if the environment cannot be worked with; lists every problem by its variable, never by its value. */
export class GatewayConfigError extends Error {
  override readonly name = 'GatewayConfigError';

  constructor(readonly problems: readonly string[]) {
    super(`The gateway cannot start with these settings:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

/** An application with 20 documents is below 20 KB. */
const DEFAULT_MAX_BODY_BYTES = 262_144;
const DEFAULT_MAX_CONNECTIONS = 1_000;
const DEFAULT_REQUESTS_PER_MINUTE = 1_200;
const DEFAULT_SHUTDOWN_GRACE_MS = 20_000;
const DEFAULT_GATEWAY_PORT = 8088;

const environment = z.object({
  GANGWAY_GATEWAY_HOST: z.string().default('127.0.0.1'),
  GANGWAY_GATEWAY_ALLOW_PLAINTEXT: flag.default(false),
  GANGWAY_GATEWAY_PORT: wholeNumber(0, 65_535).default(DEFAULT_GATEWAY_PORT),
  GANGWAY_GATEWAY_MAX_BODY_BYTES: wholeNumber(1_024, 1_048_576).default(DEFAULT_MAX_BODY_BYTES),
  GANGWAY_GATEWAY_MAX_CONNECTIONS: wholeNumber(1, 100_000).default(DEFAULT_MAX_CONNECTIONS),
  GANGWAY_GATEWAY_DOCS: flag.default(false),
  GANGWAY_GATEWAY_REQUESTS_PER_MINUTE: wholeNumber(1, 1_000_000).default(DEFAULT_REQUESTS_PER_MINUTE),
  GANGWAY_GATEWAY_PROXIES: wholeNumber(0, 10).default(0),
  GANGWAY_GATEWAY_SHUTDOWN_GRACE_MS: wholeNumber(0, 600_000).default(DEFAULT_SHUTDOWN_GRACE_MS),
  GANGWAY_METRICS_HOST: z.string().default('127.0.0.1'),
  GANGWAY_METRICS_PORT: wholeNumber(0, 65_535).default(0),
  GANGWAY_LOG_LEVEL: logLevel,
});

const IN_CLEAR =
  'GANGWAY_GATEWAY_HOST must be of this machine, unless GANGWAY_GATEWAY_ALLOW_PLAINTEXT=true says that requests may come in clear: put a proxy with TLS before it';

/**
 * Reads a gateway's settings:
 * - TEMPORAL_*: how to reach Temporal (temporal/connection.ts)
 * - GANGWAY_PAYLOAD_KEYS_FILE, GANGWAY_READ_PLAIN_PAYLOADS: the workers' own; not set: payloads are not encrypted (keys/settings.ts)
 * - GANGWAY_GATEWAY_HOST, default 127.0.0.1; GANGWAY_GATEWAY_PORT, default 8088, 0 for any free port
 * - GANGWAY_GATEWAY_ALLOW_PLAINTEXT, default false: the gateway has no TLS, so it listens beyond this machine only if that is
 *   said to be wanted, as behind a proxy that has
 * - GANGWAY_WEBHOOK_SECRETS or GANGWAY_WEBHOOK_SECRETS_FILE: secrets of signup events, `whsec_...`, several while one
 *   is rotated
 * - GANGWAY_TOKENS or GANGWAY_TOKENS_FILE: `name:scope+scope:sha256` entries (client/gateway/tokens.ts); the file is
 *   read again when it changes
 * - GANGWAY_REQUESTER_SECRETS or GANGWAY_REQUESTER_SECRETS_FILE: what proves to the workers who asked for a movement,
 *   `whsec_...`, the workers' own; default none, and no requester is proven
 * - GANGWAY_CALLBACK_PROVIDERS: whose callbacks are taken; each with what they are verified with (.env.example)
 * - GANGWAY_GATEWAY_DOCS, default false: whether /docs is there
 * - GANGWAY_GATEWAY_MAX_BODY_BYTES, GANGWAY_GATEWAY_MAX_CONNECTIONS, GANGWAY_GATEWAY_REQUESTS_PER_MINUTE, GANGWAY_GATEWAY_PROXIES,
 *   GANGWAY_GATEWAY_SHUTDOWN_GRACE_MS, GANGWAY_LOG_LEVEL
 * - GANGWAY_METRICS_HOST, default 127.0.0.1; GANGWAY_METRICS_PORT, default 0 for any free port, empty for no metrics
 *
 * An empty variable counts as absent, but for GANGWAY_METRICS_PORT.
 *
 * @throws GatewayConfigError with every problem at once
 */
export function readGatewayConfig(env: NodeJS.ProcessEnv): GatewayConfig {
  const problems: string[] = [];
  const temporal = readTemporal(env, problems);
  const given = withoutEmpty(env);
  const set = environment.safeParse(given);
  for (const { path, message } of set.error?.issues ?? []) problems.push(`${path.map(String).join('.')} ${message}`);
  if (set.success && !set.data.GANGWAY_GATEWAY_ALLOW_PLAINTEXT && !isThisMachine(set.data.GANGWAY_GATEWAY_HOST)) {
    problems.push(IN_CLEAR);
  }
  const webhookKeys = readSecrets(given, problems);
  const tokens = readTokenSource(given, 'GANGWAY_TOKENS', 'GANGWAY_TOKENS_FILE', problems);
  const requesterSecrets = readRequesterSecrets(given, problems);
  const callbacks = readCallbackReceivers(given, problems);
  const payloadKeys = readPayloadKeySettings(given, problems);
  const warnings = refuseMoneyCredentials(given, problems);
  if (problems.length > 0 || !set.success || temporal === undefined) throw new GatewayConfigError(problems);
  const { data } = set;
  return {
    temporal,
    ...(payloadKeys === undefined ? {} : { payloadKeys }),
    host: data.GANGWAY_GATEWAY_HOST,
    port: data.GANGWAY_GATEWAY_PORT,
    webhookKeys,
    tokens,
    requesterSecrets,
    callbacks,
    warnings,
    maxBodyBytes: data.GANGWAY_GATEWAY_MAX_BODY_BYTES,
    maxConnections: data.GANGWAY_GATEWAY_MAX_CONNECTIONS,
    docs: data.GANGWAY_GATEWAY_DOCS,
    requestsPerMinute: data.GANGWAY_GATEWAY_REQUESTS_PER_MINUTE,
    proxies: data.GANGWAY_GATEWAY_PROXIES,
    shutdownGraceMs: data.GANGWAY_GATEWAY_SHUTDOWN_GRACE_MS,
    ...(env['GANGWAY_METRICS_PORT'] === ''
      ? {}
      : { metrics: { host: data.GANGWAY_METRICS_HOST, port: data.GANGWAY_METRICS_PORT } }),
    logLevel: data.GANGWAY_LOG_LEVEL,
  };
}

function readTemporal(env: NodeJS.ProcessEnv, problems: string[]): TemporalSettings | undefined {
  try {
    return temporalSettings(env);
  } catch (error) {
    if (!(error instanceof TemporalSettingsError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

function readSecrets(env: NodeJS.ProcessEnv, problems: string[]): WebhookKeys {
  const text = valueOrFile(env, 'GANGWAY_WEBHOOK_SECRETS', 'GANGWAY_WEBHOOK_SECRETS_FILE', problems);
  return new WebhookKeys(secretsOf(text, 'GANGWAY_WEBHOOK_SECRETS', problems));
}

function readRequesterSecrets(env: NodeJS.ProcessEnv, problems: string[]): readonly string[] {
  const text = valueOrFile(env, 'GANGWAY_REQUESTER_SECRETS', 'GANGWAY_REQUESTER_SECRETS_FILE', problems);
  return secretsOf(text, 'GANGWAY_REQUESTER_SECRETS', problems);
}
