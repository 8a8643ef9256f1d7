import { startCoinmenaSandbox, type RunningSandbox } from '../../sandbox/coinmena';
import { create, deposit, FILES, person, uploadId, withdraw } from './people';
import { control, get } from './signing';

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startCoinmenaSandbox();
});

afterAll(async () => {
  await sandbox.close();
});

test('a client is created, documented, funded and paid out, each answer as the documents print it', async () => {
  const { url, controlUrl } = sandbox;
  const created = await create(url, 'user_12345');
  expect(created.status).toBe(201);
  expect(created.json).toEqual({
    result: {
      id: 12345,
      ...person('user_12345'),
      status: 'verified',
      active: true,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      verified_at: expect.stringMatching(/Z$/),
    },
  });

  const uploaded = await uploadId(url, 'user_12345');
  expect(uploaded.status).toBe(201);
  const listed = await get(url, '/v1/partner/clients/user_12345/documents');
  expect(listed.json).toMatchObject({ items: [{ id: 1001, type: 'government_id' }] });

  const read = await get(url, '/v1/partner/clients/user_12345/');
  expect(read).toMatchObject({ status: 200, json: { result: { status: 'verified', active: true } } });

  const paidIn = await deposit(url, { client: 'user_12345', ref: 'deposit-abc-123' });
  expect(paidIn.status).toBe(201);
  expect(paidIn.json).toEqual({
    result: {
      id: 67890,
      order_no: 'MND0000067890',
      partner_client_id: 'user_12345',
      type: 'deposit',
      source: 'bank',
      status: 'completed',
      credit: null,
      credit_asset_id: null,
      debit: '1000.00',
      debit_asset_id: 'USD',
      fee: '0',
      fee_asset_id: 'USD',
      vat: '0',
      partner_order_ref: 'deposit-abc-123',
      price: null,
      created_at: expect.any(String),
      transitioned_at: expect.any(String),
      updated_at: expect.any(String),
    },
  });

  const paidOut = await withdraw(url, { client: 'user_12345', ref: 'withdrawal-abc-456', amount: '500.00' });
  expect(paidOut.json).toMatchObject({
    result: {
      id: 67891,
      order_no: 'MNW0000067891',
      type: 'withdrawal',
      credit: '500.00',
      credit_asset_id: 'USD',
      debit: null,
      debit_asset_id: null,
    },
  });
  const found = await get(url, '/v1/partner/orders/ref/withdrawal-abc-456');
  expect(found.json).toEqual(paidOut.json);

  const balances = await get(url, '/v1/partner/balances?partner_client_id=user_12345');
  expect(balances.json).toMatchObject({
    items: expect.arrayContaining([
      {
        asset_id: 'USD',
        balance: '500.00',
        available_balance: '500.00',
        balance_usd: '500.00',
        available_balance_usd: '500.00',
      },
    ]),
  });

  const ledger = await control(controlUrl, 'GET', '/ledger');
  expect(ledger.json).toMatchObject({
    clients: [{ partner_client_id: 'user_12345' }],
    documents: [{ front: { bytes: FILES.jpeg.length }, back: { mime: 'image/png' } }],
    orders: [{ partner_order_ref: 'deposit-abc-123' }, { partner_order_ref: 'withdrawal-abc-456' }],
    balances: { user_12345: { USD: { balance: '500', available: '500' } } },
    requests: { deposit: 1, withdrawal: 1, 'create-client': 1, 'list-countries': 0 },
  });
});
