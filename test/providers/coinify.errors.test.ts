import { CoinifyConnector } from '../../providers/coinify/connector';
import { ProviderError } from '../../providers/provider-error';
import { TEST_API_KEY } from '../../sandbox/coinify';
import { configFor, details, request, resource } from './coinify-fixtures';
import { json, startLocalServer, text, type LocalServer } from './local-server';
import { HTTP_TIMEOUT_MS } from '../setup/http-timeouts';

let server: LocalServer;
let connector: CoinifyConnector;

beforeAll(async () => {
  server = await startLocalServer();
  connector = new CoinifyConnector(configFor(server.origin, { COINIFY_HTTP_TIMEOUT_MS: String(HTTP_TIMEOUT_MS) }));
});

afterAll(async () => {
  await connector.close();
  await server.close();
});

/** As the sister APIs write it; if an error repeated anything of it, these texts would show. */
function refusal(error: string): object {
  return { error, error_description: 'ada@example.com has no money', error_uri: 'https://coinify.example/errors' };
}

async function errorOf(work: Promise<unknown>): Promise<ProviderError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

const answered = resource({
  orderId: 'fund-1',
  amounts: { baseAmount: '30', baseCurrency: 'USD', finalAmount: '29.7', finalCurrency: 'USDC' },
  customerId: 'user_1',
});

describe('a create that was answered with', () => {
  it.each([
    [401, refusal('api_key_required'), 'AUTH', 'not-applied'],
    [403, refusal('forbidden'), 'AUTH', 'not-applied'],
    [400, refusal('invalid_request'), 'INVALID_REQUEST', 'not-applied'],
    [422, refusal('insufficient_balance'), 'INSUFFICIENT_FUNDS', 'not-applied'],
    [422, refusal('currency_unavailable'), 'ASSET_INELIGIBLE', 'not-applied'],
    [422, refusal('a word that is no code'), 'INVALID_REQUEST', 'not-applied'],
    [409, refusal('order_id_not_unique'), 'DUPLICATE_REF', 'unknown'],
    [409, refusal('whatever'), 'DUPLICATE_REF', 'unknown'],
    [400, refusal('order_id_not_unique'), 'DUPLICATE_REF', 'unknown'],
    [404, refusal('not_found'), 'REFUSED', 'not-applied'],
    [413, refusal('too_large'), 'REFUSED', 'not-applied'],
    [408, refusal('timeout'), 'OUTCOME_UNKNOWN', 'unknown'],
    [429, refusal('too_many_requests'), 'RATE_LIMITED', 'unknown'],
    [500, refusal('server_error'), 'OUTCOME_UNKNOWN', 'unknown'],
    [503, refusal('unavailable'), 'OUTCOME_UNKNOWN', 'unknown'],
    [302, refusal('elsewhere'), 'CONTRACT_DRIFT', 'unknown'],
    [404, { some: 'proxy' }, 'CONTRACT_DRIFT', 'unknown'],
    [422, { errorCode: 'insufficient_balance', errorMessage: 'x' }, 'INSUFFICIENT_FUNDS', 'not-applied'],
    [422, { error: { code: 'insufficient_balance' } }, 'INSUFFICIENT_FUNDS', 'not-applied'],
    [422, { code: 'insufficient_balance', message: 'x' }, 'INSUFFICIENT_FUNDS', 'not-applied'],
    [422, { code: 4711, message: null }, 'INVALID_REQUEST', 'not-applied'],
    [422, { error: 'insufficient_balance', error_description: null }, 'INSUFFICIENT_FUNDS', 'not-applied'],
  ])('%i and %j means what it says of the money', async (status, body, code, outcome) => {
    server.answer = json(status, body);
    const error = await errorOf(connector.orders.submit(request('fund-1')));
    expect({ code: error.code, outcome: error.outcome }).toEqual({ code, outcome });
    expect(error.httpStatus).toBe(status);
    expect(JSON.stringify([error, error.message])).not.toContain('ada@');
    expect(JSON.stringify([error, error.message])).not.toContain(TEST_API_KEY);
  });

  it.each([
    ['invalid_address', 'details.address'],
    ['invalid_address_tag', 'details.addressTag'],
    ['amount_too_low', 'amount'],
    ['amount_too_large', 'amount'],
  ])('%s names the field %s', async (code, field) => {
    server.answer = json(422, refusal(code));
    const error = await errorOf(connector.orders.submit(request('fund-1')));
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', fields: [{ field, problem: 'was refused by Coinify' }] });
  });

  it('a pause takes it over', async () => {
    server.answer = json(503, refusal('unavailable'), { 'retry-after': '7' });
    const error = await errorOf(connector.orders.submit(request('fund-1')));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', outcome: 'unknown', retryAfterMs: 7000 });
  });

  it.each([
    ['a web page', text(201, '<html>', { 'content-type': 'text/html' }), 'OUTCOME_UNKNOWN'],
    ['nothing', text(201, ''), 'OUTCOME_UNKNOWN'],
    ['half of it', text(201, JSON.stringify(answered).slice(0, 80)), 'OUTCOME_UNKNOWN'],
    ['an amount as a number', json(201, { ...answered, amounts: { baseAmount: 30 } }), 'CONTRACT_DRIFT'],
    ['no order id', json(201, { ...answered, orderId: undefined }), 'CONTRACT_DRIFT'],
    ['another order id', json(201, { ...answered, orderId: 'fund-2' }), 'CONTRACT_DRIFT'],
  ] as const)('201 and %s may have taken effect', async (_, answer, code) => {
    server.answer = answer;
    const error = await errorOf(connector.orders.submit(request('fund-1')));
    expect(error).toMatchObject({ code, outcome: 'unknown' });
  });
});

describe('a create that was answered with our order id is ours, and is shown as it is', () => {
  const address = request('').details?.['address'];
  it.each([
    [
      { amounts: { baseAmount: '30.01', baseCurrency: 'USD', finalAmount: '1', finalCurrency: 'USDC' } },
      { amount: '30.01' },
    ],
    [
      { destination: { address: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', tag: null } },
      {
        differs: [{ field: 'details.address', asked: address, shown: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed' }],
      },
    ],
    [{ destination: { address, tag: '1' } }, { differs: [{ field: 'details.addressTag', asked: '', shown: '1' }] }],
  ])('%j', async (over, shown) => {
    server.answer = json(201, { ...answered, ...over });
    expect(await connector.orders.submit(request('fund-1'))).toMatchObject({ ref: 'fund-1', ...shown });
  });
});

describe('a create that was not answered', () => {
  it('in time may have taken effect', async () => {
    server.answer = () => undefined;
    const error = await errorOf(connector.orders.submit(request('fund-1')));
    expect(error).toMatchObject({ code: 'OUTCOME_UNKNOWN', outcome: 'unknown' });
  });

  it('because nothing listens was not sent', async () => {
    const nowhere = new CoinifyConnector(configFor('http://127.0.0.1:9'));
    const error = await errorOf(nowhere.orders.submit(request('fund-1')));
    await nowhere.close();
    expect(error).toMatchObject({ code: 'UNREACHABLE', outcome: 'not-applied' });
  });
});

describe('what is wrong before anything is sent', () => {
  it.each([
    ['a deposit', request('fund-1', { kind: 'deposit' }), 'CAPABILITY_MISSING'],
    ['a conversion', request('fund-1', { kind: 'conversion' }), 'CAPABILITY_MISSING'],
    ['an asset that is no fiat currency', request('fund-1', { asset: 'USDC' }), 'INVALID_REQUEST'],
    ['an amount finer than a cent', request('fund-1', { amount: '30.001' }), 'INVALID_REQUEST'],
    ['no details', { ...request('fund-1'), details: {} }, 'INVALID_REQUEST'],
    [
      'an address of another network',
      request('fund-1', { details: { ...details({ address: 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8' }) } }),
      'INVALID_REQUEST',
    ],
  ] as const)('%s', async (_, wrong, code) => {
    const before = server.received.length;
    const errors = [
      await errorOf(connector.orders.submit(wrong)),
      await errorOf(
        Promise.resolve().then(() => connector.orders.check({ ...wrong, provider: 'coinify', fundingId: 'fund-1' })),
      ),
    ];
    expect(errors.map(({ code: found, outcome }) => [found, outcome])).toEqual([
      [code, 'not-applied'],
      [code, 'not-applied'],
    ]);
    expect(server.received).toHaveLength(before);
  });
});

test('what is sent carries the key, the ref and the amount as it was written, and the same bytes each time', async () => {
  server.answer = json(201, answered);
  const given = request('fund-1', { amount: '30.00' });
  await connector.orders.submit(given);
  await connector.orders.submit(given);
  const [first, second] = server.received.slice(-2);
  expect(first?.headers).toMatchObject({ 'x-api-key': TEST_API_KEY, 'content-type': 'application/json' });
  expect(first?.target).toBe('/v1/withdrawals');
  expect(JSON.parse(first?.body.toString() ?? '')).toEqual({
    orderId: 'fund-1',
    baseAmount: '30.00',
    baseCurrency: 'USD',
    finalCurrency: 'USDC',
    address: '0x8c58D12ce7219B6F53B1803d00b7021CB8e9A4c6',
    customerId: 'user_1',
    customerEmail: 'ada@example.com',
  });
  expect(second?.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true);
});

test('the documented resource is read whole, with what nobody documented beside it', async () => {
  const documented = { ...resource(), newProperty: { nested: [1] } };
  server.answer = json(200, documented);
  const [order] = await connector.orders.find({
    ref: 'abcd_1234',
    orderId: '0aa5224a-6881-4c82-8959-31bee75f3190',
    request: request('abcd_1234', { amount: '30.00' }),
    firstSentAt: '2026-01-01T00:00:00.000Z',
  });
  expect(order).toEqual({
    orderId: '0aa5224a-6881-4c82-8959-31bee75f3190',
    ref: 'abcd_1234',
    kind: 'withdrawal',
    partnerClientId: '6af46318-9e60-4390-8bf0-e042d7b96b21',
    asset: 'USD',
    amount: '30',
    state: 'open',
    status: 'created',
    received: { asset: 'USDC', amount: '29.7' },
  });
});

describe('a withdrawal found', () => {
  const search = {
    ref: 'fund-1',
    orderId: '0aa5224a-6881-4c82-8959-31bee75f3190',
    request: request('fund-1'),
    firstSentAt: '2026-01-01T00:00:00.000Z',
  };

  it.each([
    ['created', null, 'open'],
    ['completed', '0xabc', 'completed'],
    ['cancelled', null, 'cancelled'],
    ['pending_review', null, 'open'],
  ])('%s is what its state says', async (state, transactionId, wanted) => {
    server.answer = json(200, { ...answered, state, transactionId });
    expect(await connector.orders.find(search)).toMatchObject([
      { state: wanted, status: state, ...(transactionId === null ? {} : { transactionId }) },
    ]);
  });

  it('of another order id, by an id that was never ours, is not found', async () => {
    server.answer = json(200, { ...answered, orderId: 'fund-2' });
    expect(await connector.orders.find(search)).toEqual([]);
  });

  it('that goes elsewhere is not the one that was asked for', async () => {
    const destination = { address: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', tag: null };
    server.answer = json(200, { ...answered, destination });
    expect(await connector.orders.find(search)).toMatchObject([
      { ref: 'fund-1', differs: [{ field: 'details.address', shown: destination.address }] },
    ]);
  });

  it('whose address came back in another case is', async () => {
    const destination = { address: '0x8c58d12ce7219b6f53b1803d00b7021cb8e9a4c6', tag: '' };
    server.answer = json(200, { ...answered, destination });
    const [order] = await connector.orders.find(search);
    expect(order).toMatchObject({ ref: 'fund-1', kind: 'withdrawal' });
    expect(order?.differs).toBeUndefined();
  });

  it.each([
    ['BTC', 'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'],
    ['BCH', 'qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a', 'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a'],
    [
      'BCH',
      'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a',
      'BITCOINCASH:QPM2QSZNHKS23Z7629MMS6S4CWEF74VCWVY22GDX6A',
    ],
    ['USDT', '0x8c58D12ce7219B6F53B1803d00b7021CB8e9A4c6', '0x8C58D12CE7219B6F53B1803D00B7021CB8E9A4C6'],
  ])('of %s whose address %s came back as %s is', async (finalCurrency, asked, shown) => {
    const of = { amounts: { baseAmount: '30', baseCurrency: 'USD', finalAmount: '1', finalCurrency } };
    server.answer = json(200, { ...answered, ...of, destination: { address: shown, tag: null } });
    const wanted = request('fund-1', { details: { ...details({ finalCurrency, address: asked }) } });
    const [order] = await connector.orders.find({ ...search, request: wanted });
    expect(order?.kind).toBe('withdrawal');
    expect(order?.differs).toBeUndefined();
    expect(await connector.orders.submit(wanted)).toMatchObject({ kind: 'withdrawal' });
  });

  it('whose tag came back as another spelling of its number is; as another number, it is not', async () => {
    const ripple = { finalCurrency: 'XRP', address: 'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh' };
    const of = { amounts: { baseAmount: '30', baseCurrency: 'USD', finalAmount: '1', finalCurrency: 'XRP' } };
    const wanted = request('fund-1', { details: { ...details({ ...ripple, addressTag: '0042' }) } });
    const found = async (tag: string): Promise<unknown> => {
      server.answer = json(200, { ...answered, ...of, destination: { address: ripple.address, tag } });
      return await connector.orders.find({ ...search, request: wanted });
    };
    expect(await found('42')).toEqual([expect.not.objectContaining({ differs: expect.anything() })]);
    expect(await found('43')).toMatchObject([
      { differs: [{ field: 'details.addressTag', asked: '0042', shown: '43' }] },
    ]);
  });

  it('is found even if its address would be refused now', async () => {
    const contract = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';
    server.answer = json(200, { ...answered, destination: { address: contract, tag: null } });
    const wanted = request('fund-1', { details: { ...details({ address: contract }) } });
    const [order] = await connector.orders.find({ ...search, request: wanted });
    expect(order?.kind).toBe('withdrawal');
    expect(order?.differs).toBeUndefined();
  });

  it('is asked for by its id only', async () => {
    const before = server.received.length;
    const { orderId: _id, ...withoutId } = search;
    expect(await connector.orders.find(withoutId)).toEqual([]);
    expect(server.received).toHaveLength(before);
  });

  it('by an id that cannot stand in a path is refused before it is asked for', async () => {
    const before = server.received.length;
    const error = await errorOf(connector.orders.find({ ...search, orderId: '..' }));
    expect(error.code).toBe('INVALID_REQUEST');
    expect(server.received).toHaveLength(before);
  });
});
