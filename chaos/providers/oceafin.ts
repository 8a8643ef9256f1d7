import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { FundingRequest } from '../../contract/funding';
import type { JsonObject } from '../../contract/json';
import type { Application } from '../../contract/onboarding';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_WEBHOOK_SECRET } from '../../sandbox/oceafin';
import { OPERATIONS } from '../../sandbox/oceafin/fault-rules';
import { Chance } from '../chance';
import type { FaultRule } from '../fault-plan';
import { pdf } from '../pdf';
import { person } from '../people';
import {
  businessFault,
  callbackFaults,
  plannedFault,
  serviceFaults,
  shownFault,
  SIGNED_CALLBACK_FAULTS,
} from './faults';
import type { BookOrder, ChaosKit, Plan, PlannedArrival, PlannedIntent, PlanOptions } from './kit';
import { webhookTo } from './webhook';

const HTTP_TIMEOUT_MS = 1_500;
const OPENING = { USD: '100000', USDT: '50000', BTC: '3' } as const;
/** Of ten intents, one client and one half expected deposit. */
const INTENTS_PER_CLIENT = 10;
const INTENTS_PER_ARRIVAL = 20;

const AUTHORIZATION = { approvedBy: 'user-7', approvedAt: '2026-06-28T00:00:00Z', evidenceReference: 'approval-7' };
const BANK_ACCOUNT = {
  accountNumber: '000987654321',
  accountHolderName: 'Layla Example',
  bankName: 'A bank',
  bankCountry: 'SG',
};
const WALLET = { name: 'Own wallet', network: 'TRON', address: 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8' };

/** Every client's own account: its last three digits are what the book shows of it. */
function bankDetailsOf(partnerClientId: string): JsonObject {
  const number = (partnerClientId.split('-').at(-1) ?? '').padStart(3, '0');
  return {
    rail: 'fiat',
    bankAccount: { ...BANK_ACCOUNT, accountNumber: `000987654${number}` },
    authorization: AUTHORIZATION,
  };
}

type Movement = Pick<FundingRequest, 'kind' | 'asset' | 'details'> & {
  /** The operations that make its order and submit it. */
  readonly draft: string;
  readonly submit?: string;
};

const MOVEMENTS: readonly (readonly [weight: number, movement: Movement])[] = [
  [
    4,
    {
      kind: 'withdrawal',
      asset: 'USD',
      details: { rail: 'fiat', bankAccount: BANK_ACCOUNT, authorization: AUTHORIZATION },
      draft: 'createFiatWithdrawal',
      submit: 'submitFiatWithdrawal',
    },
  ],
  [
    2,
    {
      kind: 'withdrawal',
      asset: 'USDT',
      details: { rail: 'crypto', wallet: WALLET, authorization: AUTHORIZATION },
      draft: 'createCryptoWithdrawal',
      submit: 'submitCryptoWithdrawal',
    },
  ],
  [
    3,
    {
      kind: 'conversion',
      asset: 'USD',
      details: { toAsset: 'BTC', authorization: AUTHORIZATION },
      draft: 'createConversion',
    },
  ],
];

type Twist = 'none' | 'draft-lost' | 'submit-lost' | 'quote-expires' | 'fails-first' | 'stays-open' | 'cancelled-there';

function plan(options: PlanOptions): Plan {
  const { intents, seed, faultsMs } = options;
  const chance = new Chance(seed, 'oceafin');
  const clients = Array.from(
    { length: Math.max(2, Math.round(intents / INTENTS_PER_CLIENT)) },
    (_, index) => `holder-${seed}-${index + 1}`,
  );
  const [first = '', ...others] = clients;
  const planned = Array.from({ length: intents }, (_, index): PlannedIntent => {
    const { draft, submit, ...movement } = chance.weighted(MOVEMENTS);
    const partnerClientId = chance.pick(first, ...others);
    const request: FundingRequest = {
      provider: 'oceafin',
      fundingId: `o-${seed}-${index + 1}`,
      partnerClientId,
      amount: `${chance.whole(5, 90)}.${chance.digits(chance.whole(1, 6))}${chance.whole(1, 9)}`,
      policy: { settlementDeadlineMs: 15_000, quoteTolerance: '0.01' },
      ...movement,
      ...(movement.asset === 'USD' && movement.kind === 'withdrawal'
        ? { details: bankDetailsOf(partnerClientId) }
        : {}),
    };
    const twist = chance.weighted<Twist>([
      [6, 'none'],
      [2, 'draft-lost'],
      [submit === undefined ? 0 : 2, 'submit-lost'],
      [1, 'quote-expires'],
      [1, 'fails-first'],
      [1, 'stays-open'],
      [1.5, 'cancelled-there'],
    ]);
    const faults = faultsOf(request, twist, draft, submit);
    return { request, atMs: Math.round(chance.real() * faultsMs * 0.7), twice: chance.happens(0.2), twist, faults };
  });
  const arrivals = Array.from({ length: Math.ceil(intents / INTENTS_PER_ARRIVAL) }, (_, index): PlannedArrival => {
    const atMs = Math.round(chance.real() * faultsMs * 0.4);
    // Two of the same client and amount tell whether one deposit is taken for both.
    const amount = `${700 + Math.floor(index / 2)}.5`;
    return {
      request: {
        provider: 'oceafin',
        fundingId: `r-${seed}-${index + 1}`,
        partnerClientId: first,
        asset: 'SGD',
        amount,
        policy: { arrivalDeadlineMs: 15_000 },
      },
      atMs,
      wiredAtMs: Math.round(faultsMs * (0.5 + chance.real() * 0.4)),
    };
  });
  return { applications: clients.map((id) => applicationOf(id, options)), intents: planned, arrivals };
}

function faultsOf(
  { fundingId }: FundingRequest,
  twist: Twist,
  draft: string,
  submit: string | undefined,
): readonly FaultRule[] {
  const ofDraft = (kind: string, params: object): FaultRule => plannedFault(fundingId, draft, kind, params);
  const ofSubmit = (kind: string, params: object): FaultRule => plannedFault(fundingId, submit ?? draft, kind, params);
  switch (twist) {
    case 'none':
      return [];
    case 'draft-lost':
      return [ofDraft('reset', { when: 'after-commit' })];
    case 'submit-lost':
      return [ofSubmit('reset', { when: 'after-commit' })];
    case 'quote-expires':
      return [ofDraft('quote-expired', {})];
    case 'fails-first':
      return [ofSubmit('outcome', { status: 'FAILED' })];
    case 'cancelled-there':
      // If it has a draft, half of them lie as one for a while.
      return submit !== undefined && fundingId.length % 2 === 0
        ? [{ ...ofSubmit('reset', { when: 'before-commit' }), times: 3 }]
        : [ofSubmit('outcome', { status: 'PROCESSING' })];
    case 'stays-open':
      return [ofSubmit('outcome', { status: 'PROCESSING' })];
  }
}

const DETAILS: JsonObject = {
  customerType: 'INDIVIDUAL',
  consent: { reference: 'consent-1', agreedAt: '2026-06-01T08:00:00Z' },
  attestation: { attestedAt: '2026-06-01T09:00:00Z' },
};

function applicationOf(partnerClientId: string, { seed, documents }: PlanOptions): Application {
  return {
    provider: 'oceafin',
    partnerClientId,
    applicant: person(seed, partnerClientId),
    documents: ['PASSPORT', 'PROOF_OF_ADDRESS'].map((type) => {
      const path = join(documents, `${partnerClientId}-${type}.pdf`);
      writeFileSync(path, pdf(`${type} of ${partnerClientId}`));
      return { type, front: { uri: pathToFileURL(path).href } };
    }),
    details: DETAILS,
  };
}

const text = z.string();
const counts = z.record(text, z.number());
const resource = z.looseObject({
  kind: text,
  id: text,
  partnerCustomerRef: text,
  status: text,
  createdAt: text,
  updatedAt: text,
  quoteId: text.optional(),
  bankAccountId: text.optional(),
  accountNumber: text.optional(),
  partnerReference: text.optional(),
  currency: text.optional(),
  asset: text.optional(),
  amount: text.optional(),
  fromAsset: text.optional(),
  fromAmount: text.optional(),
  toAsset: text.optional(),
  toAmount: text.optional(),
});
const ledger = z.object({
  customers: z.array(z.object({ partnerCustomerRef: text })),
  resources: z.array(resource),
  files: z.array(z.object({ partnerCustomerRef: text, documentType: text, sha256: text })),
  balances: z.array(z.object({ partnerCustomerRef: text, asset: text, total: text, available: text })),
  requests: counts,
  faults: counts,
});

const KINDS = new Map([
  ['fiatWithdrawal', 'withdrawal'],
  ['cryptoWithdrawal', 'withdrawal'],
  ['conversion', 'conversion'],
]);

function orderOf(shown: z.output<typeof resource>, kind: string, destination?: string): BookOrder {
  const { toAsset, toAmount } = shown;
  return {
    orderId: shown.id,
    ref: shown.partnerReference ?? '',
    partnerClientId: shown.partnerCustomerRef,
    kind,
    asset: shown.currency ?? shown.asset ?? shown.fromAsset ?? '',
    amount: shown.amount ?? shown.fromAmount ?? '0',
    state: stateOf(shown.status),
    status: shown.status,
    createdAt: shown.createdAt,
    changedAt: shown.updatedAt,
    ...(destination === undefined ? {} : { destination }),
    ...(toAsset === undefined || toAmount === undefined ? {} : { received: { asset: toAsset, amount: toAmount } }),
  };
}

function stateOf(status: string): BookOrder['state'] {
  if (status === 'COMPLETED') return 'completed';
  if (status === 'DRAFT') return 'draft';
  if (['CANCELLED', 'EXPIRED'].includes(status)) return 'cancelled';
  return ['FAILED', 'REJECTED'].includes(status) ? 'failed' : 'open';
}

/** Onboardings, then quoted withdrawals and conversions under replaying keys, and deposits that are wired in. */
export const oceafinKit: ChaosKit = {
  id: 'oceafin',
  sandboxArgs: [
    '--opening-balances',
    Object.entries(OPENING)
      .map(([asset, amount]) => `${asset}=${amount}`)
      .join(','),
    // So short that a lost answer now and then outlives it.
    '--quote-life-ms',
    '8000',
  ],
  workerEnv: (url) => ({
    OCEAFIN_PARTNER_API_BASE_URL: url,
    OCEAFIN_PARTNER_API_CLIENT_ID: TEST_CLIENT_ID,
    OCEAFIN_PARTNER_API_CLIENT_SECRET: TEST_CLIENT_SECRET,
    OCEAFIN_PARTNER_API_WEBHOOK_SECRET: TEST_WEBHOOK_SECRET,
    OCEAFIN_HTTP_TIMEOUT_MS: String(HTTP_TIMEOUT_MS),
  }),
  workerProgram: join('worker', 'main.js'),
  callbacks: webhookTo('oceafin'),
  plan,
  faults: (rate) => [
    ...serviceFaults(OPERATIONS, rate, HTTP_TIMEOUT_MS),
    ...callbackFaults(rate, SIGNED_CALLBACK_FAULTS),
    businessFault('*', 'backwards', rate, { kind: 'reversed' }),
    shownFault('*', 'asset-in-lower-case', rate * 0.3, {
      fields: ['asset', 'currency', 'fromAsset', 'toAsset', 'feeAsset', 'feeCurrency'],
      how: 'lower',
    }),
    ...['listFiatWithdrawals', 'listCryptoWithdrawals', 'listConversions'].flatMap((operation) => [
      shownFault(operation, 'net', rate * 0.05, { fields: ['amount', 'fromAmount'], how: 'net' }),
      shownFault(operation, 'rounded', rate * 0.05, { fields: ['amount', 'fromAmount'], how: 'rounded' }),
    ]),
    ...['createFiatWithdrawal', 'createCryptoWithdrawal', 'createConversion'].map((operation) =>
      businessFault(operation, 'quote-expired', rate * 0.3, { kind: 'quote-expired' }),
    ),
    ...['submitFiatWithdrawal', 'submitCryptoWithdrawal', 'createConversion'].flatMap((operation) => [
      businessFault(operation, 'order-failed', rate * 0.2, { kind: 'outcome', params: { status: 'FAILED' } }),
      businessFault(operation, 'unavailable-after', rate * 0.2, {
        kind: 'processing-unavailable',
        params: { commit: 'before' },
      }),
    ]),
  ],
  weather: async (turn, control) => {
    if (turn % 2 === 0) {
      await control.post('/expire-quotes');
      return 'every open quote expires';
    }
    // Within the tolerance of one percent, and beyond it.
    const usd = ['67500', '67800', '71000'][turn % 3] ?? '67500';
    await control.post('/rates', { asset: 'BTC', usd });
    return `a bitcoin is ${usd} USD`;
  },
  calm: () => Promise.resolve(),
  wire: async ({ request }, control) => {
    const { partnerClientId: partner_customer_ref, asset: currency, amount } = request;
    await control.post('/deposits', { partner_customer_ref, currency, amount });
  },
  book: async (control) => {
    const { customers, files, resources, balances, requests, faults } = ledger.parse(await control.get('/ledger'));
    const byId = new Map(resources.map((one) => [one.id, one]));
    const accountOf = ({ quoteId = '' }: z.output<typeof resource>): string | undefined =>
      byId.get(byId.get(quoteId)?.bankAccountId ?? '')?.accountNumber;
    return {
      orders: resources.flatMap((shown) => {
        const kind = KINDS.get(shown.kind);
        return kind === undefined ? [] : [orderOf(shown, kind, accountOf(shown))];
      }),
      arrivals: resources.filter(({ kind }) => kind === 'fiatDeposit').map((shown) => orderOf(shown, 'deposit')),
      clients: customers.map(({ partnerCustomerRef }) => partnerCustomerRef),
      documents: files.map(({ partnerCustomerRef: clientId, documentType: type, sha256: content }) => ({
        clientId,
        type,
        content,
      })),
      holdings: balances.map(({ partnerCustomerRef: holder, asset, total, available }) => ({
        holder,
        asset,
        amount: total,
        available,
      })),
      requests,
      faults,
    };
  },
  opening: (_, asset) => Object.entries(OPENING).find(([one]) => one === asset)?.[1] ?? '0',
  holderOf: (partnerClientId) => partnerClientId,
  cancelledTwist: 'cancelled-there',
  cancel: async ({ orderId, state }, control) => {
    await control.post(`/resources/${orderId}`, { status: state === 'draft' ? 'EXPIRED' : 'CANCELLED' });
  },
  destinationOf: (request) =>
    request.kind === 'withdrawal' && request.asset === 'USD'
      ? `***${(request.partnerClientId.split('-').at(-1) ?? '').padStart(3, '0')}`
      : undefined,
  underWay: 'sets-aside',
  settle: async ({ orderId }, control) => {
    await control.post(`/resources/${orderId}`, { status: 'COMPLETED' });
  },
  resends: true,
  tellsCandidates: false,
};
