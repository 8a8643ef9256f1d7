import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { DocumentError } from '../../activities/documents/document-error';
import { createDocumentStore, type DocumentStoreOptions } from '../../activities/documents/store';
import { fileOf, testDirectory, type TestDirectory } from './files';

/** As much as any of these may be, in bytes. */
const MAX_BYTES = 5 * 1024 * 1024;

describe('https: documents', () => {
  let directory: TestDirectory;
  let ca: string;
  let server: Server;
  let port: number;
  let answer: RequestListener;
  const asked: string[] = [];

  beforeAll(async () => {
    directory = await testDirectory();
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(directory.path, name));
    if (key === undefined || cert === undefined) throw new Error('unreachable');
    const names = 'subjectAltName=DNS:localhost,DNS:files.example.test,IP:127.0.0.1';
    const subject = ['-subj', '/CN=localhost', '-addext', names, '-days', '2', '-nodes'];
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    execFileSync('openssl', ['req', '-x509', ...newKey, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    ca = readFileSync(cert, 'utf8');
    server = createServer({ key: readFileSync(key), cert: ca }, (request, response) => {
      asked.push(`${request.headers.host ?? ''}${request.url ?? ''}`);
      answer(request, response);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port');
    port = address.port;
  });
  beforeEach(() => {
    asked.length = 0;
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await directory.remove();
  });

  const atServer = (path: string, host = 'localhost'): string => `https://${host}:${port}${path}`;
  const toLoopback = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);

  /** Hosts are allowed, loopback counts as public, and the server's certificate is trusted. */
  const open = (options: DocumentStoreOptions = {}) =>
    createDocumentStore({
      hosts: [`localhost:${port}`, `files.example.test:${port}`],
      timeoutMs: 3000,
      authorities: ca,
      ...options,
      forTests: { allowLoopback: true, resolve: toLoopback, ...options.forTests },
    });

  async function problemOf(uri: string, store = open(), maxBytes = MAX_BYTES): Promise<DocumentError> {
    const error: unknown = await store.read(uri, { maxBytes }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof DocumentError)) throw new Error('was read', { cause: error });
    return error;
  }

  test('a file at an allowed host is fetched from the address that its name was resolved to, once', async () => {
    const content = fileOf.pdf();
    answer = (_request, response) => response.end(content);
    let resolved = 0;
    const resolve = (host: string) => {
      resolved += 1;
      expect(host).toBe('files.example.test');
      return toLoopback();
    };
    const file = await open({ forTests: { resolve } }).read(atServer('/a?sig=1', 'files.example.test'), {
      maxBytes: MAX_BYTES,
    });
    expect(file.bytes.equals(content)).toBe(true);
    expect(file.mime).toBe('application/pdf');
    expect(asked).toEqual([`files.example.test:${port}/a?sig=1`]);
    expect(resolved).toBe(1);
  });

  test('a host that is not allowed is never asked: another name, another port, a name within, a user', async () => {
    const wrong = [
      `https://127.0.0.1:${port}/a`,
      `https://localhost/a`,
      `https://localhost.example.test:${port}/a`,
      `https://sub.localhost:${port}/a`,
      `https://localhost:${port}@example.test/a`,
    ];
    for (const uri of wrong) {
      expect((await problemOf(uri)).problem).toMatch(/is not at an allowed host|must not hold credentials/);
    }
    expect((await problemOf(`https://u:p@localhost:${port}/a`)).problem).toBe('must not hold credentials');
    await expect(createDocumentStore({}).read(atServer('/a'), { maxBytes: MAX_BYTES })).rejects.toMatchObject({
      problem: 'is not at an allowed host',
    });
    expect(asked).toEqual([]);
  });

  test('an allowed name whose address is not public is never asked', async () => {
    const inside = [
      '127.0.0.1',
      '10.0.0.5',
      '169.254.169.254',
      '192.168.1.1',
      '100.64.0.1',
      '::1',
      'fe80::1',
      '::ffff:10.0.0.1',
    ];
    for (const address of inside) {
      const resolve = () => Promise.resolve([{ address, family: address.includes(':') ? 6 : 4 }]);
      const store = open({ forTests: { allowLoopback: false, resolve } });
      expect((await problemOf(atServer('/a'), store)).problem).toBe('is at a host whose address is not public');
    }
    const mixed = () =>
      Promise.resolve([
        { address: '8.8.8.8', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ]);
    expect((await problemOf(atServer('/a'), open({ forTests: { resolve: mixed } }))).problem).toMatch(/not public/);
    const literal = open({ hosts: [`127.0.0.1:${port}`], forTests: { allowLoopback: false } });
    expect((await problemOf(`https://127.0.0.1:${port}/a`, literal)).problem).toMatch(/not public/);
    const spelt = open({ hosts: [`127.0.0.1:${port}`], forTests: { allowLoopback: false } });
    expect((await problemOf(`https://0x7f000001:${port}/a`, spelt)).problem).toMatch(/not public/);
    expect(asked).toEqual([]);
  });

  test('only loopback is opened for tests, nothing else that is private', async () => {
    const resolve = () => Promise.resolve([{ address: '10.0.0.1', family: 4 }]);
    expect((await problemOf(atServer('/a'), open({ forTests: { resolve } }))).problem).toMatch(/not public/);
  });

  test('redirects are followed to the third, each to an allowed host', async () => {
    const content = fileOf.jpeg();
    answer = (request, response) => {
      const hop = Number(request.url?.slice(1));
      if (hop === 3) response.end(content);
      else
        response.writeHead(302, { location: hop === 0 ? '/1' : atServer(`/${hop + 1}`, 'files.example.test') }).end();
    };
    expect((await open().read(atServer('/0'), { maxBytes: MAX_BYTES })).bytes.equals(content)).toBe(true);
    expect(asked.map((each) => each.split('/')[1])).toEqual(['0', '1', '2', '3']);

    answer = (_request, response) => response.writeHead(307, { location: '/again' }).end();
    expect((await problemOf(atServer('/0'))).problem).toBe('redirects more than 3 times');
  });

  test('a redirect to what is not allowed is not followed', async () => {
    const bad: readonly (readonly [string | undefined, string])[] = [
      [`http://localhost:${port}/a`, 'leads to a place that is not https:'],
      ['file:///etc/passwd', 'leads to a place that is not https:'],
      ['https://127.0.0.1/a', 'is not at an allowed host'],
      [`https://169.254.169.254/latest/meta-data`, 'is not at an allowed host'],
      [undefined, 'redirects to nowhere'],
      ['https://', 'redirects to nowhere'],
    ];
    for (const [location, problem] of bad) {
      answer = (_request, response) => response.writeHead(302, location === undefined ? {} : { location }).end();
      expect((await problemOf(atServer('/0'))).problem).toBe(problem);
    }
  });

  test('a redirect to an allowed name that has moved inside is not followed', async () => {
    answer = (_request, response) => response.writeHead(302, { location: atServer('/b', 'files.example.test') }).end();
    const resolve = (host: string) =>
      Promise.resolve([{ address: host === 'localhost' ? '127.0.0.1' : '10.0.0.1', family: 4 }]);
    expect((await problemOf(atServer('/a'), open({ forTests: { resolve } }))).problem).toMatch(/not public/);
    expect(asked).toHaveLength(1);
  });

  test('a file larger than the cap is cut off, whether it says so or not', async () => {
    answer = (_request, response) => response.writeHead(200, { 'content-length': '5000' }).end(fileOf.jpeg(5000));
    expect((await problemOf(atServer('/a'), open(), 1000)).problem).toBe('names a file larger than 1000 bytes');
    const closed = new Promise<void>((done) => {
      answer = (_request, response) => {
        const more = (): void => {
          if (response.write(fileOf.jpeg(10_000))) setImmediate(more);
        };
        response.on('drain', more).on('close', done).on('error', done);
        more();
      };
    });
    expect((await problemOf(atServer('/endless'), open(), 1000)).problem).toBe('names a file larger than 1000 bytes');
    await closed;
  });

  test('a packed body is refused', async () => {
    answer = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(fileOf.jpeg());
    expect((await problemOf(atServer('/a'))).problem).toBe('is sent compressed');
  });

  test.each([
    [404, false],
    [410, false],
    [401, false],
    [403, false],
    [206, false],
    [408, true],
    [429, true],
    [500, true],
    [503, true],
  ])('HTTP %d may pass: %p', async (status, transient) => {
    answer = (_request, response) => response.writeHead(status).end(fileOf.jpeg());
    expect((await problemOf(atServer('/a'))).transient).toBe(transient);
  });

  test('a host that is silent, stalls, breaks off or cannot be reached: it may pass', async () => {
    const hasty = open({ timeoutMs: 150 });
    answer = () => undefined;
    expect((await problemOf(atServer('/silent'), hasty)).transient).toBe(true);
    answer = (_request, response) => response.writeHead(200).write(fileOf.jpeg());
    expect((await problemOf(atServer('/stalls'), hasty)).transient).toBe(true);
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '9000' }).write(fileOf.jpeg());
      setTimeout(() => response.destroy(), 20);
    };
    expect((await problemOf(atServer('/breaks'))).transient).toBe(true);
    const nobody = open({ hosts: ['localhost:1'] });
    expect((await problemOf('https://localhost:1/a', nobody)).transient).toBe(true);
    const unresolved = open({ timeoutMs: 100, forTests: { resolve: () => new Promise(() => undefined) } });
    expect((await problemOf(atServer('/a'), unresolved)).transient).toBe(true);
  });

  test('a name that does not exist and a certificate that is not trusted are for a person', async () => {
    const gone = () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' }));
    const absent = await problemOf(atServer('/a'), open({ forTests: { resolve: gone } }));
    expect(absent).toMatchObject({ problem: 'is at a host that has no address', transient: false });
    const untrusting = createDocumentStore({
      hosts: [`localhost:${port}`],
      forTests: { allowLoopback: true, resolve: toLoopback },
    });
    const untrusted = await problemOf(atServer('/a'), untrusting);
    expect(untrusted).toMatchObject({ problem: 'is at a host whose certificate is not trusted', transient: false });
  });

  test('what it throws names neither the place nor what came', async () => {
    answer = (_request, response) => response.writeHead(200).end('John Doe');
    const { message } = await problemOf(atServer('/john-doe?signature=secret'));
    expect(message).not.toMatch(/john|secret|localhost/i);
  });

  test('a fetch that was stopped ends with the reason', async () => {
    answer = () => undefined;
    const stop = new AbortController();
    const reason = new Error('stopped');
    const reading = open().read(atServer('/a'), { maxBytes: MAX_BYTES, signal: stop.signal });
    setTimeout(() => stop.abort(reason), 50);
    await expect(reading).rejects.toBe(reason);
  });
});
