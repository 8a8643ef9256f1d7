import { join } from 'node:path';
import { z } from 'zod';
import type { FundingRequest } from '../../contract/funding';
import { TEST_CLIENT_SECRET, TEST_PASSWORD, TEST_USERNAME, TEST_USERS } from '../../sandbox/backoffice';
import { OPERATIONS } from '../../sandbox/backoffice/fault-rules';
import { Chance } from '../chance';
import type { FaultRule } from '../fault-plan';
import { businessFault, CALLBACK_FAULTS, callbackFaults, plannedFault, serviceFaults, shownFault } from './faults';
import type { BookOrder, ChaosKit, Plan, PlannedIntent, PlanOptions } from './kit';

/** A token is asked for within a quarter of it. */
const HTTP_TIMEOUT_MS = 3_000;
const OPENING = { usd: '1000000', btc: '1000', eth: '5000' } as const;
const ASSETS = ['usd', 'btc', 'eth'] as const;

/** Of everything that its own documents leave open, what another installation does. */
const WEATHERS = [
  ['tokens end', '/expire-tokens', {}],
  ['lists are wrapped', '/settings', { wrapper: 'data' }],
  ['filters are ignored', '/settings', { filters: 'ignored' }],
  ['steps answer as callbacks do', '/settings', { step_answer: 'callback' }],
  ['tokens end', '/expire-tokens', {}],
  ['steps answer a transfer', '/settings', { step_answer: 'transfer' }],
  ['lists are bare', '/settings', { wrapper: 'none', filters: 'heeded', step_answer: 'empty' }],
] as const;

type Twist =
  'none' | 'fails-first' | 'hidden' | 'never-arrives' | 'look-alike' | 'pending' | 'slow-confirm' | 'cancelled-there';

function twistOf(chance: Chance, kind: FundingRequest['kind']): Twist {
  return chance.weighted<Twist>([
    [6, 'none'],
    [1, kind === 'deposit' ? 'fails-first' : 'slow-confirm'],
    [1, 'hidden'],
    [1, 'never-arrives'],
    [1, 'look-alike'],
    [1, 'cancelled-there'],
    [1, kind === 'deposit' ? 'pending' : 'slow-confirm'],
  ]);
}

function plan({ intents, seed, faultsMs }: PlanOptions): Plan {
  const chance = new Chance(seed, 'back office');
  const planned: PlannedIntent[] = [];
  for (let number = 1; number <= intents; number += 1) {
    const before = planned.at(-1)?.request;
    const kind = chance.happens(0.5) ? 'deposit' : 'withdrawal';
    const fundingId = `b-${seed}-${number}`;
    const request: FundingRequest = {
      provider: 'backoffice',
      fundingId,
      kind,
      partnerClientId: spelled(chance.pick(...TEST_USERS), chance),
      asset: chance.pick(...ASSETS),
      amount: `${chance.whole(1, 9)}.${chance.digits(chance.whole(1, 6))}${chance.whole(1, 9)}`,
      policy: { settlementDeadlineMs: 15_000 },
    };
    // Now and then, two that nothing but their tokens tells apart.
    const twin = before !== undefined && chance.happens(0.2);
    const asked = twin ? { ...before, fundingId } : request;
    const twist = twistOf(chance, asked.kind);
    planned.push({
      request: asked,
      atMs: Math.round(chance.real() * faultsMs * 0.7),
      twice: chance.happens(0.2),
      twist,
      faults: faultsOf(asked, twist),
      lasting: twist === 'hidden' ? [hiding(asked)] : [],
    });
  }
  return { applications: [], intents: planned, arrivals: [] };
}

/** An id as somebody else writes it. */
function spelled(userId: string, chance: Chance): string {
  return chance.happens(0.25) ? userId.toUpperCase() : userId;
}

function hiding({ fundingId }: Pick<FundingRequest, 'fundingId'>): FaultRule {
  return plannedFault(fundingId, 'transfers', 'lookup-misses', {}, null);
}

function faultsOf({ fundingId, kind }: FundingRequest, twist: Twist): readonly FaultRule[] {
  const create = kind === 'deposit' ? 'deposit' : 'withdraw';
  const rule = (operation: string, fault: string, params: object, times: number | null = 1): FaultRule =>
    plannedFault(fundingId, operation, fault, params, times);
  const lost = rule(create, 'reset', { when: 'after-commit' });
  switch (twist) {
    case 'none':
      return [];
    case 'fails-first':
      return [rule('deposit', 'outcome', { status: 'Failed' })];
    case 'hidden':
      return [lost, hiding({ fundingId }), rule('callback', 'callback-lost', {}, null)];
    case 'never-arrives':
    case 'look-alike':
      return [rule(create, 'reset', { when: 'before-commit' })];
    case 'pending':
      return [lost, rule('deposit', 'slow', { ms: null })];
    case 'cancelled-there':
      return [rule(kind === 'deposit' ? 'deposit' : 'withdraw-confirm', 'slow', { ms: null })];
    case 'slow-confirm':
      return [rule('withdraw-confirm', 'slow', { ms: 2_500 })];
  }
}

const text = z.string();
const counts = z.record(text, z.number());
const ledger = z.object({
  transfers: z.array(
    z.object({
      transferId: z.number(),
      userId: text,
      ref: text,
      asset: text,
      type: text,
      status: text,
      amount: text,
      createdAt: text,
      updatedAt: text,
    }),
  ),
  balances: z.array(z.object({ userId: text, asset: text, total: text, available: text })),
  requests: counts,
  faults: counts,
});

function stateOf(status: string): BookOrder['state'] {
  if (status === 'Completed') return 'completed';
  if (status === 'Canceled') return 'cancelled';
  return status === 'Failed' ? 'failed' : 'open';
}

/** The same transfers in another spelling or order, and now and then net of a fee. */
function displayFaults(rate: number): readonly FaultRule[] {
  return ['transfers', 'account-history'].flatMap((operation) => [
    shownFault(operation, 'capital-ids', rate * 0.5, { fields: ['userId'], how: 'upper' }),
    shownFault(operation, 'capital-assets', rate * 0.3, { fields: ['asset'], how: 'upper' }),
    shownFault(operation, 'net', rate * 0.05, { fields: ['amount'], how: 'net' }),
    shownFault(operation, 'rounded', rate * 0.05, { fields: ['amount'], how: 'rounded' }),
    businessFault(operation, 'backwards', rate * 0.5, { kind: 'reversed' }),
  ]);
}

/** Deposits and two-phase withdrawals at a provider that knows no reference: a repeat would pay again. */
export const backofficeKit: ChaosKit = {
  id: 'backoffice',
  sandboxArgs: [
    '--opening-balances',
    Object.entries(OPENING)
      .map(([asset, amount]) => `${asset}=${amount}`)
      .join(','),
    // Shorter than the campaign: what an expired token does shows.
    '--token-life-ms',
    '20000',
  ],
  workerEnv: (url) => ({
    BACKOFFICE_BASE_URL: url,
    BACKOFFICE_CLIENT_SECRET: TEST_CLIENT_SECRET,
    BACKOFFICE_USERNAME: TEST_USERNAME,
    BACKOFFICE_PASSWORD: TEST_PASSWORD,
    BACKOFFICE_TOKEN_SECRET: 'only-for-the-sandbox-and-for-tests',
    BACKOFFICE_CALLBACK_SECRET: 'another-one-by-which-callbacks-are-known',
    BACKOFFICE_HTTP_TIMEOUT_MS: String(HTTP_TIMEOUT_MS),
  }),
  workerProgram: join('chaos', 'providers', 'impatient-worker.js'),
  callbacks: (gatewayUrl) => Promise.resolve({ BACKOFFICE_CALLBACK_URL: `${gatewayUrl}/callbacks/backoffice` }),
  plan,
  faults: (rate) => [
    ...serviceFaults(OPERATIONS, rate, HTTP_TIMEOUT_MS),
    ...callbackFaults(rate, CALLBACK_FAULTS),
    businessFault('deposit', 'deposit-failed', rate * 0.2, { kind: 'outcome', params: { status: 'Failed' } }),
    businessFault('withdraw-confirm', 'confirm-slow', rate * 0.3, { kind: 'slow', params: { ms: 1_500 } }),
    ...displayFaults(rate),
    businessFault('transfers', 'listed-late', rate, { kind: 'lookup-misses', params: { younger_than_ms: 1_000 } }),
  ],
  plant: async ({ request, twist }, control) => {
    if (twist !== 'look-alike') return [];
    const type = request.kind === 'deposit' ? 'Deposit' : 'Withdrawal';
    const { partnerClientId: user_id, asset, amount } = request;
    const planted = await control.post('/transfers', { user_id, type, asset, amount });
    return [String(z.object({ id: z.union([z.number(), z.string()]) }).parse(planted).id)];
  },
  weather: async (turn, control) => {
    const [what, path, body] = WEATHERS[turn % WEATHERS.length] ?? WEATHERS[0];
    await control.post(path, body);
    return what;
  },
  calm: async (control) => {
    await control.post('/settings', { wrapper: 'none', filters: 'heeded', step_answer: 'empty' });
  },
  book: async (control) => {
    const { transfers, balances, requests, faults } = ledger.parse(await control.get('/ledger'));
    const orders = transfers.map((transfer): BookOrder => ({
      orderId: String(transfer.transferId),
      ref: transfer.ref,
      partnerClientId: transfer.userId,
      kind: transfer.type === 'Deposit' ? 'deposit' : 'withdrawal',
      asset: transfer.asset,
      amount: transfer.amount,
      state: stateOf(transfer.status),
      status: transfer.status,
      createdAt: transfer.createdAt,
      changedAt: transfer.updatedAt,
    }));
    const holdings = balances.map(({ userId, asset, total, available }) => ({
      holder: userId,
      asset,
      amount: total,
      available,
    }));
    return { orders, arrivals: [], clients: [], documents: [], holdings, requests, faults };
  },
  opening: (_, asset) => ASSETS.map((one) => (one === asset ? OPENING[one] : '0')).find((one) => one !== '0') ?? '0',
  holderOf: (partnerClientId) => partnerClientId.toLowerCase(),
  cancelledTwist: 'cancelled-there',
  cancel: async ({ orderId }, control) => {
    await control.post(`/transfers/${orderId}`, { status: 'Canceled' });
  },
  destinationOf: () => undefined,
  underWay: 'sets-aside',
  settle: async ({ orderId }, control) => {
    await control.post(`/transfers/${orderId}`, { status: 'Completed' });
  },
  resends: false,
  tellsCandidates: true,
};
