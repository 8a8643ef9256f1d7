import { jsonAnswer, type Answer } from '../http/answer';
import { minus, plus } from '../http/decimals';
import { ORDER_NO_DIGITS, ORDER_NO_PREFIX } from './config';
import type { Call } from './context';
import { Refusal } from './errors';
import { queryParameter } from './input';
import { isMissed } from './lookups';
import type { Holding, OrderRecord } from './records';
import type { Store } from './store';

/** Statuses that never change (CoinMENA Funding page, handling a 2020 conflict). */
export const FINAL_STATUSES: readonly string[] = ['completed', 'failed', 'rejected'];

/** `GET /v1/partner/orders/ref/{partner_order_ref}` (CoinMENA Funding page). Not found: 404 with a code of 404 [?]. */
export function getOrderByRef(call: Call): Answer {
  const order = call.sandbox.store.orderByRef(call.params['partner_order_ref'] ?? '');
  if (order === undefined || isMissed(call, order.created_at)) throw new Refusal(404);
  return jsonAnswer(200, { result: orderView(order) });
}

/** [?] `GET /v1/partner/orders/{id or order_no}`. */
export function getOrder(call: Call): Answer {
  const wanted = call.params['id'];
  const order = call.sandbox.store.orders().find(({ id, order_no: no }) => String(id) === wanted || no === wanted);
  if (order === undefined) throw new Refusal(404);
  return jsonAnswer(200, { result: orderView(order) });
}

/** [?] `GET /v1/partner/orders`, newest first, filtered by `partner_client_id`, `type` and `status`. */
export function listOrders(call: Call): Answer {
  const wanted = {
    partner_client_id: queryParameter(call, 'partner_client_id'),
    type: queryParameter(call, 'type'),
    status: queryParameter(call, 'status'),
  };
  const orders = call.sandbox.store
    .orders()
    .filter(
      (order) =>
        (wanted.partner_client_id ?? order.partner_client_id) === order.partner_client_id &&
        (wanted.type ?? order.type) === order.type &&
        (wanted.status ?? order.status) === order.status,
    );
  return jsonAnswer(200, { items: orders.toSorted((a, b) => b.id - a.id).map(orderView) });
}

export function orderNo(type: OrderRecord['type'], id: number): string {
  return `${ORDER_NO_PREFIX[type]}${String(id).padStart(ORDER_NO_DIGITS, '0')}`;
}

/** What the client holds once this order's money has moved, exactly. */
export function movedHolding(store: Store, order: OrderRecord): Holding {
  const before = store.holding(order.partner_client_id, order.asset_id);
  const move = order.type === 'deposit' ? plus : minus;
  return {
    ...before,
    balance: move(before.balance, order.amount),
    available: move(before.available, order.amount),
  };
}

/**
 * An order as CoinMENA shows it, keys in the order of the example. `debit` and `credit` follow CoinMENA's books, not
 * the client's view: a deposit fills `debit`, a withdrawal `credit`; the amount is the text that was sent.
 */
export function orderView(order: OrderRecord): object {
  const isDeposit = order.type === 'deposit';
  return {
    id: order.id,
    order_no: order.order_no,
    partner_client_id: order.partner_client_id,
    type: order.type,
    source: 'bank',
    status: order.status,
    credit: isDeposit ? null : order.amount,
    credit_asset_id: isDeposit ? null : order.asset_id,
    debit: isDeposit ? order.amount : null,
    debit_asset_id: isDeposit ? order.asset_id : null,
    fee: order.fee,
    fee_asset_id: order.fee_asset_id,
    vat: order.vat,
    partner_order_ref: order.partner_order_ref,
    price: null,
    created_at: order.created_at,
    transitioned_at: order.transitioned_at,
    updated_at: order.updated_at,
  };
}
