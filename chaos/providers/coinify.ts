import { join } from 'node:path';
import { z } from 'zod';
import type { FundingRequest } from '../../contract/funding';
import { TEST_API_KEY, TEST_WEBHOOK_SECRET } from '../../sandbox/coinify';
import { OPERATIONS } from '../../sandbox/coinify/fault-rules';
import { Chance } from '../chance';
import type { FaultRule } from '../fault-plan';
import {
  businessFault,
  callbackFaults,
  plannedFault,
  serviceFaults,
  shownFault,
  SIGNED_CALLBACK_FAULTS,
} from './faults';
import type { BookOrder, ChaosKit, Plan, PlannedIntent, PlanOptions } from './kit';
import { webhookTo } from './webhook';

const HTTP_TIMEOUT_MS = 1_500;
const OPENING = '1000000';
const MERCHANT = 'merchant';

/** Where each payee's money goes. */
const DESTINATIONS = [
  { finalCurrency: 'USDC', address: '0x8c58D12ce7219B6F53B1803d00b7021CB8e9A4c6' },
  { finalCurrency: 'USDC', address: '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045' },
  { finalCurrency: 'BTC', address: 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq' },
] as const;

type Twist =
  'none' | 'cancelled' | 'cancelled-there' | 'mute' | 'unsent' | 'lost' | 'odd-state' | 'shown-net' | 'shown-rounded';

function plan({ intents, seed, faultsMs }: PlanOptions): Plan {
  const chance = new Chance(seed, 'coinify');
  const planned = Array.from({ length: intents }, (_, index): PlannedIntent => {
    const payee = chance.whole(1, DESTINATIONS.length);
    const destination = DESTINATIONS[payee - 1] ?? DESTINATIONS[0];
    const request: FundingRequest = {
      provider: 'coinify',
      fundingId: `y-${seed}-${index + 1}`,
      kind: 'withdrawal',
      partnerClientId: `payee-${payee}`,
      asset: chance.pick('USD', 'EUR'),
      amount: `${chance.whole(5, 900)}.${chance.digits(1)}${chance.whole(1, 9)}`,
      details: {
        ...destination,
        customerEmail: 'layla@example.com',
      },
      policy: { settlementDeadlineMs: 15_000 },
    };
    const twist = chance.weighted<Twist>([
      [6, 'none'],
      [1, 'cancelled'],
      [1, 'cancelled-there'],
      [0.5, 'shown-net'],
      [0.5, 'shown-rounded'],
      [1, 'mute'],
      [1, 'unsent'],
      [2, 'lost'],
      [1, 'odd-state'],
    ]);
    const atMs = Math.round(chance.real() * faultsMs * 0.7);
    return { request, atMs, twice: chance.happens(0.2), twist, faults: faultsOf(request, twist) };
  });
  return { applications: [], intents: planned, arrivals: [] };
}

function faultsOf({ fundingId }: FundingRequest, twist: Twist): readonly FaultRule[] {
  const rule = (kind: string, params: object): FaultRule => plannedFault(fundingId, 'createWithdrawal', kind, params);
  switch (twist) {
    case 'none':
      return [];
    case 'cancelled':
      return [rule('outcome', { state: 'cancelled', after_ms: 300 })];
    case 'cancelled-there':
      return [rule('outcome', { state: 'being_looked_into', after_ms: 100 })];
    case 'shown-net':
    case 'shown-rounded': {
      const params = { fields: ['baseAmount'], how: twist === 'shown-net' ? 'net' : 'rounded' };
      return ['createWithdrawal', 'getWithdrawal'].map((operation) =>
        plannedFault(fundingId, operation, 'respelt', params, null),
      );
    }
    case 'mute':
      return [rule('reset', { when: 'after-commit' }), plannedFault(fundingId, 'callback', 'callback-lost', {}, null)];
    case 'unsent':
      return [rule('reset', { when: 'before-commit' })];
    case 'lost':
      return [rule('reset', { when: 'after-commit' })];
    case 'odd-state':
      return [rule('outcome', { state: 'being_looked_into', after_ms: 100 })];
  }
}

const text = z.string();
const counts = z.record(text, z.number());
const ledger = z.object({
  withdrawals: z.array(
    z.object({
      id: text,
      orderId: text,
      state: text,
      baseAmount: text,
      baseCurrency: text,
      customerId: text,
      address: text,
      createdAt: text,
      updatedAt: text,
    }),
  ),
  balances: z.record(text, text),
  requests: counts,
  faults: counts,
});

function stateOf(state: string): BookOrder['state'] {
  if (state === 'completed') return 'completed';
  return state === 'cancelled' ? 'cancelled' : 'open';
}

/** Payouts at a provider that shows an order by its own id only, refuses a repeat, and tells what it likes by webhook. */
export const coinifyKit: ChaosKit = {
  id: 'coinify',
  sandboxArgs: ['--opening-balances', `USD=${OPENING}.00,EUR=${OPENING}.00`],
  workerEnv: (url) => ({
    COINIFY_BASE_URL: url,
    COINIFY_API_KEY: TEST_API_KEY,
    COINIFY_WEBHOOK_SECRET: TEST_WEBHOOK_SECRET,
    COINIFY_HTTP_TIMEOUT_MS: String(HTTP_TIMEOUT_MS),
  }),
  workerProgram: join('worker', 'main.js'),
  callbacks: webhookTo('coinify'),
  plan,
  faults: (rate) => [
    ...serviceFaults(OPERATIONS, rate, HTTP_TIMEOUT_MS),
    ...callbackFaults(rate, SIGNED_CALLBACK_FAULTS),
    businessFault('createWithdrawal', 'payout-cancelled', rate * 0.3, {
      kind: 'outcome',
      params: { state: 'cancelled', after_ms: 200 },
    }),
    ...['createWithdrawal', 'getWithdrawal'].flatMap((operation) => [
      shownFault(operation, 'asset-in-lower-case', rate * 0.5, {
        fields: ['baseCurrency', 'finalCurrency'],
        how: 'lower',
      }),
      shownFault(operation, 'address-in-lower-case', rate * 0.5, { fields: ['address'], how: 'lower' }),
    ]),
    businessFault('getWithdrawal', 'read-missed', rate * 0.3, { kind: 'lookup-misses' }),
  ],
  weather: async (turn, control) => {
    const settle_ms = [50, 1_500, 200][turn % 3] ?? 200;
    await control.post('/settings', { settle_ms });
    return `payouts take ${settle_ms} ms`;
  },
  calm: async (control) => {
    await control.post('/settings', { settle_ms: 200 });
  },
  book: async (control) => {
    const { withdrawals, balances, requests, faults } = ledger.parse(await control.get('/ledger'));
    const orders = withdrawals.map((withdrawal): BookOrder => ({
      orderId: withdrawal.id,
      ref: withdrawal.orderId,
      partnerClientId: withdrawal.customerId,
      kind: 'withdrawal',
      asset: withdrawal.baseCurrency,
      amount: withdrawal.baseAmount,
      state: stateOf(withdrawal.state),
      status: withdrawal.state,
      createdAt: withdrawal.createdAt,
      changedAt: withdrawal.updatedAt,
      destination: withdrawal.address.toLowerCase(),
    }));
    const holdings = Object.entries(balances).map(([asset, amount]) => ({ holder: MERCHANT, asset, amount }));
    return { orders, arrivals: [], clients: [], documents: [], holdings, requests, faults };
  },
  opening: () => OPENING,
  holderOf: () => MERCHANT,
  cancelledTwist: 'cancelled-there',
  cancel: async ({ orderId }, control) => {
    await control.post(`/withdrawals/${orderId}`, { state: 'cancelled' });
  },
  destinationOf: ({ details }) => {
    const address = details?.['address'];
    return typeof address === 'string' ? address.toLowerCase() : undefined;
  },
  underWay: 'takes',
  settle: async ({ orderId }, control) => {
    await control.post(`/withdrawals/${orderId}`, { state: 'completed' });
  },
  resends: true,
  tellsCandidates: false,
};
