import { isThisMachine, readCertificates, readSecretText } from '../inputs';

/** Where the transit engine of HashiCorp Vault or OpenBao is, which wraps data keys with a key that it never shows. */
export interface VaultSettings {
  readonly url: URL;
  /** A file with the token, which is read again for each request: an agent may renew it. */
  readonly tokenFile: string;
  /** Where the engine is mounted. */
  readonly mount: string;
  /** The name of its key. */
  readonly key: string;
  /** Of Vault Enterprise and OpenBao. */
  readonly namespace?: string;
  /** PEM of the authority that its certificate is of; absent: those that Node knows. */
  readonly ca?: string;
}

/** The settings by their variables. */
export const VAULT_VARIABLES = {
  url: 'GANGWAY_PAYLOAD_KEYS_VAULT_URL',
  tokenFile: 'GANGWAY_PAYLOAD_KEYS_VAULT_TOKEN_FILE',
  mount: 'GANGWAY_PAYLOAD_KEYS_VAULT_MOUNT',
  key: 'GANGWAY_PAYLOAD_KEYS_VAULT_KEY',
  namespace: 'GANGWAY_PAYLOAD_KEYS_VAULT_NAMESPACE',
  caFile: 'GANGWAY_PAYLOAD_KEYS_VAULT_CA_FILE',
} as const;

const DEFAULT_MOUNT = 'transit';
const DEFAULT_KEY = 'gangway';

/** What a path of Vault's may hold here: nothing that has to be encoded. */
const PATH = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;
const KEY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * Reads where the transit engine is. Undefined if its URL is not set, or if something is wrong.
 *
 * @param problems receives what is wrong, by the variable's name
 */
export function readVaultSettings(env: NodeJS.ProcessEnv, problems: string[]): VaultSettings | undefined {
  const text = valueOf(env, VAULT_VARIABLES.url);
  if (text === undefined) {
    const others = Object.values(VAULT_VARIABLES).filter((name) => valueOf(env, name) !== undefined);
    if (others.length > 0) problems.push(`${others.join(', ')} is set without ${VAULT_VARIABLES.url}`);
    return undefined;
  }
  const before = problems.length;
  const url = readUrl(text, problems);
  const tokenFile = readTokenFile(valueOf(env, VAULT_VARIABLES.tokenFile), problems);
  const mount = readPart(env, VAULT_VARIABLES.mount, PATH, problems) ?? DEFAULT_MOUNT;
  const key = readPart(env, VAULT_VARIABLES.key, KEY, problems) ?? DEFAULT_KEY;
  const namespace = readPart(env, VAULT_VARIABLES.namespace, PATH, problems);
  const ca = readAuthority(valueOf(env, VAULT_VARIABLES.caFile), problems);
  if (problems.length > before || url === undefined || tokenFile === undefined) return undefined;
  return {
    url,
    tokenFile,
    mount,
    key,
    ...(namespace === undefined ? {} : { namespace }),
    ...(ca === undefined ? {} : { ca }),
  };
}

function readUrl(text: string, problems: string[]): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isBare = url?.origin === text.replace(/\/$/, '');
  if (isBare && (url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url.hostname)))) return url;
  problems.push(
    `${VAULT_VARIABLES.url} must be https://host:port, and nothing behind it; http: on this machine only: the token and keys in clear pass there`,
  );
  return undefined;
}

function readTokenFile(path: string | undefined, problems: string[]): string | undefined {
  const read = path === undefined ? { problem: `must be set beside ${VAULT_VARIABLES.url}` } : readSecretText(path);
  if (!('problem' in read)) return path;
  problems.push(`${VAULT_VARIABLES.tokenFile} ${read.problem}`);
  return undefined;
}

function readPart(env: NodeJS.ProcessEnv, name: string, form: RegExp, problems: string[]): string | undefined {
  const text = valueOf(env, name);
  if (text !== undefined && !form.test(text)) problems.push(`${name} may hold letters, digits, '.', '_' and '-' only`);
  return text;
}

function readAuthority(path: string | undefined, problems: string[]): string | undefined {
  if (path === undefined) return undefined;
  const read = readCertificates(path);
  if (!('problem' in read)) return read.bytes.toString('utf8');
  problems.push(`${VAULT_VARIABLES.caFile} ${read.problem}`);
  return undefined;
}

function valueOf(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const text = env[name]?.trim();
  return text === '' ? undefined : text;
}
