import { readFileSync } from 'node:fs';
import { z } from 'zod';
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
  readonly signPublicCalls: boolean;
  /** Whether files may be downloaded without TLS: only where the API itself is reached so. */
  readonly plainHttp: boolean;
  readonly requiredDocuments: readonly string[];
  readonly legalAge: number;
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
/** A request must still be young enough when it arrives after the longest wait. */
const MAX_CLOCK_OFFSET_MS = MAX_TIMESTAMP_AGE_MS.value / 2;
const MAX_HTTP_TIMEOUT_MS = MAX_TIMESTAMP_AGE_MS.value;

function wholeNumber(smallest: number, largest: number) {
  const problem = `must be a whole number from ${smallest} to ${largest}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, problem)
    .transform(Number)
    .refine((value) => value >= smallest && value <= largest, problem);
}

const flag = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true');

const layoutSchema = z.strictObject({
  separator: z.string().max(4),
  includeQuery: z.boolean(),
  hashEncoding: z.enum(['hex', 'base64']),
  emptyBody: z.enum(['hash', 'empty']),
  multipartBody: z.enum(['raw', 'empty']),
});

const layoutSetting = z.string().transform((text, context) => {
  const layout = layoutSchema.safeParse({ ...DEFAULT_LAYOUT, ...parseObject(text) });
  if (layout.success && parseObject(text) !== undefined) return layout.data;
  context.addIssue(`must be JSON with any of ${Object.keys(DEFAULT_LAYOUT).join(', ')}`);
  return z.NEVER;
});

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

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

const baseUrl = z.string('is required').refine((text) => {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const webScheme = url.protocol === 'https:' || url.protocol === 'http:';
  return webScheme && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
}, 'must be a URL of scheme, host and port only, such as https://external-api.coinmena.com');

const environment = z.object({
  COINMENA_BASE_URL: baseUrl,
  COINMENA_ALLOW_PLAIN_HTTP: flag.default(false),
  COINMENA_PARTNER_ID: z.string('is required').regex(/^[\x21-\x7e]{1,255}$/, 'must be visible ASCII without spaces'),
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
  const key = readKey(keyVariables.parse(withoutEmpty(env)));
  if (!(key instanceof PartnerKey)) report(key.variable, key.problem);
  if (!variables.success || !(key instanceof PartnerKey)) return z.NEVER;
  const set = variables.data;
  const url = new URL(set.COINMENA_BASE_URL);
  const plainHttp = url.protocol === 'http:';
  if (plainHttp && !set.COINMENA_ALLOW_PLAIN_HTTP && !LOOPBACK.test(url.hostname)) {
    report('COINMENA_BASE_URL', 'must be https:, except on this machine or with COINMENA_ALLOW_PLAIN_HTTP=true');
  }
  return {
    origin: url.origin,
    partnerId: set.COINMENA_PARTNER_ID,
    key,
    layout: set.COINMENA_SIGNATURE_LAYOUT,
    clockOffsetMs: set.COINMENA_CLOCK_OFFSET_MS,
    httpTimeoutMs: set.COINMENA_HTTP_TIMEOUT_MS,
    signPublicCalls: set.COINMENA_SIGN_PUBLIC_CALLS,
    plainHttp,
    requiredDocuments: set.COINMENA_REQUIRED_DOCUMENTS,
    legalAge: set.COINMENA_LEGAL_AGE,
  };
});

function withoutEmpty(env: unknown): object {
  if (typeof env !== 'object' || env === null) return {};
  return Object.fromEntries(Object.entries(env).filter(([, text]) => text !== ''));
}

const keyVariables = z.object({
  COINMENA_PRIVATE_KEY: z.string().optional().catch(undefined),
  COINMENA_PRIVATE_KEY_FILE: z.string().optional().catch(undefined),
});
type KeyVariables = z.output<typeof keyVariables>;

interface KeyProblem {
  readonly variable: keyof KeyVariables;
  readonly problem: string;
}

function readKey(variables: KeyVariables): PartnerKey | KeyProblem {
  const { COINMENA_PRIVATE_KEY: inline, COINMENA_PRIVATE_KEY_FILE: file } = variables;
  if (inline !== undefined && file !== undefined) {
    return { variable: 'COINMENA_PRIVATE_KEY', problem: 'must not be set beside COINMENA_PRIVATE_KEY_FILE' };
  }
  if (inline !== undefined) return parseKey('COINMENA_PRIVATE_KEY', inline);
  if (file === undefined) {
    return { variable: 'COINMENA_PRIVATE_KEY', problem: 'is required, or COINMENA_PRIVATE_KEY_FILE' };
  }
  const text = readText(file);
  if (text === undefined) return { variable: 'COINMENA_PRIVATE_KEY_FILE', problem: 'names a file that cannot be read' };
  return parseKey('COINMENA_PRIVATE_KEY_FILE', text);
}

function parseKey(variable: keyof KeyVariables, text: string): PartnerKey | KeyProblem {
  try {
    return PartnerKey.parse(text);
  } catch (error) {
    return { variable, problem: error instanceof UnreadableKey ? error.message : 'is not a usable private key' };
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
