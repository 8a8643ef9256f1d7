import { coinifyKit } from '../../../chaos/providers/coinify';
import { Control } from '../../../chaos/providers/control';
import { readGatewayConfig } from '../../../client/gateway/config';
import { startGateway } from '../../../client/gateway/serve';
import type { FundingRequest } from '../../../contract/funding';
import type { Rig } from '../../setup/rig';
import { answers, LOST, type Scenario, type World } from '../scenario';

function payout(id: string): FundingRequest {
  return {
    provider: 'coinify',
    fundingId: id,
    kind: 'withdrawal',
    partnerClientId: 'payee',
    asset: 'USD',
    amount: '30.00',
    details: {
      finalCurrency: 'USDC',
      address: '0x8c58D12ce7219B6F53B1803d00b7021CB8e9A4c6',
      customerEmail: 'layla@example.com',
    },
  };
}

function strike(rig: Rig, ref: string, operation: string, rule: Readonly<Record<string, unknown>>): Promise<void> {
  return rig.fault({ operation, match: { partner_order_ref: ref }, ...rule });
}

/** No webhook about it comes, until it ends. */
function silence(rig: Rig, ref: string): Promise<void> {
  return strike(rig, ref, 'callback', { id: `silence-${ref}`, kind: 'callback-lost', times: null });
}

function funding(prepare: (rig: Rig, id: string) => Promise<unknown> = () => Promise.resolve()): Scenario {
  return {
    orders: 1,
    start: async (rig, id) => {
      await prepare(rig, id);
      return await rig.fund(payout(id));
    },
  };
}

const cancelledThere = funding((rig, id) =>
  strike(rig, id, 'createWithdrawal', { kind: 'outcome', params: { state: 'cancelled', after_ms: 100 } }),
);

const scenarios: Readonly<Record<string, Scenario>> = {
  'told-by-a-callback': funding(),
  'lost-then-told': funding((rig, id) => strike(rig, id, 'createWithdrawal', LOST)),
  'refused-as-repeated-then-parked': {
    ...funding(async (rig, id) => {
      await silence(rig, id);
      await strike(rig, id, 'createWithdrawal', LOST);
    }),
    attend: async (rig, { id, parked, orders }) => {
      if (parked !== 'ORDER_UNFINDABLE' || orders.length === 0) return;
      await rig.control('DELETE', `/faults/silence-${id}`).catch(() => undefined);
      await rig.control('POST', `/events/${id}`, { event: 'created' });
    },
  },
  'cancelled-then-fresh-by-a-person': { ...cancelledThere, attend: answers('ORDER_CANCELLED', 'useFreshRef') },
  'cancelled-then-abandoned': { ...cancelledThere, orders: 0, attend: answers('ORDER_CANCELLED', 'abandon') },
};

/** A provider that shows an order by its own id only, refuses a repeat, and tells what it likes by webhook. */
export const coinify: World = {
  rig: { provider: 'coinify' },
  scenarios,
  repeatsPay: false,
  prepare: async (rig) => {
    await rig.control('POST', '/balances', { currency: 'USD', amount: '1000000' });
    const config = readGatewayConfig({
      ...rig.env,
      GANGWAY_GATEWAY_PORT: '0',
      GANGWAY_CALLBACK_PROVIDERS: 'coinify',
      GANGWAY_LOG_LEVEL: 'ERROR',
    });
    const gateway = await startGateway(config, { version: '0', log: { write: () => undefined } });
    await rig.control('POST', '/settings', { webhook_url: `${gateway.url}/callbacks/coinify` });
    return () => gateway.stop();
  },
  book: async (rig) => ({
    orders: (await coinifyKit.book(new Control(rig.sandbox.controlUrl))).orders,
    clients: [],
    documents: [],
  }),
};
