import fc from 'fast-check';
import { z } from 'zod';
import * as backoffice from '../../providers/backoffice/schemas';
import * as coinify from '../../providers/coinify/schemas';
import * as coinmena from '../../providers/coinmena/schemas';
import { webhookBody } from '../../providers/oceafin/callbacks';
import { problemEnvelope } from '../../providers/oceafin/errors';
import * as checkouts from '../../providers/oceafin/wire/checkouts';
import * as collections from '../../providers/oceafin/wire/collections';
import * as conversion from '../../providers/oceafin/wire/conversion';
import * as crypto from '../../providers/oceafin/wire/crypto';
import * as customers from '../../providers/oceafin/wire/customers';
import * as fiatAccounts from '../../providers/oceafin/wire/fiat-accounts';
import * as fiatWithdrawals from '../../providers/oceafin/wire/fiat-withdrawals';

/**
 * What a document calls optional, or only its example shows, may be absent or null in every answer. Each schema has a
 * whole answer as its document shows it, and what of it is needed; everything else is taken away, or made null, alone
 * and together, and the answer still is one.
 */

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

interface Case {
  readonly schema: z.ZodType;
  /** As the document shows it, every field set. */
  readonly whole: Json;
  /** Paths without which the answer says nothing: what decisions hang on. */
  readonly needed: readonly string[];
}

const page = (item: Json): Json => ({ items: [item], pageInfo: { nextCursor: 'next', hasMore: true } });
const inPage = (...needed: readonly string[]): readonly string[] => [
  'items',
  'items.0',
  ...needed.map((path) => `items.0.${path}`),
];
const inResult = (...needed: readonly string[]): readonly string[] => [
  'result',
  ...needed.map((path) => `result.${path}`),
];

const client = {
  id: 12345,
  partner_client_id: 'user_12345',
  account_type: 'personal',
  status: 'verified',
  active: true,
  name: 'John Doe',
  email: 'john@example.test',
  phone: '+97312345678',
  residency_id: 'bh',
  citizenship_id: 'bh',
  place_of_birth_id: 'bh',
  birth_date: '1990-01-15',
  government_id_number: '1234567890',
  government_id_doe: '2028-01-15',
  residency_visa_number: 'V1',
  residency_visa_doe: '2028-01-15',
  address: { street: '123 Main St', city: 'Manama', postal_code: '12345', unit: '4A' },
  employment: { status: 'employed', company: 'Acme', job_industry: 'it', job_level: 'senior', job_title: 'Engineer' },
  trading_volume: '10001_25000',
  account_purpose: ['short_term_trading'],
  created_at: '2024-06-01T10:00:00Z',
  verified_at: '2024-06-01T10:00:00Z',
};
const document = {
  id: 1001,
  type: 'government_id',
  front_file: 'https://a.test/f',
  back_file: 'https://a.test/b',
  created_at: 'T',
};
const order = {
  id: 67890,
  order_no: 'MND0000067890',
  partner_client_id: 'user_12345',
  type: 'deposit',
  source: 'bank',
  status: 'completed',
  credit: '1',
  credit_asset_id: 'USD',
  debit: '1000.00',
  debit_asset_id: 'USD',
  fee: '0',
  fee_asset_id: 'USD',
  vat: '0',
  partner_order_ref: 'deposit-abc-123',
  price: '1',
  created_at: 'T',
  transitioned_at: 'T',
  updated_at: 'T',
};
const balance = {
  asset_id: 'USD',
  balance: '1000.00',
  available_balance: '0E-8',
  balance_usd: '1',
  available_balance_usd: '1',
};

const COINMENA: Readonly<Record<string, Case>> = {
  errorEnvelope: {
    schema: coinmena.errorEnvelope,
    whole: { code: 2008, msg: 'Invalid client ID', msg_detail: { amount: ['is wrong'] } },
    needed: ['code'],
  },
  clientAnswer: {
    schema: coinmena.clientAnswer,
    whole: { result: client },
    needed: inResult('id', 'partner_client_id', 'status', 'active'),
  },
  documentAnswer: { schema: coinmena.documentAnswer, whole: { result: document }, needed: inResult('id', 'type') },
  documentsAnswer: { schema: coinmena.documentsAnswer, whole: { items: [document] }, needed: inPage('id', 'type') },
  orderAnswer: {
    schema: coinmena.orderAnswer,
    whole: { result: order },
    needed: inResult('id', 'partner_client_id', 'type', 'status'),
  },
  balanceAnswer: {
    schema: coinmena.balanceAnswer,
    whole: { result: balance },
    needed: inResult('asset_id', 'balance', 'available_balance'),
  },
  balancesAnswer: {
    schema: coinmena.balancesAnswer,
    whole: { items: [balance] },
    needed: inPage('asset_id', 'balance', 'available_balance'),
  },
  assetsAnswer: {
    schema: coinmena.assetsAnswer,
    whole: { items: [{ id: 'USD', type: 'fiat', published: true, depositable: true, withdrawable: true }] },
    needed: inPage('id', 'published', 'depositable', 'withdrawable'),
  },
  countriesAnswer: {
    schema: coinmena.countriesAnswer,
    whole: { items: [{ id: 'bh', name: 'Bahrain' }] },
    needed: inPage('id'),
  },
  anyAnswer: { schema: coinmena.anyAnswer, whole: { result: { active: true } }, needed: [] },
};

const withdrawal = {
  id: '0aa5224a-6881-4c82-8959-31bee75f3190',
  merchant: { id: 'd560b17e', name: 'Demo payment merchant' },
  subaccount: { id: 'fcfc4042', name: 'FlowerShop' },
  orderId: 'abcd_1234',
  state: 'created',
  amounts: { baseAmount: '30', baseCurrency: 'USD', finalAmount: '29.7', finalCurrency: 'USDC' },
  destination: { address: '0x8c58D12ce7219B6F53B1803d00b7021CB8e9A4c6', tag: 7 },
  transactionId: '0xabc',
  context: { shopId: '12345' },
  memo: 'payout 1',
  customerId: '6af46318',
  customerEmail: 'user@example.test',
};
const ofWithdrawal = [
  'id',
  'orderId',
  'state',
  'amounts',
  'amounts.baseAmount',
  'amounts.baseCurrency',
  'amounts.finalAmount',
  'amounts.finalCurrency',
  'destination',
  'destination.address',
];

const COINIFY: Readonly<Record<string, Case>> = {
  withdrawalAnswer: { schema: coinify.withdrawalAnswer, whole: withdrawal, needed: ofWithdrawal },
  withdrawalsAnswer: {
    schema: coinify.withdrawalsAnswer,
    whole: { items: [withdrawal] },
    needed: inPage(...ofWithdrawal),
  },
  webhookEnvelope: {
    schema: coinify.webhookEnvelope,
    whole: { id: 'aeb7475b', time: '2020-04-01T12:47:02.147Z', event: 'withdrawal.completed', context: withdrawal },
    needed: ['id', 'event'],
  },
  withdrawalEventContext: {
    schema: coinify.withdrawalEventContext,
    whole: { ...withdrawal, merchant: { id: 'd560b17e' } },
    needed: ['id', 'orderId'],
  },
  errorBody: {
    schema: coinify.errorBody,
    whole: {
      error: 'not_found',
      error_description: 'text',
      error_uri: 'https://a.test',
      errorCode: 'x',
      errorMessage: 'y',
      code: 12,
      message: 'z',
    },
    needed: [],
  },
};

const transfer = {
  id: 1,
  asset: 'btc',
  type: 'Deposit',
  status: 'Pending',
  amount: '1',
  fee: '0',
  createdAt: 'T',
  updatedAt: 'T',
};
const listed = {
  ...transfer,
  userId: '3ae2608c',
  userName: '3ae2608c',
  email: '',
  userRole: '',
  userRoles: [],
  comment: 'deposit 10.1',
  transferId: '10051',
  errorDetails: '',
  amountInRootAsset: '10000',
  feeInRootAsset: '0',
  rootAsset: 'usd',
};
const ofTransfer = ['id', 'asset', 'type', 'status', 'amount'];

const BACKOFFICE: Readonly<Record<string, Case>> = {
  tokenAnswer: {
    schema: backoffice.tokenAnswer,
    whole: { id_token: 'i', access_token: 'a', expires_in: 60, token_type: 'Bearer', refresh_token: 'r', scope: 's' },
    needed: ['access_token'],
  },
  transferAnswer: { schema: backoffice.transferAnswer, whole: transfer, needed: ofTransfer },
  historyAnswer: {
    schema: backoffice.historyAnswer,
    whole: [transfer],
    needed: ['0', ...ofTransfer.map((field) => `0.${field}`)],
  },
  transfersAnswer: {
    schema: backoffice.transfersAnswer,
    whole: { data: [listed], paging: { page: 0 } },
    needed: ['data', 'data.0', ...[...ofTransfer, 'userId', 'transferId'].map((field) => `data.0.${field}`)],
  },
  errorBody: {
    schema: backoffice.errorBody,
    whole: {
      errors: [{ code: 'SignInUnsuccessful', message: 'text' }],
      error: 'invalid_grant',
      error_description: 'text',
      type: 'https://tools.ietf.org/html/rfc7235#section-3.1',
      title: 'Unauthorized',
      status: 401,
      traceId: '00-1',
    },
    needed: [],
  },
  callbackBody: {
    schema: backoffice.callbackBody,
    whole: {
      Amount: 1,
      Status: 'Completed',
      Asset: 'btc',
      Type: 'Deposit',
      Id: 1,
      TransferId: 1,
      CreatedAt: 'T',
      Fee: 0,
      ErrorDetails: 'x',
    },
    needed: ['Status'],
  },
};

const life = { status: 'APPROVED', createdAt: 'T', updatedAt: 'T' };
const fiatQuote = {
  quoteId: 'q',
  currency: 'USD',
  amount: '1',
  fee: '1',
  feeCurrency: 'USD',
  receiveAmount: '1',
  expiresAt: 'T',
  balanceAvailability: { sufficient: true },
};
const conversionSides = { fromAsset: 'USD', fromAmount: '1', toAsset: 'EUR', toAmount: '1' };
const ofSides = ['fromAsset', 'fromAmount', 'toAsset', 'toAmount'];

/** One of each; a page of them is made if the documents name a page. */
const OCEAFIN_RESOURCES = {
  customer: [
    customers.customer,
    { customerId: 'c', partnerCustomerRef: 'cust-1', customerType: 'INDIVIDUAL', ...life },
    ['customerId', 'partnerCustomerRef', 'status'],
  ],
  customerFile: [customers.customerFile, { fileAssetId: 'f', fileName: 'n', createdAt: 'T' }, ['fileAssetId']],
  submission: [customers.submission, { submissionId: 's', status: 'SUBMITTED', createdAt: 'T' }, []],
  transaction: [
    customers.transaction,
    { transactionId: 't', type: 'x', asset: 'USD', amount: '1', ...life },
    ['transactionId'],
  ],
  fiatCapabilities: [
    fiatAccounts.fiatCapabilities,
    { routes: [{ currency: 'USD', country: 'bh', status: 'x' }] },
    ['routes', 'routes.0', 'routes.0.currency'],
  ],
  fiatAccountApplication: [
    fiatAccounts.fiatAccountApplication,
    { applicationId: 'a', currency: 'USD', ...life },
    ['applicationId', 'status'],
  ],
  fiatAccount: [
    fiatAccounts.fiatAccount,
    { fiatAccountId: 'a', currency: 'USD', applicationId: 'b', ...life },
    ['fiatAccountId', 'currency', 'status'],
  ],
  fiatDepositInstructions: [
    fiatAccounts.fiatDepositInstructions,
    { instructions: [{ currency: 'USD', paymentReference: 'r', bankDetails: { iban: 'DE00' } }] },
    ['instructions', 'instructions.0', 'instructions.0.currency', 'instructions.0.bankDetails'],
  ],
  fiatDeposit: [
    fiatAccounts.fiatDeposit,
    { depositId: 'd', currency: 'USD', amount: '1', ...life },
    ['depositId', 'currency', 'amount', 'status'],
  ],
  bankAccount: [fiatWithdrawals.bankAccount, { bankAccountId: 'b', currency: 'USD', ...life }, ['bankAccountId']],
  withdrawalCapabilities: [
    fiatWithdrawals.withdrawalCapabilities,
    { routes: [{ currency: 'USD', status: 'ACTIVE', activationId: 'a' }] },
    ['routes', 'routes.0', 'routes.0.currency', 'routes.0.status'],
  ],
  activation: [fiatWithdrawals.activation, { activationId: 'a', ...life }, ['activationId', 'status']],
  availability: [fiatWithdrawals.availability, { sufficient: true }, []],
  fiatWithdrawalQuote: [fiatWithdrawals.fiatWithdrawalQuote, fiatQuote, ['quoteId', 'currency', 'amount']],
  fiatWithdrawal: [
    fiatWithdrawals.fiatWithdrawal,
    { withdrawalId: 'w', partnerReference: 'r', currency: 'USD', amount: '1', fee: '1', feeCurrency: 'USD', ...life },
    ['withdrawalId', 'currency', 'amount', 'status'],
  ],
  conversionQuote: [
    conversion.conversionQuote,
    {
      quoteId: 'q',
      ...conversionSides,
      fee: '1',
      feeAsset: 'USD',
      expiresAt: 'T',
      balanceAvailability: { sufficient: true },
    },
    ['quoteId', ...ofSides],
  ],
  conversion: [
    conversion.conversion,
    { conversionId: 'c', partnerReference: 'r', ...conversionSides, fee: '1', feeAsset: 'USD', ...life },
    ['conversionId', 'status', ...ofSides],
  ],
  depositWallet: [
    crypto.depositWallet,
    { walletId: 'w', asset: 'BTC', network: 'n', address: 'a', status: 'x' },
    ['walletId', 'asset', 'address'],
  ],
  cryptoDeposit: [
    crypto.cryptoDeposit,
    { depositId: 'd', asset: 'BTC', amount: '1', network: 'n', ...life },
    ['depositId', 'asset', 'amount'],
  ],
  beneficiary: [
    crypto.beneficiary,
    { beneficiaryId: 'b', asset: 'BTC', network: 'n', ...life },
    ['beneficiaryId', 'status'],
  ],
  cryptoWithdrawalQuote: [
    crypto.cryptoWithdrawalQuote,
    {
      quoteId: 'q',
      asset: 'BTC',
      amount: '1',
      fee: '1',
      feeAsset: 'BTC',
      receiveAmount: '1',
      expiresAt: 'T',
      balanceAvailability: { sufficient: true },
    },
    ['quoteId', 'asset', 'amount'],
  ],
  cryptoWithdrawal: [
    crypto.cryptoWithdrawal,
    {
      withdrawalId: 'w',
      partnerReference: 'r',
      asset: 'BTC',
      amount: '1',
      fee: '1',
      feeAsset: 'BTC',
      transactionHash: 'h',
      ...life,
    },
    ['withdrawalId', 'asset', 'amount', 'status'],
  ],
  refund: [
    crypto.refund,
    { refundId: 'r', depositId: 'd', partnerReference: 'r', asset: 'BTC', amount: '1', ...life },
    ['refundId'],
  ],
  checkout: [
    checkouts.checkout,
    { checkoutId: 'c', partnerReference: 'r', asset: 'BTC', amount: '1', ...life },
    ['checkoutId'],
  ],
  checkoutLink: [checkouts.checkoutLink, { linkId: 'l', url: 'https://a.test', expiresAt: 'T' }, ['linkId', 'url']],
  posPaymentRequest: [checkouts.posPaymentRequest, { posPaymentRequestId: 'p', ...life }, ['posPaymentRequestId']],
  buyer: [collections.buyer, { buyerId: 'b', partnerReference: 'r', ...life }, ['buyerId']],
  collectionWallet: [
    collections.collectionWallet,
    { walletId: 'w', buyerId: 'b', asset: 'BTC', expiresAt: 'T', addresses: [{ network: 'n', address: 'a' }], ...life },
    ['walletId', 'addresses.0', 'addresses.0.network', 'addresses.0.address'],
  ],
  collectionPayment: [
    collections.collectionPayment,
    { paymentId: 'p', walletId: 'w', asset: 'BTC', amount: '1', ...life },
    ['paymentId', 'asset', 'amount'],
  ],
  problemEnvelope: [
    problemEnvelope,
    {
      type: 'https://api.oceafin.com/problems/partner-auth-failed',
      title: 'PARTNER_AUTH_FAILED',
      status: 401,
      code: 'PARTNER_AUTH_FAILED',
      detail: 'text',
      requestId: 'r-1',
      errors: [{ field: 'amount' }],
    },
    ['code'],
  ],
  webhookBody: [
    webhookBody,
    {
      eventId: 'e',
      eventType: 'conversion.created',
      customer: { customerId: 'c', partnerCustomerRef: 'cust-1' },
      resource: { resourceType: 'conversion', resourceId: 'r' },
      occurredAt: 'T',
      data: { partnerReference: 'r' },
    },
    ['eventId'],
  ],
} as const satisfies Readonly<Record<string, readonly [z.ZodType, Json, readonly string[]]>>;

const PAGES: Readonly<Record<string, readonly [z.ZodType, keyof typeof OCEAFIN_RESOURCES]>> = {
  transactions: [customers.transactions, 'transaction'],
  fiatAccounts: [fiatAccounts.fiatAccounts, 'fiatAccount'],
  fiatDeposits: [fiatAccounts.fiatDeposits, 'fiatDeposit'],
  bankAccounts: [fiatWithdrawals.bankAccounts, 'bankAccount'],
  fiatWithdrawals: [fiatWithdrawals.fiatWithdrawals, 'fiatWithdrawal'],
  conversionQuotes: [conversion.conversionQuotes, 'conversionQuote'],
  conversions: [conversion.conversions, 'conversion'],
  depositWallets: [crypto.depositWallets, 'depositWallet'],
  cryptoDeposits: [crypto.cryptoDeposits, 'cryptoDeposit'],
  beneficiaries: [crypto.beneficiaries, 'beneficiary'],
  cryptoWithdrawals: [crypto.cryptoWithdrawals, 'cryptoWithdrawal'],
  refunds: [crypto.refunds, 'refund'],
  checkouts: [checkouts.checkouts, 'checkout'],
  buyers: [collections.buyers, 'buyer'],
  collectionWallets: [collections.collectionWallets, 'collectionWallet'],
  collectionPayments: [collections.collectionPayments, 'collectionPayment'],
};

const OCEAFIN: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(
    Object.entries(OCEAFIN_RESOURCES).map(([name, [schema, whole, needed]]) => [name, { schema, whole, needed }]),
  ),
  ...Object.fromEntries(
    Object.entries(PAGES).map(([name, [schema, of]]) => {
      const [, whole, needed] = OCEAFIN_RESOURCES[of];
      return [name, { schema, whole: page(whole), needed: inPage(...needed) }];
    }),
  ),
  balances: {
    schema: customers.balances,
    whole: page({ asset: 'USD', total: '1', available: '1' }),
    needed: inPage('asset', 'total', 'available'),
  },
};

const ROOMS = [
  ['coinmena', [coinmena], COINMENA],
  ['coinify', [coinify], COINIFY],
  ['backoffice', [backoffice], BACKOFFICE],
  ['oceafin', [checkouts, collections, conversion, crypto, customers, fiatAccounts, fiatWithdrawals], OCEAFIN],
] as const;

/** The path of everything below. */
function pathsOf(value: Json, at = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, Json]) => {
    const path = at === '' ? name : `${at}.${name}`;
    return [path, ...pathsOf(inner, path)];
  });
}

/** Whether a path names a member of an object: an entry of a list is none. */
function isMember(path: string): boolean {
  return !/(?:^|\.)\d+$/.test(path);
}

function leadsTo(path: string, needed: readonly string[]): boolean {
  return needed.some((need) => need === path || need.startsWith(`${path}.`));
}

type Change = 'absent' | 'null';

/** The value with some paths taken away, or null. An entry of a list is never taken away. */
function changed(value: Json, changes: Readonly<Record<string, Change>>, at = ''): Json {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, inner]: [string, Json]): [string, Json][] => {
    const path = at === '' ? name : `${at}.${name}`;
    const change = changes[path];
    if (change === 'absent' && !Array.isArray(value)) return [];
    return [[name, change === undefined ? changed(inner, changes, path) : null]];
  });
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

describe.each(ROOMS)('%s', (_, modules, cases) => {
  test('every schema of its answers stands here', () => {
    const exported = modules.flatMap((module) =>
      Object.entries(module).flatMap(([name, value]) => (value instanceof z.ZodType ? [name] : [])),
    );
    expect(Object.keys(cases)).toEqual(expect.arrayContaining(exported));
  });

  test.each(Object.entries(cases))(
    '%s is read whatever of it that is optional is left out or null',
    (__, { schema, whole, needed }) => {
      const optional = pathsOf(whole).filter((path) => isMember(path) && !leadsTo(path, needed));
      expect(schema.safeParse(whole)).toMatchObject({ success: true });
      fc.assert(
        fc.property(
          fc.subarray([...optional]),
          fc.infiniteStream(fc.constantFrom<Change>('absent', 'null')),
          (left, how) => {
            const changes = Object.fromEntries(left.map((path) => [path, how.next().value]));
            expect(schema.safeParse(changed(whole, changes))).toMatchObject({ success: true });
          },
        ),
      );
      for (const path of optional) {
        expect(schema.safeParse(changed(whole, { [path]: 'absent' }))).toMatchObject({ success: true });
        expect(schema.safeParse(changed(whole, { [path]: 'null' }))).toMatchObject({ success: true });
      }
    },
  );

  test.each(Object.entries(cases).filter(([, { needed }]) => needed.length > 0))(
    '%s is not read without what is needed',
    (__, { schema, whole, needed }) => {
      for (const path of needed) {
        expect({ path, read: schema.safeParse(changed(whole, { [path]: 'null' })).success }).toEqual({
          path,
          read: false,
        });
      }
    },
  );
});
