import type { ErrorCode } from '../../contract/errors';
import type { Order, OrderState, Terms } from '../../contract/funding';
import { sameAmount } from '../../contract/money';
import { refForAttempt } from '../../contract/refs';
import type { Schedule } from './schedule';
import { type Plant, paysRepeats, shownFields, type World } from './world';

/** A send of the intent by one of its runs, whatever became of it. */
export interface Send {
  readonly id: number;
  readonly run: number;
  readonly ref: string;
  /** How often the ref was sent by then, with this send. */
  readonly number: number;
  readonly terms: Terms | undefined;
  /** When it was scheduled, in turns and in time. */
  readonly atTurn: number;
  readonly atMs: number;
  /** When its run began. */
  readonly begunMs: number;
  /** The sends that its run's history held before it. */
  readonly before: readonly number[];
  /** Orders that can never move money any more, of terms that expired. */
  readonly deadOrderIds: readonly string[];
}

export interface ModelOrder {
  order: Order;
  readonly ours: boolean;
  /** What a repeat is told apart by: the ref, and the number of the terms; a stranger's keys are others. */
  readonly key: string;
  readonly terms: Terms | undefined;
  /** What it was answered with at first. */
  readonly first: Order;
  /** The send that it came of; absent if it was there before. */
  readonly send: Send | undefined;
  readonly createdMs: number;
  /** Whether a confirm of it was sent. */
  confirmSent: boolean;
  /** Until when look-ups miss it. */
  readonly visibleFromMs: number;
  /** The turn in which somebody cancelled it at the provider. */
  cancelledAtTurn?: number;
  /**
   * Set if it came of a run that is over for good, differs from what was asked, and shows nothing that proves it ours:
   * to a new run it is like any older order under the ref, and a person says whose it is. More is not promised
   * (docs/reliability.md).
   */
  disowned?: true;
}

/** What arrives at the provider. */
export type Arrival =
  | { readonly call: 'submit'; readonly send: Send; readonly accepted?: true }
  | { readonly call: 'confirm' | 'cancel-order'; readonly orderId: string }
  | { readonly call: 'inform'; readonly orderId: string };

export type Reply = { readonly order?: Order } | { readonly refused: ErrorCode };

/** An amount that everybody agrees to, a worse one and a better one. */
const RECEIVED = ['100', '99', '101'] as const;
const DAY_MS = 24 * 60 * 60_000;
/** When the intent begins. */
const BEGINNING_MS = Date.parse('2026-01-01T00:00:00.000Z');
/** Longer than any server remembers. */
const RETENTION_MS = 40 * DAY_MS;

/**
 * A provider that does whatever a schedule says, within what its semantics promise: it refuses, replays or duplicates a
 * repeated ref, settles in the call or later, quotes terms that expire, moves nothing before it is confirmed, and lists
 * orders in any order. People cancel orders at it.
 */
export class ModelProvider {
  readonly orders: ModelOrder[] = [];
  /** Why a promise to the provider was broken. */
  readonly broken: string[] = [];
  /** Where the newest news say that an order is. */
  hint: string | undefined;
  nowMs = BEGINNING_MS;
  turn = 0;
  /** Requests on their way: sent, given up on, not yet arrived. */
  private late: Arrival[] = [];
  /** Requests that it has taken in, and works on until then. */
  private working: { readonly arrival: Arrival; readonly dueMs: number }[] = [];
  private readonly quoted = new Map<string, Terms>();
  private readonly refusedQuotes = new Set<string>();
  private readonly expired = new Set<string>();
  private nextId = 1;

  constructor(
    private readonly world: World,
    private readonly schedule: Schedule,
    private readonly story: string[],
  ) {
    if (world.alike !== 'none') this.plant('alike-1', { whose: {}, state: world.alike, hiddenMs: 0 });
    for (const plant of world.planted) this.plant(refForAttempt(world.intent.fundingId, plant.attempt), plant);
    this.disown();
  }

  /** A quote under a number: asked for again, it is answered as at first. */
  quote(ref: string, number: number): Terms | 'refused' {
    const quoteId = `${ref}:${number}`;
    const known = this.quoted.get(quoteId);
    if (known !== undefined) return known;
    const isRefused = this.refusedQuotes.has(quoteId) || this.schedule.pick(false, false, false, true);
    if (!isRefused) return this.termsOf(ref, number, this.schedule.pick(...RECEIVED));
    this.refusedQuotes.add(quoteId);
    return 'refused';
  }

  private termsOf(ref: string, number: number, received: string): Terms {
    const { asset, amount } = this.world.intent;
    const quoteId = `${ref}:${number}`;
    const terms = { quoteId, number, gives: { asset, amount }, receives: { asset: 'EUR', amount: received } };
    this.quoted.set(quoteId, terms);
    return terms;
  }

  arrive(arrival: Arrival): Reply {
    switch (arrival.call) {
      case 'submit':
        return this.submitted(arrival.send, arrival.accepted === true);
      case 'confirm':
        return this.confirmed(arrival.orderId);
      case 'cancel-order':
        return this.cancelled(arrival.orderId);
      case 'inform':
        return this.informed(arrival.orderId);
    }
  }

  delay(arrival: Arrival): void {
    this.late.push(arrival);
  }

  /** Takes a request in, and works on it for no longer than a look-up may miss an order. */
  workOn(arrival: Arrival): void {
    const { settleWindowMs } = this.world.semantics;
    const dueMs = this.nowMs + this.schedule.pick(0, settleWindowMs / 2, settleWindowMs);
    const isGood = arrival.call === 'submit' && !this.expired.has(arrival.send.terms?.quoteId ?? '');
    const taken: Arrival = isGood ? { ...arrival, accepted: true } : arrival;
    this.working.push({ arrival: taken, dueMs });
    this.wait(0);
  }

  /** Lets time go by. */
  wait(ms: number): void {
    const untilMs = this.nowMs + ms;
    const due = this.working.filter(({ dueMs }) => dueMs <= untilMs).toSorted((a, b) => a.dueMs - b.dueMs);
    this.working = this.working.filter((one) => !due.includes(one));
    for (const { arrival, dueMs } of due) {
      this.nowMs = dueMs;
      this.arriveUnheard(arrival);
    }
    this.nowMs = untilMs;
  }

  private arriveUnheard(arrival: Arrival): void {
    this.story.push(`  provider: a late ${describeArrival(arrival)} arrives`);
    this.arrive(arrival);
  }

  /** What happens while nobody looks: late requests arrive, open orders settle or are cancelled, news come. */
  passTime(everything: boolean): void {
    if (everything) this.wait(this.world.semantics.settleWindowMs);
    const arriving = this.late.filter(() => everything || this.schedule.pick(true, false, false, false));
    this.late = this.late.filter((request) => !arriving.includes(request));
    for (const request of arriving) this.arriveUnheard(request);
    for (const known of this.orders) if (known.order.state === 'open') this.settle(known, everything);
    this.hint = this.news();
  }

  /** All that was sent has arrived, and shows. */
  catchUp(): void {
    for (const request of this.late) this.arriveUnheard(request);
    this.late = [];
    this.wait(RETENTION_MS);
  }

  /** A new run knows nothing of what the one before made. */
  disown(): void {
    if (this.world.tokens) return;
    for (const known of this.orders) if (known.ours && this.mayDiffer(known)) known.disowned = true;
  }

  private mayDiffer({ order }: ModelOrder): boolean {
    const differs = order.differs !== undefined || !sameAmount(order.amount, this.world.intent.amount);
    return differs || (this.world.amountChanges && order.state === 'open');
  }

  /** A look-up: under a ref, in a list, or by an id. */
  find(ref: string, orderId: string | undefined, sinceMs: number): readonly Order[] {
    switch (this.world.semantics.orderLookup) {
      case 'by-ref':
        return this.under(ref, 0).toSorted(weightiestFirst).slice(0, 1);
      case 'by-callback':
        return this.byIdShown(orderId).map((order) => order);
      case 'by-listing': {
        const listed = this.under(ref, sinceMs);
        const isListed = listed.some((order) => order.orderId === orderId);
        return isListed
          ? listed
          : [...listed, ...this.byIdShown(orderId).flatMap((order) => this.byIdOnly(order, ref))];
      }
      case 'by-resending': {
        const listed = this.under(ref, 0);
        const isListed = listed.some((order) => order.orderId === orderId);
        return isListed ? listed : [...listed, ...this.byIdShown(orderId)];
      }
    }
  }

  byId(orderId: string | undefined): ModelOrder | undefined {
    return this.orders.find(({ order }) => order.orderId === orderId);
  }

  /** Whether an order's terms expired before it was confirmed: it can never move money. */
  isDead({ order, terms }: ModelOrder): boolean {
    return order.awaits === 'confirmation' && terms !== undefined && this.expired.has(terms.quoteId);
  }

  /** The orders that show under a ref, in any order. */
  private under(ref: string, sinceMs: number): readonly Order[] {
    const shown = this.orders
      .filter((known) => known.order.ref === ref && this.isVisible(known) && known.createdMs >= sinceMs)
      .filter(({ ours }) => ours || !this.world.tokens)
      .map(({ order, ours }): Order => (ours && this.world.tokens ? { ...order, carriesOurToken: true } : order));
    return shown.length > 1 && this.schedule.pick('in this order', 'reversed') === 'reversed' ? shown.reverse() : shown;
  }

  private byIdShown(orderId: string | undefined): readonly Order[] {
    const known = this.byId(orderId);
    return known !== undefined && this.isVisible(known) ? [known.order] : [];
  }

  /** By an id alone, if orders carry no ref: one that is like what is looked for. */
  private byIdOnly(order: Order, ref: string): readonly Order[] {
    return order.amount === this.world.intent.amount ? [{ ...order, ref, idOnly: true }] : [];
  }

  private isVisible({ visibleFromMs }: ModelOrder): boolean {
    return this.schedule.over || this.nowMs >= visibleFromMs;
  }

  private get confirms(): boolean {
    return this.world.semantics.confirms?.includes(this.world.intent.kind) === true;
  }

  private submitted(send: Send, wasAccepted: boolean): Reply {
    const { repeatedRef } = this.world.semantics;
    const { ref, terms } = send;
    const key = keyOf(ref, terms);
    const earlier = this.orders.find((known) =>
      repeatedRef === 'replays' ? known.key === key : known.order.ref === ref,
    );
    if (earlier !== undefined && repeatedRef === 'rejects') return { refused: 'DUPLICATE_REF' };
    if (earlier !== undefined && repeatedRef === 'replays') {
      if (earlier.terms?.quoteId !== terms?.quoteId) this.broken.push(`another body was sent under the key ${key}`);
      return { order: earlier.first };
    }
    if (!wasAccepted && terms !== undefined && this.isExpired(terms)) return { refused: 'QUOTE_EXPIRED' };
    const state = this.schedule.pick<OrderState | 'refused'>(this.accepted(), 'failed', 'open', 'refused');
    if (state === 'refused') return { refused: this.schedule.pick<ErrorCode>('INSUFFICIENT_FUNDS', 'CLIENT_INACTIVE') };
    const made = this.add({
      ref,
      key,
      terms,
      send,
      ours: true,
      state: state === 'failed' || !this.confirms ? state : 'awaiting',
      fields: { kind: this.world.intent.kind, ...shownFields(this.world) },
      createdMs: this.nowMs,
      hiddenMs: this.schedule.pick(0, 400, 3_000, 30_000),
    });
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
    this.move(known, 'cancelled');
    return {};
  }

  private informed(orderId: string): Reply {
    const known = this.byId(orderId);
    if (known?.order.awaits !== 'information') return { refused: 'STATE_INVALID' };
    this.move(known, 'open');
    return {};
  }

  /** Terms that expired once stay so. */
  private isExpired({ quoteId }: Terms): boolean {
    if (this.schedule.pick('good', 'good', 'expired') === 'expired') this.expired.add(quoteId);
    return this.expired.has(quoteId);
  }

  private settle(known: ModelOrder, everything: boolean): void {
    if (known.order.awaits === 'information') return;
    const waits = known.order.awaits === 'confirmation';
    const stays = waits ? 'stays' : 'completed';
    if (everything) {
      if (!waits) this.move(known, 'completed');
      return;
    }
    switch (this.schedule.pick(stays, 'stays', 'failed', 'cancelled by somebody', 'wants to know', 'expires')) {
      case 'stays':
        return;
      case 'completed': {
        this.move(known, 'completed');
        return;
      }
      case 'failed': {
        this.move(known, 'failed');
        return;
      }
      case 'cancelled by somebody':
        if (!this.isDead(known)) this.cancelByHand(known);
        return;
      case 'wants to know':
        if (!waits) this.move(known, 'open', 'information');
        return;
      case 'expires':
        if (!waits || known.terms === undefined) return;
        this.expired.add(known.terms.quoteId);
        {
          this.move(known, 'cancelled');
          return;
        }
    }
  }

  private cancelByHand(known: ModelOrder): void {
    known.cancelledAtTurn = this.turn;
    this.move(known, 'cancelled');
  }

  private move(known: ModelOrder, state: OrderState, awaits?: 'information'): void {
    const { awaits: _awaits, ...order } = known.order;
    const changes = state === 'completed' && known.ours && this.world.amountChanges;
    known.order = {
      ...order,
      state,
      status: state,
      ...(awaits === undefined ? {} : { awaits }),
      ...(changes ? { amount: '9007199254740992.51' } : {}),
    };
    const word = state === 'open' ? (awaits === undefined ? 'being processed' : 'waiting for information') : state;
    this.story.push(`  provider: order ${order.orderId} is ${word}`);
  }

  /** News name an order, which may be anybody's; once every fault has ended, the last one that is ours. */
  private news(): string | undefined {
    const ids = this.orders.map(({ order }) => order.orderId);
    const ours = this.orders.findLast((known) => known.ours)?.order.orderId;
    return this.schedule.pick(ours, undefined, ids[0], ids[1], ids[2]) ?? this.hint;
  }

  /** A stranger's, or that of a run of this intent which is long forgotten. */
  private plant(ref: string, { whose, state, hiddenMs }: Omit<Plant, 'attempt'>): void {
    const { intent, semantics } = this.world;
    const { kind, partnerClientId, asset, amount } = intent;
    const ours = whose === 'ours';
    // Whoever asked for this ref before asked for its quotes too.
    const isQuoted = semantics.quotes?.includes(kind) === true;
    const number = 1 + this.orders.filter((known) => known.ours && known.order.ref === ref).length;
    const terms = ours && isQuoted ? this.termsOf(ref, number, RECEIVED[0]) : undefined;
    const planted = this.add({
      ref,
      key: ours || !isQuoted ? keyOf(ref, terms) : `another's ${ref}`,
      terms,
      send: undefined,
      ours,
      state: state === 'awaiting' && ours && !this.confirms ? 'open' : state,
      fields: ours ? { kind, ...shownFields(this.world) } : { kind, partnerClientId, asset, amount, ...whose },
      createdMs: this.nowMs - RETENTION_MS,
      hiddenMs: paysRepeats(this.world) ? 0 : RETENTION_MS + hiddenMs,
    });
    if (ours && state === 'cancelled') planted.cancelledAtTurn = -1;
    const { order } = planted;
    this.story.push(
      `  provider: has order ${order.orderId} under ${ref}, ${ours ? 'ours' : "another's"}, ${order.status}`,
    );
  }

  private add(made: {
    readonly ref: string;
    readonly key: string;
    readonly terms: Terms | undefined;
    readonly send: Send | undefined;
    readonly ours: boolean;
    readonly state: OrderState | 'awaiting';
    readonly fields: Pick<Order, 'kind' | 'partnerClientId' | 'asset' | 'amount' | 'differs'>;
    readonly createdMs: number;
    readonly hiddenMs: number;
  }): ModelOrder {
    const { ref, key, terms, send, ours, state, fields, createdMs, hiddenMs } = made;
    const order: Order = {
      ...fields,
      orderId: `${this.nextId}`,
      ref,
      state: state === 'awaiting' ? 'open' : state,
      status: state,
      ...(state === 'awaiting' ? { awaits: 'confirmation' } : {}),
      ...(this.world.showsCreatedAt ? { createdAt: new Date(createdMs).toISOString() } : {}),
    };
    this.nextId += 1;
    const visibleFromMs = createdMs + hiddenMs;
    const known = { order, first: order, ours, key, terms, send, createdMs, visibleFromMs, confirmSent: false };
    this.orders.push(known);
    return known;
  }
}

/** If only one order is told of a ref, it is the one that moved money, or could. */
function weightiestFirst(a: Order, b: Order): number {
  const states: readonly OrderState[] = ['completed', 'open', 'cancelled', 'failed'];
  return states.indexOf(a.state) - states.indexOf(b.state);
}

function keyOf(ref: string, terms: Terms | undefined): string {
  return terms === undefined ? ref : `${ref}:${terms.number}`;
}

function describeArrival(arrival: Arrival): string {
  return arrival.call === 'submit' ? `submit under ${arrival.send.ref}` : `${arrival.call} of order ${arrival.orderId}`;
}
