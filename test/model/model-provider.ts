import type { ErrorCode } from '../../contract/errors';
import type { Intent, Order, OrderState, Terms } from '../../contract/funding';
import type { ProviderSemantics } from '../../contract/provider';
import type { Schedule } from './schedule';

export interface World {
  readonly semantics: ProviderSemantics;
  readonly intent: Intent;
  /** An order that stands under the intent's first ref before it begins, and whether it is another's. */
  readonly planted: 'none' | 'strangers' | 'ours';
  /** The amount of a stranger's order. */
  readonly strangersAmount: string;
  /** An order that is like the intent's in all but its ref, and another's. */
  readonly alike: 'none' | OrderState | 'awaiting';
  readonly maxRefs: number;
}

export interface ModelOrder {
  order: Order;
  readonly ours: boolean;
  /** What a repeat is told apart by: the ref, and the number of the terms. */
  readonly key: string;
  readonly terms?: Terms | undefined;
  /** What it was answered with at first. */
  readonly first: Order;
  /** Whether a confirm of it was sent. */
  confirmSent: boolean;
  /** Look-ups that will still miss it. */
  hidden: number;
}

/** What arrives at the provider. */
export type Arrival =
  | { readonly call: 'submit'; readonly ref: string; readonly terms: Terms | undefined }
  | { readonly call: 'confirm' | 'cancel-order'; readonly orderId: string };

export type Reply = { readonly order?: Order } | { readonly refused: ErrorCode };

/** An amount that everybody agrees to, a worse one and a better one. */
const RECEIVED = ['100', '99', '101'] as const;

/**
 * A provider that does whatever a schedule says, within what its semantics promise: it refuses, replays or duplicates a
 * repeated ref, settles in the call or later, quotes terms that expire, and moves nothing before it is confirmed.
 */
export class ModelProvider {
  readonly orders: ModelOrder[] = [];
  /** Why a promise to the provider was broken. */
  readonly broken: string[] = [];
  /** Where the newest news say that an order is. */
  hint: string | undefined;
  /** Requests on their way: sent, given up on, not yet arrived. */
  private late: Arrival[] = [];
  private readonly quoted = new Map<string, Terms>();
  private readonly expired = new Set<string>();
  private nextId = 1;
  /** Orders that stood there before the intent began. */
  private planted = 0;

  constructor(
    private readonly world: World,
    private readonly schedule: Schedule,
    private readonly story: string[],
  ) {
    const { intent, planted, strangersAmount, alike } = world;
    if (alike !== 'none') this.add('alike-1', alike, false, intent.amount);
    if (planted === 'none') return;
    const ours = planted === 'ours';
    // Whoever asked for this ref before asked for its first quote too.
    const terms = this.needsTerms ? this.termsOf(intent.fundingId, 1, RECEIVED[0]) : undefined;
    this.add(intent.fundingId, 'completed', ours, ours ? intent.amount : strangersAmount, terms);
    this.planted = this.orders.length;
  }

  /** A quote under a number: asked for again, it is answered as at first. */
  quote(ref: string, number: number): Terms {
    return this.termsOf(ref, number, this.schedule.pick(...RECEIVED));
  }

  private termsOf(ref: string, number: number, received: string): Terms {
    const { asset, amount } = this.world.intent;
    const quoteId = `${ref}:${number}`;
    const terms = this.quoted.get(quoteId) ?? {
      quoteId,
      number,
      gives: { asset, amount },
      receives: { asset: 'EUR', amount: received },
    };
    this.quoted.set(quoteId, terms);
    return terms;
  }

  arrive(arrival: Arrival): Reply {
    switch (arrival.call) {
      case 'submit':
        return this.submitted(arrival.ref, arrival.terms);
      case 'confirm':
        return this.confirmed(arrival.orderId);
      case 'cancel-order':
        return this.cancelled(arrival.orderId);
    }
  }

  delay(arrival: Arrival): void {
    this.late.push(arrival);
  }

  /** What happens while nobody looks: late requests arrive, open orders settle, news come. */
  passTime(everything: boolean): void {
    const arriving = this.late.filter(() => everything || this.schedule.pick(true, false, false, false));
    this.late = this.late.filter((request) => !arriving.includes(request));
    for (const request of arriving) {
      this.story.push(`  provider: a late ${describeArrival(request)} arrives`);
      this.arrive(request);
    }
    for (const known of this.orders) if (known.order.state === 'open') this.settle(known, everything);
    this.hint = this.news();
  }

  /** A look-up: under a ref, in a list, or by an id. */
  find(ref: string, orderId: string | undefined): Order | undefined {
    const { orderLookup } = this.world.semantics;
    switch (orderLookup) {
      case 'by-ref':
        return this.shown(this.firstUnder(ref));
      case 'by-listing':
        return this.shown(this.firstUnder(ref)) ?? this.shownById(orderId, ref);
      case 'by-callback':
        return this.shown(this.byId(orderId));
      case 'by-resending':
        return this.shown(orderId === undefined ? this.firstUnder(ref) : this.byId(orderId));
    }
  }

  /** The order that counts under a ref: where there are several, a listing shows those that moved money first. */
  firstUnder(ref: string): ModelOrder | undefined {
    const under = this.orders.filter(({ order }) => order.ref === ref);
    return under.find(({ order }) => order.state === 'completed') ?? under[0];
  }

  /** Orders of the intent that were made since it began. */
  get made(): readonly ModelOrder[] {
    return this.orders.slice(this.planted).filter(({ ours }) => ours);
  }

  byId(orderId: string | undefined): ModelOrder | undefined {
    return this.orders.find(({ order }) => order.orderId === orderId);
  }

  private get needsTerms(): boolean {
    return this.world.semantics.quotes?.includes(this.world.intent.kind) === true;
  }

  private get confirms(): boolean {
    return this.world.semantics.confirms?.includes(this.world.intent.kind) === true;
  }

  private submitted(ref: string, terms: Terms | undefined): Reply {
    const { semantics, intent } = this.world;
    const key = terms === undefined ? ref : `${ref}:${terms.number}`;
    const earlier = this.orders.find(
      (known) =>
        (semantics.repeatedRef === 'replays' ? known.key : known.order.ref) ===
        (semantics.repeatedRef === 'replays' ? key : ref),
    );
    if (earlier !== undefined && semantics.repeatedRef === 'rejects') return { refused: 'DUPLICATE_REF' };
    if (earlier !== undefined && semantics.repeatedRef === 'replays') {
      if (earlier.terms?.quoteId !== terms?.quoteId) this.broken.push(`another body was sent under the key ${key}`);
      return { order: earlier.first };
    }
    if (terms !== undefined && this.isExpired(terms)) return { refused: 'QUOTE_EXPIRED' };
    const state = this.schedule.pick<OrderState | 'refused'>(this.accepted(), 'failed', 'open', 'refused');
    if (state === 'refused') return { refused: this.schedule.pick<ErrorCode>('INSUFFICIENT_FUNDS', 'CLIENT_INACTIVE') };
    const made = this.add(ref, state === 'failed' || !this.confirms ? state : 'awaiting', true, intent.amount, terms);
    made.hidden = this.schedule.pick(0, 1, 3);
    this.story.push(`  provider: order ${made.order.orderId} under ${key}, ${made.order.status}`);
    return { order: made.order };
  }

  private accepted(): OrderState {
    return this.world.semantics.settlement === 'later' ? 'open' : 'completed';
  }

  private confirmed(orderId: string): Reply {
    const known = this.byId(orderId);
    if (known === undefined) return { refused: 'NOT_FOUND' };
    known.confirmSent = true;
    if (!known.ours) this.broken.push(`order ${orderId} was confirmed, and is not ours`);
    if (known.order.awaits !== 'confirmation') return { refused: 'STATE_INVALID' };
    if (known.terms !== undefined && this.isExpired(known.terms)) return { refused: 'QUOTE_EXPIRED' };
    if (this.schedule.pick('confirmed', 'confirmed', 'refused') === 'refused') return { refused: 'INSUFFICIENT_FUNDS' };
    this.move(known, this.schedule.pick<OrderState>('open', 'completed', 'failed'));
    return {};
  }

  private cancelled(orderId: string): Reply {
    const known = this.byId(orderId);
    if (known === undefined) return { refused: 'NOT_FOUND' };
    if (!known.ours) this.broken.push(`order ${orderId} was cancelled, and is not ours`);
    if (known.order.awaits !== 'confirmation') return { refused: 'STATE_INVALID' };
    if (this.schedule.pick('cancelled', 'cancelled', 'refused') === 'refused') return { refused: 'REFUSED' };
    this.move(known, 'failed');
    return {};
  }

  /** Terms that expired once stay so. */
  private isExpired({ quoteId }: Terms): boolean {
    if (this.schedule.pick('good', 'good', 'expired') === 'expired') this.expired.add(quoteId);
    return this.expired.has(quoteId);
  }

  private settle(known: ModelOrder, everything: boolean): void {
    const waits = known.order.awaits === 'confirmation';
    const now: OrderState = waits ? 'open' : 'completed';
    const state = everything ? now : this.schedule.pick<OrderState>(now, 'open', 'failed');
    if (state === 'open') return;
    this.move(known, state);
  }

  private move(known: ModelOrder, state: OrderState): void {
    const { awaits: _awaits, ...order } = known.order;
    known.order = { ...order, state, status: state };
    this.story.push(`  provider: order ${order.orderId} is ${state === 'open' ? 'being processed' : state}`);
  }

  /** News name an order, which may be anybody's; once every fault has ended, the last one that is ours. */
  private news(): string | undefined {
    const ids = this.orders.map(({ order }) => order.orderId);
    const ours = this.orders.findLast((known) => known.ours)?.order.orderId;
    return this.schedule.pick(ours, undefined, ids[0], ids[1], ids[2]) ?? this.hint;
  }

  private shown(known: ModelOrder | undefined): Order | undefined {
    if (known === undefined) return undefined;
    if (known.hidden > 0 && !this.schedule.over) {
      known.hidden -= 1;
      return undefined;
    }
    return known.order;
  }

  /** By an id alone, where orders carry no ref: one that is like what is looked for. */
  private shownById(orderId: string | undefined, ref: string): Order | undefined {
    const found = this.byId(orderId)?.order;
    return found?.amount === this.world.intent.amount ? { ...found, ref, idOnly: true } : undefined;
  }

  private add(ref: string, state: OrderState | 'awaiting', ours: boolean, amount: string, terms?: Terms): ModelOrder {
    const { kind, partnerClientId, asset } = this.world.intent;
    const order: Order = {
      orderId: `${this.nextId}`,
      ref,
      kind,
      partnerClientId,
      asset,
      amount,
      state: state === 'awaiting' ? 'open' : state,
      status: state,
      ...(state === 'awaiting' ? { awaits: 'confirmation' } : {}),
    };
    this.nextId += 1;
    const key = terms === undefined ? ref : `${ref}:${terms.number}`;
    const known: ModelOrder = { order, first: order, ours, key, terms, confirmSent: false, hidden: 0 };
    this.orders.push(known);
    return known;
  }
}

function describeArrival(arrival: Arrival): string {
  return arrival.call === 'submit' ? `submit under ${arrival.ref}` : `${arrival.call} of order ${arrival.orderId}`;
}
