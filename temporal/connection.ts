import type { ConnectionOptions, TLSConfig } from '@temporalio/client';
import {
  isThisMachine,
  readCertificates,
  readPrivateKey,
  readSecretText,
  unsafeEnvironment,
  type FileContent,
} from '../inputs';

/** How to reach Temporal. Client and worker read it from the same environment variables. */
export interface TemporalSettings {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
  readonly apiKey?: string;
  /** Absent: no TLS. */
  readonly tls?: TlsSettings;
  /** Absent: none of it comes from files. */
  readonly reread?: Reread;
}

/** Where settings come from that are replaced while a process runs. */
interface Reread {
  readonly files: readonly string[];
  /** The settings as they are now. Throws TemporalSettingsError. */
  read(): TemporalSettings;
}

/** PEM, all of it optional: an empty object is TLS with the system's trust. */
interface TlsSettings {
  readonly serverRootCaCertificate?: Buffer;
  readonly clientCertificate?: { readonly crt: Buffer; readonly key: Buffer };
  readonly serverName?: string;
}

const DEFAULT_TEMPORAL_ADDRESS = 'localhost:7233';
export const DEFAULT_TEMPORAL_NAMESPACE = 'default';

/** Thrown if the environment's Temporal settings make no sense; lists every problem by its variable's name. */
export class TemporalSettingsError extends Error {
  override readonly name = 'TemporalSettingsError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** The environment, but for what a caller names in its place. */
export function environmentAt({
  address,
  namespace,
}: {
  readonly address?: string | undefined;
  readonly namespace?: string | undefined;
}): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...(address === undefined ? {} : { TEMPORAL_ADDRESS: address }),
    ...(namespace === undefined ? {} : { TEMPORAL_NAMESPACE: namespace }),
  };
}

/**
 * Reads how to reach Temporal:
 * - TEMPORAL_ADDRESS, `host:port`, default localhost:7233
 * - TEMPORAL_NAMESPACE, default `default`
 * - TEMPORAL_API_KEY or TEMPORAL_API_KEY_FILE; switches TLS on
 * - TEMPORAL_TLS, `true` or `false`; `false` says that plain text to another machine is wanted
 * - TEMPORAL_TLS_SERVER_CA_CERT_FILE, TEMPORAL_TLS_CLIENT_CERT_FILE with TEMPORAL_TLS_CLIENT_KEY_FILE,
 *   TEMPORAL_TLS_SERVER_NAME; each switches TLS on
 *
 * @throws TemporalSettingsError with every problem at once
 */
export function temporalSettings(env: NodeJS.ProcessEnv = process.env): TemporalSettings {
  const problems: string[] = [...unsafeEnvironment(env)];
  const address = value(env, 'TEMPORAL_ADDRESS') ?? DEFAULT_TEMPORAL_ADDRESS;
  if (!isHostAndPort(address)) problems.push('TEMPORAL_ADDRESS must be host:port, without a scheme');
  const apiKey = apiKeyOf(env, problems);
  const tls = tlsSettings(env, address, apiKey !== undefined, problems);
  if (problems.length > 0) throw new TemporalSettingsError(problems);
  const files = Object.values(TEMPORAL_FILES).flatMap((name) => value(env, name) ?? []);
  return {
    address,
    namespace: value(env, 'TEMPORAL_NAMESPACE') ?? DEFAULT_TEMPORAL_NAMESPACE,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(tls === undefined ? {} : { tls }),
    ...(files.length === 0 ? {} : { reread: { files, read: () => temporalSettings(env) } }),
  };
}

/** The settings that name files, which are read again when they change. */
const TEMPORAL_FILES = {
  apiKey: 'TEMPORAL_API_KEY_FILE',
  ca: 'TEMPORAL_TLS_SERVER_CA_CERT_FILE',
  certificate: 'TEMPORAL_TLS_CLIENT_CERT_FILE',
  key: 'TEMPORAL_TLS_CLIENT_KEY_FILE',
} as const;

function apiKeyOf(env: NodeJS.ProcessEnv, problems: string[]): string | undefined {
  const given = value(env, 'TEMPORAL_API_KEY');
  if (given !== undefined && value(env, TEMPORAL_FILES.apiKey) !== undefined) {
    problems.push(`TEMPORAL_API_KEY and ${TEMPORAL_FILES.apiKey} cannot be given together`);
  }
  const path = value(env, TEMPORAL_FILES.apiKey);
  if (path === undefined) return checkedApiKey(given, 'TEMPORAL_API_KEY', problems);
  const read = readSecretText(path);
  if ('text' in read) return given ?? checkedApiKey(read.text.trim(), TEMPORAL_FILES.apiKey, problems);
  problems.push(`${TEMPORAL_FILES.apiKey} ${read.problem}`);
  return given;
}

/** gRPC takes nothing else in a header, and would repeat the key when it says so. */
const HEADER_TEXT = /^[\x20-\x7e]+$/;

function checkedApiKey(key: string | undefined, name: string, problems: string[]): string | undefined {
  if (key !== undefined && !HEADER_TEXT.test(key)) problems.push(`${name} must be one line of printable ASCII`);
  return key;
}

function tlsSettings(
  env: NodeJS.ProcessEnv,
  address: string,
  hasApiKey: boolean,
  problems: string[],
): TlsSettings | undefined {
  const wanted = value(env, 'TEMPORAL_TLS');
  if (wanted !== undefined && wanted !== 'true' && wanted !== 'false')
    problems.push('TEMPORAL_TLS must be true or false');
  const ca = file(env, TEMPORAL_FILES.ca, readCertificates, problems);
  const crt = file(env, TEMPORAL_FILES.certificate, readCertificates, problems);
  const key = file(env, TEMPORAL_FILES.key, readPrivateKey, problems);
  const serverName = value(env, 'TEMPORAL_TLS_SERVER_NAME');
  const named = [...Object.values(TEMPORAL_FILES), 'TEMPORAL_API_KEY', 'TEMPORAL_TLS_SERVER_NAME'].filter(
    (name) => value(env, name) !== undefined,
  );
  if ((value(env, TEMPORAL_FILES.certificate) === undefined) !== (value(env, TEMPORAL_FILES.key) === undefined)) {
    problems.push(`${TEMPORAL_FILES.certificate} and ${TEMPORAL_FILES.key} must be given together`);
  }
  if (wanted === 'false' && named.length > 0) {
    problems.push(`TEMPORAL_TLS must not be false beside ${named.join(', ')}: all would go in clear`);
  }
  if (wanted === undefined && named.length === 0 && isHostAndPort(address) && !isThisMachine(hostOf(address))) {
    problems.push(
      'TEMPORAL_TLS must say whether TEMPORAL_ADDRESS, another machine, is reached with TLS: true, or false if plain text is wanted',
    );
  }
  const implied = hasApiKey || ca !== undefined || crt !== undefined || serverName !== undefined;
  if (wanted === 'false' || (wanted === undefined && !implied)) return undefined;
  return {
    ...(ca === undefined ? {} : { serverRootCaCertificate: ca }),
    ...(crt === undefined || key === undefined ? {} : { clientCertificate: { crt, key } }),
    ...(serverName === undefined ? {} : { serverName }),
  };
}

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':'));
}

function isHostAndPort(address: string): boolean {
  const parts = /^(\[[0-9a-fA-F:]+\]|[^:/\s]+):(\d{1,5})$/.exec(address);
  return parts !== null && Number(parts[2]) > 0 && Number(parts[2]) <= 65_535;
}

function value(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const text = env[name]?.trim();
  return text === '' ? undefined : text;
}

function file(
  env: NodeJS.ProcessEnv,
  name: string,
  read: (path: string) => FileContent,
  problems: string[],
): Buffer | undefined {
  const path = value(env, name);
  if (path === undefined) return undefined;
  const content = read(path);
  if ('bytes' in content) return content.bytes;
  problems.push(`${name} ${content.problem}`);
  return undefined;
}

/**
 * The settings as the SDK's connections want them; a worker's NativeConnection takes the same shape. What came from files
 * is as it was read: see connect.ts and worker/connection.ts for what outlives them.
 */
export function connectionOptions({
  address,
  apiKey,
  tls,
}: TemporalSettings): Pick<ConnectionOptions, 'address' | 'apiKey' | 'tls'> {
  return {
    address,
    ...(apiKey === undefined ? {} : { apiKey }),
    tls: tls === undefined ? false : sdkTls(tls),
  };
}

function sdkTls({ serverRootCaCertificate, clientCertificate, serverName }: TlsSettings): TLSConfig {
  return {
    ...(serverRootCaCertificate === undefined ? {} : { serverRootCACertificate: serverRootCaCertificate }),
    ...(clientCertificate === undefined ? {} : { clientCertPair: { ...clientCertificate } }),
    ...(serverName === undefined ? {} : { serverNameOverride: serverName }),
  };
}
