import { z } from 'zod';
import { BadSetting } from '../http/bad-setting';
import { ControlProblem, parseControl, type ControlRoute } from '../http/control';
import { isLess } from '../http/decimals';
import { clockRoute, faultRoutes } from '../http/fault-control';
import type { SeededRandom } from '../http/random';
import type { Authenticator } from './auth';
import { ASSETS, FEE, MAX_TEXT, VAT } from './config';
import { UNIQUE_FIELDS } from './client-rules';
import type { Sandbox } from './context';
import type { CoinmenaCounters } from './counters';
import { coinmenaFaultRule, OPERATIONS } from './fault-rules';
import { ledgerOf } from './ledger';
import { amountProblem } from './money';
import { FINAL_STATUSES, movedHolding, orderNo, orderView } from './orders';
import type { OrderRecord } from './records';

export interface Controlled {
  readonly sandbox: Sandbox;
  readonly authenticator: Authenticator;
  readonly counters: CoinmenaCounters;
  readonly random: SeededRandom;
}

const id = z.string().min(1).max(MAX_TEXT);
const status = z.string().min(1).max(100);

const amount = z.string().superRefine((text, context) => {
  const problem = amountProblem(text);
  if (problem !== undefined) context.addIssue(problem);
});

const holdingAmount = z.string().regex(/^\d{1,60}(\.\d{1,18})?$/, 'must be a plain decimal string');

const assetId = z.enum(ASSETS.map((asset) => asset.id));

const SHOWN_FIELDS = [
  'name',
  'email',
  'phone',
  'birth_date',
  'government_id_number',
  'government_id_doe',
  'residency_visa_number',
  'residency_visa_doe',
] as const;

const clientChange = z
  .strictObject({
    status: status.optional(),
    active: z.boolean().optional(),
    /** Text fields as they are shown from now on: `{"phone": "0097312345678"}`; null for one that is not shown. */
    shown: z.partialRecord(z.enum(SHOWN_FIELDS), z.string().nullable()).optional(),
  })
  .refine((value) => Object.keys(value).length > 0, 'must name status, active or shown');

const orderChange = z.strictObject({ status });

const plantedOrder = z.strictObject({
  partner_order_ref: id,
  type: z.enum(['deposit', 'withdrawal']),
  status: status.default('completed'),
  /** May be a client that does not exist. */
  partner_client_id: id.default('someone-else'),
  asset_id: assetId.default('USD'),
  amount: amount.default('1.00'),
});

const balanceChange = z.strictObject({
  /** The partner account if not given. */
  partner_client_id: id.optional(),
  asset_id: assetId,
  balance: holdingAmount,
  /** As much as `balance` if not given. */
  available: holdingAmount.optional(),
});

const settingsChange = z.strictObject({
  ip_allow_list: z.array(z.string()).nullable().optional(),
  reject_replays: z.boolean().optional(),
  unique_first: z.enum(UNIQUE_FIELDS).optional(),
  layout: z
    .strictObject({
      separator: z.string(),
      includeQuery: z.boolean(),
      hashEncoding: z.enum(['hex', 'base64']),
      emptyBody: z.enum(['hash', 'empty']),
      multipartBody: z.enum(['raw', 'empty']),
    })
    .partial()
    .optional(),
});

/** What the control port takes. Money that it moves is moved exactly as the API would move it. */
export function controlRoutes(controlled: Controlled): readonly ControlRoute[] {
  const { sandbox, random } = controlled;
  return [
    ...faultRoutes(sandbox.faults, coinmenaFaultRule, OPERATIONS, random),
    ...bookRoutes(controlled),
    ...settingRoutes(controlled),
  ];
}

function bookRoutes(controlled: Controlled): readonly ControlRoute[] {
  const { sandbox, counters } = controlled;
  const { store } = sandbox;
  const kept = async (answer: object): Promise<object> => {
    await store.durable();
    return answer;
  };
  return [
    { method: 'GET', path: '/ledger', run: () => kept(ledgerOf(sandbox, counters)) },
    { method: 'POST', path: '/clients/{id}', run: ({ param, body }) => kept(changeClient(sandbox, param, body)) },
    { method: 'POST', path: '/orders', run: ({ body }) => kept(plantOrder(sandbox, body)) },
    { method: 'POST', path: '/orders/{ref}', run: ({ param, body }) => kept(changeOrder(sandbox, param, body)) },
    { method: 'POST', path: '/balances', run: ({ body }) => kept(setBalance(sandbox, body)) },
    { method: 'POST', path: '/reset', run: () => reset(controlled) },
  ];
}

function settingRoutes({ sandbox: { clock, rules }, authenticator, counters }: Controlled): readonly ControlRoute[] {
  return [
    clockRoute(clock),
    { method: 'GET', path: '/refusals', run: () => ({ items: counters.latestRefusals() }) },
    { method: 'POST', path: '/settings', run: ({ body }) => changeSettings(authenticator, rules, body) },
  ];
}

function changeClient({ store, clock }: Sandbox, partnerClientId: string, body: unknown): object {
  const change = parseControl(clientChange, body);
  const before = store.client(partnerClientId);
  if (before === undefined) throw new ControlProblem(404, 'there is no such client');
  const newStatus = change.status ?? before.status;
  const client = {
    ...before,
    status: newStatus,
    active: change.active ?? before.active,
    ...(change.shown === undefined ? {} : { shown: { ...before.shown, ...change.shown } }),
    verified_at: newStatus === 'verified' ? (before.verified_at ?? clock.timestamp()) : null,
  };
  store.commit({ kind: 'client', client });
  return { partner_client_id: partnerClientId, status: client.status, active: client.active };
}

function changeOrder(sandbox: Sandbox, ref: string, body: unknown): object {
  const { store, clock } = sandbox;
  const change = parseControl(orderChange, body);
  const before = store.orderByRef(ref);
  if (before === undefined) throw new ControlProblem(404, 'there is no such order');
  if (FINAL_STATUSES.includes(before.status)) {
    throw new ControlProblem(409, `the order is ${before.status}, which is final`, { status: ['cannot change'] });
  }
  const now = clock.timestamp();
  return commitOrder(sandbox, { ...before, status: change.status, transitioned_at: now, updated_at: now });
}

function plantOrder(sandbox: Sandbox, body: unknown): object {
  const { store, clock } = sandbox;
  const planted = parseControl(plantedOrder, body);
  if (store.orderByRef(planted.partner_order_ref) !== undefined) {
    throw new ControlProblem(409, 'the reference is taken', { partner_order_ref: ['is taken'] });
  }
  const orderId = store.nextOrderId();
  const now = clock.timestamp();
  return commitOrder(sandbox, {
    ...planted,
    id: orderId,
    order_no: orderNo(planted.type, orderId),
    fee: FEE,
    fee_asset_id: planted.asset_id,
    vat: VAT,
    created_at: now,
    transitioned_at: now,
    updated_at: now,
  });
}

/** A completed order moves the money of its client, if there is such a client. */
function commitOrder({ store }: Sandbox, order: OrderRecord): object {
  const moves = order.status === 'completed' && store.client(order.partner_client_id) !== undefined;
  const { available } = store.holding(order.partner_client_id, order.asset_id);
  if (moves && order.type === 'withdrawal' && isLess(available, order.amount)) {
    throw new ControlProblem(409, 'the client has less available than the order would take', {
      status: ['cannot be completed'],
    });
  }
  store.commit({ kind: 'order', order, holding: moves ? movedHolding(store, order) : null });
  return orderView(order);
}

function setBalance({ store }: Sandbox, body: unknown): object {
  const change = parseControl(balanceChange, body);
  const available = change.available ?? change.balance;
  if (isLess(change.balance, available)) {
    throw new ControlProblem(400, 'the input is not valid', { available: ['must not be more than balance'] });
  }
  const holding = {
    owner: change.partner_client_id ?? null,
    asset_id: change.asset_id,
    balance: change.balance,
    available,
  };
  store.commit({ kind: 'holding', holding });
  return holding;
}

/** Forgets the book, the rules, the counters and the moved clock; settings stay. */
async function reset({ sandbox, counters }: Controlled): Promise<object> {
  sandbox.faults.clear();
  sandbox.clock.moveTo(0);
  counters.reset();
  await sandbox.store.reset();
  return {};
}

function changeSettings(authenticator: Authenticator, rules: Sandbox['rules'], body: unknown): object {
  const {
    ip_allow_list: ipAllowList,
    reject_replays: rejectReplays,
    unique_first: uniqueFirst,
    layout,
  } = parseControl(settingsChange, body);
  const { current } = authenticator;
  try {
    authenticator.change({
      ipAllowList: ipAllowList === undefined ? current.ipAllowList : (ipAllowList ?? undefined),
      rejectReplays: rejectReplays ?? current.rejectReplays,
      layout: {
        separator: layout?.separator ?? current.layout.separator,
        includeQuery: layout?.includeQuery ?? current.layout.includeQuery,
        hashEncoding: layout?.hashEncoding ?? current.layout.hashEncoding,
        emptyBody: layout?.emptyBody ?? current.layout.emptyBody,
        multipartBody: layout?.multipartBody ?? current.layout.multipartBody,
      },
    });
  } catch (error) {
    if (error instanceof BadSetting) throw new ControlProblem(400, error.message, { ip_allow_list: [error.message] });
    throw error;
  }
  rules.uniqueFirst = uniqueFirst ?? rules.uniqueFirst;
  const { ipAllowList: list, rejectReplays: replays, layout: used } = authenticator.current;
  return { ip_allow_list: list ?? null, reject_replays: replays, unique_first: rules.uniqueFirst, layout: used };
}
