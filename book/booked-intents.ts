import type { BookedAttempt, BookedIntent, BookedOrder } from '../contract/reconciliation';
import type { BookDatabase } from './connection';

export interface IntentIds {
  readonly intent_id: string;
}

/** So many are read at once: an answer of the book stays within its time and a process's memory. */
const AT_ONCE = 5_000;

/** Intents with all that belongs to them, in the order of their funding ids. */
export async function bookedIntents(book: BookDatabase, ids: readonly IntentIds[]): Promise<readonly BookedIntent[]> {
  const intents: BookedIntent[] = [];
  for (let first = 0; first < ids.length; first += AT_ONCE) {
    const some = ids.slice(first, first + AT_ONCE).map((row) => row.intent_id);
    intents.push(...(await chunkOf(book, some)));
  }
  return intents.toSorted((a, b) => (a.fundingId < b.fundingId ? -1 : 1));
}

async function chunkOf(book: BookDatabase, ids: readonly string[]): Promise<readonly BookedIntent[]> {
  const [attempts, orders] = [await attemptsOf(book, ids), await ordersOf(book, ids)];
  const rows = await book
    .selectFrom('intents')
    .select(['intent_id', 'funding_id', 'client_id', 'kind', 'asset', 'amount', 'outcome'])
    .where('intent_id', 'in', ids)
    .execute();
  return rows.map((row) => ({
    fundingId: row.funding_id,
    clientId: row.client_id,
    kind: row.kind,
    asset: row.asset,
    amount: row.amount,
    ...(row.outcome === null ? {} : { outcome: row.outcome }),
    attempts: attempts.get(row.intent_id) ?? [],
    orders: orders.get(row.intent_id) ?? [],
  }));
}

async function attemptsOf(book: BookDatabase, ids: readonly string[]): Promise<ReadonlyMap<string, BookedAttempt[]>> {
  const rows = await book
    .selectFrom('attempts')
    .select(['intent_id', 'ref', 'state', 'order_id', 'begun_at'])
    .where('intent_id', 'in', ids)
    .orderBy('begun_at')
    .orderBy('send_number')
    .execute();
  return grouped(rows, ({ ref, state, order_id: orderId, begun_at: begunAt }) => ({
    ref,
    state,
    ...(orderId === null ? {} : { orderId }),
    begunAt: begunAt.toISOString(),
  }));
}

async function ordersOf(book: BookDatabase, ids: readonly string[]): Promise<ReadonlyMap<string, BookedOrder[]>> {
  const rows = await book
    .selectFrom('orders')
    .select(['intent_id', 'order_id', 'ref', 'state', 'status', 'fee', 'fee_asset', 'vat'])
    .where('intent_id', 'in', ids)
    .orderBy('order_id')
    .execute();
  return grouped(rows, ({ order_id: orderId, ref, state, status, fee, fee_asset: feeAsset, vat }) => ({
    orderId,
    ref,
    state,
    status,
    ...(fee === null ? {} : { fee }),
    ...(feeAsset === null ? {} : { feeAsset }),
    ...(vat === null ? {} : { vat }),
  }));
}

function grouped<Row extends IntentIds, Item>(
  rows: readonly Row[],
  item: (row: Row) => Item,
): ReadonlyMap<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const row of rows) groups.set(row.intent_id, [...(groups.get(row.intent_id) ?? []), item(row)]);
  return groups;
}
