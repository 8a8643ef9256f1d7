import type { Order, OrderState } from '../../contract/funding';
import { plainDecimal, sameAmount } from '../../contract/money';
import { isSameAddress, isSameTag } from '../destinations';
import { jsonBody, type RequestBody } from '../http/body';
import type { OrderRequest } from '../port';
import { CANCELLED_MOVED_NOTHING } from './assumptions';
import { networksOf, type WithdrawalDetails } from './inputs';
import type { WireWithdrawal } from './schemas';

/** Our words in Coinify's, and back (docs/providers/coinify.md sections 4 and 5.1). */

/** [I] The body of a create. The one place that has its names; the same request always makes the same bytes. */
export function toWireWithdrawal(request: OrderRequest, details: WithdrawalDetails): RequestBody {
  const { finalCurrency, address, addressTag, customerEmail, context, memo, subaccountId } = details;
  return jsonBody({
    orderId: request.ref,
    baseAmount: request.amount,
    baseCurrency: request.asset,
    finalCurrency,
    address,
    ...(addressTag === undefined ? {} : { addressTag }),
    customerId: request.partnerClientId,
    customerEmail,
    ...(context === undefined ? {} : { context }),
    ...(memo === undefined ? {} : { memo }),
    ...(subaccountId === undefined ? {} : { subaccountId }),
  });
}

/** A state that no document names is open: wait and read again. */
export function orderState(state: string): OrderState {
  if (state === 'completed') return 'completed';
  return state === 'cancelled' && CANCELLED_MOVED_NOTHING.value ? 'failed' : 'open';
}

/**
 * A withdrawal as an order. One that goes elsewhere than it was asked to is of kind `other`: whatever carries our order
 * id, it is not the withdrawal that was asked for.
 */
export function toOrder(withdrawal: WireWithdrawal, request: OrderRequest, details: WithdrawalDetails): Order {
  const { amounts, transactionId } = withdrawal;
  return {
    orderId: withdrawal.id,
    ref: withdrawal.orderId,
    kind: differingDestination(withdrawal, details).length === 0 ? 'withdrawal' : 'other',
    // A label of ours: where Coinify leaves it out, it contradicts nothing.
    partnerClientId: withdrawal.customerId ?? request.partnerClientId,
    asset: amounts.baseCurrency,
    amount: plainDecimal(amounts.baseAmount),
    state: orderState(withdrawal.state),
    status: withdrawal.state,
    received: { asset: amounts.finalCurrency, amount: plainDecimal(amounts.finalAmount) },
    ...(transactionId == null || transactionId === '' ? {} : { transactionId }),
  };
}

/** Our fields in which a withdrawal is not the one that was asked for; empty where it is. */
export function differingFromRequest(
  withdrawal: WireWithdrawal,
  request: OrderRequest,
  details: WithdrawalDetails,
): readonly string[] {
  const order = toOrder(withdrawal, request, details);
  const same = {
    ref: order.ref === request.ref,
    partnerClientId: order.partnerClientId === request.partnerClientId,
    asset: order.asset === request.asset,
    amount: sameAmount(order.amount, request.amount),
  };
  return [
    ...Object.entries(same).flatMap(([field, equal]) => (equal ? [] : [field])),
    ...differingDestination(withdrawal, details),
  ];
}

/** Another spelling of the same address or tag is no difference. */
function differingDestination({ amounts, destination }: WireWithdrawal, details: WithdrawalDetails): readonly string[] {
  const networks = networksOf(details.finalCurrency);
  const same = {
    'details.finalCurrency': amounts.finalCurrency === details.finalCurrency,
    'details.address': isSameAddress(networks, destination.address, details.address),
    'details.addressTag': isSameTag(networks, destination.tag ?? '', details.addressTag),
  };
  return Object.entries(same).flatMap(([field, equal]) => (equal ? [] : [field]));
}
