import type { Order } from '../contract/funding';
import type { BookedIntent } from '../contract/reconciliation';
import { fundingIdOf } from '../contract/refs';
import { timeOf } from './time';

/** A transaction of the provider, with the time that it is dated by. */
export interface Dated {
  readonly order: Order;
  /** Absent: the provider shows none. Milliseconds since 1970. */
  readonly atMs: number | undefined;
}

/** An intent with every transaction that is its own, by id or by reference. */
export interface MatchedIntent {
  readonly intent: BookedIntent;
  readonly theirs: readonly Dated[];
}

export interface Matched {
  /** Each once, in the order of their ids. */
  readonly transactions: readonly Dated[];
  readonly intents: readonly MatchedIntent[];
  /** Transactions of no intent, in the order of their ids. */
  readonly unclaimed: readonly Dated[];
}

/** Puts together what belongs together: by the provider's id, else by the reference, which follows from its intent. */
export function matched(booked: readonly BookedIntent[], theirs: readonly Order[]): Matched {
  const ours = booked.toSorted((a, b) => (a.fundingId < b.fundingId ? -1 : 1));
  const transactions = once(theirs);
  const owners = ownersOf(ours);
  const own = new Map<BookedIntent, Dated[]>(ours.map((intent) => [intent, []]));
  const unclaimed: Dated[] = [];
  for (const dated of transactions) {
    const { orderId, ref } = dated.order;
    const owner = owners.byId.get(orderId) ?? (ref === '' ? undefined : owners.byFundingId.get(fundingIdOf(ref)));
    if (owner === undefined) unclaimed.push(dated);
    else own.get(owner)?.push(dated);
  }
  return { transactions, intents: ours.map((intent) => ({ intent, theirs: own.get(intent) ?? [] })), unclaimed };
}

/** A list that moves while it is read shows some twice: what changed last is meant. */
function once(theirs: readonly Order[]): readonly Dated[] {
  const newest = new Map<string, Order>();
  for (const order of theirs) {
    const known = newest.get(order.orderId);
    if (known === undefined || isNewer(order, known)) newest.set(order.orderId, order);
  }
  return [...newest.values()]
    .toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1))
    .map((order) => ({ order, atMs: timeOf(order.createdAt) }));
}

function isNewer(order: Order, known: Order): boolean {
  const [a, b] = [timeOf(order.updatedAt) ?? 0, timeOf(known.updatedAt) ?? 0];
  // Of two that changed at one time, one is always the same.
  return a === b ? JSON.stringify(order) > JSON.stringify(known) : a > b;
}

function ownersOf(ours: readonly BookedIntent[]) {
  const byId = new Map<string, BookedIntent>();
  const byFundingId = new Map<string, BookedIntent>();
  for (const intent of ours) {
    byFundingId.set(intent.fundingId, intent);
    const ids = [...intent.attempts.map(({ orderId }) => orderId), ...intent.orders.map(({ orderId }) => orderId)];
    for (const id of ids) if (id !== undefined) byId.set(id, intent);
  }
  return { byId, byFundingId };
}
