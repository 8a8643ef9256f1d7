import { startCoinmenaSandbox, type RunningSandbox } from '../../sandbox/coinmena';
import { create, deposit, withdraw } from './people';
import { at, control, get, send, sendJson, type Sent } from './signing';

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

async function fault(rule: Readonly<Record<string, unknown>>): Promise<string> {
  const answer = await control(sandbox.controlUrl, 'POST', '/faults', rule);
  expect(answer.status).toBe(200);
  return String(at(answer.json, 'id'));
}

function order(ref: string): Promise<Sent> {
  return get(sandbox.url, `/v1/partner/orders/ref/${ref}`);
}

async function ledger(): Promise<unknown> {
  return (await control(sandbox.controlUrl, 'GET', '/ledger')).json;
}

async function timed(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work.catch(() => undefined);
  return performance.now() - start;
}

test('latency holds an answer back, and latencies add up', async () => {
  await fault({ operation: 'deposit', kind: 'latency', params: { ms: 60 } });
  await fault({ operation: '*', kind: 'latency', params: { ms: 60 } });
  const slow = deposit(sandbox.url, { client: 'user', ref: 'a' });
  expect(await timed(slow)).toBeGreaterThanOrEqual(118);
  expect((await slow).status).toBe(201);
});

test.each([
  ['never', 404],
  ['before', 200],
])('a status with commit %s leaves an order that reads %i', async (commit, found) => {
  await fault({ operation: 'deposit', kind: 'status', params: { status: 503, commit, retry_after: 7 } });
  const answer = await deposit(sandbox.url, { client: 'user', ref: 'a' });
  expect(answer).toMatchObject({ status: 503, json: { code: 503, msg: expect.any(String), msg_detail: null } });
  expect(answer.headers.get('retry-after')).toBe('7');
  expect((await order('a')).status).toBe(found);
});

test.each([
  ['html', 'text/html; charset=utf-8', /<h1>/],
  ['empty', null, /^$/],
  ['json', 'application/json', /^\{"code":502/],
])('an error body can be %s', async (body, contentType, text) => {
  await fault({ operation: 'get-client', kind: 'status', params: { status: 502, body } });
  const answer = await get(sandbox.url, '/v1/partner/clients/user/');
  expect(answer.status).toBe(502);
  expect(answer.headers.get('content-type')).toBe(contentType);
  expect(answer.text).toMatch(text);
});

test.each([
  ['net', 'debit', '9.89901'],
  ['rounded', 'debit', '9.99'],
  ['lower', 'debit_asset_id', 'usd'],
  ['upper', 'type', 'DEPOSIT'],
])('an order can be shown %s, and its book stays as it is', async (how, field, shown) => {
  await deposit(sandbox.url, { client: 'user', ref: 'a', amount: '9.999' });
  await fault({ operation: 'get-order-by-ref', kind: 'respelt', params: { fields: [field], how } });
  expect(at((await order('b')).json, 'code')).toBe(404);
  expect(at((await order('a')).json, 'result', field)).toBe(shown);
  expect(await ledger()).toMatchObject({ orders: [{ amount: '9.999', asset_id: 'USD', type: 'deposit' }] });
});

test('a list can come the other way round, also in another spelling', async () => {
  await deposit(sandbox.url, { client: 'user', ref: 'a' });
  await deposit(sandbox.url, { client: 'user', ref: 'b' });
  const refs = async (): Promise<unknown[]> => {
    const { json } = await get(sandbox.url, '/v1/partner/orders?partner_client_id=user');
    return [0, 1].map((index) => at(json, 'items', index, 'partner_order_ref'));
  };
  await fault({ operation: 'list-orders', kind: 'reversed' });
  await fault({ operation: 'list-orders', kind: 'respelt', params: { fields: ['partner_order_ref'], how: 'upper' } });
  expect(await refs()).toEqual(['A', 'B']);
  expect(await refs()).toEqual(['b', 'a']);
});

test('a status can carry a code of its own, as a 2020 for a reference that does not exist', async () => {
  await fault({ operation: 'deposit', kind: 'status', params: { status: 409, code: 2020 } });
  expect(await deposit(sandbox.url, { client: 'user', ref: 'a' })).toMatchObject({
    status: 409,
    json: { code: 2020, msg: 'Duplicate partner order reference' },
  });
  expect((await order('a')).status).toBe(404);
});

test.each([
  ['before-commit', 404],
  ['after-commit', 200],
])('a reset %s leaves an order that reads %i', async (when, found) => {
  await fault({ operation: 'deposit', kind: 'reset', params: { when } });
  await expect(deposit(sandbox.url, { client: 'user', ref: 'a' })).rejects.toMatchObject({
    cause: { code: 'ECONNRESET' },
  });
  expect((await order('a')).status).toBe(found);
});

test('a truncated answer is a success that cannot be read, of an order that exists', async () => {
  await fault({ operation: 'deposit', kind: 'truncated', params: { bytes: 40 } });
  const answer = await deposit(sandbox.url, { client: 'user', ref: 'a' });
  expect(answer.status).toBe(201);
  expect(answer.text).toHaveLength(40);
  expect(answer.json).toBeUndefined();
  expect((await order('a')).status).toBe(200);
});

test('an answer can end before its declared length', async () => {
  await fault({ operation: 'deposit', kind: 'truncated', params: { end: 'cut' } });
  await expect(deposit(sandbox.url, { client: 'user', ref: 'a' })).rejects.toThrow();
  expect((await order('a')).status).toBe(200);
});

test('a refusal is not truncated: the rule waits for a success', async () => {
  await fault({ operation: 'withdrawal', kind: 'truncated' });
  expect(await withdraw(sandbox.url, { client: 'user', ref: 'a' })).toMatchObject({ json: { code: 3005 } });
  await deposit(sandbox.url, { client: 'user', ref: 'b' });
  expect((await withdraw(sandbox.url, { client: 'user', ref: 'a' })).json).toBeUndefined();
});

test.each([
  ['before-commit', 'answer', 201, 200],
  ['after-commit', 'answer', 201, 200],
  ['before-commit', 'destroy', undefined, 404],
  ['after-commit', 'destroy', undefined, 200],
])('a stall %s that ends with %s answers %s and leaves %i', async (when, then, status, found) => {
  await fault({ operation: 'deposit', kind: 'stall', params: { when, ms: 80, then } });
  const slow = deposit(sandbox.url, { client: 'user', ref: 'a' }).catch(() => undefined);
  expect(await timed(slow)).toBeGreaterThanOrEqual(78);
  expect((await slow)?.status).toBe(status);
  expect((await order('a')).status).toBe(found);
});

test('a late duplicate commits after its sender has given up', async () => {
  await fault({ operation: 'deposit', kind: 'late-duplicate', params: { ms: 1_500 } });
  const body = { partner_client_id: 'user', asset_id: 'USD', amount: '5', partner_order_ref: 'a' };
  const given = sendJson(sandbox.url, 'POST', '/v1/partner/deposits', body, { signal: AbortSignal.timeout(200) });
  await expect(given).rejects.toThrow();
  expect((await order('a')).status).toBe(404);
  while ((await order('a')).status !== 200) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await ledger()).toMatchObject({
    orders: [{ status: 'completed' }],
    balances: { user: { USD: { balance: '5' } } },
  });
});

test('a late duplicate that was overtaken pays nothing a second time', async () => {
  await fault({ operation: 'deposit', kind: 'late-duplicate', params: { ms: 2_000 } });
  const late = deposit(sandbox.url, { client: 'user', ref: 'a', amount: '5' });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect((await deposit(sandbox.url, { client: 'user', ref: 'a', amount: '5' })).status).toBe(201);
  expect(await late).toMatchObject({ status: 409, json: { code: 2020 } });
  expect(await ledger()).toMatchObject({ balances: { user: { USD: { balance: '5' } } } });
});

test('wrong types change every field, or those named', async () => {
  await fault({ operation: 'deposit', kind: 'wrong-types' });
  const all = await deposit(sandbox.url, { client: 'user', ref: 'a', amount: '12.50' });
  expect(all).toMatchObject({ status: 201, json: { result: { id: '67890', debit: 12.5, status: 9, credit: null } } });
  await fault({ operation: 'get-order-by-ref', kind: 'wrong-types', params: { fields: ['status'] } });
  expect(await order('a')).toMatchObject({ json: { result: { id: 67890, debit: '12.50', status: 9 } } });
});

test('extra fields stand in the envelope and in every object', async () => {
  await fault({ operation: '*', kind: 'extra-fields', times: null, params: { fields: { added_in_v2: { a: [1] } } } });
  const added = { added_in_v2: { a: [1] } };
  expect(await order('nothing')).toMatchObject({ json: { code: 404, msg_detail: null } });
  const balances = await get(sandbox.url, '/v1/partner/balances');
  expect(balances).toMatchObject({
    json: { ...added, items: expect.arrayContaining([expect.objectContaining(added)]) },
  });
  expect(await deposit(sandbox.url, { client: 'user', ref: 'a' })).toMatchObject({
    json: { ...added, result: { ...added, status: 'completed' } },
  });
});

test('a success can be a web page, or be called one', async () => {
  await fault({ operation: 'deposit', kind: 'wrong-content-type' });
  await fault({ operation: 'deposit', kind: 'wrong-content-type', params: { body: 'json' } });
  const page = await deposit(sandbox.url, { client: 'user', ref: 'a' });
  const called = await deposit(sandbox.url, { client: 'user', ref: 'b' });
  expect([page.status, page.json]).toEqual([201, undefined]);
  expect(called).toMatchObject({ status: 201, json: { result: { status: 'completed' } } });
  for (const { headers } of [page, called]) expect(headers.get('content-type')).toContain('text/html');
  expect((await order('a')).status).toBe(200);
});

test.each(['failed', 'rejected', 'open', 'under_review_by_nobody'])(
  'an order can end %s, and moves no money then',
  async (status) => {
    await fault({ operation: 'deposit', kind: 'order-outcome', params: { status, http_status: 202 } });
    const answer = await deposit(sandbox.url, { client: 'user', ref: 'a', amount: '5' });
    expect(answer).toMatchObject({ status: 202, json: { result: { status, debit: '5' } } });
    expect(await order('a')).toMatchObject({ json: { result: { status } } });
    expect(await deposit(sandbox.url, { client: 'user', ref: 'a', amount: '5' })).toMatchObject({
      json: { code: 2020 },
    });
    expect(await ledger()).toMatchObject({ orders: [{ status, amount: '5' }], balances: {} });
  },
);

test('an outcome is kept for an order that is created: a refusal does not use it up', async () => {
  await fault({ operation: '*', kind: 'order-outcome', params: { status: 'failed' } });
  expect(await withdraw(sandbox.url, { client: 'user', ref: 'a' })).toMatchObject({ json: { code: 3005 } });
  expect(await deposit(sandbox.url, { client: 'user', ref: 'a' })).toMatchObject({
    json: { result: { status: 'failed' } },
  });
});

test('an outcome and a lost answer can strike the same order', async () => {
  await fault({ operation: 'deposit', kind: 'order-outcome', params: { status: 'failed' } });
  await fault({ operation: 'deposit', kind: 'reset', params: { when: 'after-commit' } });
  await expect(deposit(sandbox.url, { client: 'user', ref: 'a' })).rejects.toThrow();
  expect(await order('a')).toMatchObject({ json: { result: { status: 'failed' } } });
});

test('a client can be created unverified, or inactive', async () => {
  await fault({ operation: 'create-client', kind: 'client-status', params: { status: 'pending' } });
  await fault({ operation: 'create-client', kind: 'client-inactive', match: { partner_client_id: 'idle' } });
  expect(await create(sandbox.url, 'unsure')).toMatchObject({
    status: 201,
    json: { result: { status: 'pending', active: true, verified_at: null } },
  });
  expect(await create(sandbox.url, 'idle')).toMatchObject({ json: { result: { status: 'verified', active: false } } });
});

test('an authorized request can be told that it is not', async () => {
  await fault({ operation: '*', kind: 'unauthorized' });
  expect(await get(sandbox.url, '/v1/partner/balances')).toMatchObject({ status: 401, json: { code: 401 } });
  expect((await get(sandbox.url, '/v1/partner/balances')).status).toBe(200);
});

test('look-ups miss what exists as often as asked, and what does not exist uses nothing up', async () => {
  await fault({ operation: 'get-order-by-ref', kind: 'lookup-misses', times: 2 });
  await fault({ operation: 'get-client', kind: 'lookup-misses' });
  expect((await order('a')).status).toBe(404);
  await deposit(sandbox.url, { client: 'user', ref: 'a' });
  expect([(await order('a')).status, (await order('a')).status, (await order('a')).status]).toEqual([404, 404, 200]);
  expect(await get(sandbox.url, '/v1/partner/clients/user/')).toMatchObject({ status: 404, json: { code: 2008 } });
  expect((await get(sandbox.url, '/v1/partner/clients/user/')).status).toBe(200);
});

test('look-ups can miss whatever is younger than asked', async () => {
  const params = { younger_than_ms: 30_000 };
  await fault({ operation: 'get-order-by-ref', kind: 'lookup-misses', times: null, params });
  await deposit(sandbox.url, { client: 'user', ref: 'a' });
  expect([(await order('a')).status, (await order('a')).status]).toEqual([404, 404]);
  await control(sandbox.controlUrl, 'POST', '/clock', { offset_ms: 31_000 });
  expect((await get(sandbox.url, '/v1/partner/orders/ref/a', { skewMs: 30_000 })).status).toBe(200);
});

test('a rule matches a client and a reference, in a body, a path or a query', async () => {
  const status = { kind: 'status', params: { status: 500 }, times: null };
  await create(sandbox.url, 'other');
  await fault({ ...status, operation: '*', match: { partner_client_id: 'other' } });
  await fault({ ...status, operation: '*', match: { partner_order_ref: 'marked' } });
  const hit = [
    await deposit(sandbox.url, { client: 'other', ref: 'a' }),
    await deposit(sandbox.url, { client: 'user', ref: 'marked' }),
    await order('marked'),
    await get(sandbox.url, '/v1/partner/clients/other/'),
    await get(sandbox.url, '/v1/partner/balances?partner_client_id=other'),
  ];
  expect(hit.map((answer) => answer.status)).toEqual([500, 500, 500, 500, 500]);
  expect((await deposit(sandbox.url, { client: 'user', ref: 'a' })).status).toBe(201);
});

test('rules fire in the order in which they came, each as often as it may', async () => {
  const first = await fault({ operation: 'deposit', kind: 'status', params: { status: 500 }, times: 2 });
  const second = await fault({ id: 'mine', operation: '*', kind: 'status', params: { status: 429 } });
  const statuses: number[] = [];
  for (const ref of ['a', 'b', 'c', 'd']) statuses.push((await deposit(sandbox.url, { client: 'user', ref })).status);
  expect(statuses).toEqual([500, 500, 429, 201]);
  expect(second).toBe('mine');
  expect(await ledger()).toMatchObject({ faults: { [first]: 2, mine: 1 } });
  expect((await control(sandbox.controlUrl, 'GET', '/faults')).json).toMatchObject({
    items: [
      { id: first, fired: 2, left: 0 },
      { id: 'mine', fired: 1, left: 0, rule: { kind: 'status', operation: '*' } },
    ],
  });
});

test('chance repeats for a seed', async () => {
  await fault({ operation: 'get-client', kind: 'status', params: { status: 500 }, times: null, probability: 0.5 });
  const run = async (seed: number): Promise<readonly number[]> => {
    await control(sandbox.controlUrl, 'POST', '/seed', { seed });
    const statuses: number[] = [];
    for (let n = 0; n < 30; n += 1) statuses.push((await get(sandbox.url, '/v1/partner/clients/user/')).status);
    return statuses;
  };
  const first = await run(42);
  expect(new Set(first)).toEqual(new Set([200, 500]));
  expect(await run(42)).toEqual(first);
  expect(await run(43)).not.toEqual(first);
});

test('what a request meets by chance does not depend on the requests about others', async () => {
  await fault({ operation: 'get-client', kind: 'status', params: { status: 500 }, times: null, probability: 0.5 });
  const run = async (others: number): Promise<readonly number[]> => {
    await control(sandbox.controlUrl, 'POST', '/seed', { seed: 42 });
    const statuses: number[] = [];
    for (let n = 0; n < 20; n += 1) {
      for (let other = 0; other < others; other += 1) await get(sandbox.url, `/v1/partner/clients/other-${other}/`);
      statuses.push((await get(sandbox.url, '/v1/partner/clients/user/')).status);
    }
    return statuses;
  };
  const alone = await run(0);
  expect(new Set(alone)).toEqual(new Set([200, 500]));
  expect(await run(3)).toEqual(alone);
});

test('a request that is not signed rightly meets no fault', async () => {
  const id = await fault({ operation: '*', kind: 'status', params: { status: 500 } });
  expect((await send(sandbox.url, 'GET', '/v1/partner/balances', undefined, { separator: '|' })).status).toBe(401);
  expect(await ledger()).toMatchObject({ faults: { [id]: 0 } });
});

test('rules are deleted, one or all', async () => {
  const rule = { operation: '*', kind: 'status', params: { status: 500 }, times: null };
  await fault({ ...rule, id: 'one' });
  await fault({ ...rule, id: 'two' });
  await control(sandbox.controlUrl, 'DELETE', '/faults/one');
  expect((await control(sandbox.controlUrl, 'DELETE', '/faults/one')).status).toBe(404);
  expect((await order('a')).status).toBe(500);
  await control(sandbox.controlUrl, 'DELETE', '/faults');
  expect((await order('a')).status).toBe(404);
});
