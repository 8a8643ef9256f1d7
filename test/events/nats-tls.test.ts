import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { EventSourceError } from '../../client/events/event-source';
import { natsSettings, type NatsSettings } from '../../client/events/nats-settings';
import { NatsSource } from '../../client/events/nats-source';
import { ensureNatsServer } from '../../scripts/nats-server';
import { portOf } from '../providers/local-server';
import { NatsServer } from '../setup/nats-server';
import { PrivateCa, type Identity } from '../setup/private-ca';
import { eventually } from '../setup/rig';

const TOKEN = 'a-token-that-nobody-may-see';

let ca: PrivateCa;
let other: PrivateCa;
let identity: Identity;
let server: NatsServer;
let url: string;

beforeAll(async () => {
  await ensureNatsServer();
  ca = new PrivateCa();
  other = new PrivateCa('Another authority');
  identity = ca.issue();
  server = await NatsServer.start(flags(identity));
  url = server.url.replace('nats:', 'tls:').replace('127.0.0.1', 'localhost');
  const connection = await connect({ servers: url, token: TOKEN, tls: { caFile: ca.certFile } });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'signups', subjects: ['signups.events'] });
  await connection.close();
}, 600_000);
afterAll(async () => {
  await server.close();
  ca.close();
  other.close();
});

function flags({ certFile, keyFile }: Identity, token = TOKEN): readonly string[] {
  return ['--auth', token, '--tls', '--tlscert', certFile, '--tlskey', keyFile];
}

function settings(env: NodeJS.ProcessEnv, nats = url): NatsSettings {
  return natsSettings({ nats, stream: 'signups', consumer: 'gangway' }, env);
}

function problemsOf(env: NodeJS.ProcessEnv, nats?: string): string {
  try {
    settings(env, nats);
    return '';
  } catch (error) {
    if (error instanceof EventSourceError) return error.message;
    throw error;
  }
}

async function codeOf(opening: Promise<NatsSource>): Promise<string> {
  try {
    await (await opening).close();
    return 'opened';
  } catch (error) {
    return error instanceof EventSourceError ? error.code : 'another';
  }
}

/** A server that offers no TLS, or says so while somebody sits between; it keeps what it is told. */
async function startPlain(): Promise<{ port: number; heard: () => string; close: () => void }> {
  const sockets: Socket[] = [];
  let heard = '';
  const plain = createServer((socket) => {
    sockets.push(socket);
    socket.on('data', (bytes) => (heard += bytes.toString('latin1'))).on('error', () => undefined);
    socket.write('INFO {"server_id":"x","version":"2.12.9","proto":1,"max_payload":1048576,"auth_required":true}\r\n');
  });
  await new Promise<void>((listening) => plain.listen(0, '127.0.0.1', listening));
  const close = (): void => {
    for (const socket of sockets) socket.destroy();
    plain.close();
  };
  return { port: portOf(plain.address()), heard: () => heard, close };
}

test('a server whose authority is known is spoken to', async () => {
  const env = { GANGWAY_NATS_TOKEN: TOKEN, GANGWAY_NATS_CA_FILE: ca.certFile };
  expect(await codeOf(NatsSource.open(settings(env), 1))).toBe('opened');
  const marked = join(ca.directory, 'marked.crt');
  writeFileSync(marked, `\uFEFF${readFileSync(ca.certFile, 'utf8')}`);
  expect(await codeOf(NatsSource.open(settings({ ...env, GANGWAY_NATS_CA_FILE: marked }), 1))).toBe('opened');
});

test.each([
  ['no authority is set', (): NodeJS.ProcessEnv => ({})],
  ['another authority is', (): NodeJS.ProcessEnv => ({ GANGWAY_NATS_CA_FILE: other.certFile })],
])('a server whose certificate nobody vouches for is not: %s', async (_, env) => {
  expect(await codeOf(NatsSource.open(settings({ ...env(), GANGWAY_NATS_TOKEN: TOKEN }), 1))).toBe('QUEUE_UNREACHABLE');
});

test.each([
  ['without a CA file', (): NodeJS.ProcessEnv => ({})],
  ['with one', (): NodeJS.ProcessEnv => ({ GANGWAY_NATS_CA_FILE: ca.certFile })],
])('tls:// says nothing to a server without TLS, %s', async (_, env) => {
  const plain = await startPlain();
  const reached = settings({ ...env(), GANGWAY_NATS_TOKEN: TOKEN }, `tls://localhost:${plain.port}`);
  expect(await codeOf(NatsSource.open(reached, 1))).toBe('QUEUE_UNREACHABLE');
  expect(plain.heard()).not.toContain(TOKEN);
  expect(plain.heard()).not.toContain('CONNECT');
  plain.close();
});

test('nats:// to another machine is refused, unless it is said to be wanted', () => {
  for (const nats of [
    'nats://queue.example:4222',
    'nats://10.0.0.1',
    'nats://127.0.0.1:4222,nats://[2001:db8::1]:4222',
  ]) {
    expect(problemsOf({}, nats)).toMatch(/^--nats must be tls:\/\/ for another machine/);
    expect(problemsOf({ GANGWAY_NATS_ALLOW_PLAINTEXT: 'true' }, nats)).toBe('');
    expect(problemsOf({ GANGWAY_NATS_ALLOW_PLAINTEXT: 'yes' }, nats)).toContain(
      'GANGWAY_NATS_ALLOW_PLAINTEXT must be true or false',
    );
  }
  expect(problemsOf({}, 'nats://localhost:4222,nats://127.0.0.1:4223,nats://[::1]:4224')).toBe('');
  expect(problemsOf({}, 'tls://queue.example:4222')).toBe('');
  expect(problemsOf({}, 'tls://queue.example:4222,nats://127.0.0.1:4222')).toContain('nats:// or tls:// alone');
});

test('a secret that others can read, and an empty file, are refused by name', () => {
  const open = join(ca.directory, 'open-token');
  writeFileSync(open, TOKEN, { mode: 0o644 });
  expect(problemsOf({ GANGWAY_NATS_TOKEN_FILE: open })).toMatch(
    /^GANGWAY_NATS_TOKEN_FILE names a file that others can/,
  );
  expect(problemsOf({ GANGWAY_NATS_CREDENTIALS_FILE: open })).toMatch(
    /^GANGWAY_NATS_CREDENTIALS_FILE names a file that others/,
  );
  const empty = join(ca.directory, 'empty');
  writeFileSync(empty, '', { mode: 0o600 });
  expect(problemsOf({ GANGWAY_NATS_CA_FILE: empty })).toBe('GANGWAY_NATS_CA_FILE names a file that is empty');
  const otherwise = join(ca.directory, 'otherwise');
  writeFileSync(otherwise, Buffer.from(TOKEN, 'utf16le'), { mode: 0o600 });
  for (const name of ['GANGWAY_NATS_CA_FILE', 'GANGWAY_NATS_TOKEN_FILE', 'GANGWAY_NATS_CREDENTIALS_FILE']) {
    expect(problemsOf({ [name]: otherwise })).toBe(`${name} names a file that is UTF-16, not UTF-8`);
  }
  writeFileSync(otherwise, Buffer.from('clé', 'latin1'));
  expect(problemsOf({ GANGWAY_NATS_TOKEN_FILE: otherwise })).toContain('is not UTF-8 but Windows-1252 or Latin-1');
  expect(problemsOf({ GANGWAY_NATS_CA_FILE: otherwise })).toContain('without a certificate in PEM');
  expect(problemsOf({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toMatch(/^NODE_TLS_REJECT_UNAUTHORIZED/);
});

test('authority and token are read again at each connection: a consumer outlives their renewal', async () => {
  const [caFile, tokenFile] = [join(ca.directory, 'in-use.crt'), join(ca.directory, 'in-use-token')];
  copyFileSync(ca.certFile, caFile);
  writeFileSync(tokenFile, `${TOKEN}\n`, { mode: 0o600 });
  const source = await NatsSource.open(
    settings({ GANGWAY_NATS_CA_FILE: caFile, GANGWAY_NATS_TOKEN_FILE: tokenFile }),
    1,
  );
  const stop = new AbortController();
  const events = source.events(stop.signal);
  const first = events.next();

  await server.kill();
  copyFileSync(other.certFile, caFile);
  writeFileSync(tokenFile, 'another-token\n');
  server.nextFlags = flags(other.issue(), 'another-token');
  await server.run();
  const connection = await connect({ servers: url, token: 'another-token', tls: { caFile: other.certFile } });
  const manager = await jetstreamManager(connection);
  await manager.jetstream().publish('signups.events', '{"after":"the renewal"}');

  const delivered = await first;
  if (delivered.done === true) throw new Error('the events ended');
  expect(delivered.value.bytes.toString()).toBe('{"after":"the renewal"}');
  await delivered.value.accepted();
  await eventually(async () => (await manager.consumers.info('signups', 'gangway')).num_ack_pending === 0 || undefined);
  stop.abort();
  await source.close();
  await connection.close();
}, 60_000);
