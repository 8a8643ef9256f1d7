import {
  isThisMachine,
  readCertificates,
  readSecretFile,
  readSecretText,
  unsafeEnvironment,
  type FileContent,
} from '../../inputs';
import { EventSourceError } from './event-source';

/** How to reach NATS, and which of its streams is read. */
export interface NatsSettings {
  /** `nats://host:port`, or `tls://host:port`; several with commas between them, of one cluster. */
  readonly servers: readonly string[];
  readonly stream: string;
  /** The durable consumer that remembers what was accepted; several processes may share it. */
  readonly consumer: string;
  /** Nothing is sent without TLS, even if the server does not offer it. */
  readonly tls: boolean;
  /** A `.creds` file's content, as it is now. */
  readonly credentials?: () => Buffer;
  /** As it is now. */
  readonly token?: () => string;
  /** PEM of the authority that signed the server's certificate: the file, read at each connection. */
  readonly caFile?: string;
}

/** JetStream's own rule for names, narrowed to what needs no quoting in a subject. */
const NAME = /^[A-Za-z0-9_-]{1,200}$/;
const SERVER = /^(nats|tls):\/\/(\[[0-9a-fA-F:]+\]|[^:/\s@]+)(:\d{1,5})?$/;

/** What the command line says; all else is in the environment. */
export interface NatsNames {
  readonly nats: string;
  readonly stream: string;
  readonly consumer: string;
}

/**
 * Reads how to reach NATS. Secrets come from the environment alone: GANGWAY_NATS_CREDENTIALS_FILE, a `.creds` file;
 * GANGWAY_NATS_TOKEN or GANGWAY_NATS_TOKEN_FILE; and GANGWAY_NATS_CA_FILE if the server's certificate is of an
 * authority of one's own. Files are read again at each connection.
 *
 * @throws EventSourceError BAD_SETTINGS with every problem
 */
export function natsSettings({ nats, stream, consumer }: NatsNames, env: NodeJS.ProcessEnv): NatsSettings {
  const problems: string[] = [...unsafeEnvironment(env)];
  const servers = nats.split(',').map((server) => server.trim());
  if (!servers.every((server) => SERVER.test(server))) {
    problems.push(
      '--nats must be nats://host:port or tls://host:port, without a user; several with commas between them',
    );
  }
  if (!NAME.test(stream)) problems.push("--stream may hold letters, digits, '_' and '-' only");
  if (!NAME.test(consumer)) problems.push("--consumer may hold letters, digits, '_' and '-' only");
  const tls = servers.every((server) => server.startsWith('tls://'));
  if (!tls && servers.some((server) => server.startsWith('tls://'))) {
    problems.push('--nats must be nats:// or tls:// alone: what is said to one server is said to all');
  }
  const inClear = servers.filter((server) => SERVER.test(server) && server.startsWith('nats://'));
  if (!allowsPlainText(env, problems) && !inClear.every(isLocal)) {
    problems.push(
      '--nats must be tls:// for another machine, unless GANGWAY_NATS_ALLOW_PLAINTEXT=true says that all may go in clear',
    );
  }
  const credentials = renewed(env, 'GANGWAY_NATS_CREDENTIALS_FILE', readSecretFile, problems);
  const tokenFile = renewed(env, 'GANGWAY_NATS_TOKEN_FILE', readToken, problems);
  const given = valueOf(env, 'GANGWAY_NATS_TOKEN');
  if (tokenFile !== undefined && given !== undefined) {
    problems.push('GANGWAY_NATS_TOKEN and GANGWAY_NATS_TOKEN_FILE cannot be given together');
  }
  const token = given === undefined ? tokenFile && (() => tokenFile().toString('utf8')) : () => given;
  const caFile = valueOf(env, 'GANGWAY_NATS_CA_FILE');
  renewed(env, 'GANGWAY_NATS_CA_FILE', readCertificates, problems);
  if (caFile !== undefined && !tls) problems.push('GANGWAY_NATS_CA_FILE is for tls:// servers');
  if (problems.length > 0) throw new EventSourceError('BAD_SETTINGS', problems.join('\n'));
  return {
    servers,
    stream,
    consumer,
    tls,
    ...(credentials === undefined ? {} : { credentials }),
    ...(token === undefined ? {} : { token }),
    ...(caFile === undefined ? {} : { caFile }),
  };
}

function isLocal(server: string): boolean {
  return isThisMachine(new URL(server).hostname);
}

function allowsPlainText(env: NodeJS.ProcessEnv, problems: string[]): boolean {
  const allows = valueOf(env, 'GANGWAY_NATS_ALLOW_PLAINTEXT') ?? 'false';
  if (allows !== 'true' && allows !== 'false') problems.push('GANGWAY_NATS_ALLOW_PLAINTEXT must be true or false');
  return allows === 'true';
}

function readToken(path: string): FileContent {
  const read = readSecretText(path);
  return 'problem' in read ? read : { bytes: Buffer.from(read.text.trim()) };
}

/** What is in a file, read again at each use; while it cannot be read, what was in it. */
function renewed(
  env: NodeJS.ProcessEnv,
  name: string,
  read: (path: string) => FileContent,
  problems: string[],
): (() => Buffer) | undefined {
  const path = valueOf(env, name);
  if (path === undefined) return undefined;
  const first = read(path);
  if ('problem' in first) {
    problems.push(`${name} ${first.problem}`);
    return undefined;
  }
  let last = first.bytes;
  return () => {
    const now = read(path);
    if ('bytes' in now) last = now.bytes;
    return last;
  };
}

function valueOf(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name];
  return value === '' ? undefined : value;
}
