import { sql, type Transaction } from 'kysely';
import type { Order } from '../contract/funding';
import {
  type AttemptKey,
  type AttemptRecord,
  type Ended,
  type HeardSends,
  type IntentEnd,
  type IntentKey,
  type KnownEntries,
  type Recorded,
  type Settlement,
  unheardSends,
} from '../contract/send-log';
import { attemptsOf } from './attempts';
import { orderSha256 } from './canonical';
import type { BookDatabase } from './connection';
import type { BookSchema } from './schema';

/** What is written of a movement after its send left: each in one transaction, with its intent locked. */

type Change = 'changed' | 'as-it-was' | 'contradicted' | 'behind';
type Step = (within: Transaction<BookSchema>, intentId: string) => Promise<Change>;

/**
 * What the sender was told. What it knows for certain is written over `unknown`, and never the other way round; of a fenced
 * attempt nothing can be known, because nothing of it left.
 */
export async function recordSettlement(
  book: BookDatabase,
  attempt: AttemptKey,
  settlement: Settlement,
): Promise<Recorded> {
  return await change(book, attempt, async (within, intentId) => {
    const told = {
      state: settlement.outcome,
      error_code: settlement.outcome === 'applied' ? null : settlement.errorCode,
      order_id: settlement.outcome === 'applied' ? settlement.order.orderId : null,
    };
    const { ref, number } = attempt;
    const there = await within
      .selectFrom('attempts')
      .select(['state', 'error_code', 'order_id'])
      .where('intent_id', '=', intentId)
      .where('ref', '=', ref)
      .where('send_number', '=', number)
      .executeTakeFirst();
    // Whoever settles it has begun it.
    if (there === undefined) return 'behind';
    const isSame = there.state === told.state && there.order_id === told.order_id;
    const isCertain = there.state !== 'sending' && there.state !== 'unknown';
    if (isCertain && !isSame) return 'contradicted';
    const seen =
      settlement.outcome === 'applied'
        ? await upsertOrder(within, intentId, settlement.order, settlement.readAt)
        : 'as-it-was';
    if (isSame) return seen;
    await within
      .updateTable('attempts')
      .set({ ...told, settled_at: sql<Date>`clock_timestamp()` })
      .where('intent_id', '=', intentId)
      .where('ref', '=', ref)
      .where('send_number', '=', number)
      .execute();
    return 'changed';
  });
}

export async function recordOrder(
  book: BookDatabase,
  intent: IntentKey & KnownEntries,
  order: Order,
  readAt: string,
): Promise<Recorded> {
  return await change(book, intent, (within, intentId) => upsertOrder(within, intentId, order, readAt));
}

export async function recordEnd(
  book: BookDatabase,
  intent: IntentKey & KnownEntries,
  end: IntentEnd,
  heard?: readonly HeardSends[],
): Promise<Ended> {
  const { outcome } = end;
  const orderId = end.orderId ?? null;
  const attempts: AttemptRecord[] = [];
  const recorded = await change(book, intent, async (within, intentId) => {
    const there = await within
      .selectFrom('intents')
      .select(['outcome', 'order_id'])
      .where('intent_id', '=', intentId)
      .executeTakeFirstOrThrow();
    if (there.outcome !== null) {
      return there.outcome === outcome && there.order_id === orderId ? 'as-it-was' : 'contradicted';
    }
    const sends = heard === undefined ? [] : await attemptsOf(within, intentId);
    if (unheardSends(sends, heard ?? []).length > 0) {
      attempts.push(...sends);
      return 'as-it-was';
    }
    await within
      .updateTable('intents')
      .set({ outcome, order_id: orderId, ended_at: sql<Date>`clock_timestamp()` })
      .where('intent_id', '=', intentId)
      .execute();
    return 'changed';
  });
  return attempts.length > 0 && recorded.is === 'recorded' ? { ...recorded, is: 'sent-elsewhere', attempts } : recorded;
}

/** Does the step with the intent locked, and counts one entry more if it changed something. */
async function change(
  book: BookDatabase,
  { provider, fundingId, entries: known = 0 }: IntentKey & KnownEntries,
  step: Step,
): Promise<Recorded> {
  return await book.transaction().execute(async (within): Promise<Recorded> => {
    const intent = await within
      .selectFrom('intents')
      .select(['intent_id', 'entries'])
      .where('provider', '=', provider)
      .where('funding_id', '=', fundingId)
      .forUpdate()
      .executeTakeFirst();
    if (intent === undefined || intent.entries < known) return { is: 'behind' };
    const changed = await step(within, intent.intent_id);
    if (changed === 'behind') return { is: 'behind' };
    if (changed !== 'changed') {
      return { is: changed === 'contradicted' ? 'contradicted' : 'recorded', entries: intent.entries };
    }
    const { entries } = await within
      .updateTable('intents')
      .set({ entries: sql<number>`entries + 1` })
      .where('intent_id', '=', intent.intent_id)
      .returning('entries')
      .executeTakeFirstOrThrow();
    return { is: 'recorded', entries };
  });
}

/** Writes what is new of an order, and keeps what it showed before. */
async function upsertOrder(
  within: Transaction<BookSchema>,
  intentId: string,
  order: Order,
  readAt: string,
): Promise<'changed' | 'as-it-was'> {
  const { orderId } = order;
  const [hash, at] = [orderSha256(order), new Date(readAt)];
  const there = await within
    .selectFrom('orders')
    .select(['version', 'read_sha256', 'read_at'])
    .where('intent_id', '=', intentId)
    .where('order_id', '=', orderId)
    .executeTakeFirst();
  if (there !== undefined && (there.read_sha256.equals(hash) || at < there.read_at)) return 'as-it-was';
  const version = (there?.version ?? 0) + 1;
  const shown = {
    state: order.state,
    status: order.status,
    amount: order.amount,
    fee: order.fee ?? null,
    vat: order.vat ?? null,
    read_sha256: hash,
    read_at: at,
  };
  const row = {
    ...shown,
    ref: order.ref,
    asset: order.asset,
    received_asset: order.received?.asset ?? null,
    received_amount: order.received?.amount ?? null,
    fee_asset: order.feeAsset ?? null,
    version,
  };
  await within
    .insertInto('orders')
    .values({ intent_id: intentId, order_id: orderId, ...row })
    .onConflict((conflict) => conflict.columns(['intent_id', 'order_id']).doUpdateSet(row))
    .execute();
  await within
    .insertInto('order_reads')
    .values({ intent_id: intentId, order_id: orderId, version, ...shown })
    .execute();
  return 'changed';
}
