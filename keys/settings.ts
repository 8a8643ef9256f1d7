import { BOOK_VARIABLES, readBookSettings, type BookSettings } from '../book/settings';
import { readKeyFile } from './key-file';
import { readVaultSettings, VAULT_VARIABLES, type VaultSettings } from './vault-settings';

/** What wraps the keys of workflows: a key file, a service, or the service with the file for what was wrapped before. */
export interface WrappingSettings {
  /** Path of the key file. */
  readonly keyFile?: string;
  readonly vault?: VaultSettings;
}

/** How payloads are encrypted. */
export interface PayloadKeySettings extends WrappingSettings {
  /** Whether payloads in clear are read too. */
  readonly readsPlain: boolean;
  /** Where the keys of workflows are. */
  readonly book: BookSettings;
}

/** The settings by their variables. */
export const PAYLOAD_KEY_VARIABLES = {
  keyFile: 'GANGWAY_PAYLOAD_KEYS_FILE',
  readsPlain: 'GANGWAY_READ_PLAIN_PAYLOADS',
} as const;

/** All variables that say how payloads are encrypted, but for those of the book. */
export const ALL_PAYLOAD_KEY_VARIABLES: readonly string[] = [
  ...Object.values(PAYLOAD_KEY_VARIABLES),
  ...Object.values(VAULT_VARIABLES),
];

const { keyFile: KEY_FILE, readsPlain: READS_PLAIN } = PAYLOAD_KEY_VARIABLES;

/** Thrown if the environment's settings make no sense; lists every problem by its variable, never by its value. */
export class PayloadKeySettingsError extends Error {
  override readonly name = 'PayloadKeySettingsError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/**
 * Reads how payloads are encrypted:
 * - GANGWAY_PAYLOAD_KEYS_FILE: the file with the key-encryption keys (key-file.ts)
 * - GANGWAY_PAYLOAD_KEYS_VAULT_URL and what belongs to it (vault-settings.ts): a service wraps what is new, in place of the file
 *   or beside it. Neither set: payloads stay in clear
 * - GANGWAY_READ_PLAIN_PAYLOADS, default false: whether payloads in clear are read too, while workflows from before run
 * - GANGWAY_BOOK_URL and what belongs to it (book/settings.ts)
 *
 * @returns undefined if payloads stay in clear
 * @throws PayloadKeySettingsError with every problem at once
 */
export function payloadKeySettings(env: NodeJS.ProcessEnv): PayloadKeySettings | undefined {
  const problems: string[] = [];
  const settings = readPayloadKeySettings(env, problems);
  if (problems.length > 0) throw new PayloadKeySettingsError(problems);
  return settings;
}

/**
 * The same, for a process that tells all problems of its settings at once. Undefined, too, if something is wrong.
 *
 * @param problems receives what is wrong, by the variable's name
 */
export function readPayloadKeySettings(env: NodeJS.ProcessEnv, problems: string[]): PayloadKeySettings | undefined {
  const plain = valueOf(env, READS_PLAIN);
  if (plain !== undefined && plain !== 'true' && plain !== 'false')
    problems.push(`${READS_PLAIN} must be true or false`);
  const wrapping = readWrappingSettings(env, problems);
  if (!isEncrypting(env)) return undefined;
  const book = readBook(env, problems);
  return book === undefined || wrapping === undefined ? undefined : { ...wrapping, readsPlain: plain === 'true', book };
}

/** Whether the environment says that payloads are encrypted, rightly or not. */
export function isEncrypting(env: NodeJS.ProcessEnv): boolean {
  return [KEY_FILE, VAULT_VARIABLES.url].some((name) => valueOf(env, name) !== undefined);
}

/**
 * Reads what wraps the keys of workflows. Undefined if nothing does, or if something is wrong.
 *
 * @param problems receives what is wrong, by the variable's name
 */
export function readWrappingSettings(env: NodeJS.ProcessEnv, problems: string[]): WrappingSettings | undefined {
  const before = problems.length;
  const keyFile = valueOf(env, KEY_FILE);
  const read = keyFile === undefined ? undefined : readKeyFile(keyFile);
  if (read !== undefined && 'problem' in read) problems.push(`${KEY_FILE} ${read.problem}`);
  const vault = readVaultSettings(env, problems);
  if (problems.length > before || (keyFile === undefined && vault === undefined)) return undefined;
  return { ...(keyFile === undefined ? {} : { keyFile }), ...(vault === undefined ? {} : { vault }) };
}

function readBook(env: NodeJS.ProcessEnv, problems: string[]): BookSettings | undefined {
  if (valueOf(env, BOOK_VARIABLES.url) === undefined) {
    problems.push(
      `${BOOK_VARIABLES.url} must be set beside ${valueOf(env, KEY_FILE) === undefined ? VAULT_VARIABLES.url : KEY_FILE}: the keys of workflows are in the book`,
    );
    return undefined;
  }
  return readBookSettings(env, problems);
}

function valueOf(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const text = env[name]?.trim();
  return text === '' ? undefined : text;
}
