import { startCoinmenaSandbox, type RunningSandbox } from '../../sandbox/coinmena';
import { create, deposit, funding, withdraw } from './people';
import { control, get, send, sendJson, type Sent } from './signing';

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

function balance(asset: string, client = 'user'): Promise<Sent> {
  return get(sandbox.url, `/v1/partner/balances/${asset}?partner_client_id=${client}`);
}

test.each([
  ['nobody', 2008, { client: 'nobody', ref: 'a' }],
  ['an asset that does not exist', 2012, { client: 'user', ref: 'a', asset: 'XYZ' }],
  ['a lower-case asset', 2012, { client: 'user', ref: 'a', asset: 'usd' }],
  ['an unpublished asset', 2012, { client: 'user', ref: 'a', asset: 'GBP' }],
  ['crypto', 2012, { client: 'user', ref: 'a', asset: 'BTC' }],
])('a deposit and a withdrawal for %s are refused with %i', async (_, code, movement) => {
  expect(await deposit(sandbox.url, movement)).toMatchObject({ json: { code } });
  expect(await withdraw(sandbox.url, movement)).toMatchObject({ json: { code } });
});

test('an asset that is depositable only goes in and not out', async () => {
  expect(await deposit(sandbox.url, { client: 'user', ref: 'in', asset: 'EUR' })).toMatchObject({ status: 201 });
  const out = await withdraw(sandbox.url, { client: 'user', ref: 'out', asset: 'EUR', amount: '1' });
  expect(out).toMatchObject({ json: { code: 2012 } });
});

test.each([
  [2009, { status: 'pending' }],
  [2010, { active: false }],
  [2009, { status: 'rejected', active: false }],
])('a client with code %i is not funded', async (code, change) => {
  await control(sandbox.controlUrl, 'POST', '/clients/user', change);
  expect(await deposit(sandbox.url, { client: 'user', ref: 'a' })).toMatchObject({ status: 400, json: { code } });
});

test('a withdrawal of more than is available is refused with 3005, and moves nothing', async () => {
  await deposit(sandbox.url, { client: 'user', ref: 'in', amount: '10.00000000' });
  const answer = await withdraw(sandbox.url, { client: 'user', ref: 'out', amount: '10.00000001' });
  expect(answer).toMatchObject({ status: 400, json: { code: 3005, msg: 'Insufficient funds for payment' } });
  expect(await balance('USD')).toMatchObject({ json: { result: { balance: '10.00' } } });
  expect(await get(sandbox.url, '/v1/partner/orders/ref/out')).toMatchObject({ status: 404, json: { code: 404 } });
  expect(await withdraw(sandbox.url, { client: 'user', ref: 'out', amount: '10' })).toMatchObject({ status: 201 });
});

test('what is reserved cannot be withdrawn', async () => {
  const set = { partner_client_id: 'user', asset_id: 'USD', balance: '100', available: '40' };
  await control(sandbox.controlUrl, 'POST', '/balances', set);
  expect(await withdraw(sandbox.url, { client: 'user', ref: 'a', amount: '41' })).toMatchObject({
    json: { code: 3005 },
  });
  expect(await withdraw(sandbox.url, { client: 'user', ref: 'a', amount: '40' })).toMatchObject({ status: 201 });
  expect(await balance('USD')).toMatchObject({ json: { result: { balance: '60.00', available_balance: '0E-8' } } });
});

test('deposits and withdrawals share one namespace of references, checked before the balance', async () => {
  await deposit(sandbox.url, { client: 'user', ref: 'one', amount: '5' });
  for (const move of [deposit, withdraw]) {
    const answer = await move(sandbox.url, { client: 'user', ref: 'one', amount: '99999' });
    expect(answer).toMatchObject({ status: 409, json: { code: 2020, msg_detail: null } });
    expect(answer.text).not.toContain('completed');
  }
});

test('of one reference sent many times at once, one is paid', async () => {
  const sent = Array.from({ length: 20 }, () => deposit(sandbox.url, { client: 'user', ref: 'same', amount: '1' }));
  const statuses = (await Promise.all(sent)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(1);
  expect(statuses.filter((status) => status === 409)).toHaveLength(19);
  expect(await balance('USD')).toMatchObject({ json: { result: { balance: '1.00' } } });
});

test('amounts are exact beyond 2^53 and to eight places, and echoed as sent', async () => {
  const large = '123456789012345678901234567890.12345678';
  const sent = await deposit(sandbox.url, { client: 'user', ref: 'large', amount: large });
  expect(sent).toMatchObject({ json: { result: { debit: large } } });
  await deposit(sandbox.url, { client: 'user', ref: 'tiny', amount: '0.00000001' });
  await deposit(sandbox.url, { client: 'user', ref: 'odd', amount: '000.10' });
  expect(await get(sandbox.url, '/v1/partner/orders/ref/odd')).toMatchObject({ json: { result: { debit: '000.10' } } });
  expect(await balance('USD')).toMatchObject({
    json: { result: { balance: '123456789012345678901234567890.22345679' } },
  });
  await withdraw(sandbox.url, { client: 'user', ref: 'out', amount: '123456789012345678901234567890.22345678' });
  expect(await balance('USD')).toMatchObject({ json: { result: { available_balance: '0.00000001' } } });
  await withdraw(sandbox.url, { client: 'user', ref: 'rest', amount: '0.00000001' });
  expect(await balance('USD')).toMatchObject({ json: { result: { available_balance: '0E-8', balance_usd: '0E-8' } } });
});

test('a balance has at least the places of its asset', async () => {
  await deposit(sandbox.url, { client: 'user', ref: 'bhd', asset: 'BHD', amount: '2.5' });
  expect(await balance('BHD')).toMatchObject({ json: { result: { balance: '2.500', balance_usd: '6.62' } } });
  await control(sandbox.controlUrl, 'POST', '/balances', {
    partner_client_id: 'user',
    asset_id: 'BTC',
    balance: '0.001',
  });
  expect(await balance('BTC')).toMatchObject({ json: { result: { balance: '0.00100000', balance_usd: '67.50' } } });
});

test('balances of the partner account are its own', async () => {
  await deposit(sandbox.url, { client: 'user', ref: 'in' });
  await control(sandbox.controlUrl, 'POST', '/balances', { asset_id: 'USD', balance: '7' });
  const partner = await get(sandbox.url, '/v1/partner/balances/USD');
  expect(partner).toMatchObject({ json: { result: { asset_id: 'USD', balance: '7.00' } } });
  expect(await get(sandbox.url, '/v1/partner/balances')).toMatchObject({
    json: { items: expect.arrayContaining([expect.objectContaining({ asset_id: 'BHD', balance: '0E-8' })]) },
  });
});

test.each([
  ['USD?partner_client_id=nobody', 404, 2008],
  ['XYZ?partner_client_id=user', 400, 2012],
  ['GBP', 400, 2012],
  ['USD?partner_client_id=', 422, 422],
  ['USD?partner_client_id=user&partner_client_id=user', 422, 422],
])('the balance of %s gives %i with %i', async (target, status, code) => {
  expect(await get(sandbox.url, `/v1/partner/balances/${target}`)).toMatchObject({ status, json: { code } });
});

test.each<[string, Record<string, unknown>]>([
  ['amount', { amount: 1000 }],
  ['amount', { amount: '0' }],
  ['amount', { amount: '0.00000000' }],
  ['amount', { amount: '-1' }],
  ['amount', { amount: '+1' }],
  ['amount', { amount: '1e3' }],
  ['amount', { amount: '1,000.00' }],
  ['amount', { amount: ' 1' }],
  ['amount', { amount: '1.' }],
  ['amount', { amount: '.5' }],
  ['amount', { amount: '' }],
  ['amount', { amount: '1.000000001' }],
  ['amount', { amount: '9'.repeat(65) }],
  ['amount', { amount: undefined }],
  ['asset_id', { asset_id: 'ELEVENCHARS' }],
  ['asset_id', { asset_id: undefined }],
  ['partner_order_ref', { partner_order_ref: '' }],
  ['partner_order_ref', { partner_order_ref: 'x'.repeat(256) }],
  ['partner_order_ref', { partner_order_ref: 5 }],
  ['partner_client_id', { partner_client_id: null }],
])('a wrong %s (%j) is named in a 422', async (field, but) => {
  const body = { ...funding({ client: 'user', ref: 'a' }), ...but };
  for (const path of ['/v1/partner/deposits', '/v1/partner/withdrawals']) {
    const answer = await sendJson(sandbox.url, 'POST', path, body);
    expect(answer.status).toBe(422);
    expect(answer.json).toHaveProperty(['msg_detail', field], [expect.any(String)]);
  }
});

test('orders are found by id, by number and in a list', async () => {
  await deposit(sandbox.url, { client: 'user', ref: 'a' });
  await withdraw(sandbox.url, { client: 'user', ref: 'b', amount: '1' });
  for (const id of ['67891', 'MNW0000067891']) {
    expect(await get(sandbox.url, `/v1/partner/orders/${id}`)).toMatchObject({
      json: { result: { partner_order_ref: 'b' } },
    });
  }
  expect((await get(sandbox.url, '/v1/partner/orders/1')).status).toBe(404);
  const listed = await get(sandbox.url, '/v1/partner/orders?partner_client_id=user&type=deposit');
  expect(listed.json).toMatchObject({ items: [{ partner_order_ref: 'a' }] });
  expect((await get(sandbox.url, '/v1/partner/orders')).json).toMatchObject({ items: [{ id: 67891 }, { id: 67890 }] });
});

test('reference data name countries and assets with their flags', async () => {
  const countries = await send(sandbox.url, 'GET', '/v1/public/countries');
  expect(countries.json).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ id: 'bh' })]) });
  const assets = await send(sandbox.url, 'GET', '/v1/public/assets');
  expect(assets.json).toMatchObject({
    items: expect.arrayContaining([
      { id: 'USD', name: 'US Dollar', type: 'fiat', published: true, depositable: true, withdrawable: true },
      expect.objectContaining({ id: 'EUR', withdrawable: false }),
      expect.objectContaining({ id: 'BTC', type: 'crypto' }),
    ]),
  });
});
