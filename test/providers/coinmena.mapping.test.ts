import {
  differingFields,
  orderState,
  toAsset,
  toBalance,
  toClientState,
  toOrder,
  toWireClient,
  toWireFunding,
} from '../../providers/coinmena/mapping';
import { clientAnswer, orderAnswer, type WireClient, type WireOrder } from '../../providers/coinmena/schemas';
import type { OrderRequest } from '../../contract/order-requests';
import { applicant, newClient } from './coinmena-fixtures';

/** The Funding page's deposit, as printed. */
const DEPOSIT = {
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
  created_at: '2024-06-01T10:00:00Z',
  transitioned_at: '2024-06-01T10:00:00Z',
  updated_at: '2024-06-01T10:00:00Z',
};
const WITHDRAWAL = {
  ...DEPOSIT,
  type: 'withdrawal',
  credit: '500.00',
  credit_asset_id: 'USD',
  debit: null,
  debit_asset_id: null,
  partner_order_ref: 'withdrawal-abc-456',
};

function order(over: object): WireOrder {
  return orderAnswer.parse({ result: { ...DEPOSIT, ...over } }).result;
}

describe('orders', () => {
  test('a deposit holds its amount in debit', () => {
    expect(toOrder(order({}))).toEqual({
      orderId: '67890',
      orderNo: 'MND0000067890',
      ref: 'deposit-abc-123',
      kind: 'deposit',
      partnerClientId: 'user_12345',
      asset: 'USD',
      amount: '1000.00',
      state: 'completed',
      status: 'completed',
      fee: '0',
      feeAsset: 'USD',
      vat: '0',
      createdAt: '2024-06-01T10:00:00Z',
      updatedAt: '2024-06-01T10:00:00Z',
    });
  });

  test('a withdrawal holds its amount in credit', () => {
    expect(toOrder(order(WITHDRAWAL))).toMatchObject({ kind: 'withdrawal', asset: 'USD', amount: '500.00' });
  });

  test('a deposit without a debit, and a withdrawal without a credit, are no orders', () => {
    expect(toOrder(order({ debit: null }))).toBeUndefined();
    expect(toOrder(order({ debit_asset_id: null, credit: '1', credit_asset_id: 'USD' }))).toBeUndefined();
    expect(toOrder(order({ ...WITHDRAWAL, credit: null, debit: '1', debit_asset_id: 'USD' }))).toBeUndefined();
  });

  test.each(['buy', 'sell', 'swap'])('%s is another kind, whatever it holds', (type) => {
    expect(toOrder(order({ type, partner_order_ref: null, debit: null }))).toMatchObject({ kind: 'other', ref: '' });
  });

  test.each([
    ['completed', 'completed'],
    ['failed', 'failed'],
    ['rejected', 'failed'],
    ['pending', 'open'],
    ['COMPLETED', 'open'],
    ['Failed', 'open'],
    ['reversed', 'open'],
  ])('status %s is %s', (status, state) => {
    expect(orderState(status)).toBe(state);
  });

  test('scientific notation is written out', () => {
    expect(toOrder(order({ fee: '0E-8', vat: '1.5E-3' }))).toMatchObject({ fee: '0.00000000', vat: '0.0015' });
  });

  test.each([
    ['id', { id: '' }],
    ['id with an escape sequence', { id: '67890\u001b[2K' }],
    ['id that JSON has rounded', { id: 2 ** 53 }],
    ['amount as a number', { debit: 1000 }],
    ['amount that is no decimal', { debit: '1,000.00' }],
    ['status', { status: null }],
    ['no status', { status: '' }],
    ['client', { partner_client_id: null }],
    ['fee', { fee: 0 }],
  ])('a wrong %s does not fit', (_, over) => {
    expect(orderAnswer.safeParse({ result: { ...DEPOSIT, ...over } }).success).toBe(false);
  });

  test('an id may be text', () => {
    expect(orderAnswer.parse({ result: { ...DEPOSIT, id: '67890' } }).result.id).toBe('67890');
  });

  test('a status with an escape sequence is shown, and decides nothing', () => {
    const shown = toOrder(order({ status: 'completed\u001b[2K\rdone: 1,000,000.00 USD' }));
    expect(shown).toMatchObject({ state: 'open', status: 'completed\ufffd[2K\ufffddone: 1,000,000.00 USD' });
  });

  test('unknown fields are left out', () => {
    expect(orderAnswer.parse({ result: { ...DEPOSIT, new_field: { deep: 1 } }, more: 1 }).result).not.toHaveProperty(
      'new_field',
    );
  });
});

const REQUEST: OrderRequest = {
  kind: 'deposit',
  partnerClientId: 'user_12345',
  asset: 'USD',
  amount: '1000.00',
  ref: 'deposit-abc-123',
};

describe('an order beside its request', () => {
  const answered = toOrder(order({}));
  if (answered === undefined) throw new Error('the example is an order');

  test('the amount is sent as it was asked', () => {
    expect(toWireFunding({ ...REQUEST, amount: '0.10' })).toEqual({
      partner_client_id: 'user_12345',
      asset_id: 'USD',
      amount: '0.10',
      partner_order_ref: 'deposit-abc-123',
    });
  });
});

/** Where a record is not of an applicant. */
function differingIn(...sides: Parameters<typeof differingFields>): readonly string[] {
  return differingFields(...sides).map(({ field }) => field);
}

describe('clients', () => {
  const base = { id: 12345, partner_client_id: 'user_12345', status: 'verified', active: true };
  const wire = (over: object = {}): WireClient => clientAnswer.parse({ result: { ...base, ...over } }).result;
  const me = applicant('user_12345');

  test('are sent as the Onboarding page prints them', () => {
    expect(JSON.parse(JSON.stringify(toWireClient(newClient('user_12345'))))).toEqual({
      partner_client_id: 'user_12345',
      account_type: 'personal',
      name: 'John Doe',
      email: 'user_12345@example.test',
      phone: me.phone,
      residency_id: 'bh',
      citizenship_id: 'bh',
      place_of_birth_id: 'bh',
      birth_date: '1990-01-15',
      government_id_number: me.governmentId.number,
      government_id_doe: '2038-01-15',
      address: { street: '123 Main St', city: 'Manama', postal_code: '12345', unit: '4A' },
      employment: {
        status: 'employed',
        company: 'Acme Corp',
        job_industry: 'information_technology_telco',
        job_level: 'senior',
        job_title: 'Software Engineer',
      },
      trading_volume: '10001_25000',
      account_purpose: ['short_term_trading', 'converting_crypto_to_fiat'],
    });
  });

  test('are ready if verified and active, and say nothing personal', () => {
    expect(toClientState(wire({ name: 'John Doe', created_at: '2024-06-01T10:00:00Z' }))).toEqual({
      providerClientId: '12345',
      status: 'verified',
      verified: true,
      active: true,
      createdAt: '2024-06-01T10:00:00Z',
    });
    expect(toClientState(wire({ status: 'pending', active: false }))).toMatchObject({ verified: false, active: false });
  });

  test('the whole record of the same person differs in nothing', () => {
    expect(differingIn(wire(toWireClient(newClient('user_12345'))), me)).toEqual([]);
  });

  test('the abbreviated record of the same person differs in nothing', () => {
    expect(differingIn(wire({ name: 'John Doe', email: me.email }), me)).toEqual([]);
    expect(differingIn(wire({ government_id_number: me.governmentId.number }), me)).toEqual([]);
  });

  test('spellings do not matter', () => {
    const record = {
      name: ' john  DOE ',
      email: me.email.toUpperCase(),
      phone: me.phone.replace('+973', '00973 ').replace(/(\d{4})$/, '-$1'),
      birth_date: `${me.birthDate}T00:00:00Z`,
      government_id_doe: `${me.governmentId.expiresOn}T00:00:00.000+03:00`,
      account_purpose: [...me.accountPurposes].reverse(),
    };
    expect(differingIn(wire(record), me)).toEqual([]);
  });

  test('a record that identifies nobody is not the same person', () => {
    const identifying = ['applicant.name', 'applicant.email', 'applicant.governmentId.number'];
    expect(differingIn(wire(), me)).toEqual(identifying);
    expect(differingIn(wire({ residency_id: 'bh', name: null }), me)).toEqual(identifying);
  });

  test.each([
    ['applicant.name', { name: 'Jane Doe' }],
    ['applicant.email', { email: 'other@example.test' }],
    ['applicant.phone', { phone: '+97300000000' }],
    ['applicant.birthDate', { birth_date: '1990-01-16' }],
    ['applicant.governmentId.number', { government_id_number: '7' }],
    ['applicant.residencyVisa.number', { residency_visa_number: 'V1' }],
    ['applicant.address.city', { address: { city: 'Riffa' } }],
    ['applicant.address.unit', { address: { unit: '' } }],
    ['applicant.employment.title', { employment: { job_title: 'Chef' } }],
    ['applicant.tradingVolume', { trading_volume: '0_1' }],
    ['applicant.accountPurposes', { account_purpose: ['gambling'] }],
  ])('%s is compared', (field, over) => {
    expect(differingIn(wire({ name: 'John Doe', ...over }), me)).toEqual([field]);
  });
});

test('a balance of "0E-8" is nothing, written out', () => {
  expect(toBalance({ asset_id: 'USD', balance: '0E-8', available_balance: '1E+3' })).toEqual({
    asset: 'USD',
    balance: '0.00000000',
    available: '1000',
  });
});

test.each([
  ['fiat', true],
  ['Fiat', true],
  ['crypto', false],
  [undefined, true],
])('an asset of type %s is fiat: %s', (type, fiat) => {
  const flags = { published: true, depositable: true, withdrawable: false };
  expect(toAsset({ id: 'X', type, ...flags })).toEqual({ asset: 'X', fiat, ...flags });
});
