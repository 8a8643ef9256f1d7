import type { Intent, Order } from '../contract/funding';
import type { BookDatabase } from './connection';

/**
 * The orders of an intent as they were read last, oldest reads first. Client and kind are the intent's: only its own orders
 * are kept. What only the provider's answer had, such as a transaction's id, is not in the book.
 */
export async function recordedOrders(
  book: BookDatabase,
  intentId: string,
  { kind, partnerClientId }: Pick<Intent, 'kind' | 'partnerClientId'>,
): Promise<readonly Order[]> {
  const rows = await book
    .selectFrom('orders')
    .selectAll()
    .where('intent_id', '=', intentId)
    .orderBy('read_at')
    .orderBy('order_id')
    .execute();
  return rows.map((row) => ({
    orderId: row.order_id,
    ref: row.ref,
    kind,
    partnerClientId,
    asset: row.asset,
    amount: row.amount,
    state: row.state,
    status: row.status,
    ...(row.received_asset === null || row.received_amount === null
      ? {}
      : { received: { asset: row.received_asset, amount: row.received_amount } }),
    ...(row.fee === null ? {} : { fee: row.fee }),
    ...(row.fee_asset === null ? {} : { feeAsset: row.fee_asset }),
    ...(row.vat === null ? {} : { vat: row.vat }),
  }));
}
