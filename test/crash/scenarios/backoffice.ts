import { createHash } from 'node:crypto';
import { backofficeKit } from '../../../chaos/providers/backoffice';
import { Control } from '../../../chaos/providers/control';
import type { FundingRequest } from '../../../contract/funding';
import { commentOf } from '../../../providers/backoffice/tokens';
import type { Rig } from '../../setup/rig';
import { answers, BY, LOST, NEVER_ARRIVES, update, type Scenario, type World } from '../scenario';

const AMOUNT = '10';

/** A life's own user: what a list misses of it, no other life has asked for. */
function userOf(id: string): string {
  const hex = createHash('sha256').update(id).digest('hex');
  return [8, 12, 16, 20, 32].map((end, index) => hex.slice([0, 8, 12, 16, 20][index], end)).join('-');
}

function transfer(id: string, kind: FundingRequest['kind']): FundingRequest {
  return { provider: 'backoffice', fundingId: id, kind, partnerClientId: userOf(id), asset: 'usd', amount: AMOUNT };
}

function strike(rig: Rig, ref: string, operation: string, rule: Readonly<Record<string, unknown>>): Promise<void> {
  return rig.fault({ operation, match: { partner_order_ref: ref }, ...rule });
}

function funding(kind: FundingRequest['kind'], prepare: (rig: Rig, id: string) => Promise<unknown>): Scenario {
  return {
    orders: 1,
    start: async (rig, id) => {
      await rig.control('POST', '/users', { user_id: userOf(id) });
      await rig.control('POST', '/balances', { user_id: userOf(id), asset: 'usd', total: '1000' });
      await prepare(rig, id);
      return await rig.fund(transfer(id, kind));
    },
  };
}

/** Looked at once more, then given up: which of both it was is remembered for each life. */
function retriesOnceThenAbandons(): NonNullable<Scenario['attend']> {
  const retried = new Set<string>();
  return async (_, { id, handle, parked }) => {
    if (parked !== 'ORDER_UNFINDABLE') return;
    if (retried.has(id)) {
      await update(handle, 'resolve', { action: 'abandon', ...BY });
      return;
    }
    await update(handle, 'resolve', { action: 'retry', ...BY });
    retried.add(id);
  };
}

const scenarios: Readonly<Record<string, Scenario>> = {
  'found-by-the-submit-itself': funding('deposit', async (rig, id) => {
    const secret = rig.env['BACKOFFICE_TOKEN_SECRET'] ?? '';
    const planted = {
      user_id: userOf(id),
      type: 'Deposit',
      asset: 'usd',
      amount: AMOUNT,
      comment: commentOf(id, secret),
      // No run tells of it: it is old enough for the lists to show it.
      age_ms: 60_000,
    };
    await rig.control('POST', '/transfers', planted);
    await strike(rig, id, 'transfers', { kind: 'lookup-misses' });
  }),
  'found-in-the-list': {
    ...funding('deposit', async (rig, id) => {
      await strike(rig, id, 'deposit', LOST);
      await strike(rig, id, 'deposit', { kind: 'slow', params: { ms: null } });
    }),
    attend: async (rig, sight) => {
      const [order] = sight.orders;
      if (sight.parked !== 'ORDER_UNFINDABLE' || order === undefined) return;
      if (order.state === 'open') await rig.control('POST', `/transfers/${order.orderId}`, { status: 'Completed' });
      await update(sight.handle, 'resolve', { action: 'retry', ...BY });
    },
  },
  'stray-cancelled': {
    ...funding('withdrawal', (rig, id) => strike(rig, id, 'withdraw-confirm', { kind: 'unauthorized', times: null })),
    orders: 0,
    attend: answers('AUTH', 'abandon'),
  },
  'unfindable-never-sent-twice': {
    ...funding('deposit', (rig, id) => strike(rig, id, 'deposit', NEVER_ARRIVES)),
    orders: 0,
    attend: retriesOnceThenAbandons(),
  },
};

/** A provider that knows no reference: a repeat pays again. */
export const backoffice: World = {
  rig: { provider: 'backoffice' },
  scenarios,
  // It asks a person after seconds, and not after minutes.
  workerProgram: backofficeKit.workerProgram,
  repeatsPay: true,
  prepare: () => Promise.resolve(() => Promise.resolve()),
  book: async (rig) => ({
    orders: (await backofficeKit.book(new Control(rig.sandbox.controlUrl))).orders,
    clients: [],
    documents: [],
  }),
};

/** Longer than a flow takes from its send to its end. */
const BEHIND_MS = 4_000;

/** The same, and what was made shows in the lists a while later. */
export const withListsBehind: World = {
  ...backoffice,
  prepare: async (rig) => {
    const behind = { kind: 'lookup-misses', params: { younger_than_ms: BEHIND_MS }, times: null };
    await rig.fault({ operation: 'transfers', ...behind });
    return await backoffice.prepare(rig);
  },
};
