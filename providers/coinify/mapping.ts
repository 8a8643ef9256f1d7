import type { Difference } from '../../contract/differences';
import { sameAsset } from '../../contract/fold';
import type { Order, OrderState } from '../../contract/funding';
import { plainDecimal } from '../../contract/money';
import type { OrderRequest } from '../../contract/order-requests';
import { isSameAddress, isSameTag } from '../destinations';
import { jsonBody, type RequestBody } from '../http/body';
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
function orderState(state: string): OrderState {
  if (state === 'completed') return 'completed';
  return state === 'cancelled' && CANCELLED_MOVED_NOTHING.value ? 'cancelled' : 'open';
}

/** A withdrawal as an order, with how its destination differs from what was asked, if that is known. */
export function toOrder(
  withdrawal: WireWithdrawal,
  request: Pick<OrderRequest, 'partnerClientId'>,
  details?: WithdrawalDetails,
): Order {
  const { amounts, transactionId } = withdrawal;
  const differs = details === undefined ? [] : differingDestination(withdrawal, details);
  return {
    orderId: withdrawal.id,
    ref: withdrawal.orderId,
    kind: 'withdrawal',
    // A label of ours: if Coinify leaves it out, it contradicts nothing.
    partnerClientId: withdrawal.customerId ?? request.partnerClientId,
    asset: amounts.baseCurrency,
    amount: plainDecimal(amounts.baseAmount),
    ...(differs.length === 0 ? {} : { differs }),
    state: orderState(withdrawal.state),
    status: withdrawal.state,
    received: { asset: amounts.finalCurrency, amount: plainDecimal(amounts.finalAmount) },
    ...(transactionId == null || transactionId === '' ? {} : { transactionId }),
  };
}

/** Another spelling of the same address or tag is no difference. */
function differingDestination(
  { amounts, destination }: WireWithdrawal,
  { finalCurrency, address, addressTag = '' }: WithdrawalDetails,
): readonly Difference[] {
  const networks = networksOf(finalCurrency);
  const tag = destination.tag ?? '';
  const compared = [
    {
      field: 'details.finalCurrency',
      asked: finalCurrency,
      shown: amounts.finalCurrency,
      same: sameAsset(amounts.finalCurrency, finalCurrency),
    },
    {
      field: 'details.address',
      asked: address,
      shown: destination.address,
      same: isSameAddress(networks, destination.address, address),
    },
    { field: 'details.addressTag', asked: addressTag, shown: tag, same: isSameTag(networks, tag, addressTag) },
  ];
  return compared.flatMap(({ same, ...difference }) => (same ? [] : [difference]));
}
