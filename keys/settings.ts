import { BOOK_VARIABLES, readBookSettings, type BookSettings } from '../book/settings';
import { readKeyFile } from './key-file';

/** How payloads are encrypted. */
export interface PayloadKeySettings {
  /** Path of the key file. */
  readonly keyFile: string;
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
 * - GANGWAY_PAYLOAD_KEYS_FILE: the file with the key-encryption keys (key-file.ts); not set: payloads stay in clear
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
  const keyFile = valueOf(env, KEY_FILE);
  const plain = valueOf(env, READS_PLAIN);
  if (plain !== undefined && plain !== 'true' && plain !== 'false')
    problems.push(`${READS_PLAIN} must be true or false`);
  if (keyFile === undefined) return undefined;
  const read = readKeyFile(keyFile);
  if ('problem' in read) problems.push(`${KEY_FILE} ${read.problem}`);
  const book = readBook(env, problems);
  return book === undefined || 'problem' in read ? undefined : { keyFile, readsPlain: plain === 'true', book };
}

function readBook(env: NodeJS.ProcessEnv, problems: string[]): BookSettings | undefined {
  if (valueOf(env, BOOK_VARIABLES.url) === undefined) {
    problems.push(`${BOOK_VARIABLES.url} must be set beside ${KEY_FILE}: the keys of workflows are in the book`);
    return undefined;
  }
  return readBookSettings(env, problems);
}

function valueOf(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const text = env[name]?.trim();
  return text === '' ? undefined : text;
}
