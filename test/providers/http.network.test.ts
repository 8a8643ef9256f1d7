import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttps, type Server as HttpsServer } from 'node:https';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeConnection } from '../../contract/connection';
import { toApplicationFailure } from '../../activities/failure';
import { connectionOf, errorOfTransport, refusalFacts } from '../../providers/http/answers';
import { readNetwork, type NetworkSettings } from '../../providers/http/network';
import { HttpTransport, type HttpResponse } from '../../providers/http/transport';
import { TransportError } from '../../providers/http/transport-error';
import { PrivateCa, type Identity } from '../setup/private-ca';
import { proxyFor } from '../setup/proxy';
import { portOf, startLocalServer } from './local-server';

let ca: PrivateCa;
const closers: (() => void)[] = [];

beforeAll(() => {
  ca = new PrivateCa();
});
afterAll(() => {
  ca.close();
});
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function startTls(identity: Identity): Promise<number> {
  const server: HttpsServer = createHttps(
    { cert: identity.cert, key: identity.key },
    (_: IncomingMessage, response: ServerResponse) => response.end('{"ok":true}'),
  );
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return portOf(server.address());
}

async function call(origin: string, network: NetworkSettings = {}): Promise<HttpResponse> {
  const transport = new HttpTransport({ timeoutMs: 3000, network });
  try {
    return await transport.send({ method: 'POST', origin, target: '/', template: '/', body: Buffer.from('{}') });
  } finally {
    await transport.close();
  }
}

async function failureOf(origin: string, network?: NetworkSettings): Promise<TransportError> {
  try {
    await call(origin, network);
  } catch (error) {
    if (error instanceof TransportError) return error;
    throw error;
  }
  throw new Error('it was answered');
}

function settings(env: Readonly<Record<string, string>>): NetworkSettings {
  return readNetwork(env, (variable, problem) => {
    throw new Error(`${variable} ${problem}`);
  });
}

function problems(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  readNetwork(env, (variable, problem) => (found[variable] = problem));
  return found;
}

describe('why a provider is not reached', () => {
  test.each([
    [
      'a certificate of an authority that nobody knows',
      'unknown-authority',
      async () => `https://localhost:${await startTls(ca.issue())}`,
    ],
    [
      'no TLS on the port',
      'not-https',
      async () => {
        const plain = await startLocalServer();
        closers.push(() => void plain.close());
        return plain.origin.replace('http:', 'https:');
      },
    ],
    [
      'a connection that is refused',
      'refused',
      async () => {
        const gone = await startLocalServer();
        await gone.close();
        return gone.origin;
      },
    ],
  ])('%s', async (_, cause, start) => {
    const failure = await failureOf(await start());
    expect(failure).toMatchObject({ kind: 'unreachable', sent: 'not-sent' });
    expect(connectionOf(failure)).toEqual({ connection: cause });
  });

  test.each([
    ['expired', { days: -1 }, 'expired'],
    ['of another host', { names: ['DNS:other.example'] }, 'other-host'],
  ])('a certificate that is %s', async (_, options, cause) => {
    const port = await startTls(ca.issue(options));
    const failure = await failureOf(`https://localhost:${port}`, settings({ GANGWAY_CA_FILE: ca.certFile }));
    expect(failure).toMatchObject({ kind: 'unreachable', sent: 'not-sent' });
    expect(connectionOf(failure)).toEqual({ connection: cause });
  });

  test('a name that is not known', async () => {
    expect(connectionOf(await failureOf('https://gangway.invalid'))).toEqual({ connection: 'no-such-host' });
  });

  test('a redirect, and to which origin; nothing else of it', async () => {
    const server = await startLocalServer();
    closers.push(() => void server.close());
    server.answer = (_, response) => {
      response.writeHead(301, { location: 'https://elsewhere.example/path?token=secret' });
      response.end();
    };
    expect(refusalFacts(await call(server.origin), 0)).toEqual({
      httpStatus: 301,
      connection: 'redirected',
      redirectedTo: 'https://elsewhere.example',
    });
  });

  test('is told in the message and in the details of the failure, in closed words', async () => {
    const failure = await failureOf('https://gangway.invalid');
    const error = errorOfTransport(failure, { provider: 'coinmena', operation: 'balances' });
    const told = toApplicationFailure(error, 'readBalance');
    expect(told.message).toContain(describeConnection('no-such-host'));
    expect(told.message).not.toContain('gangway.invalid');
    expect(told.details?.[0]).toMatchObject({
      code: 'UNREACHABLE',
      outcome: 'not-applied',
      connection: 'no-such-host',
    });
  });
});

describe('an authority of one’s own', () => {
  test('is believed if GANGWAY_CA_FILE names it', async () => {
    const port = await startTls(ca.issue());
    const answer = await call(`https://localhost:${port}`, settings({ GANGWAY_CA_FILE: ca.certFile }));
    expect(answer.body.toString()).toBe('{"ok":true}');
  });

  test('no certificate goes unchecked, whatever the process was told', async () => {
    const port = await startTls(ca.issue());
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      expect(connectionOf(await failureOf(`https://localhost:${port}`))).toEqual({ connection: 'unknown-authority' });
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
  });
});

describe('a proxy', () => {
  test.each(['HTTPS_PROXY', 'https_proxy'])(
    'of %s is asked for a tunnel, and certificates are checked through it',
    async (variable) => {
      const proxy = await proxyFor(closers);
      const port = await startTls(ca.issue());
      const env = { [variable]: proxy.url, GANGWAY_CA_FILE: ca.certFile };
      expect((await call(`https://localhost:${port}`, settings(env))).status).toBe(200);
      expect(proxy.asked).toEqual([`localhost:${port}`]);
      const failure = await failureOf(`https://localhost:${port}`, settings({ [variable]: proxy.url }));
      expect(failure).toMatchObject({ kind: 'unreachable', sent: 'not-sent' });
      expect(connectionOf(failure)).toEqual({ connection: 'unknown-authority' });
    },
  );

  test.each(['localhost', '.example,localhost', '*'])('is passed by if NO_PROXY is %s', async (except) => {
    const proxy = await proxyFor(closers);
    const port = await startTls(ca.issue());
    const env = { HTTPS_PROXY: proxy.url, NO_PROXY: except, GANGWAY_CA_FILE: ca.certFile };
    expect((await call(`https://localhost:${port}`, settings(env))).status).toBe(200);
    expect(proxy.asked).toEqual([]);
  });

  test('that refuses is told, and nothing was sent', async () => {
    const proxy = await proxyFor(closers, 407);
    const failure = await failureOf('https://provider.example', settings({ HTTPS_PROXY: proxy.url }));
    expect(failure).toMatchObject({ kind: 'unreachable', sent: 'not-sent' });
    expect(connectionOf(failure)).toEqual({ connection: 'proxy' });
  });

  test('that is away is told, and nothing was sent', async () => {
    const failure = await failureOf('https://provider.example', settings({ HTTPS_PROXY: 'http://127.0.0.1:9' }));
    expect(failure).toMatchObject({ kind: 'unreachable', sent: 'not-sent' });
    expect(connectionOf(failure)).toEqual({ connection: 'refused' });
  });
});

test('settings that cannot work are refused by name', () => {
  const nothing = join(ca.directory, 'no-certificate');
  writeFileSync(nothing, 'not a certificate');
  expect(
    problems({ HTTPS_PROXY: 'proxy.example:3128', GANGWAY_CA_FILE: '/no/such', NODE_EXTRA_CA_CERTS: nothing }),
  ).toEqual({
    HTTPS_PROXY: 'must be a URL of http: or https:, such as http://proxy.example:3128',
    GANGWAY_CA_FILE: 'names a file that cannot be read',
    NODE_EXTRA_CA_CERTS: 'names a file without a certificate in PEM',
  });
  expect(problems({ HTTPS_PROXY: '', GANGWAY_CA_FILE: '' })).toEqual({});
});
