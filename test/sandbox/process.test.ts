import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { create, deposit } from './people';
import { at, control, get } from './signing';

/** The sandbox as it ships: a process of its own (`npm run build` first, which `npm test` does). */
const MAIN = join(__dirname, '..', '..', 'dist', 'sandbox', 'main.js');

interface Process {
  readonly child: ChildProcess;
  readonly url: string;
  readonly controlUrl: string;
  readonly ready: unknown;
}

let folder: string;
let children: ChildProcess[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

async function start(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Process> {
  const child = run(['coinmena', ...args], env);
  if (child.stdout === null) throw new Error('no output');
  for await (const line of createInterface(child.stdout)) {
    const ready: unknown = JSON.parse(line);
    return { child, ready, url: String(at(ready, 'url')), controlUrl: String(at(ready, 'controlUrl')) };
  }
  throw new Error('the sandbox ended before it was ready');
}

async function ending(
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<{ code: unknown; text: string }> {
  const child = run(args, env);
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const [code]: readonly unknown[] = await once(child, 'close');
  return { code, text };
}

test('it tells where it is in one line, and ends with 0 when asked', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const { child, ready, url } = await start([]);
    expect(ready).toEqual({
      ready: true,
      provider: 'coinmena',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      controlUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    });
    expect((await get(url, '/v1/partner/balances')).status).toBe(200);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
  }
});

test('whatever was answered survives SIGKILL', async () => {
  const data = join(folder, 'book.ndjson');
  const first = await start(['--data', data]);
  await create(first.url, 'user');
  const answered: string[] = [];
  const sending = Array.from({ length: 40 }, async (_, n) => {
    const sent = await deposit(first.url, { client: 'user', ref: `d-${n}`, amount: '0.1' }).catch(() => undefined);
    if (sent?.status === 201) answered.push(`d-${n}`);
    if (answered.length === 10) first.child.kill('SIGKILL');
  });
  await Promise.all(sending);
  expect(answered.length).toBeGreaterThanOrEqual(10);

  const second = await start([], { SANDBOX_DATA: data });
  const { json } = await control(second.controlUrl, 'GET', '/ledger');
  const orders = at(json, 'orders');
  const refs = Array.isArray(orders) ? orders.map((order: unknown) => at(order, 'partner_order_ref')) : [];
  expect(refs).toEqual(expect.arrayContaining(answered));
  const tenths = String(refs.length).padStart(2, '0');
  const balance = `${tenths.slice(0, -1)}.${tenths.slice(-1)}`.replace(/\.0$/, '');
  expect(json).toMatchObject({ balances: { user: { USD: { balance } } } });
});

test('arguments go before the environment, and a key can come from a file', async () => {
  const keyFile = join(folder, 'key.pem');
  await writeFile(
    keyFile,
    '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n',
  );
  const args = ['--public-key', keyFile, '--partner-id', 'sandbox-partner', '--layout', '{"separator":"|"}'];
  const { url } = await start(args, { SANDBOX_PARTNER_ID: 'another', SANDBOX_LAYOUT: '{"separator":"."}' });
  expect((await get(url, '/v1/partner/balances', { separator: '|' })).status).toBe(200);
  expect((await get(url, '/v1/partner/balances')).status).toBe(401);
});

test.each<[string, readonly string[], Readonly<Record<string, string>>]>([
  ['--port', ['coinmena', '--port', '70000'], {}],
  ['--port', ['coinmena'], { SANDBOX_PORT: 'http' }],
  ['--control-port', ['coinmena', '--control-port', 'x'], {}],
  ['--public-key', ['coinmena', '--public-key', 'no-such-file'], {}],
  ['--public-key', ['coinmena', '--public-key', '/dev/null'], {}],
  ['--layout', ['coinmena', '--layout', '{"separator":1}'], {}],
  ['--layout', ['coinmena', '--layout', '{'], {}],
  ['--ip-allow-list', ['coinmena', '--ip-allow-list', '10.0.0.0/99'], {}],
  ['--reject-replays', ['coinmena'], { SANDBOX_REJECT_REPLAYS: 'maybe' }],
  ['--public-url', ['coinmena', '--public-url', 'ftp://x'], {}],
  ['--seed', ['coinmena', '--seed', '-1'], {}],
  ['--colour', ['coinmena', '--colour', 'green'], {}],
  ['coinmena', ['elsewhere'], {}],
])('a bad %s (%j) ends with 2 and one line that names it', async (name, args, env) => {
  const { code, text } = await ending(args, env);
  expect(code).toBe(2);
  expect(text).toContain(name);
  expect(text.trim().split('\n')).toHaveLength(1);
});

test('a port that is taken ends with 1 and names it', async () => {
  const { url } = await start([]);
  const port = new URL(url).port;
  const { code, text } = await ending(['coinmena', '--port', port]);
  expect([code, text.includes(port)]).toEqual([1, true]);
});
