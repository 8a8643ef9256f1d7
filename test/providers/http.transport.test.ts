import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { HttpTransport, type HttpRequest } from '../../providers/http/transport';
import type { Exchange } from '../../providers/port';
import { TransportError } from '../../providers/http/transport-error';
import { json, portOf, startLocalServer, text, type LocalServer } from './local-server';

const TIMEOUT_MS = 300;

let server: LocalServer;
let transport: HttpTransport;
let exchanges: Exchange[];

beforeEach(async () => {
  server = await startLocalServer();
  exchanges = [];
  transport = new HttpTransport({ timeoutMs: TIMEOUT_MS, observer: (exchange) => exchanges.push(exchange) });
});

afterEach(async () => {
  await transport.close();
  await server.close();
});

function post(over: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'POST',
    origin: server.origin,
    target: '/money/secret-id?q=1',
    template: '/money/{id}',
    headers: { 'Content-Type': 'application/json' },
    body: Buffer.from('{"amount":"1.00"}'),
    ...over,
  };
}

async function failureOf(sending: Promise<unknown>): Promise<TransportError> {
  const failure: unknown = await sending.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof TransportError)) throw new Error('expected a TransportError');
  return failure;
}

describe('an answer', () => {
  test('comes whole, and the request arrives byte for byte', async () => {
    server.answer = json(201, { ok: true }, { 'X-Request-Id': 'r-1' });
    const response = await transport.send(post());
    expect(response.status).toBe(201);
    expect(response.headers['x-request-id']).toBe('r-1');
    expect(response.body.toString()).toBe('{"ok":true}');
    expect(server.received).toHaveLength(1);
    expect(server.received[0]?.target).toBe('/money/secret-id?q=1');
    expect(server.received[0]?.body.toString()).toBe('{"amount":"1.00"}');
  });

  test('is told to the observer without ids, bodies or queries', async () => {
    server.answer = json(200, { secret: 'value' });
    await transport.send(post());
    expect(exchanges).toEqual([
      { method: 'POST', template: '/money/{id}', status: 200, elapsedMs: expect.any(Number) },
    ]);
  });

  test('of 5xx is an answer, and is not asked for again', async () => {
    server.answer = text(503, 'busy', { 'retry-after': '2' });
    expect((await transport.send(post())).status).toBe(503);
    expect(server.received).toHaveLength(1);
  });

  test('that redirects is not followed', async () => {
    server.answer = text(307, '', { location: '/elsewhere' });
    expect((await transport.send(post())).status).toBe(307);
    expect(server.received).toHaveLength(1);
  });

  test.each([
    ['gzip', 'gzip', gzipSync],
    ['x-gzip', 'X-GZIP', gzipSync],
    ['br', 'br', brotliCompressSync],
    ['deflate', 'deflate', deflateSync],
    ['deflate without its header', 'deflate', deflateRawSync],
    ['identity', 'identity', (bytes: Buffer) => bytes],
    ['one over another', 'deflate, gzip', (bytes: Buffer) => gzipSync(deflateSync(bytes))],
  ])('that is compressed though nobody asked is unpacked: %s', async (_, coding, pack) => {
    const packed = pack(Buffer.from('{"ok":true}'));
    server.answer = (__, response) => {
      response.writeHead(200, { 'content-encoding': coding });
      response.end(packed);
    };
    expect((await transport.send(post())).body.toString()).toBe('{"ok":true}');
    expect(server.received[0]?.headers['accept-encoding']).toBeUndefined();
  });

  test.each([
    ['is not what its header says', 'gzip', Buffer.from('{"ok":true}')],
    ['is cut off', 'gzip', gzipSync('{"ok":true}').subarray(0, 12)],
    ['has a coding that nobody knows', 'zstd-of-ours', Buffer.from('{"ok":true}')],
  ])('that %s is handed on as it is', async (_, coding, bytes) => {
    server.answer = (__, response) => {
      response.writeHead(200, { 'content-encoding': coding });
      response.end(bytes);
    };
    expect((await transport.send(post())).body.equals(bytes)).toBe(true);
  });

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
  ])('that unpacks to more than is read is given up: %s', async (coding, pack) => {
    const bomb = pack(Buffer.alloc(50_000_000));
    server.answer = (_, response) => {
      response.writeHead(200, { 'content-encoding': coding });
      response.end(bomb);
    };
    expect(await failureOf(transport.send(post({ maxResponseBytes: 2_000_000 })))).toMatchObject({
      kind: 'too-large',
      sent: 'unknown',
    });
  });

  test('may be empty', async () => {
    server.answer = (_, response) => {
      response.writeHead(204);
      response.end();
    };
    expect((await transport.send(post())).body).toHaveLength(0);
  });

  test('leaves its connection to later calls', async () => {
    const sockets = new Set<number | undefined>();
    server.answer = (_, response) => {
      sockets.add(response.socket?.remotePort);
      response.end('{}');
    };
    for (let call = 0; call < 5; call += 1) await transport.send(post());
    expect(server.received).toHaveLength(5);
    expect(sockets.size).toBeLessThan(5);
  });
});

describe('no connection: not sent', () => {
  test('refused', async () => {
    const gone = await startLocalServer();
    await gone.close();
    const failure = await failureOf(transport.send(post({ origin: gone.origin })));
    expect(failure).toMatchObject({ kind: 'unreachable', sent: 'not-sent', detail: 'ECONNREFUSED' });
  });

  test('no such host', async () => {
    const failure = await failureOf(transport.send(post({ origin: 'http://gangway.invalid' })));
    expect(failure).toMatchObject({ kind: 'unreachable', sent: 'not-sent' });
  });

  test('TLS to a server that has none', async () => {
    const failure = await failureOf(transport.send(post({ origin: server.origin.replace('http:', 'https:') })));
    expect(failure).toMatchObject({ kind: 'unreachable', sent: 'not-sent' });
    expect(server.received).toHaveLength(0);
  });

  test('a TLS handshake that is never answered', async () => {
    const mute = await startTcp(() => undefined);
    const quick = new HttpTransport({ timeoutMs: 2000, connectTimeoutMs: 100 });
    const failure = await failureOf(quick.send(post({ origin: `https://127.0.0.1:${mute.port}` })));
    expect(failure).toMatchObject({ kind: 'unreachable', sent: 'not-sent', detail: 'UND_ERR_CONNECT_TIMEOUT' });
    await quick.close();
    await mute.close();
  });
});

describe('a lost answer: unknown, and sent once', () => {
  test('reset before the headers', async () => {
    server.answer = (_, response) => response.socket?.resetAndDestroy();
    expect(await failureOf(transport.send(post()))).toMatchObject({ kind: 'connection-lost', sent: 'unknown' });
    expect(server.received).toHaveLength(1);
  });

  test('closed before the headers', async () => {
    server.answer = (_, response) => response.socket?.end();
    expect(await failureOf(transport.send(post()))).toMatchObject({ kind: 'connection-lost', sent: 'unknown' });
    expect(server.received).toHaveLength(1);
  });

  test('reset on a connection that was kept', async () => {
    server.answer = json(200, {});
    await transport.send(post());
    server.answer = (_, response) => response.socket?.resetAndDestroy();
    expect(await failureOf(transport.send(post()))).toMatchObject({ sent: 'unknown' });
    expect(server.received).toHaveLength(2);
  });

  test('a GET is not repeated either', async () => {
    server.answer = (_, response) => response.socket?.resetAndDestroy();
    const { body: _body, ...get } = post({ method: 'GET' });
    expect(await failureOf(transport.send(get))).toMatchObject({ sent: 'unknown' });
    expect(server.received).toHaveLength(1);
  });

  test('cut off in the body', async () => {
    server.answer = (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"half":', () => response.socket?.destroy());
    };
    expect(await failureOf(transport.send(post()))).toMatchObject({ kind: 'connection-lost', sent: 'unknown' });
    expect(server.received).toHaveLength(1);
  });

  test('no headers in time', async () => {
    server.answer = () => undefined;
    expect(await failureOf(transport.send(post()))).toMatchObject({ kind: 'timeout', sent: 'unknown' });
    expect(server.received).toHaveLength(1);
  });

  test('a body that stalls', async () => {
    server.answer = (_, response) => {
      response.writeHead(200);
      response.write('{');
    };
    expect(await failureOf(transport.send(post()))).toMatchObject({ kind: 'timeout', sent: 'unknown' });
  });

  test('a body that drips too slowly to ever stall', async () => {
    let dripping: NodeJS.Timeout | undefined;
    server.answer = (_, response) => {
      response.writeHead(200);
      dripping = setInterval(() => response.write(' '), 20);
    };
    expect(await failureOf(transport.send(post()))).toMatchObject({ kind: 'timeout', sent: 'unknown' });
    clearInterval(dripping);
  });

  test('more bytes than are read', async () => {
    server.answer = text(200, 'x'.repeat(2001));
    const failure = await failureOf(transport.send(post({ maxResponseBytes: 2000 })));
    expect(failure).toMatchObject({ kind: 'too-large', sent: 'unknown' });
  });

  test('as many bytes as are read is no failure', async () => {
    server.answer = text(200, 'x'.repeat(2000));
    expect((await transport.send(post({ maxResponseBytes: 2000 }))).body).toHaveLength(2000);
  });

  test('no HTTP at all', async () => {
    const babbler = await startTcp((socket) => socket.end('SSH-2.0-OpenSSH\r\n\r\n'));
    const failure = await failureOf(transport.send(post({ origin: `http://127.0.0.1:${babbler.port}` })));
    expect(failure).toMatchObject({ sent: 'unknown' });
    await babbler.close();
  });

  test('the caller gave up', async () => {
    server.answer = () => undefined;
    const giveUp = new AbortController();
    const sending = failureOf(transport.send(post({ signal: giveUp.signal })));
    setTimeout(() => giveUp.abort(), 50);
    expect(await sending).toMatchObject({ kind: 'aborted', sent: 'unknown' });
  });

  test('is told to the observer', async () => {
    server.answer = (_, response) => response.socket?.resetAndDestroy();
    await failureOf(transport.send(post()));
    expect(exchanges).toHaveLength(1);
    expect(exchanges[0]).toMatchObject({ template: '/money/{id}', failure: expect.stringContaining('unknown') });
    expect(JSON.stringify(exchanges)).not.toContain('secret-id');
  });
});

async function startTcp(onSocket: (socket: Socket) => void): Promise<{ port: number; close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const tcp: Server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  return {
    port: portOf(tcp.address()),
    close: () =>
      new Promise((resolve) => {
        tcp.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
