import { foldedAsset } from '../contract/fold';
import { add, sameAmount, type DecimalText } from '../contract/money';
import type { BookedAttempt, BookedIntent, BothSides, Finding, FindingClass } from '../contract/reconciliation';
import type { BothBooks } from './compare';
import { feeSides } from './fees';
import type { Dated, MatchedIntent } from './matching';
import { statusVerdict } from './status';
import { dayOf } from './time';

/** In what an intent and the transactions that are its own differ, and whether either side is still waited for. */
export function intentFindings(books: BothBooks, { intent, theirs }: MatchedIntent): readonly Finding[] {
  const live = theirs.filter(({ order: { state } }) => state === 'completed' || state === 'open');
  const reversed = theirs.filter((one) => !live.includes(one) && wasCompleted(intent, one));
  const found = [
    ...reversed.flatMap((one) => ofStatus(books, intent, one)),
    ...(live.length === 0 && reversed.length === 0 ? withoutLive(books, intent, theirs) : ofLive(books, intent, live)),
  ];
  return found.filter(
    ({ datedOn, transactionId }) => transactionId === undefined || isJudged(books, theirs, transactionId, datedOn),
  );
}

/** What is dated outside of the span is another day's. */
function isJudged({ span }: BothBooks, theirs: readonly Dated[], transactionId: string, datedOn: string): boolean {
  const atMs = theirs.find(({ order }) => order.orderId === transactionId)?.atMs;
  const datedMs = atMs ?? Date.parse(datedOn);
  return atMs === undefined || (datedMs >= Date.parse(span.from) && datedMs < Date.parse(span.to));
}

/** Whether the book has read the transaction completed. */
function wasCompleted({ orders }: BookedIntent, { order }: Dated): boolean {
  return orders.some(({ orderId, state }) => orderId === order.orderId && state === 'completed');
}

/** Nothing of it moves money: nothing shows of its last reference, or what shows has failed. */
function withoutLive(books: BothBooks, intent: BookedIntent, theirs: readonly Dated[]): readonly Finding[] {
  const last = intent.attempts.at(-1);
  const ofLast = theirs.filter(({ order }) => last === undefined || order.ref === last.ref || order.ref === '');
  const newest = ofLast.toSorted(byAge).at(-1);
  return newest === undefined ? absence(books, intent) : ofStatus(books, intent, newest);
}

function ofLive(books: BothBooks, intent: BookedIntent, live: readonly Dated[]): readonly Finding[] {
  const [only, ...others] = live;
  if (only === undefined) return [];
  return others.length === 0 ? differences(books, intent, only) : severalOf(books, intent, live);
}

/**
 * Nothing of it shows. Only its last reference counts: an earlier one was left because the provider itself reported its order
 * failed, and a list need not show such orders for ever.
 */
function absence(books: BothBooks, intent: BookedIntent): readonly Finding[] {
  const last = intent.attempts.at(-1);
  if (last === undefined || !mayBeThere(intent, last)) return [];
  const begunMs = Date.parse(last.begunAt);
  if (begunMs < Date.parse(books.span.from) || begunMs >= Date.parse(books.span.to)) return [];
  const isWaiting = isWithinGrace(books, begunMs);
  // What may be on a page that is missing is not called missing, nor what nobody could be asked for.
  if (!isWaiting && (books.theirs.gaps.length > 0 || books.theirs.unasked.has(last.ref))) return [];
  return [
    {
      class: isWaiting ? 'in_flight' : 'missing_at_provider',
      subject: last.ref,
      fundingId: intent.fundingId,
      sides: [
        {
          field: 'transaction',
          ours: `${askedWords(intent)}, as ${last.ref}, ${lastKnown(intent, last)}`,
          theirs: 'none',
        },
      ],
      datedOn: dayOf(begunMs),
    },
  ];
}

/** Whether the provider should have something of it: it left, or may have, and nothing says that it came to nothing. */
function mayBeThere({ outcome, attempts, orders }: BookedIntent, last: BookedAttempt): boolean {
  if (outcome === 'abandoned' || outcome === 'cancelled') return false;
  const sends = attempts.filter(({ ref }) => ref === last.ref);
  const hasLeft = sends.some(({ state }) => state === 'sending' || state === 'applied' || state === 'unknown');
  const known = orders.filter(({ ref }) => ref === last.ref);
  const isDead = known.length > 0 && known.every(({ state }) => state === 'failed' || state === 'cancelled');
  return hasLeft && !isDead;
}

/** More than one that moves money, for one intent: its parts, if together they are what was asked; else doubled. */
function severalOf(books: BothBooks, intent: BookedIntent, live: readonly Dated[]): readonly Finding[] {
  const parts = partsOf(intent, live);
  if (parts !== undefined) return [parts];
  const known = new Set([
    ...intent.orders.filter(({ state }) => state === 'completed').map(({ orderId }) => orderId),
    ...intent.attempts.flatMap(({ orderId }) => orderId ?? []),
  ]);
  const original = live.find(({ order }) => known.has(order.orderId)) ?? live.toSorted(byAge)[0];
  if (original === undefined) return [];
  const others = live.filter((one) => one !== original);
  return [
    ...differences(books, intent, original),
    ...others.map((one) =>
      about(intent, one, isSettling(books, one) ? 'in_flight' : 'duplicate', [
        { field: 'transaction', ours: `one: ${original.order.orderId}`, theirs: `another: ${transactionWords(one)}` },
      ]),
    ),
  ];
}

/** A draft beside the one that is meant: its flow cancels it. */
function isSettling(books: BothBooks, { order, atMs }: Dated): boolean {
  return order.state === 'open' && atMs !== undefined && isWithinGrace(books, atMs);
}

function partsOf(intent: BookedIntent, live: readonly Dated[]): Finding | undefined {
  const [first] = live;
  const isOneRef = live.every(({ order }) => order.ref !== '' && order.ref === first?.order.ref);
  const areParts = live.every(
    ({ order }) => isOfIntent(intent, order.asset) && !sameAmount(order.amount, intent.amount),
  );
  const sum = live.reduce<DecimalText>((total, { order }) => add(total, order.amount), '0');
  if (first === undefined || !isOneRef || !areParts || !sameAmount(sum, intent.amount)) return undefined;
  const theirs = live.map(transactionWords).join('; ');
  return about(intent, first, 'split', [{ field: 'transaction', ours: askedWords(intent), theirs }]);
}

/** What differs between an intent and its one transaction: the first of its classes, so that each is asked about once. */
function differences(books: BothBooks, intent: BookedIntent, dated: Dated): readonly Finding[] {
  const { order } = dated;
  const party = partySides(books, intent, dated);
  if (party.length > 0) return [about(intent, dated, 'currency_or_party', party)];
  if (!sameAmount(order.amount, intent.amount)) {
    const sides = [{ field: 'amount', ours: intent.amount, theirs: order.amount }];
    return [about(intent, dated, 'amount', sides)];
  }
  const fees = feeSides(intent, order);
  if (fees.length > 0) return [about(intent, dated, 'fee', fees)];
  const status = ofStatus(books, intent, dated);
  return status.length > 0 ? status : lateness(books, intent, dated);
}

function ofStatus(books: BothBooks, intent: BookedIntent, dated: Dated): readonly Finding[] {
  const { is, sides } = statusVerdict(intent, dated.order, (sinceMs) => isWithinGrace(books, sinceMs));
  switch (is) {
    case 'agrees':
      return [];
    case 'waiting':
      return [about(intent, dated, 'in_flight', sides)];
    case 'differs':
      return [about(intent, dated, 'status', sides)];
  }
}

function partySides({ spelling }: BothBooks, intent: BookedIntent, { order }: Dated): readonly BothSides[] {
  const isSameClient =
    order.partnerClientId === '' ||
    order.partnerClientId === intent.clientId ||
    (spelling.clientIds === 'guid' && order.partnerClientId.toLowerCase() === intent.clientId.toLowerCase());
  return [
    ...(order.kind === intent.kind ? [] : [{ field: 'kind', ours: intent.kind, theirs: order.kind }]),
    ...(isSameClient ? [] : [{ field: 'partnerClientId', ours: intent.clientId, theirs: order.partnerClientId }]),
    ...(isOfIntent(intent, order.asset) ? [] : [{ field: 'asset', ours: intent.asset, theirs: order.asset }]),
  ];
}

/**
 * A transaction that is dated in a day that is closed, and was not seen then: it is booked in the open day, with both dates.
 * One that was waited for when its day was closed is none of these.
 */
function lateness({ closed, seen, span, graceMs }: BothBooks, intent: BookedIntent, dated: Dated): readonly Finding[] {
  const { order, atMs } = dated;
  const closedAt = atMs === undefined ? undefined : closed.get(dayOf(atMs));
  if (atMs === undefined || closedAt === undefined || seen.has(order.orderId)) return [];
  const begunAt = intent.attempts.findLast(({ ref }) => ref === order.ref)?.begunAt;
  if (begunAt !== undefined && wasWaitedFor(Date.parse(begunAt), Date.parse(closedAt), graceMs)) return [];
  const open = dayOf(Date.parse(span.to) - 1);
  return [
    about(intent, dated, 'late', [{ field: 'day', ours: `${open}, the open one`, theirs: `${dayOf(atMs)}, closed` }]),
  ];
}

function wasWaitedFor(begunMs: number, closedMs: number, graceMs: number): boolean {
  return begunMs <= closedMs && begunMs + graceMs > closedMs;
}

function about(intent: BookedIntent, { order, atMs }: Dated, what: FindingClass, sides: readonly BothSides[]): Finding {
  const begunAt = intent.attempts[0]?.begunAt;
  const datedMs = atMs ?? (begunAt === undefined ? 0 : Date.parse(begunAt));
  const { orderId } = order;
  return {
    class: what,
    subject: orderId,
    fundingId: intent.fundingId,
    transactionId: orderId,
    sides,
    datedOn: dayOf(datedMs),
  };
}

function isWithinGrace({ watermark, graceMs }: BothBooks, sinceMs: number): boolean {
  return sinceMs + graceMs > Date.parse(watermark);
}

function isOfIntent({ asset }: BookedIntent, other: string): boolean {
  return foldedAsset(asset) === foldedAsset(other);
}

function byAge(a: Dated, b: Dated): number {
  return (a.atMs ?? 0) - (b.atMs ?? 0);
}

function askedWords({ kind, amount, asset }: BookedIntent): string {
  return `${kind} of ${amount} ${asset}`;
}

function lastKnown({ outcome }: BookedIntent, { state }: BookedAttempt): string {
  return outcome ?? state;
}

function transactionWords({ order: { orderId, kind, amount, asset, status } }: Dated): string {
  return `${orderId}, ${kind} of ${amount} ${asset}, ${status}`;
}
