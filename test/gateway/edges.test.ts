import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { rememberedFor } from '../../system/remembered';
import type { RunningGateway } from '../../client/gateway/serve';
import { newToken } from '../../client/gateway/tokens';
import { openGateway } from './open-gateway';

/** What a gateway answers before any of its routes has a say. */

const { token, entry } = newToken('ops-1', ['read', 'start', 'approve', 'resolve']);
const ARRIVAL_TIMEOUT_MS = 500;

let gateway: RunningGateway;
let slow: RunningGateway;

beforeAll(async () => {
  const settings = { GANGWAY_TOKENS: entry, GANGWAY_GATEWAY_REQUESTS_PER_MINUTE: '100000' };
  gateway = await openGateway({ settings });
  slow = await openGateway({ settings, arrivalTimeoutMs: ARRIVAL_TIMEOUT_MS });
});
afterAll(async () => {
  await gateway.stop();
  await slow.stop();
});

const problem = z.looseObject({ type: z.literal('about:blank'), status: z.number(), code: z.string() });

interface Told {
  readonly status: number | undefined;
  readonly code: string;
  readonly allow: string | undefined;
  readonly retryAfter: string | undefined;
}

/** Sends a request whose path goes out as it is written, which `fetch` would not do. */
async function ask(method: string, path: string, body?: string, { url }: RunningGateway = gateway): Promise<Told> {
  const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'text/plain' }) };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(url, { method, path, headers }, resolve).on('error', reject).end(body);
  });
  const { statusCode, headers: told } = answer;
  const said = await text(answer);
  expect(told['content-type']).toContain('application/problem+json');
  const { status, code } = problem.parse(JSON.parse(said));
  expect(status).toBe(statusCode);
  return { status, code, allow: told.allow, retryAfter: told['retry-after'] };
}

const PATHS: readonly [path: string, allow: string][] = [
  ['/healthz', 'GET, HEAD'],
  ['/readyz', 'GET, HEAD'],
  ['/v1/signups', 'POST'],
  ['/v1/intents', 'POST'],
  ['/v1/intents/coinmena/x', 'GET, HEAD'],
  ['/v1/intents/coinmena/x/approve', 'POST'],
  ['/v1/onboardings/coinmena/x', 'GET, HEAD'],
  ['/v1/onboardings/coinmena/x/amend', 'POST'],
  ['/callbacks/oceafin', 'POST'],
  ['/callbacks/backoffice/token', 'POST'],
];

describe.each(PATHS)('%s', (path, allow) => {
  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'])(
    'answers %s with 405',
    async (method) => {
      expect(await ask(method, path)).toMatchObject({ status: 405, code: 'NO_SUCH_METHOD', allow });
    },
  );
  it('answers a method that has a body of any type with 405', async () => {
    expect(await ask('PUT', path, 'text')).toMatchObject({ status: 405, allow });
  });
});

test('a method that is none of HTTP, and a path that there is not', async () => {
  expect(await ask('GET', '/v2/intents')).toMatchObject({ status: 404, code: 'NO_SUCH_ROUTE' });
  expect(await ask('PROPFIND', '/v2/intents')).toMatchObject({ status: 404, code: 'NO_SUCH_ROUTE' });
});

test.each([
  ['a method that nobody has', 'NONSENSE /healthz HTTP/1.1', '405 Method Not Allowed'],
  ['a method in lower case', 'post /v1/intents HTTP/1.1', '405 Method Not Allowed'],
  ['a tunnel to another host', 'CONNECT example.test:443 HTTP/1.1', '405 Method Not Allowed'],
  ['what is no HTTP', '\x16\x03\x01 NONSENSE', '400 Bad Request'],
  ['no HTTP behind the path', 'NONSENSE /healthz FTP', '400 Bad Request'],
])('%s is told so before there is a request', async (_, requestLine, status) => {
  const answer = await raw(gateway, `${requestLine}\r\nhost: x\r\n\r\n`);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status}\r\ncontent-type: application/problem\\+json\r\n`));
  expect(problem.parse(JSON.parse(body))).toMatchObject({ status: Number(status.slice(0, 3)) });
});

describe('a path that is none', () => {
  it.each(['/%ff', '/%zz', '/v1/intents/coinmena/%ff', '/v1/intents/coinmena/%zz/approve', '/callbacks/%c3%28'])(
    '%s',
    async (path) => {
      expect(await ask('GET', path)).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    },
  );
  it('too long', async () => {
    expect(await ask('GET', `/v1/intents/coinmena/${'x'.repeat(600)}`)).toMatchObject({ status: 414 });
  });
  it('counts for the rate limit, as does what there is not, and what a path does not take', async () => {
    const few = await openGateway({ settings: { GANGWAY_GATEWAY_REQUESTS_PER_MINUTE: '3' } });
    try {
      const told = [];
      for (const path of ['/%ff', '/none', '/%zz', '/%ff']) told.push(await ask('GET', path, undefined, few));
      expect(told.map(({ status }) => status)).toEqual([400, 404, 400, 429]);
      expect(told[3]?.retryAfter).toMatch(/^\d+$/);
      expect(await ask('PUT', '/v1/intents', undefined, few)).toMatchObject({ status: 429 });
    } finally {
      await few.stop();
    }
  });
});

describe('every answer says what a browser may do with it, which is nothing', () => {
  it.each([
    ['what is found', 'GET /healthz HTTP/1.1'],
    ['what is refused', 'GET /v1/intents/coinmena/x HTTP/1.1'],
    ['what there is not', 'GET /none HTTP/1.1'],
    ['a path that is none', 'GET /%ff HTTP/1.1'],
    ['what is no HTTP', 'NONSENSE'],
    ['a tunnel', 'CONNECT example.test:443 HTTP/1.1'],
  ])('%s', async (_, requestLine) => {
    const answer = await raw(gateway, `${requestLine}\r\nhost: x\r\nconnection: close\r\n\r\n`);
    const [head = ''] = answer.split('\r\n\r\n');
    expect(head).toContain('\r\nx-content-type-options: nosniff');
    expect(head).toContain('\r\nreferrer-policy: no-referrer');
    expect(head).toContain('\r\ncache-control: no-store');
    const policy = /\r\ncontent-security-policy: ([^\r]*)/.exec(head)?.[1]?.split('; ');
    expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]));
  });
});

it.each([
  ['0', [404, 404, 429]],
  ['1', [404, 404, 404]],
])('with %s proxies before it, what x-forwarded-for says counts accordingly', async (proxies, expected) => {
  const settings = { GANGWAY_GATEWAY_REQUESTS_PER_MINUTE: '2', GANGWAY_GATEWAY_PROXIES: proxies };
  const few = await openGateway({ settings });
  try {
    const told = [];
    for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) {
      told.push((await fetch(`${few.url}/none`, { headers: { 'x-forwarded-for': address } })).status);
    }
    expect(told).toEqual(expected);
  } finally {
    await few.stop();
  }
});

/** What comes back for bytes that are written as they are, once the gateway closes the connection. */
async function raw(to: RunningGateway, bytes: string): Promise<string> {
  const socket = open(to);
  socket.write(bytes);
  return await text(socket);
}

function open({ url }: RunningGateway): Socket {
  return connect(Number(new URL(url).port), '127.0.0.1');
}

describe('what takes too long to arrive is told so, and its connection closed', () => {
  const POST = `POST /v1/intents HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n`;
  it.each([
    ['a request line', 'POST /v1/int'],
    ['headers', POST],
    ['a body', `${POST}content-type: application/json\r\ncontent-length: 100\r\n\r\n{`],
    ['a body in chunks', `${POST}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n`],
  ])('%s', async (_, bytes) => {
    const answer = await raw(slow, bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\ncontent-type: application\/problem\+json\r\n/);
    expect(answer).toContain('"code":"TOO_SLOW"');
  });
  it('a body of which a little comes again and again', async () => {
    const socket = open(slow);
    socket.write(`${POST}content-type: application/json\r\ncontent-length: 100000\r\n\r\n`);
    const drip = setInterval(() => socket.write(' '), ARRIVAL_TIMEOUT_MS / 10);
    socket.on('error', () => undefined);
    try {
      expect(await text(socket)).toContain('408 Request Timeout');
    } finally {
      clearInterval(drip);
      socket.destroy();
    }
  });
  it('nothing at all', async () => {
    expect(await raw(slow, '')).toContain('408 Request Timeout');
  });
});

test('headers that are too large', async () => {
  const answer = await raw(gateway, `GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 431 .*\r\ncontent-type: application\/problem\+json\r\n/);
});

test('more connections than are allowed are closed, and the others go on', async () => {
  const narrow = await openGateway({ settings: { GANGWAY_GATEWAY_MAX_CONNECTIONS: '2' } });
  const held = [open(narrow), open(narrow)];
  try {
    for (const socket of held) await once(socket, 'connect');
    expect(await text(open(narrow))).toBe('');
    held[0]?.write('GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    expect(await text(held[0] ?? open(narrow))).toContain('200 OK');
  } finally {
    for (const socket of held) socket.destroy();
    await narrow.stop();
  }
});

test('an answer is remembered for a time, and asked for once by all who wait for it', async () => {
  let [now, asked] = [0, 0];
  const answer = rememberedFor(
    1_000,
    async () => {
      asked += 1;
      return await Promise.resolve(asked);
    },
    () => now,
  );
  expect(await Promise.all([answer(), answer()])).toEqual([1, 1]);
  now = 999;
  expect(await answer()).toBe(1);
  now = 1_000;
  expect(await answer()).toBe(2);
});
