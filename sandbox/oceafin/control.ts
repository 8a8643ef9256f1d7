import { z } from 'zod';
import type { Operation } from '../../providers/oceafin/layout/operations';
import { ControlProblem, parseControl, type ControlRoute } from '../http/control';
import type { Counters } from '../http/counters';
import { isLess } from '../http/decimals';
import { clockRoute, faultRoutes } from '../http/fault-control';
import type { SeededRandom } from '../http/random';
import { Refusal } from '../http/refusal';
import type { NotedRefusal } from './auth';
import { CRYPTO_NETWORKS, FIAT, PRODUCTS } from './config';
import type { Sandbox } from './context';
import { newCustomer, withStatus } from './customers';
import { OPERATIONS, oceafinFaultRule } from './fault-rules';
import { amount } from './input';
import { ledgerOf } from './ledger';
import type { CustomerRecord, ResourceKind, ResourceRecord } from './records';
import { kept, moveTo, newResource, resourceTypeOf, view } from './resources';

export interface Controlled {
  readonly sandbox: Sandbox;
  readonly counters: Counters<Operation, NotedRefusal>;
  readonly random: SeededRandom;
}

const id = z.string().min(1).max(255);
const status = z.string().min(1).max(100);
const holdingAmount = z.string().regex(/^\d{1,60}(\.\d{1,18})?$/, 'must be a plain decimal string');

const plantedCustomer = z.strictObject({
  partner_customer_ref: id,
  customer_type: z.enum(['INDIVIDUAL', 'CORPORATE']).default('INDIVIDUAL'),
  status: status.default('DRAFT'),
});

const statusChange = z.strictObject({ status });

const balanceChange = z.strictObject({
  partner_customer_ref: id,
  asset: id,
  total: holdingAmount,
  /** As much as `total` if not given. */
  available: holdingAmount.optional(),
});

const plantedDeposit = z.strictObject({
  partner_customer_ref: id,
  currency: z.enum(FIAT),
  amount,
  status: status.default('COMPLETED'),
});

const plantedCryptoDeposit = z.strictObject({
  partner_customer_ref: id,
  asset: z.enum(['USDT', 'USDC', 'BTC', 'ETH']),
  amount,
  status: status.default('COMPLETED'),
});

const plantedPayment = z.strictObject({ wallet_id: id, amount });

const settingsChange = z.strictObject({
  quote_life_ms: z.int().min(0).max(86_400_000).optional(),
  webhook_url: z.url().nullable().optional(),
  webhook_secret: id.optional(),
  denied_scopes: z.array(z.string()).optional(),
  disabled_products: z.array(z.enum(PRODUCTS)).optional(),
});

const rateChange = z.strictObject({ asset: id, usd: holdingAmount });

/** What the control port takes. Money that it moves is moved exactly as the API would move it. */
export function controlRoutes({ sandbox, counters, random }: Controlled): readonly ControlRoute[] {
  const { store, webhooks, market, clock } = sandbox;
  const keep = async (answer: object): Promise<object> => {
    await store.durable();
    return answer;
  };
  return [
    ...faultRoutes(sandbox.faults, oceafinFaultRule, OPERATIONS, random),
    clockRoute(clock),
    { method: 'GET', path: '/ledger', run: () => keep(ledgerOf(sandbox, counters)) },
    { method: 'GET', path: '/refusals', run: () => ({ items: counters.latestRefusals() }) },
    { method: 'GET', path: '/callbacks', run: () => ({ items: webhooks.deliveries() }) },
    { method: 'POST', path: '/customers', run: ({ body }) => keep(plantCustomer(sandbox, body)) },
    { method: 'POST', path: '/customers/{ref}', run: ({ param, body }) => keep(changeCustomer(sandbox, param, body)) },
    { method: 'POST', path: '/resources/{id}', run: ({ param, body }) => keep(changeResource(sandbox, param, body)) },
    { method: 'POST', path: '/deposits', run: ({ body }) => keep(plantDeposit(sandbox, body)) },
    { method: 'POST', path: '/crypto-deposits', run: ({ body }) => keep(plantCryptoDeposit(sandbox, body)) },
    { method: 'POST', path: '/collection-payments', run: ({ body }) => keep(plantPayment(sandbox, body)) },
    { method: 'POST', path: '/balances', run: ({ body }) => keep(setBalance(sandbox, body)) },
    { method: 'POST', path: '/expire-quotes', run: () => keep(expireQuotes(sandbox)) },
    {
      method: 'POST',
      path: '/rates',
      run: ({ body }) => {
        const { asset, usd } = parseControl(rateChange, body);
        market.rates.set(asset, usd);
        return { asset, usd };
      },
    },
    { method: 'POST', path: '/settings', run: ({ body }) => changeSettings(sandbox, body) },
    {
      method: 'POST',
      path: '/reset',
      run: async () => {
        sandbox.faults.clear();
        clock.moveTo(0);
        counters.reset();
        webhooks.reset();
        market.rates.clear();
        await store.reset();
        return {};
      },
    },
  ];
}

function customerByRef({ store }: Sandbox, ref: string): CustomerRecord {
  const customer = store.customerByRef(ref);
  if (customer === undefined) throw new ControlProblem(404, 'there is no such customer');
  return customer;
}

/** A customer that another system of the partner created, under a key of its own. */
function plantCustomer(sandbox: Sandbox, body: unknown): object {
  const { partner_customer_ref: ref, customer_type: type, status: to } = parseControl(plantedCustomer, body);
  if (sandbox.store.customerByRef(ref) !== undefined) {
    throw new ControlProblem(409, 'the reference is taken', { partner_customer_ref: ['is taken'] });
  }
  const { customer, parts } = withStatus(sandbox, newCustomer(sandbox.clock, ref, type), to);
  sandbox.store.commit(parts);
  return { customerId: customer.customerId, partnerCustomerRef: ref, status: customer.status };
}

/** Approves, rejects, suspends, asks for more: whatever a reviewer would do. */
function changeCustomer(sandbox: Sandbox, ref: string, body: unknown): object {
  const change = parseControl(statusChange, body);
  const before = customerByRef(sandbox, ref);
  const { customer, parts } = withStatus(sandbox, { ...before, next: [] }, change.status);
  sandbox.store.commit(parts);
  return { customerId: customer.customerId, partnerCustomerRef: ref, status: customer.status };
}

/** Brings any resource into a status, by its id, or by the partner's reference if that names one. */
function changeResource(sandbox: Sandbox, idOrReference: string, body: unknown): object {
  const change = parseControl(statusChange, body);
  const all = sandbox.store.resources();
  const found = all.filter(
    ({ id: own, shown }) => own === idOrReference || shown['partnerReference'] === idOrReference,
  );
  const [resource] = found;
  if (resource === undefined) throw new ControlProblem(404, 'there is no such resource');
  if (found.length > 1) throw new ControlProblem(409, 'more than one resource has this reference');
  return moved(sandbox, resource, change.status);
}

function moved(sandbox: Sandbox, resource: ResourceRecord, to: string): object {
  try {
    const { parts, events } = moveTo(sandbox, { ...resource, next: [] }, to);
    sandbox.store.commit(parts);
    for (const event of events) sandbox.webhooks.send(event);
    return view({ ...resource, status: to });
  } catch (error) {
    if (error instanceof Refusal) throw new ControlProblem(409, error.message, { status: ['cannot change'] });
    throw error;
  }
}

/** Money that was wired in. */
function plantDeposit(sandbox: Sandbox, body: unknown): object {
  const { partner_customer_ref: ref, currency, amount: sum, status: to } = parseControl(plantedDeposit, body);
  return planted(sandbox, 'fiatDeposit', customerByRef(sandbox, ref), { currency, amount: sum }, to);
}

function plantCryptoDeposit(sandbox: Sandbox, body: unknown): object {
  const { partner_customer_ref: ref, asset, amount: sum, status: to } = parseControl(plantedCryptoDeposit, body);
  const customer = customerByRef(sandbox, ref);
  const shown = { asset, amount: sum, network: CRYPTO_NETWORKS[asset] };
  const deposit = planted(sandbox, 'cryptoDeposit', customer, shown, to);
  if (to === 'PENDING_TRAVEL_RULE') {
    const [latest] = sandbox.store.resources('cryptoDeposit', customer.customerId).toReversed();
    sandbox.webhooks.send({
      eventType: 'crypto.deposit.pending_travel_rule',
      customer,
      resourceType: resourceTypeOf('cryptoDeposit'),
      resourceId: latest?.id ?? '',
    });
  }
  return deposit;
}

/** A buyer's payment into a collection wallet. */
function plantPayment(sandbox: Sandbox, body: unknown): object {
  const { wallet_id: walletId, amount: sum } = parseControl(plantedPayment, body);
  const wallet = sandbox.store.resource('collectionWallet', walletId);
  const customer = wallet === undefined ? undefined : sandbox.store.customer(wallet.customerId);
  if (wallet === undefined || customer === undefined) throw new ControlProblem(404, 'there is no such wallet');
  const shown = { walletId, asset: wallet.shown['asset'] ?? 'USDT', amount: sum };
  return planted(sandbox, 'collectionPayment', customer, shown, 'COMPLETED');
}

function planted(
  sandbox: Sandbox,
  kind: ResourceKind,
  customer: CustomerRecord,
  shown: ResourceRecord['shown'],
  to: string,
): object {
  const resource = newResource(sandbox, kind, customer.customerId, 'PROCESSING', shown);
  sandbox.store.commit([kept(resource)]);
  return moved(sandbox, resource, to);
}

function setBalance(sandbox: Sandbox, body: unknown): object {
  const { partner_customer_ref: ref, asset, total, available = total } = parseControl(balanceChange, body);
  if (isLess(total, available)) {
    throw new ControlProblem(400, 'the input is not valid', { available: ['must not be more than total'] });
  }
  const holding = { customerId: customerByRef(sandbox, ref).customerId, asset, total, available };
  sandbox.store.commit([{ part: 'holding', holding }]);
  return holding;
}

function expireQuotes({ store }: Sandbox): object {
  const kinds = ['fiatWithdrawalQuote', 'conversionQuote', 'cryptoWithdrawalQuote'] as const;
  const open = kinds.flatMap((kind) => store.resources(kind)).filter((quote) => quote.status === 'OPEN');
  store.commit(open.map((quote) => kept({ ...quote, status: 'EXPIRED' })));
  return { expired: open.length };
}

function changeSettings({ market, webhooks }: Sandbox, body: unknown): object {
  const change = parseControl(settingsChange, body);
  market.quoteLifeMs = change.quote_life_ms ?? market.quoteLifeMs;
  market.deniedScopes = change.denied_scopes ?? market.deniedScopes;
  market.disabledProducts = change.disabled_products ?? market.disabledProducts;
  if (change.webhook_url !== undefined) webhooks.target.url = change.webhook_url ?? undefined;
  webhooks.target.secret = change.webhook_secret ?? webhooks.target.secret;
  return {
    quote_life_ms: market.quoteLifeMs,
    webhook_url: webhooks.target.url ?? null,
    denied_scopes: market.deniedScopes,
    disabled_products: market.disabledProducts,
  };
}
