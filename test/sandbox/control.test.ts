import { startCoinmenaSandbox, type RunningSandbox } from '../../sandbox/coinmena';
import { create, deposit } from './people';
import { at, control, get, type Sent } from './signing';

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startCoinmenaSandbox();
});

afterAll(async () => {
  await sandbox.close();
});

beforeEach(async () => {
  await control(sandbox.controlUrl, 'POST', '/reset', {});
  await create(sandbox.url, 'user');
});

function post(path: string, value: unknown): Promise<Sent> {
  return control(sandbox.controlUrl, 'POST', path, value);
}

async function ledger(): Promise<unknown> {
  return (await control(sandbox.controlUrl, 'GET', '/ledger')).json;
}

const STATUS = { operation: '*', kind: 'status', params: { status: 500 } };

test.each<[string, string, unknown]>([
  ['kind', '/faults', { operation: 'deposit', kind: 'gremlins' }],
  ['operation', '/faults', { ...STATUS, operation: 'buy' }],
  ['operation', '/faults', { operation: 'get-client', kind: 'order-outcome', params: { status: 'failed' } }],
  ['params.status', '/faults', { ...STATUS, params: { status: 200 } }],
  ['params.status', '/faults', { ...STATUS, params: {} }],
  ['params.when', '/faults', { operation: '*', kind: 'reset', params: { when: 'later' } }],
  ['params.ms', '/faults', { operation: '*', kind: 'latency', params: { ms: -1 } }],
  ['probability', '/faults', { ...STATUS, probability: 2 }],
  ['times', '/faults', { ...STATUS, times: 0 }],
  ['id', '/faults', { ...STATUS, id: 'a b' }],
  ['body', '/faults', { ...STATUS, whatever: 1 }],
  ['match', '/faults', { ...STATUS, match: { name: 'x' } }],
  ['body', '/faults', []],
  ['seed', '/seed', { seed: -1 }],
  ['offset_ms', '/clock', { offset_ms: 'soon' }],
  ['body', '/clients/user', {}],
  ['active', '/clients/user', { active: 1 }],
  ['status', '/orders/a', {}],
  ['amount', '/orders', { partner_order_ref: 'a', type: 'deposit', amount: '0' }],
  ['type', '/orders', { partner_order_ref: 'a' }],
  ['asset_id', '/balances', { asset_id: 'XYZ', balance: '1' }],
  ['balance', '/balances', { asset_id: 'USD', balance: 1 }],
  ['available', '/balances', { asset_id: 'USD', balance: '1', available: '2' }],
  ['layout.separator', '/settings', { layout: { separator: 1 } }],
  ['ip_allow_list', '/settings', { ip_allow_list: ['300.1.1.1'] }],
  ['ip_allow_list', '/settings', { ip_allow_list: ['10.0.0.0/40'] }],
])('a wrong %s for %s is named in a problem', async (field, path, value) => {
  const answer = await post(path, value);
  expect(answer).toMatchObject({ status: 400, json: { status: 400, title: expect.any(String) } });
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.json).toHaveProperty(['fields', field]);
});

test('what is not there, not JSON or not called JSON is refused', async () => {
  const { controlUrl } = sandbox;
  expect((await control(controlUrl, 'GET', '/nothing')).status).toBe(404);
  expect((await control(controlUrl, 'GET', '/seed')).status).toBe(405);
  expect((await post('/clients/nobody', { active: false })).status).toBe(404);
  expect((await post('/orders/nothing', { status: 'failed' })).status).toBe(404);
  const plain = await fetch(`${controlUrl}/faults`, { method: 'POST', body: JSON.stringify(STATUS) });
  expect(plain.status).toBe(415);
  const broken = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' };
  expect((await fetch(`${controlUrl}/faults`, broken)).status).toBe(400);
  expect((await control(controlUrl, 'GET', '/faults')).json).toMatchObject({ items: [] });
});

test('two rules cannot have one id', async () => {
  expect((await post('/faults', { ...STATUS, id: 'one' })).status).toBe(200);
  expect(await post('/faults', { ...STATUS, id: 'one' })).toMatchObject({
    status: 409,
    json: { fields: { id: ['is taken'] } },
  });
});

test('a client is verified, unverified and deactivated by hand', async () => {
  await post('/clients/user', { status: 'pending', active: false });
  const read = await get(sandbox.url, '/v1/partner/clients/user/');
  expect(read.json).toMatchObject({ result: { status: 'pending', active: false, verified_at: null } });
  await post('/clients/user', { status: 'verified', active: true });
  expect((await deposit(sandbox.url, { client: 'user', ref: 'a' })).status).toBe(201);
});

test('an open order moves its money when it is completed, and only then, and only once', async () => {
  await post('/faults', { operation: 'deposit', kind: 'order-outcome', params: { status: 'open' } });
  await deposit(sandbox.url, { client: 'user', ref: 'a', amount: '5' });
  await post('/orders/a', { status: 'processing' });
  expect(await ledger()).toMatchObject({ orders: [{ status: 'processing' }], balances: {} });
  expect(await post('/orders/a', { status: 'completed' })).toMatchObject({ json: { status: 'completed', debit: '5' } });
  expect(await ledger()).toMatchObject({ balances: { user: { USD: { balance: '5', available: '5' } } } });
  for (const status of ['failed', 'completed', 'open']) expect((await post('/orders/a', { status })).status).toBe(409);
  expect(await ledger()).toMatchObject({ balances: { user: { USD: { balance: '5' } } } });
});

test('an open withdrawal cannot be completed with money that is not there', async () => {
  await post('/orders', {
    partner_order_ref: 'a',
    type: 'withdrawal',
    status: 'open',
    partner_client_id: 'user',
    amount: '5',
  });
  expect((await post('/orders/a', { status: 'completed' })).status).toBe(409);
  await post('/balances', { partner_client_id: 'user', asset_id: 'USD', balance: '5' });
  expect((await post('/orders/a', { status: 'completed' })).status).toBe(200);
  expect(await ledger()).toMatchObject({ balances: { user: { USD: { balance: '0' } } } });
});

test("somebody else's order can be planted under a reference", async () => {
  expect((await post('/orders', { partner_order_ref: 'taken', type: 'deposit' })).status).toBe(200);
  expect((await post('/orders', { partner_order_ref: 'taken', type: 'deposit' })).status).toBe(409);
  expect(await deposit(sandbox.url, { client: 'user', ref: 'taken' })).toMatchObject({ json: { code: 2020 } });
  expect(await get(sandbox.url, '/v1/partner/orders/ref/taken')).toMatchObject({
    json: { result: { partner_client_id: 'someone-else', status: 'completed', debit: '1.00' } },
  });
  expect(await ledger()).toMatchObject({ balances: {} });
});

test('a planted order of an existing client moves its money', async () => {
  await post('/orders', { partner_order_ref: 'a', type: 'deposit', partner_client_id: 'user', amount: '3' });
  expect(await ledger()).toMatchObject({ balances: { user: { USD: { balance: '3' } } } });
});

test('a reset forgets the book, the rules, the counters and the clock', async () => {
  await deposit(sandbox.url, { client: 'user', ref: 'a' });
  await post('/faults', STATUS);
  await post('/clock', { offset_ms: 500_000 });
  await post('/reset', {});
  const empty = await ledger();
  expect(empty).toMatchObject({ clients: [], documents: [], orders: [], balances: {}, faults: {} });
  expect(new Set(Object.values(at(empty, 'requests') ?? {}))).toEqual(new Set([0]));
  expect((await create(sandbox.url, 'user')).status).toBe(201);
});

test('the ledger holds nothing personal', async () => {
  const { text } = await control(sandbox.controlUrl, 'GET', '/ledger');
  expect(text).toContain('"partner_client_id":"user"');
  for (const personal of ['John Doe', 'user@example.test', '+973', '1990-01-15', 'Manama']) {
    expect(text).not.toContain(personal);
  }
});
