import { readFileSync } from 'node:fs';
import { EventSourceError } from './event-source';

/** How to reach NATS, and which of its streams is read. */
export interface NatsSettings {
  /** `nats://host:port`, or `tls://host:port`; several with commas between them, of one cluster. */
  readonly servers: readonly string[];
  readonly stream: string;
  /** The durable consumer that remembers what was accepted; several processes may share it. */
  readonly consumer: string;
  /** A `.creds` file's content. */
  readonly credentials?: Buffer;
  readonly token?: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca?: string;
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
 * GANGWAY_NATS_TOKEN or GANGWAY_NATS_TOKEN_FILE; and GANGWAY_NATS_CA_FILE where the server's certificate is of an
 * authority of one's own.
 *
 * @throws EventSourceError BAD_SETTINGS with every problem
 */
export function natsSettings({ nats, stream, consumer }: NatsNames, env: NodeJS.ProcessEnv): NatsSettings {
  const problems: string[] = [];
  const servers = nats.split(',').map((server) => server.trim());
  if (!servers.every((server) => SERVER.test(server))) {
    problems.push(
      '--nats must be nats://host:port or tls://host:port, without a user; several with commas between them',
    );
  }
  if (!NAME.test(stream)) problems.push("--stream may hold letters, digits, '_' and '-' only");
  if (!NAME.test(consumer)) problems.push("--consumer may hold letters, digits, '_' and '-' only");
  const credentials = fileOf(env, 'GANGWAY_NATS_CREDENTIALS_FILE', problems);
  const tokenFile = fileOf(env, 'GANGWAY_NATS_TOKEN_FILE', problems);
  const token = valueOf(env, 'GANGWAY_NATS_TOKEN') ?? tokenFile?.toString('utf8').trim();
  if (tokenFile !== undefined && valueOf(env, 'GANGWAY_NATS_TOKEN') !== undefined) {
    problems.push('GANGWAY_NATS_TOKEN and GANGWAY_NATS_TOKEN_FILE cannot be given together');
  }
  const ca = fileOf(env, 'GANGWAY_NATS_CA_FILE', problems);
  if (problems.length > 0) throw new EventSourceError('BAD_SETTINGS', problems.join('\n'));
  return {
    servers,
    stream,
    consumer,
    ...(credentials === undefined ? {} : { credentials }),
    ...(token === undefined ? {} : { token }),
    ...(ca === undefined ? {} : { ca: ca.toString('utf8') }),
  };
}

function valueOf(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name];
  return value === '' ? undefined : value;
}

function fileOf(env: NodeJS.ProcessEnv, name: string, problems: string[]): Buffer | undefined {
  const path = valueOf(env, name);
  if (path === undefined) return undefined;
  try {
    return readFileSync(path);
  } catch {
    problems.push(`${name} names a file that cannot be read`);
    return undefined;
  }
}
