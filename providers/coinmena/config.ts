import { z } from 'zod';
import { readNetwork, type NetworkSettings } from '../http/network';
import {
  baseUrl,
  flag,
  headerText,
  isOpenToEavesdroppers,
  jsonObjectOf,
  readSecret,
  wholeNumber,
  withoutEmpty,
} from '../http/settings';
import { CLOCK_OFFSET_MS, LEGAL_AGE, MAX_TIMESTAMP_AGE_MS, REQUIRED_DOCUMENTS, SIGN_PUBLIC_CALLS } from './assumptions';
import { DEFAULT_LAYOUT, type SigningLayout } from './layout';
import { DOCUMENT_TYPES } from './rules';
import { PartnerKey, UnreadableKey } from './signing';

/** Everything the connector is told. */
export interface CoinmenaConfig {
  /** Scheme, host and port; nothing more. */
  readonly origin: string;
  readonly partnerId: string;
  readonly key: PartnerKey;
  readonly layout: SigningLayout;
  readonly clockOffsetMs: number;
  readonly httpTimeoutMs: number;
  /** Absent: directly. */
  readonly network?: NetworkSettings;
  readonly signPublicCalls: boolean;
  /** Whether files may be downloaded without TLS: only if the API itself is reached so. */
  readonly plainHttp: boolean;
  readonly requiredDocuments: readonly string[];
  readonly legalAge: number;
}

/** A request must still be young enough when it arrives after the longest wait. */
const MAX_CLOCK_OFFSET_MS = MAX_TIMESTAMP_AGE_MS.value / 2;
const MAX_HTTP_TIMEOUT_MS = MAX_TIMESTAMP_AGE_MS.value;

const layoutSchema = z.strictObject({
  separator: z.string().max(4),
  includeQuery: z.boolean(),
  hashEncoding: z.enum(['hex', 'base64']),
  emptyBody: z.enum(['hash', 'empty']),
  multipartBody: z.enum(['raw', 'empty']),
});

const layoutSetting = z.string().transform((text, context) => {
  const layout = layoutSchema.safeParse({ ...DEFAULT_LAYOUT, ...jsonObjectOf(text) });
  if (layout.success && jsonObjectOf(text) !== undefined) return layout.data;
  context.addIssue(`must be JSON with any of ${Object.keys(DEFAULT_LAYOUT).join(', ')}`);
  return z.NEVER;
});

const documentTypes = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((type) => type.trim())
      .filter((type) => type !== ''),
  )
  .refine(
    (types) => types.every((type) => DOCUMENT_TYPES.some((known) => known === type)),
    `must list document types, with commas between them: ${DOCUMENT_TYPES.join(', ')}`,
  );

const environment = z.object({
  COINMENA_BASE_URL: baseUrl('https://external-api.coinmena.com'),
  COINMENA_ALLOW_PLAIN_HTTP: flag.default(false),
  COINMENA_PARTNER_ID: headerText,
  COINMENA_SIGNATURE_LAYOUT: layoutSetting.default(DEFAULT_LAYOUT),
  COINMENA_SIGN_PUBLIC_CALLS: flag.default(SIGN_PUBLIC_CALLS.value),
  COINMENA_CLOCK_OFFSET_MS: wholeNumber(0, MAX_CLOCK_OFFSET_MS).default(CLOCK_OFFSET_MS.value),
  COINMENA_HTTP_TIMEOUT_MS: wholeNumber(100, MAX_HTTP_TIMEOUT_MS).default(20_000),
  COINMENA_REQUIRED_DOCUMENTS: documentTypes.default([...REQUIRED_DOCUMENTS.value]),
  COINMENA_LEGAL_AGE: wholeNumber(0, 120).default(LEGAL_AGE.value),
});

/**
 * Reads the connector's settings from environment variables. An empty variable counts as absent. Every problem is
 * reported at once; each names the variable and never its value.
 */
export const configSchema: z.ZodType<CoinmenaConfig> = z.unknown().transform((env, context): CoinmenaConfig => {
  const report = (variable: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [variable], message });
  const variables = environment.safeParse(withoutEmpty(env));
  for (const { path, message } of variables.error?.issues ?? []) report(path.map(String).join('.'), message);
  const key = readKey(env);
  if (!(key instanceof PartnerKey)) report(key.variable, key.problem);
  if (!variables.success || !(key instanceof PartnerKey)) return z.NEVER;
  const set = variables.data;
  const network = readNetwork(env, report);
  const url = new URL(set.COINMENA_BASE_URL);
  if (isOpenToEavesdroppers(url) && !set.COINMENA_ALLOW_PLAIN_HTTP) {
    report('COINMENA_BASE_URL', 'must be https:, except on this machine or with COINMENA_ALLOW_PLAIN_HTTP=true');
  }
  return {
    origin: url.origin,
    partnerId: set.COINMENA_PARTNER_ID,
    key,
    layout: set.COINMENA_SIGNATURE_LAYOUT,
    clockOffsetMs: set.COINMENA_CLOCK_OFFSET_MS,
    httpTimeoutMs: set.COINMENA_HTTP_TIMEOUT_MS,
    network,
    signPublicCalls: set.COINMENA_SIGN_PUBLIC_CALLS,
    plainHttp: url.protocol === 'http:',
    requiredDocuments: set.COINMENA_REQUIRED_DOCUMENTS,
    legalAge: set.COINMENA_LEGAL_AGE,
  };
});

/** The variable of the key that every call is signed with. */
export const PRIVATE_KEY = 'COINMENA_PRIVATE_KEY';

interface KeyProblem {
  readonly variable: string;
  readonly problem: string;
}

function readKey(env: unknown): PartnerKey | KeyProblem {
  const secret = readSecret(env, PRIVATE_KEY, isPublishedKey);
  if ('problem' in secret) return secret;
  try {
    return PartnerKey.parse(secret.text);
  } catch (error) {
    const problem = error instanceof UnreadableKey ? error.message : 'is not a usable private key';
    return { variable: secret.variable, problem };
  }
}

/** RFC 8032's TEST 1, section 7.1: the key that the sandbox knows, in PKCS#8. It protects nothing, so its file may be open. */
const PUBLISHED_KEY = 'MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g';

function isPublishedKey(text: string): boolean {
  return text.replace(/\s/g, '').includes(PUBLISHED_KEY);
}
