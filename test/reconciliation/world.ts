import type { Order } from '../../contract/funding';
import { add } from '../../contract/money';
import type { BookedIntent, FindingClass, ShownTransactions } from '../../contract/reconciliation';
import type { BothBooks } from '../../reconciliation/compare';

/** The day that is compared; the one before it is closed, at a watermark an hour after its end. */
export const DAY = '2026-06-02';
export const DAY_BEFORE = '2026-06-01';
const WATERMARK = '2026-06-03T01:00:00.000Z';
const CLOSED_AT = '2026-06-02T01:00:00.000Z';
const GRACE_MS = 30 * 60_000;

/** A movement as both sides have it, and they agree. */
export interface Pair {
  intent: BookedIntent;
  theirs: Order[];
}

/** The time of the day at which a movement is sent: from noon on, a second each. */
function timeOf(number: number, day: string): string {
  return new Date(Date.parse(`${day}T12:00:00.000Z`) + (number % 36_000) * 1000).toISOString();
}

/** Many are alike in client, kind, asset, amount and second: only ids and references tell them apart. */
export function aPair(number: number, day: string = DAY): Pair {
  const [fundingId, orderId, at] = [`pay-${number}`, `tx-${number}`, timeOf(number, day)];
  const asked = { kind: 'deposit' as const, asset: 'USD', amount: `${100 + (number % 7)}.10` };
  const fee = { fee: '0.50', feeAsset: 'USD', vat: '0.05' };
  const intent: BookedIntent = {
    fundingId,
    clientId: `client-${number % 5}`,
    ...asked,
    outcome: 'completed',
    attempts: [{ ref: fundingId, state: 'applied', orderId, begunAt: at }],
    orders: [{ orderId, ref: fundingId, state: 'completed', status: 'Completed', ...fee }],
  };
  const order: Order = {
    orderId,
    ref: fundingId,
    partnerClientId: intent.clientId,
    ...asked,
    ...fee,
    state: 'completed',
    status: 'Completed',
    createdAt: at,
    updatedAt: at,
  };
  return { intent, theirs: [order] };
}

export function booksOf(pairs: readonly Pair[], but: Partial<BothBooks> = {}): BothBooks {
  const theirs: ShownTransactions = {
    transactions: pairs.flatMap((pair) => pair.theirs),
    coverage: 'all',
    gaps: [],
    unasked: new Set(),
  };
  return {
    span: { from: `${DAY_BEFORE}T00:00:00.000Z`, to: '2026-06-03T00:00:00.000Z' },
    watermark: WATERMARK,
    graceMs: GRACE_MS,
    ours: pairs.map(({ intent }) => intent).filter(({ fundingId }) => fundingId !== ''),
    theirs,
    closed: new Map([[DAY_BEFORE, CLOSED_AT]]),
    seen: new Set(),
    spelling: {},
    ...but,
  };
}

/** What is planted into a pair that agrees, and how it must be told. */
export interface Plant {
  readonly class: FindingClass;
  /** Changes the pair; answers the subject of what must be found. */
  into(pair: Pair): string;
}

function changed(pair: Pair, but: Partial<Order>): string {
  pair.theirs = pair.theirs.map((order) => ({ ...order, ...but }));
  return pair.theirs[0]?.orderId ?? '';
}

/** A pair without the provider's side of it: what is known of it is only that it was sent. */
function unsettled(pair: Pair, state: 'sending' | 'unknown' | 'applied'): void {
  const { outcome: _, ...intent } = pair.intent;
  pair.intent = {
    ...intent,
    attempts: intent.attempts.map(({ orderId: _id, ...attempt }) => ({ ...attempt, state })),
    orders: [],
  };
}

/** Every kind of fault of a campaign's ledger, by what it is called there. */
export const PLANTS = {
  'an order that only the provider has': {
    class: 'missing_in_book',
    into: (pair) => {
      pair.intent = { ...pair.intent, fundingId: '' };
      return changed(pair, { ref: `stranger-${pair.theirs[0]?.orderId ?? ''}` });
    },
  },
  'an order without any reference': {
    class: 'missing_in_book',
    into: (pair) => {
      pair.intent = { ...pair.intent, fundingId: '' };
      return changed(pair, { ref: '' });
    },
  },
  'a completed order that the provider has not': {
    class: 'missing_at_provider',
    into: (pair) => {
      pair.theirs = [];
      return pair.intent.fundingId;
    },
  },
  'a lost answer, and no order': {
    class: 'missing_at_provider',
    into: (pair) => {
      unsettled(pair, 'unknown');
      pair.theirs = [];
      return pair.intent.fundingId;
    },
  },
  'an amount changed in its last place': {
    class: 'amount',
    into: (pair) => changed(pair, { amount: add(pair.intent.amount, '0.00000001') }),
  },
  'another asset': { class: 'currency_or_party', into: (pair) => changed(pair, { asset: 'EUR' }) },
  'another client': {
    class: 'currency_or_party',
    into: (pair) => changed(pair, { partnerClientId: 'client-of-others' }),
  },
  'the other direction': { class: 'currency_or_party', into: (pair) => changed(pair, { kind: 'withdrawal' }) },
  'a fee changed': { class: 'fee', into: (pair) => changed(pair, { fee: '0.51' }) },
  'vat changed': { class: 'fee', into: (pair) => changed(pair, { vat: '0.06' }) },
  'reversed after it had completed': {
    class: 'status',
    into: (pair) => changed(pair, { state: 'failed', status: 'Reversed' }),
  },
  'reopened after it had completed': {
    class: 'status',
    into: (pair) => changed(pair, { state: 'open', status: 'OnHold' }),
  },
  'settled after it was given up': {
    class: 'status',
    into: (pair) => {
      unsettled(pair, 'unknown');
      pair.intent = { ...pair.intent, outcome: 'abandoned' };
      return changed(pair, {});
    },
  },
  'settled, and nobody noticed': {
    class: 'status',
    into: (pair) => {
      unsettled(pair, 'applied');
      return changed(pair, {});
    },
  },
  'there, though it never was sent': {
    class: 'status',
    into: (pair) => {
      const { outcome: _, ...intent } = pair.intent;
      const attempts = intent.attempts.map(({ orderId: _id, ...attempt }) => ({
        ...attempt,
        state: 'fenced' as const,
      }));
      pair.intent = { ...intent, attempts, orders: [] };
      return changed(pair, {});
    },
  },
  doubled: {
    class: 'duplicate',
    into: (pair) => {
      const [order] = pair.theirs;
      if (order === undefined) throw new Error('there is nothing to double');
      const second = { ...order, orderId: `${order.orderId}-again` };
      pair.theirs = [second, order];
      return second.orderId;
    },
  },
  'doubled under a later reference': {
    class: 'duplicate',
    into: (pair) => {
      const [order] = pair.theirs;
      if (order === undefined) throw new Error('there is nothing to double');
      const second = { ...order, orderId: `${order.orderId}-again`, ref: `${order.ref}~2` };
      pair.theirs = [second, order];
      return second.orderId;
    },
  },
  'in two parts': {
    class: 'split',
    into: (pair) => {
      const [order] = pair.theirs;
      if (order === undefined) throw new Error('there is nothing to split');
      pair.theirs = [
        { ...order, amount: add(order.amount, '-40') },
        { ...order, orderId: `${order.orderId}-rest`, amount: '40.00' },
      ];
      return order.orderId;
    },
  },
  'dated in a closed day, which had not seen it': {
    class: 'late',
    into: (pair) => changed(pair, { createdAt: `${DAY_BEFORE}T09:00:00.000Z` }),
  },
} as const satisfies Readonly<Record<string, Plant>>;

/** What is not what it was, and nothing that anybody is asked about. */
export const HARMLESS: Readonly<Record<string, (pair: Pair) => void>> = {
  'spelled otherwise': (pair) => {
    changed(pair, { asset: 'usd', amount: add(pair.intent.amount, '0.000'), fee: '5E-1' });
  },
  'known by its id only': (pair) => {
    changed(pair, { ref: '', partnerClientId: '' });
  },
  'failed first, then sent under the next reference': (pair) => {
    const [order] = pair.theirs;
    const [attempt] = pair.intent.attempts;
    const [booked] = pair.intent.orders;
    if (order === undefined || attempt === undefined || booked === undefined)
      throw new Error('there is nothing to fail');
    const second = { orderId: `${order.orderId}-2`, ref: `${order.ref}~2` };
    pair.theirs = [
      { ...order, state: 'failed', status: 'Failed' },
      { ...order, ...second },
    ];
    pair.intent = {
      ...pair.intent,
      attempts: [attempt, { ...attempt, ...second }],
      orders: [
        { ...booked, state: 'failed', status: 'Failed' },
        { ...booked, ...second },
      ],
    };
  },
  'failed at both, and not shown any more': (pair) => {
    const { outcome: _, ...intent } = pair.intent;
    pair.intent = { ...intent, orders: intent.orders.map((order) => ({ ...order, state: 'failed' as const })) };
    pair.theirs = [];
  },
  'sent a moment ago': (pair) => {
    unsettled(pair, 'sending');
    const begunAt = '2026-06-02T23:59:00.000Z';
    pair.intent = { ...pair.intent, attempts: pair.intent.attempts.map((attempt) => ({ ...attempt, begunAt })) };
    // The watermark of these tests is later: a pair of its own is judged with an earlier one.
    changed(pair, { createdAt: begunAt, updatedAt: begunAt, state: 'open', status: 'Pending' });
  },
  'under way at both': (pair) => {
    unsettled(pair, 'applied');
    changed(pair, { state: 'open', status: 'Pending' });
  },
  'given up, and failed': (pair) => {
    unsettled(pair, 'unknown');
    pair.intent = { ...pair.intent, outcome: 'abandoned' };
    changed(pair, { state: 'failed', status: 'Failed' });
  },
  'given up, and not there': (pair) => {
    unsettled(pair, 'unknown');
    pair.intent = { ...pair.intent, outcome: 'cancelled' };
    pair.theirs = [];
  },
  'never sent, and not there': (pair) => {
    unsettled(pair, 'unknown');
    const attempts = pair.intent.attempts.map((attempt) => ({ ...attempt, state: 'fenced' as const }));
    pair.intent = { ...pair.intent, attempts };
    pair.theirs = [];
  },
  "somebody else's, which failed": (pair) => {
    pair.intent = { ...pair.intent, fundingId: '' };
    changed(pair, { ref: 'stranger', state: 'failed', status: 'Failed' });
  },
};
