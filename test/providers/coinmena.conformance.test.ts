import { createHash } from 'node:crypto';
import type { ErrorCode, Outcome } from '../../contract/errors';
import type { Intent } from '../../contract/funding';
import type { InspectedDocument } from '../../contract/onboarding';
import type { OrderRequest } from '../../contract/order-requests';
import { CoinmenaConnector } from '../../providers/coinmena/connector';
import { CoinmenaApi } from '../../providers/coinmena/client';
import { DEFAULT_LAYOUT, type SigningLayout } from '../../providers/coinmena/layout';
import type { DocumentContent } from '../../providers/port';
import { startCoinmenaSandbox, type RunningSandbox } from '../../sandbox/coinmena';
import { configFor, newClient, providerErrorOf } from './coinmena-fixtures';
import { STALLED_MS } from '../setup/http-timeouts';

/** The connector against the sandbox, over HTTP: what a real provider would show it. The ledger is the judge. */
let sandbox: RunningSandbox;
let connector: CoinmenaConnector;

beforeAll(async () => {
  sandbox = await startCoinmenaSandbox();
  connector = new CoinmenaConnector(configFor(sandbox.url));
});

afterAll(async () => {
  await connector.close();
  await sandbox.close();
});

beforeEach(async () => {
  await control('/reset');
});

async function control(path: string, value: object = {}): Promise<void> {
  const response = await fetch(`${sandbox.controlUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  });
  if (!response.ok) throw new Error(`control ${path}: ${response.status} ${await response.text()}`);
}

function fault(operation: string, kind: string, params: object = {}): Promise<void> {
  return control('/faults', { operation, kind, params });
}

interface Ledger {
  readonly orders: readonly { readonly partner_order_ref: string; readonly status: string; readonly amount: string }[];
  readonly documents: readonly { readonly type: string; readonly front: { readonly sha256: string } }[];
  readonly clients: readonly { readonly partner_client_id: string }[];
}

async function ledger(): Promise<Ledger> {
  const response = await fetch(`${sandbox.controlUrl}/ledger`);
  const book: Ledger = JSON.parse(await response.text());
  return book;
}

const CLIENT = 'user_12345';
const CENT_BEYOND_FLOATS = '90071992547409931.12345678';

function order(over: Partial<OrderRequest> = {}): OrderRequest {
  return { kind: 'deposit', partnerClientId: CLIENT, asset: 'USD', amount: '1000.00', ref: 'dep-1', ...over };
}

function intent(over: Partial<Intent> = {}): Intent {
  const { ref: fundingId, ...rest } = order();
  return { provider: 'coinmena', fundingId, ...rest, ...over };
}

async function expectError(
  calling: Promise<unknown>,
  code: ErrorCode,
  outcome: Exclude<Outcome, 'applied'>,
  fields?: readonly string[],
): Promise<void> {
  const error = await providerErrorOf(calling);
  expect({ code: error.code, outcome: error.outcome }).toEqual({ code, outcome });
  if (fields !== undefined) expect(error.fields?.map(({ field }) => field)).toEqual(fields);
}

const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from('\r\n--gangway--\r\n"front"')]);
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const PDF = Buffer.from('%PDF-1.7 bill');

function content(type: string, front: Buffer, mime: string, back?: Buffer): DocumentContent {
  return {
    type,
    front: { bytes: front, mime },
    ...(back === undefined ? {} : { back: { bytes: back, mime: 'image/png' } }),
  };
}

function inspect({ type, front, back }: DocumentContent): InspectedDocument {
  const file = ({ bytes, mime }: DocumentContent['front']) => ({
    uri: 'file:///x',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    mime,
    bytes: bytes.length,
  });
  return { type, front: file(front), ...(back === undefined ? {} : { back: file(back) }) };
}

const ID_CARD = content('government_id', JPEG, 'image/jpeg', PNG);
const BILL = content('proof_of_address', PDF, 'application/pdf');

test('a client is onboarded and funded, and the balance is right to the last decimal', async () => {
  const client = newClient(CLIENT);
  expect(await connector.checkApplication(client, [inspect(ID_CARD), inspect(BILL)])).toEqual([]);
  expect(await connector.clients.create(client)).toMatchObject({ verified: true, active: true });
  const id = await connector.documents.upload({ partnerClientId: CLIENT }, ID_CARD);
  const bill = await connector.documents.upload({ partnerClientId: CLIENT }, BILL);
  expect(await connector.documents.list({ partnerClientId: CLIENT })).toEqual([id, bill]);
  expect(await connector.clients.read({ partnerClientId: CLIENT })).toMatchObject({
    status: 'verified',
    verified: true,
    active: true,
  });

  await connector.orders.check(intent());
  const deposited = await connector.orders.submit(order({ amount: CENT_BEYOND_FLOATS }));
  expect(deposited).toMatchObject({ kind: 'deposit', state: 'completed', amount: CENT_BEYOND_FLOATS, ref: 'dep-1' });
  expect(await connector.orders.findByRef('dep-1')).toEqual(deposited);

  await connector.orders.check(intent({ kind: 'withdrawal', amount: CENT_BEYOND_FLOATS }));
  const out = order({ kind: 'withdrawal', amount: '0.12345678', ref: 'wd-1' });
  expect(await connector.orders.submit(out)).toMatchObject({ kind: 'withdrawal', state: 'completed' });
  expect(await connector.balances.read({ partnerClientId: CLIENT }, 'USD')).toMatchObject({ asset: 'USD' });
  const { available } = await connector.balances.read({ partnerClientId: CLIENT }, 'USD');
  expect(available.replace(/0+$/, '')).toBe('90071992547409931.');
  expect((await ledger()).orders).toHaveLength(2);
});

describe('clients', () => {
  test('one that does not exist is absent', async () => {
    expect(await connector.clients.read({ partnerClientId: CLIENT })).toBeUndefined();
    expect(await connector.clients.compare(newClient(CLIENT))).toBeUndefined();
  });

  test('a second one of the same id is refused, and the first is compared', async () => {
    const first = newClient(CLIENT);
    await connector.clients.create(first);
    await expectError(connector.clients.create(first), 'DUPLICATE_CLIENT', 'unknown');
    expect((await connector.clients.compare(first))?.differing).toEqual([]);
    const other = { ...first, applicant: { ...first.applicant, name: 'Jane Roe' } };
    expect((await connector.clients.compare(other))?.differing).toMatchObject([{ field: 'applicant.name' }]);
  });

  test.each([
    ['email', { email: `${CLIENT}@example.test` }, 'applicant.email'],
    ['phone', { phone: newClient(CLIENT).applicant.phone }, 'applicant.phone'],
    ['government id', { governmentId: newClient(CLIENT).applicant.governmentId }, 'applicant.governmentId.number'],
  ])('a second one of the same %s is refused by field', async (_, over, field) => {
    await connector.clients.create(newClient(CLIENT));
    await expectError(connector.clients.create(newClient('user_2', over)), 'DUPLICATE_PERSON', 'not-applied', [field]);
  });

  test.each([
    ['under age', { birthDate: '2020-01-01' }, 'applicant.birthDate'],
    ['residency', { residency: 'xx', citizenship: 'xx' }, 'applicant.residency'],
    ['place of birth', { placeOfBirth: 'BH' }, 'applicant.placeOfBirth'],
    ['visa', { citizenship: 'sa' }, 'applicant.residencyVisa'],
    ['residency that is accepted as citizenship only', { residency: 'eg', citizenship: 'eg' }, 'applicant.residency'],
  ])('%s: refused by the check, and by the provider, by the same field', async (_, over, field) => {
    const client = newClient(CLIENT, over);
    const problems = await connector.checkApplication(client, [inspect(ID_CARD)]);
    expect(problems.map((problem) => problem.field)).toContain(field);
    const error = await providerErrorOf(connector.clients.create(client));
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', outcome: 'not-applied' });
    expect(error.fields?.map((problem) => problem.field)).toEqual([field]);
  });

  test('a field of a wrong format is named as ours', async () => {
    const { applicant } = newClient(CLIENT);
    const wrong = newClient(CLIENT, { phone: '12345', address: { ...applicant.address, city: '' } });
    const error = await providerErrorOf(connector.clients.create(wrong));
    expect(error.code).toBe('INVALID_REQUEST');
    expect(error.fields?.map(({ field }) => field).sort()).toEqual(['applicant.address.city', 'applicant.phone']);
  });

  test('a visa is sent, and compared', async () => {
    const residencyVisa = { number: 'V-1', expiresOn: '2038-01-01' };
    const client = newClient(CLIENT, { citizenship: 'sa', residencyVisa });
    await connector.clients.create(client);
    expect((await connector.clients.compare(client))?.differing).toEqual([]);
  });

  test('one that was deactivated is activated', async () => {
    await connector.clients.create(newClient(CLIENT));
    await control(`/clients/${CLIENT}`, { active: false });
    expect(await connector.clients.read({ partnerClientId: CLIENT })).toMatchObject({ active: false });
    expect(await connector.clients.activate({ partnerClientId: CLIENT })).toMatchObject({ active: true });
  });

  test.each(['reset', 'stall', 'truncated'] as const)('created though the answer was lost (%s)', async (kind) => {
    const params = { reset: { when: 'after-commit' }, stall: { when: 'after-commit', ms: STALLED_MS }, truncated: {} }[
      kind
    ];
    await fault('create-client', kind, params);
    await expectError(connector.clients.create(newClient(CLIENT)), 'OUTCOME_UNKNOWN', 'unknown');
    expect((await connector.clients.compare(newClient(CLIENT)))?.differing).toEqual([]);
  });
});

describe('documents', () => {
  beforeEach(async () => {
    await connector.clients.create(newClient(CLIENT));
  });

  test('are found again by their content', async () => {
    const uploaded = await connector.documents.upload({ partnerClientId: CLIENT }, ID_CARD);
    expect(await connector.documents.find({ partnerClientId: CLIENT }, inspect(ID_CARD))).toEqual(uploaded);
    expect(await connector.documents.find({ partnerClientId: CLIENT }, inspect(BILL))).toBeUndefined();
    const other = content('government_id', Buffer.concat([JPEG, JPEG]), 'image/jpeg', PNG);
    expect(await connector.documents.find({ partnerClientId: CLIENT }, inspect(other))).toBeUndefined();
    const oneSided = content('government_id', JPEG, 'image/jpeg');
    expect(await connector.documents.find({ partnerClientId: CLIENT }, inspect(oneSided))).toBeUndefined();
  });

  test('are found again though the answer was lost, and are on file once', async () => {
    await fault('upload-document', 'reset', { when: 'after-commit' });
    await expectError(connector.documents.upload({ partnerClientId: CLIENT }, BILL), 'OUTCOME_UNKNOWN', 'unknown');
    expect(await connector.documents.find({ partnerClientId: CLIENT }, inspect(BILL))).toMatchObject({
      type: 'proof_of_address',
    });
    const { documents } = await ledger();
    expect(documents.map(({ front }) => front.sha256)).toEqual([inspect(BILL).front.sha256]);
  });

  test.each([
    ['refused', 'status', { status: 403, body: 'html' }],
    ['a web page under 200', 'wrong-content-type', {}],
  ])('that cannot be downloaded (%s) count as found', async (_, kind, params) => {
    await connector.documents.upload({ partnerClientId: CLIENT }, BILL);
    await fault('download-file', kind, params);
    const other = content('proof_of_address', Buffer.from('%PDF-1.7 other'), 'application/pdf');
    expect(await connector.documents.find({ partnerClientId: CLIENT }, inspect(other))).toMatchObject({
      type: 'proof_of_address',
    });
  });

  test('that was cut short on its way once is found, and not taken for another', async () => {
    await connector.documents.upload({ partnerClientId: CLIENT }, BILL);
    await fault('download-file', 'truncated', { end: 'clean' });
    expect(await connector.documents.find({ partnerClientId: CLIENT }, inspect(BILL))).toMatchObject({
      type: 'proof_of_address',
    });
  });

  test('that cannot be downloaded, and are known to be others, do not', async () => {
    const { providerDocumentId } = await connector.documents.upload({ partnerClientId: CLIENT }, BILL);
    await fault('download-file', 'status', { status: 403, body: 'html' });
    const other = content('proof_of_address', Buffer.from('%PDF-1.7 other'), 'application/pdf');
    const others = [providerDocumentId];
    expect(await connector.documents.find({ partnerClientId: CLIENT }, inspect(other), { others })).toBeUndefined();
  });

  test('of another kind are refused by side', async () => {
    const error = await providerErrorOf(
      connector.documents.upload(
        { partnerClientId: CLIENT },
        content('proof_of_address', Buffer.from('GIF89a'), 'image/gif'),
      ),
    );
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', outcome: 'not-applied' });
    expect(error.fields?.map(({ field }) => field)).toEqual(['front']);
  });

  test('of an unknown client are refused', async () => {
    await expectError(connector.documents.upload({ partnerClientId: 'nobody' }, BILL), 'CLIENT_UNKNOWN', 'not-applied');
    await expectError(connector.documents.list({ partnerClientId: 'nobody' }), 'CLIENT_UNKNOWN', 'not-applied');
  });
});

describe('orders', () => {
  beforeEach(async () => {
    await connector.clients.create(newClient(CLIENT));
  });

  test('one that does not exist is absent', async () => {
    expect(await connector.orders.findByRef('dep-1')).toBeUndefined();
  });

  test('a repeated ref is rejected, across kinds, and pays once', async () => {
    await connector.orders.submit(order());
    await expectError(connector.orders.submit(order()), 'DUPLICATE_REF', 'unknown');
    await expectError(connector.orders.submit(order({ kind: 'withdrawal', amount: '1' })), 'DUPLICATE_REF', 'unknown');
    expect((await ledger()).orders).toHaveLength(1);
  });

  test.each([
    ['an unknown client', { partnerClientId: 'nobody' }, 'CLIENT_UNKNOWN'],
    ['crypto', { asset: 'BTC' }, 'ASSET_INELIGIBLE'],
    ['an unpublished asset', { asset: 'GBP' }, 'ASSET_INELIGIBLE'],
    ['an asset that cannot be withdrawn', { asset: 'EUR', kind: 'withdrawal' }, 'ASSET_INELIGIBLE'],
    ['an asset that does not exist', { asset: 'XXX' }, 'ASSET_INELIGIBLE'],
    ['more than there is', { kind: 'withdrawal' }, 'INSUFFICIENT_FUNDS'],
    ['nine decimals', { amount: '0.000000001' }, 'INVALID_REQUEST'],
  ] as const)('%s: refused by the check and by the provider with the same code', async (_, over, code) => {
    await expectError(connector.orders.check(intent(over)), code, 'not-applied');
    await expectError(connector.orders.submit(order(over)), code, 'not-applied');
    expect((await ledger()).orders).toHaveLength(0);
    expect(await connector.orders.findByRef('dep-1')).toBeUndefined();
  });

  test.each([
    ['not verified', { status: 'pending' }, 'CLIENT_NOT_VERIFIED'],
    ['deactivated', { active: false }, 'CLIENT_INACTIVE'],
  ] as const)('a client %s is refused by both', async (_, change, code) => {
    await control(`/clients/${CLIENT}`, change);
    await expectError(connector.orders.check(intent()), code, 'not-applied');
    await expectError(connector.orders.submit(order()), code, 'not-applied');
  });

  test.each([
    ['reset after it was done', 'reset', { when: 'after-commit' }],
    ['no answer in time', 'stall', { when: 'after-commit', ms: STALLED_MS }],
    ['half an answer', 'truncated', {}],
    ['half an answer, and the line dropped', 'truncated', { end: 'cut' }],
    ['500 after it was done', 'status', { status: 500, commit: 'before' }],
    ['504 after it was done', 'status', { status: 504, body: 'html', commit: 'before' }],
    ['a web page for an answer', 'wrong-content-type', {}],
  ])('%s: unknown, then found under its ref', async (_, kind, params) => {
    await fault('deposit', kind, params);
    await expectError(connector.orders.submit(order()), 'OUTCOME_UNKNOWN', 'unknown');
    expect(await connector.orders.findByRef('dep-1')).toMatchObject({ state: 'completed', amount: '1000.00' });
  });

  test.each([
    ['reset before it was done', 'reset', { when: 'before-commit' }],
    ['500 and nothing done', 'status', { status: 500 }],
  ])('%s: unknown, then absent', async (_, kind, params) => {
    await fault('deposit', kind, params);
    await expectError(connector.orders.submit(order()), 'OUTCOME_UNKNOWN', 'unknown');
    expect(await connector.orders.findByRef('dep-1')).toBeUndefined();
  });

  test('an answer of wrong types is drift, then readable under its ref', async () => {
    await fault('deposit', 'wrong-types', { fields: ['debit'] });
    await expectError(connector.orders.submit(order()), 'CONTRACT_DRIFT', 'unknown', ['result.debit']);
    expect(await connector.orders.findByRef('dep-1')).toMatchObject({ state: 'completed' });
  });

  test('unknown new fields change nothing', async () => {
    await fault('deposit', 'extra-fields');
    expect(await connector.orders.submit(order())).toMatchObject({ state: 'completed' });
  });

  test('a right answer under a wrong content type is read', async () => {
    await fault('deposit', 'wrong-content-type', { body: 'json' });
    expect(await connector.orders.submit(order())).toMatchObject({ state: 'completed' });
  });

  test.each([
    ['failed', 'failed'],
    ['rejected', 'failed'],
    ['pending', 'open'],
    ['under_review', 'open'],
  ])('one that ends %s is %s', async (status, state) => {
    await fault('deposit', 'order-outcome', { status });
    expect(await connector.orders.submit(order())).toMatchObject({ state, status });
    expect(await connector.orders.findByRef('dep-1')).toMatchObject({ state, status });
  });

  test('too many requests ask for a pause, and nothing was done', async () => {
    await fault('deposit', 'status', { status: 429, retry_after: 3 });
    const error = await providerErrorOf(connector.orders.submit(order()));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', outcome: 'not-applied', retryAfterMs: 3000 });
    expect((await ledger()).orders).toHaveLength(0);
  });

  test('a gateway’s 404 is no absence', async () => {
    await connector.orders.submit(order());
    await fault('get-order-by-ref', 'status', { status: 404, body: 'html' });
    await expectError(connector.orders.findByRef('dep-1'), 'CONTRACT_DRIFT', 'unknown');
  });

  test('one that is someone else’s is shown as it is', async () => {
    await control('/orders', { partner_order_ref: 'dep-1', type: 'deposit', partner_client_id: 'other' });
    await expectError(connector.orders.submit(order()), 'DUPLICATE_REF', 'unknown');
    expect(await connector.orders.findByRef('dep-1')).toMatchObject({ partnerClientId: 'other', amount: '1.00' });
  });
});

describe('every endpoint', () => {
  test('balances of a client and of the partner, all and one', async () => {
    await connector.clients.create(newClient(CLIENT));
    await control('/balances', { asset_id: 'USD', balance: '7.00' });
    const api = new CoinmenaApi(configFor(sandbox.url));
    expect(await api.balance('USD')).toMatchObject({ available_balance: '7.00' });
    expect((await api.balances()).find(({ asset_id }) => asset_id === 'USD')).toMatchObject({ balance: '7.00' });
    expect(await api.balance('USD', CLIENT)).toMatchObject({ balance: '0E-8' });
    await expectError(api.balance('XXX', CLIENT), 'ASSET_INELIGIBLE', 'not-applied');
    await expectError(api.balances('nobody'), 'CLIENT_UNKNOWN', 'not-applied');
    await api.close();
  });

  test('a zero balance in scientific notation is nothing', async () => {
    await connector.clients.create(newClient(CLIENT));
    expect(await connector.balances.read({ partnerClientId: CLIENT }, 'USD')).toEqual({
      asset: 'USD',
      balance: '0.00000000',
      available: '0.00000000',
    });
  });
});

describe('credentials', () => {
  async function readWith(over: Record<string, string>): Promise<unknown> {
    const other = new CoinmenaConnector(configFor(sandbox.url, over));
    try {
      return await other.clients.read({ partnerClientId: CLIENT });
    } finally {
      await other.close();
    }
  }

  test.each([
    ['a wrong key', { COINMENA_PRIVATE_KEY: 'ab'.repeat(32) }],
    ['a wrong partner', { COINMENA_PARTNER_ID: 'someone-else' }],
    ['a wrong layout', { COINMENA_SIGNATURE_LAYOUT: '{"separator":"|"}' }],
  ])('%s is AUTH', async (_, over) => {
    await expectError(readWith(over), 'AUTH', 'not-applied');
  });

  test('a clock ahead by more than the offset is AUTH', async () => {
    await control('/clock', { offset_ms: -5000 });
    await expectError(connector.clients.read({ partnerClientId: CLIENT }), 'AUTH', 'not-applied');
  });

  test('a clock ahead by less than the offset is let through', async () => {
    await control('/clock', { offset_ms: -500 });
    expect(await connector.clients.read({ partnerClientId: CLIENT })).toBeUndefined();
  });
});

describe('layouts', () => {
  test.each<[string, Partial<SigningLayout>]>([
    ['a bar, the query signed', { separator: '|', includeQuery: true }],
    ['Base64, no separator', { separator: '', hashEncoding: 'base64' }],
    ['nothing for no body, and for multipart', { emptyBody: 'empty', multipartBody: 'empty' }],
  ])('%s: both sides agree on every kind of request', async (_, layout) => {
    const other = await startCoinmenaSandbox({ layout: { ...DEFAULT_LAYOUT, ...layout } });
    const speaker = new CoinmenaConnector(configFor(other.url, { COINMENA_SIGNATURE_LAYOUT: JSON.stringify(layout) }));
    expect(await speaker.clients.create(newClient(CLIENT))).toMatchObject({ verified: true });
    expect(await speaker.documents.upload({ partnerClientId: CLIENT }, ID_CARD)).toMatchObject({
      type: 'government_id',
    });
    expect(await speaker.balances.read({ partnerClientId: CLIENT }, 'USD')).toMatchObject({ asset: 'USD' });
    await speaker.close();
    await other.close();
  });
});
