import { z } from 'zod';
import { isThisMachine } from '../../inputs';
import { wholeNumber } from '../../inputs/whole-number';
import {
  isEncrypting,
  PAYLOAD_KEY_VARIABLES,
  readPayloadKeySettings,
  type PayloadKeySettings,
} from '../../keys/settings';
import { VAULT_VARIABLES } from '../../keys/vault-settings';
import type { ServiceSettings } from '../gateway/http-service';
import { refuseMoneyCredentials } from '../gateway/money-credentials';
import { flag, logLevel, readTokenSource, withoutEmpty } from '../gateway/settings';
import type { Authority } from './authority';
import { OpenIdReaders } from './open-id';
import { readOpenIdSettings } from './open-id-settings';
import { readOrigins } from './origins';

/** Everything a codec server is told. */
export interface CodecServerConfig extends ServiceSettings {
  readonly payloadKeys: PayloadKeySettings;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Of the pages that may ask, each in full. */
  readonly origins: readonly string[];
  readonly authority: Authority;
  /** Warnings, with which it starts nevertheless. */
  readonly warnings: readonly string[];
  readonly shutdownGraceMs: number;
}

/** Thrown if the environment cannot be worked with; lists every problem by its variable, never by its value. */
export class CodecServerConfigError extends Error {
  override readonly name = 'CodecServerConfigError';

  constructor(readonly problems: readonly string[]) {
    super(
      `The codec server cannot start with these settings:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
  }
}

/** A payload of Temporal's has up to 2 MiB, which are 2.7 in Base64; a message of several up to 4 MiB. */
const DEFAULT_MAX_BODY_BYTES = 8_388_608;
const DEFAULT_MAX_CONNECTIONS = 200;
/** A page of the UI asks once for every payload that it shows. */
const DEFAULT_REQUESTS_PER_MINUTE = 3_000;
const DEFAULT_SHUTDOWN_GRACE_MS = 10_000;
const DEFAULT_PORT = 8089;

const environment = z.object({
  GANGWAY_CODEC_HOST: z.string().default('127.0.0.1'),
  GANGWAY_CODEC_ALLOW_PLAINTEXT: flag.default(false),
  GANGWAY_CODEC_ALLOW_ANYONE: flag.default(false),
  GANGWAY_CODEC_PORT: wholeNumber(0, 65_535).default(DEFAULT_PORT),
  GANGWAY_CODEC_ORIGINS: z.string().default(''),
  GANGWAY_CODEC_MAX_BODY_BYTES: wholeNumber(65_536, 67_108_864).default(DEFAULT_MAX_BODY_BYTES),
  GANGWAY_CODEC_MAX_CONNECTIONS: wholeNumber(1, 100_000).default(DEFAULT_MAX_CONNECTIONS),
  GANGWAY_CODEC_REQUESTS_PER_MINUTE: wholeNumber(1, 1_000_000).default(DEFAULT_REQUESTS_PER_MINUTE),
  GANGWAY_CODEC_PROXIES: wholeNumber(0, 10).default(0),
  GANGWAY_CODEC_SHUTDOWN_GRACE_MS: wholeNumber(0, 600_000).default(DEFAULT_SHUTDOWN_GRACE_MS),
  GANGWAY_LOG_LEVEL: logLevel,
});

const [TOKENS, TOKENS_FILE] = ['GANGWAY_CODEC_TOKENS', 'GANGWAY_CODEC_TOKENS_FILE'] as const;

const IN_CLEAR =
  'GANGWAY_CODEC_HOST must be of this machine, unless GANGWAY_CODEC_ALLOW_PLAINTEXT=true says that payloads may leave in clear: put a proxy with TLS before it';
const NOBODY =
  'GANGWAY_CODEC_TOKENS or GANGWAY_CODEC_TOKENS_FILE must hold a token, or GANGWAY_CODEC_OIDC_ISSUER and what belongs to it be set: nobody could read';
const ANYONE_ELSE =
  'GANGWAY_CODEC_ALLOW_ANYONE lets in whoever reaches it: it is for GANGWAY_CODEC_HOST on this machine, without proxies, tokens or an identity provider';
const NO_KEYS = `${PAYLOAD_KEY_VARIABLES.keyFile} or ${VAULT_VARIABLES.url} must be set: nothing can be decoded without`;

/**
 * Reads a codec server's settings:
 * - GANGWAY_PAYLOAD_KEYS_FILE, GANGWAY_BOOK_URL and what belongs to them: the workers' own (keys/settings.ts)
 * - GANGWAY_CODEC_HOST, default 127.0.0.1; GANGWAY_CODEC_PORT, default 8089, 0 for any free port
 * - GANGWAY_CODEC_ALLOW_PLAINTEXT, default false: it has no TLS, so it listens beyond this machine only if that is said to be
 *   wanted, as behind a proxy that has
 * - GANGWAY_CODEC_ORIGINS: the origins of pages that may ask, with white space or commas between them; none: no page may
 * - GANGWAY_CODEC_TOKENS or GANGWAY_CODEC_TOKENS_FILE: as the gateway's, with the scope `decode`
 * - GANGWAY_CODEC_OIDC_ISSUER, _AUDIENCE, _JWKS_URL, _ROLES, _ROLES_CLAIM: an identity provider's tokens (open-id-settings.ts)
 * - GANGWAY_CODEC_ALLOW_ANYONE, default false: whoever reaches it may read, on this machine alone
 * - GANGWAY_CODEC_MAX_BODY_BYTES, GANGWAY_CODEC_MAX_CONNECTIONS, GANGWAY_CODEC_REQUESTS_PER_MINUTE, GANGWAY_CODEC_PROXIES,
 *   GANGWAY_CODEC_SHUTDOWN_GRACE_MS, GANGWAY_LOG_LEVEL
 *
 * An empty variable counts as absent.
 *
 * @throws CodecServerConfigError with every problem at once
 */
export function readCodecServerConfig(env: NodeJS.ProcessEnv): CodecServerConfig {
  const problems: string[] = [];
  const given = withoutEmpty(env);
  const set = environment.safeParse(given);
  for (const { path, message } of set.error?.issues ?? []) problems.push(`${path.map(String).join('.')} ${message}`);
  const payloadKeys = readPayloadKeySettings(given, problems);
  if (!isEncrypting(given)) problems.push(NO_KEYS);
  const known = readAuthority(given, problems);
  const warnings = refuseMoneyCredentials(given, problems);
  if (!set.success) throw new CodecServerConfigError(problems);
  const { data } = set;
  const origins = readOrigins(data.GANGWAY_CODEC_ORIGINS, 'GANGWAY_CODEC_ORIGINS', problems);
  const isLocal = isThisMachine(data.GANGWAY_CODEC_HOST);
  if (!data.GANGWAY_CODEC_ALLOW_PLAINTEXT && !isLocal) problems.push(IN_CLEAR);
  const anyone = data.GANGWAY_CODEC_ALLOW_ANYONE;
  if (anyone && (!isLocal || data.GANGWAY_CODEC_PROXIES > 0 || isSomebody(known))) problems.push(ANYONE_ELSE);
  if (!anyone && !isSomebody(known) && problems.length === 0) problems.push(NOBODY);
  if (problems.length > 0 || payloadKeys === undefined) throw new CodecServerConfigError(problems);
  return {
    payloadKeys,
    host: data.GANGWAY_CODEC_HOST,
    port: data.GANGWAY_CODEC_PORT,
    origins,
    authority: anyone ? { anyone } : known,
    warnings,
    maxBodyBytes: data.GANGWAY_CODEC_MAX_BODY_BYTES,
    maxConnections: data.GANGWAY_CODEC_MAX_CONNECTIONS,
    requestsPerMinute: data.GANGWAY_CODEC_REQUESTS_PER_MINUTE,
    proxies: data.GANGWAY_CODEC_PROXIES,
    shutdownGraceMs: data.GANGWAY_CODEC_SHUTDOWN_GRACE_MS,
    logLevel: data.GANGWAY_LOG_LEVEL,
  };
}

function readAuthority(env: NodeJS.ProcessEnv, problems: string[]): Authority {
  const tokens = readTokenSource(env, TOKENS, TOKENS_FILE, problems);
  const openId = readOpenIdSettings(env, problems);
  return {
    ...(tokens.count === 0 ? {} : { tokens }),
    ...(openId === undefined ? {} : { openId: new OpenIdReaders(openId) }),
  };
}

function isSomebody({ tokens, openId }: Authority): boolean {
  return tokens !== undefined || openId !== undefined;
}
