import { createHash } from 'node:crypto';
import { CoinmenaConnector } from '../../providers/coinmena/connector';
import type { OrderRequest } from '../../contract/order-requests';
import { configFor, inspected, newClient, providerErrorOf } from './coinmena-fixtures';
import { json, startLocalServer, text, type LocalServer, type ReceivedRequest } from './local-server';
import type { ServerResponse } from 'node:http';
import { HTTP_TIMEOUT_MS } from '../setup/http-timeouts';

/** What only a provider that breaks its own documents can show; the rest is in the conformance test. */
let server: LocalServer;
let connector: CoinmenaConnector;

beforeEach(async () => {
  server = await startLocalServer();
  connector = new CoinmenaConnector(configFor(server.origin, { COINMENA_HTTP_TIMEOUT_MS: String(HTTP_TIMEOUT_MS) }));
});

afterEach(async () => {
  await connector.close();
  await server.close();
});

const REQUEST: OrderRequest = {
  kind: 'deposit',
  partnerClientId: 'user_12345',
  asset: 'USD',
  amount: '1000.00',
  ref: 'dep-1',
};

const ORDER = {
  id: 67890,
  partner_client_id: 'user_12345',
  type: 'deposit',
  status: 'completed',
  debit: '1000.00',
  debit_asset_id: 'USD',
  partner_order_ref: 'dep-1',
};

describe('an order that is answered', () => {
  test('under another reference is no answer: the outcome is unknown', async () => {
    server.answer = json(201, { result: { ...ORDER, partner_order_ref: 'dep-2' } });
    const error = await providerErrorOf(connector.orders.submit(REQUEST));
    expect(error).toMatchObject({ code: 'CONTRACT_DRIFT', outcome: 'unknown', operation: 'deposit' });
    expect(error.fields?.map((problem) => problem.field)).toEqual(['ref']);
    expect(server.received).toHaveLength(1);
  });

  test.each([
    ['kind', { type: 'withdrawal', credit: '1000.00', credit_asset_id: 'USD' }, { kind: 'withdrawal' }],
    ['partnerClientId', { partner_client_id: 'user_54321' }, { partnerClientId: 'user_54321' }],
    ['asset', { debit_asset_id: 'BHD' }, { asset: 'BHD' }],
    ['amount', { debit: '99.500' }, { amount: '99.500' }],
  ])('is ours, and is shown as it is, if it differs in %s', async (_field, over, shown) => {
    server.answer = json(201, { result: { ...ORDER, ...over } });
    expect(await connector.orders.submit(REQUEST)).toMatchObject({ ref: REQUEST.ref, ...shown });
  });

  test.each([
    ['an order without an amount', { result: { ...ORDER, debit: null } }],
    ['an order without an id', { result: { ...ORDER, id: undefined } }],
    ['an amount as a number', { result: { ...ORDER, debit: 1000 } }],
    ['another wrapper', { data: ORDER }],
    ['an error', { code: 3005, msg: 'x', msg_detail: null }],
    ['a list', [ORDER]],
    ['null', null],
  ])('%s is drift, and leaves the outcome unknown', async (_, body) => {
    server.answer = json(201, body);
    const error = await providerErrorOf(connector.orders.submit(REQUEST));
    expect(error).toMatchObject({ code: 'CONTRACT_DRIFT', outcome: 'unknown' });
  });

  test.each([
    ['half of it', '{"result":{"id":1,'],
    ['a web page', '<html>ok</html>'],
    ['nothing', ''],
  ])('%s leaves the outcome unknown', async (_, body) => {
    server.answer = text(200, body);
    const error = await providerErrorOf(connector.orders.submit(REQUEST));
    expect(error).toMatchObject({ code: 'OUTCOME_UNKNOWN', outcome: 'unknown', httpStatus: 200 });
  });

  test('may fail, and says so', async () => {
    server.answer = json(201, { result: { ...ORDER, status: 'rejected' } });
    expect(await connector.orders.submit(REQUEST)).toMatchObject({ state: 'failed', status: 'rejected' });
  });

  test('under another ref than was looked for is drift', async () => {
    server.answer = json(200, { result: ORDER });
    expect(await providerErrorOf(connector.orders.findByRef('dep-9'))).toMatchObject({ code: 'CONTRACT_DRIFT' });
  });

  test('that is a trade is found, and is of another kind', async () => {
    server.answer = json(200, { result: { ...ORDER, type: 'buy', credit: '0.1', credit_asset_id: 'BTC' } });
    expect(await connector.orders.findByRef('dep-1')).toMatchObject({ kind: 'other', ref: 'dep-1' });
  });
});

describe('an absence', () => {
  const envelope = (code: number) => ({ code, msg: 'x', msg_detail: null });

  test('is told by an envelope', async () => {
    server.answer = json(404, envelope(404));
    expect(await connector.orders.findByRef('dep-1')).toBeUndefined();
    expect(await connector.clients.read({ partnerClientId: 'user_12345' })).toBeUndefined();
    server.answer = json(400, envelope(2008));
    expect(await connector.clients.read({ partnerClientId: 'user_12345' })).toBeUndefined();
  });

  test.each([
    ['a web page', text(404, '<html>Not Found</html>')],
    ['nothing', text(404, '')],
    ['another API', json(404, { detail: 'Not Found' })],
  ])('is not told by %s', async (_, answer) => {
    server.answer = answer;
    expect(await providerErrorOf(connector.orders.findByRef('dep-1'))).toMatchObject({ code: 'CONTRACT_DRIFT' });
    expect(await providerErrorOf(connector.clients.read({ partnerClientId: 'user_12345' }))).toMatchObject({
      code: 'CONTRACT_DRIFT',
    });
  });

  test('of an order is not told by an unknown client', async () => {
    server.answer = json(404, envelope(2008));
    expect(await providerErrorOf(connector.orders.findByRef('dep-1'))).toMatchObject({ code: 'CLIENT_UNKNOWN' });
  });
});

describe('another client than was asked for', () => {
  const other = { id: 1, partner_client_id: 'other', status: 'verified', active: true, name: 'John Doe' };

  test('is drift', async () => {
    server.answer = json(200, { result: other });
    const calls = [
      connector.clients.create(newClient('user_12345')),
      connector.clients.read({ partnerClientId: 'user_12345' }),
      connector.clients.compare(newClient('user_12345')),
    ];
    for (const call of calls) expect(await providerErrorOf(call)).toMatchObject({ code: 'CONTRACT_DRIFT' });
  });
});

describe('requests', () => {
  test('signed ones carry three headers, public ones none', async () => {
    server.answer = json(200, { items: [] });
    await connector.balances.read({ partnerClientId: 'user_12345' }, 'USD');
    await connector.checkApplication(newClient('user_12345'), []);
    const [signed, open] = server.received;
    expect(signed?.headers['x-partner-id']).toBe('sandbox-partner');
    expect(signed?.headers['x-timestamp']).toMatch(/^\d{13}$/);
    expect(signed?.headers['x-signature']).toMatch(/^[A-Za-z0-9+/]{86}==$/);
    expect(open?.target).toBe('/v1/public/countries');
    expect(open?.headers['x-signature']).toBeUndefined();
  });

  test('ids are escaped into the path, and cannot leave it', async () => {
    server.answer = json(404, { code: 404, msg: 'x', msg_detail: null });
    await connector.orders.findByRef('a/../b?c#d');
    expect(server.received[0]?.target).toBe('/v1/partner/orders/ref/a%2F..%2Fb%3Fc%23d');
    expect(await providerErrorOf(connector.orders.findByRef('..'))).toMatchObject({ code: 'INVALID_REQUEST' });
    expect(server.received).toHaveLength(1);
  });

  test('of a later attempt keep their ref as it is', async () => {
    server.answer = json(404, { code: 404, msg: 'x', msg_detail: null });
    await connector.orders.findByRef('dep-1~2');
    expect(server.received[0]?.target).toBe('/v1/partner/orders/ref/dep-1~2');
  });
});

describe('countries and assets', () => {
  test('are read once for all who ask at the same time, and kept', async () => {
    server.answer = json(200, { items: [{ id: 'bh' }] });
    const check = () => connector.checkApplication(newClient('user_12345'), [inspected('government_id', 'a')]);
    expect(await Promise.all([check(), check(), check()])).toEqual([[], [], []]);
    expect(await check()).toEqual([]);
    expect(server.received).toHaveLength(1);
  });

  test('are asked for again after a failure', async () => {
    server.answer = text(500, '');
    const check = () => connector.checkApplication(newClient('user_12345'), [inspected('government_id', 'a')]);
    expect(await providerErrorOf(check())).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    server.answer = json(200, { items: [{ id: 'bh' }] });
    expect(await check()).toEqual([]);
  });
});

describe('the provider’s clock', () => {
  test('is told by its Date header', async () => {
    const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
    server.answer = json(200, { items: [] }, { date: inAnHour });
    expect(Math.round(((await connector.clockSkewMs()) ?? 0) / 60_000)).toBe(60);
  });

  test('is not known without one', async () => {
    server.answer = json(200, { items: [] }, { date: 'noon' });
    expect(await connector.clockSkewMs()).toBeUndefined();
  });
});

describe('documents on file', () => {
  const FRONT = Buffer.from('front');
  const BACK = Buffer.from('back');
  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  let files: Record<string, (request: ReceivedRequest, response: ServerResponse) => void>;

  function list(...items: object[]): void {
    server.answer = (request, response) => {
      const file = files[request.target.split('?')[0] ?? ''];
      (file ?? json(200, { items }))(request, response);
    };
  }

  function onFile(id: number, front: string, back: string | null = null, type = 'government_id'): object {
    const link = (name: string) => `${server.origin}/bucket/${name}?X-Amz-Signature=secret`;
    return { id, type, front_file: link(front), back_file: back === null ? null : link(back) };
  }

  beforeEach(() => {
    files = {
      '/bucket/front': text(200, 'front'),
      '/bucket/back': text(200, 'back'),
      '/bucket/other': text(200, 'other'),
      '/bucket/expired': text(403, '<Error/>'),
      '/bucket/moved': text(302, '', { location: '/bucket/front' }),
      '/bucket/huge': text(200, 'x'.repeat(6_000_001)),
    };
  });

  const wanted = inspected('government_id', sha256(FRONT));
  const wantedBoth = inspected('government_id', sha256(FRONT), sha256(BACK));

  test('are told by type and content', async () => {
    list(onFile(1, 'other'), onFile(2, 'front', null, 'bank_statement'), onFile(3, 'front'));
    expect(await connector.documents.find({ partnerClientId: 'user_12345' }, wanted)).toEqual({
      providerDocumentId: '3',
      type: 'government_id',
    });
  });

  test('are told by both sides', async () => {
    list(onFile(1, 'front'), onFile(2, 'front', 'other'), onFile(3, 'back', 'front'));
    expect(await connector.documents.find({ partnerClientId: 'user_12345' }, wantedBoth)).toBeUndefined();
    list(onFile(4, 'front', 'back'));
    expect(await connector.documents.find({ partnerClientId: 'user_12345' }, wantedBoth)).toMatchObject({
      providerDocumentId: '4',
    });
    expect(await connector.documents.find({ partnerClientId: 'user_12345' }, wanted)).toBeUndefined();
  });

  test.each(['expired', 'moved', 'huge'])('that cannot be read count as found: %s', async (name) => {
    list(onFile(1, name));
    expect(await connector.documents.find({ partnerClientId: 'user_12345' }, wanted)).toMatchObject({
      providerDocumentId: '1',
    });
  });

  test('that are there no more, or behind a link that is none, count as found', async () => {
    list({ id: 1, type: 'government_id', front_file: 'http://127.0.0.1:1/x', back_file: null });
    expect(await connector.documents.find({ partnerClientId: 'user_12345' }, wanted)).toMatchObject({
      providerDocumentId: '1',
    });
    list({ id: 2, type: 'government_id', front_file: 'file:///etc/passwd', back_file: null });
    expect(await connector.documents.find({ partnerClientId: 'user_12345' }, wanted)).toMatchObject({
      providerDocumentId: '2',
    });
  });

  test('are downloaded without telling who asks', async () => {
    list(onFile(1, 'front'));
    await connector.documents.find({ partnerClientId: 'user_12345' }, wanted);
    const download = server.received.find(({ target }) => target.startsWith('/bucket/'));
    expect(download?.target).toContain('X-Amz-Signature=secret');
    expect(Object.keys(download?.headers ?? {}).filter((name) => name.startsWith('x-'))).toEqual([]);
  });

  test('are listed and uploaded without their links', async () => {
    list(onFile(1, 'front', 'back'));
    const listed = await connector.documents.list({ partnerClientId: 'user_12345' });
    expect(listed).toEqual([{ providerDocumentId: '1', type: 'government_id' }]);
    server.answer = json(201, { result: onFile(2, 'front') });
    const uploaded = await connector.documents.upload(
      { partnerClientId: 'user_12345' },
      {
        type: 'government_id',
        front: { bytes: FRONT, mime: 'image/jpeg' },
      },
    );
    expect(uploaded).toEqual({ providerDocumentId: '2', type: 'government_id' });
  });

  test('in an answer that does not fit leave no link in the error', async () => {
    server.answer = json(200, { items: [{ ...onFile(1, 'front'), id: ['no id'] }] });
    const error = await providerErrorOf(connector.documents.list({ partnerClientId: 'user_12345' }));
    expect(error.code).toBe('CONTRACT_DRIFT');
    expect(`${error.message} ${JSON.stringify(error)} ${String(error.stack)}`).not.toContain('X-Amz');
  });
});
