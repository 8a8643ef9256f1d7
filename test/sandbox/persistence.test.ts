import { appendFile, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCoinmenaSandbox, type RunningSandbox } from '../../sandbox/coinmena';
import { create, deposit, FILES, uploadId, withdraw } from './people';
import { at, control, get } from './signing';

let folder: string;
let dataFile: string;
let running: RunningSandbox[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  dataFile = join(folder, 'deeper', 'book.ndjson');
  running = [];
});

afterEach(async () => {
  for (const sandbox of running) await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<RunningSandbox> {
  const sandbox = await startCoinmenaSandbox({ dataFile, onFailure: () => undefined });
  running.push(sandbox);
  return sandbox;
}

async function restart(): Promise<RunningSandbox> {
  await running.pop()?.close();
  return start();
}

async function ledger({ controlUrl }: RunningSandbox): Promise<unknown> {
  const { json } = await control(controlUrl, 'GET', '/ledger');
  const { clients, documents, orders, balances } = Object.assign(
    { clients: 0, documents: 0, orders: 0, balances: 0 },
    json,
  );
  return { clients, documents, orders, balances };
}

async function fill({ url, controlUrl }: RunningSandbox): Promise<void> {
  await create(url, 'user');
  await uploadId(url, 'user');
  await control(controlUrl, 'POST', '/faults', {
    operation: 'deposit',
    kind: 'order-outcome',
    params: { status: 'failed' },
  });
  await deposit(url, { client: 'user', ref: 'failed' });
  await deposit(url, { client: 'user', ref: 'in', amount: '9007199254740993.00000001' });
  await withdraw(url, { client: 'user', ref: 'out', amount: '0.00000001' });
}

test('everything is there after a restart, files included', async () => {
  const first = await start();
  await fill(first);
  const before = await ledger(first);
  const second = await restart();
  expect(await ledger(second)).toEqual(before);
  expect(before).toMatchObject({ balances: { user: { USD: { balance: '9007199254740993' } } } });
  expect(await deposit(second.url, { client: 'user', ref: 'failed' })).toMatchObject({ json: { code: 2020 } });
  expect(await create(second.url, 'other', { email: 'user@example.test' })).toMatchObject({ json: { code: 2027 } });
  expect(await deposit(second.url, { client: 'user', ref: 'next' })).toMatchObject({ json: { result: { id: 67893 } } });
  const { json } = await get(second.url, '/v1/partner/clients/user/documents');
  const file = await fetch(String(at(json, 'items', 0, 'front_file')));
  expect(Buffer.from(await file.arrayBuffer()).equals(FILES.jpeg)).toBe(true);
});

test('a torn last line is cut off, and the journal goes on behind it', async () => {
  await fill(await start());
  await running.pop()?.close();
  const whole = await readFile(dataFile, 'utf8');
  await appendFile(dataFile, '{"kind":"order","order":{"id":1,"order_no":"MN');
  const second = await start();
  expect(await readFile(dataFile, 'utf8')).toBe(whole);
  await deposit(second.url, { client: 'user', ref: 'after' });
  const third = await restart();
  expect((await get(third.url, '/v1/partner/orders/ref/after')).status).toBe(200);
});

test.each([
  ['is not JSON', (line: string) => line.slice(0, -2)],
  ['is no change', () => '{"kind":"wish"}'],
])('a whole line that %s keeps the sandbox from starting, and is named', async (_, spoil) => {
  await fill(await start());
  await running.pop()?.close();
  const lines = (await readFile(dataFile, 'utf8')).split('\n');
  lines[1] = spoil(lines[1] ?? '');
  await writeFile(dataFile, lines.join('\n'));
  await expect(start()).rejects.toMatchObject({
    name: 'JournalUnreadable',
    message: expect.stringContaining('line 2'),
  });
});

test('a journal that somebody else writes to is not written to any more, and no success is told', async () => {
  const { url } = await start();
  await create(url, 'user');
  await appendFile(dataFile, '{"kind":"foreign"}\n');
  expect(await deposit(url, { client: 'user', ref: 'a' })).toMatchObject({ status: 500, json: { code: 500 } });
  expect((await get(url, '/v1/partner/orders/ref/a')).status).toBe(500);
  expect(await readFile(dataFile, 'utf8')).not.toContain('"partner_order_ref":"a"');
});

test('a reset leaves nothing on the disk', async () => {
  const sandbox = await start();
  await fill(sandbox);
  await control(sandbox.controlUrl, 'POST', '/reset', {});
  expect(await readFile(dataFile, 'utf8')).toBe('');
  expect(await readdir(join(folder, 'deeper'))).toEqual(['book.ndjson']);
  await create(sandbox.url, 'again');
  expect(await ledger(await restart())).toMatchObject({ clients: [{ partner_client_id: 'again' }], orders: [] });
});
