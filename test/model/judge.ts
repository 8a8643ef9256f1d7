import type { Order, Terms } from '../../contract/funding';
import { sameAmount } from '../../contract/money';
import type { ParkReason } from '../../contract/progress';
import type { RecordedEnd } from '../../contract/send-log';
import { type ApprovalRound, holdsFor, isApproved } from '../../workflows/funding/approvals';
import {
  type FundingMove,
  type FundingEvent,
  type FundingState,
  type FundingTurn,
  resolveProblem,
} from '../../workflows/funding/rule';
import { areWorse } from '../../workflows/funding/terms';
import type { ModelOrder, ModelProvider, Send } from './model-provider';
import { looksFirst, showsOtherwise, type World } from './world';

export type Ended = Extract<FundingMove, { readonly do: 'finish' | 'refuse' }> | { readonly do: 'parked' };

/** What a workflow's history holds at a turn; a reset goes back to an earlier one. */
export interface Kept {
  readonly turn: FundingTurn;
  readonly begunMs: number;
  /** Terms that people agreed to: the first, and those that they accepted. */
  readonly accepted: readonly Terms[];
  readonly approval?: ApprovalRound;
  readonly sends: readonly Send[];
  /** Since when the current ref's orders are looked for; absent: without limit. */
  readonly searchedFromMs?: number;
  /** Whether the turn came in the same task as the one before, so that no reset goes back between the two. */
  readonly sameTask: boolean;
  /** Whether the check passed, and a look-up found nothing, since the current ref was begun. */
  readonly checked: boolean;
  readonly lookedFor: boolean;
  /** Whether a person ended it, and nobody has said otherwise since. */
  readonly decidedAgainst: boolean;
  /** Set once the book told how the intent ended before. */
  readonly endedBefore?: true;
}

/** Holds a run to the promises. */
export class Judge {
  /** The turns in which a person asked for a fresh ref. */
  private readonly askedAfresh: number[] = [];
  /** Runs that were told that the intent is cancelled: none of their sends may have moved money. */
  private readonly toldCancelled: Kept[] = [];
  /** Whether the book has it that the intent was cancelled: no send of any run may have moved money. */
  private isCancelledInBook = false;
  /** Orders as they were last shown to the rule. */
  private readonly shown = new Map<string, Order>();
  /** How many own orders were there before the intent began, and could move money or had. */
  private readonly before: number;

  constructor(
    private readonly world: World,
    private readonly provider: ModelProvider,
  ) {
    this.before = this.own.filter(({ order }) => isLive(order)).length;
  }

  get broken(): string[] {
    return this.provider.broken;
  }

  private get own(): readonly ModelOrder[] {
    return this.provider.orders.filter(({ ours, disowned }) => ours && disowned === undefined);
  }

  private get ownCompleted(): readonly ModelOrder[] {
    return this.own.filter(({ order }) => order.state === 'completed');
  }

  /**
   * Whatever is sent was checked, looked for and approved, with terms that were accepted, and nobody decided against
   * it.
   */
  sends(kept: Kept, ref: string): void {
    const { accepted, approval, turn, checked, lookedFor, decidedAgainst } = kept;
    const { terms, inDoubt, lostSend, current } = turn.state;
    const { nowMs } = this.provider;
    const [last] = accepted.slice(-1);
    if (decidedAgainst) this.broken.push(`${ref} was sent after a decision not to`);
    if (terms === undefined && this.world.semantics.quotes !== undefined) this.broken.push('sent without terms');
    if (terms !== undefined && last !== undefined && areWorse(terms, last, '0')) {
      this.broken.push(`sent with terms ${terms.quoteId}, which are worse than agreed and which nobody accepted`);
    }
    if (!checked) this.broken.push(`${ref} was sent without a check`);
    if (current.sent === 1 && looksFirst(this.world) && !lookedFor) {
      this.broken.push(`${ref} was sent without being looked for`);
    }
    if (this.world.approval === undefined) return;
    const mayRepeat = inDoubt || lostSend === true;
    if (!mayRepeat && !isApproved(approval, nowMs)) this.broken.push(`${ref} was sent without an approval that holds`);
    if (!holdsFor(approval, terms, '0')) this.broken.push(`${ref} was sent with terms that nobody approved`);
  }

  confirms({ decidedAgainst }: Kept): void {
    if (decidedAgainst) this.broken.push('an order was confirmed after a decision not to');
  }

  /** No own order that could move money, or has, is called another's if a fresh ref may be asked for. */
  asks({ reason }: Extract<FundingMove, { readonly do: 'park' }>, state: FundingState): void {
    if (reason !== 'REF_TAKEN' || resolveProblem(state, 'useFreshRef') !== undefined) return;
    const known = this.provider.byId(state.current.orderId);
    if (known?.ours === true && known.disowned === undefined && isLive(known.order)) {
      this.broken.push(`own order ${known.order.orderId} is called another's, and a fresh ref is offered`);
    }
  }

  /** What is true of the history after an event was answered. */
  decided(before: Kept, event: FundingEvent, kept: Kept): Kept {
    const { state, move } = kept.turn;
    if (event.saw === 'found') for (const order of event.orders) this.shown.set(order.orderId, order);
    if (event.saw === 'answered') this.shown.set(event.order.orderId, event.order);
    const asksAfresh = event.saw === 'resolved' && event.action === 'useFreshRef';
    if (asksAfresh) this.askedAfresh.push(this.provider.turn);
    // What the book tells was judged when it was done.
    const isTold = event.saw === 'ended-before' || event.saw === 'sent-elsewhere';
    const isFresh = !isTold && state.earlier.length > before.turn.state.earlier.length;
    if (isFresh) this.leaves(before.turn.state.current.ref, asksAfresh);
    if (event.saw === 'found') this.found(event.orders, before, move);
    const moving = this.own.filter((known) => isMoving(known));
    if (moving.length > Math.max(1, this.before)) {
      this.broken.push(`doubled: ${moving.map(describe).join(', ')}`);
    }
    const ends = event.saw === 'cancelled' || (event.saw === 'resolved' && event.action === 'abandon');
    const checked = event.saw === 'check-passed' || (kept.checked && !isFresh);
    const lookedFor = (event.saw === 'absent' || event.saw === 'found' || kept.lookedFor) && !isFresh;
    const sameTask = event.saw === 'approved' && !event.waited;
    return { ...kept, sameTask, checked, lookedFor, decidedAgainst: ends || (kept.decidedAgainst && !asksAfresh) };
  }

  /** A ref is left if its own orders all failed, or if a person asked for that and none can move money any more. */
  private leaves(ref: string, asked: boolean): void {
    const under = this.provider.orders.filter(({ order }) => order.ref === ref);
    const own = under.filter(({ ours }) => ours);
    const canMove = own.some(
      (known) =>
        known.disowned === undefined &&
        !this.provider.isDead(known) &&
        (isMoving(known) || (isLive(known.order) && known.confirmSent)),
    );
    const failed = own.some(({ order }) => order.state === 'failed');
    const cancelled = own.some(({ cancelledAtTurn }) => cancelledAtTurn !== undefined);
    if (under.length === 0 || canMove || (!asked && !failed)) {
      this.broken.push(`a fresh ref after ${ref}, which the provider never reported failed, rejected or not ours`);
    }
    if (!asked && cancelled) this.broken.push(`a fresh ref after ${ref}, which somebody cancelled`);
  }

  /** Two orders that are not failed, under one ref, are told to a person. */
  private found(orders: readonly Order[], { turn }: Kept, move: FundingMove): void {
    const { ref } = turn.state.current;
    const live = orders.filter((order) => {
      const known = this.provider.byId(order.orderId);
      return known?.order.ref === ref && order.idOnly !== true && isLive(order) && !this.provider.isDead(known);
    });
    if (live.length > 1 && move.do !== 'park') {
      this.broken.push(`${live.length} orders under ${ref}, and nobody is told`);
    }
  }

  /** The same end as before. */
  endedBefore(end: Extract<Ended, { readonly do: 'finish' | 'refuse' }>, before: RecordedEnd | undefined): void {
    const same = end.do === 'finish' && end.outcome === before?.outcome && end.order?.orderId === before.orderId;
    if (!same) this.broken.push('asked again, it ended otherwise than before');
  }

  recordedCancelled(): void {
    this.isCancelledInBook = this.world.book === 'kept';
  }

  ended(kept: Kept, end: Extract<Ended, { readonly do: 'finish' | 'refuse' }>): void {
    if (end.do !== 'finish') return;
    switch (end.outcome) {
      case 'marked-completed':
        return;
      case 'cancelled':
        this.toldCancelled.push(kept);
        return;
      case 'abandoned': {
        this.abandoned(kept);
        return;
      }
      case 'completed': {
        this.completed(kept, end.order);
        return;
      }
    }
  }

  private abandoned({ turn, decidedAgainst }: Kept): void {
    const known = this.provider.byId(turn.state.order?.orderId);
    const canCancel = this.world.semantics.capabilities.includes('cancel-order');
    if (!decidedAgainst) this.broken.push('told abandoned, and nobody said so');
    if (canCancel && turn.state.ending === undefined && known?.order.awaits === 'confirmation') {
      this.broken.push(`told abandoned, and order ${known.order.orderId} still awaits confirmation`);
    }
  }

  private completed({ turn }: Kept, order: Order | undefined): void {
    const { intent } = this.world;
    if (!this.provider.orders.some(({ ours, order: one }) => ours && one.state === 'completed'))
      this.broken.push(`lost: told completed, and no order of ${intent.fundingId} is`);
    if (order === undefined || this.provider.byId(order.orderId)?.ours !== true) {
      this.broken.push('adopted an order that is not ours');
    }
    const shown = this.shown.get(order?.orderId ?? '');
    if (shown !== undefined && !sameAmount(shown.amount, intent.amount)) this.broken.push('adopted another amount');
    if (shown?.differs !== undefined) this.broken.push('adopted another destination');
    if (turn.state.current.state !== 'completed') {
      this.broken.push('told completed without the chain of refs showing it');
    }
  }

  /** After everything late has arrived, and everything that can has settled. */
  afterAll(): void {
    const completed = this.ownCompleted;
    if (completed.length > Math.max(1, this.before)) this.broken.push(`doubled: ${completed.map(describe).join(', ')}`);
    for (const { sends } of this.toldCancelled) {
      const ids = new Set(sends.map(({ id }) => id));
      if (completed.some(({ send }) => send !== undefined && ids.has(send.id))) {
        this.broken.push('told cancelled, and an order completed');
      }
    }
    if (this.isCancelledInBook && completed.some(({ send }) => send !== undefined)) {
      this.broken.push('recorded as cancelled, and an order completed');
    }
    for (const cancelled of this.own) for (const paid of completed) this.judgePair(cancelled, paid);
  }

  /** What somebody cancelled at the provider is paid only if a person asked for that since. */
  private judgePair({ order, cancelledAtTurn }: ModelOrder, { order: paid, send }: ModelOrder): void {
    if (cancelledAtTurn === undefined || send === undefined || send.atTurn <= cancelledAtTurn) return;
    if (this.askedAfresh.some((turn) => turn > cancelledAtTurn && turn <= send.atTurn)) return;
    this.broken.push(`order ${order.orderId} was cancelled, and order ${paid.orderId} paid without anybody's word`);
  }
}

/** Whether an order could still move money, or has. */
function isLive({ state }: Order): boolean {
  return state === 'open' || state === 'completed';
}

/** Whether an order moves money, or has, with nothing more done to it. */
function isMoving({ order }: ModelOrder): boolean {
  return isLive(order) && order.awaits !== 'confirmation';
}

function describe({ order }: ModelOrder): string {
  return `order ${order.orderId} under ${order.ref}`;
}

interface Situation {
  readonly world: World;
  /** The orders under the current ref. */
  readonly under: readonly ModelOrder[];
  readonly state: FundingState;
  readonly provider: ModelProvider;
}

type Facts = (situation: Situation) => boolean;

const own = (under: readonly ModelOrder[]): readonly ModelOrder[] => under.filter(({ ours }) => ours);

/**
 * What only a person can know, and the facts behind it: everything that an intent may still wait for once every fault
 * has ended. A question for any other reason must go away by itself, or by a retry.
 */
const ONLY_A_PERSON_KNOWS: Partial<Record<ParkReason, Facts>> = {
  /** A stranger has the ref, or the order under it differs from what was asked. */
  REF_TAKEN: ({ world, under }) => under.some(({ ours }) => !ours || showsOtherwise(world)),
  ORDER_DIFFERS: ({ world, under }) => under.some(({ ours }) => !ours || showsOtherwise(world)),
  /** Somebody, or time, ended it at the provider. */
  ORDER_CANCELLED: ({ under }) => own(under).some(({ order }) => order.state === 'cancelled'),
  ORDERS_DOUBLED: ({ under }) => under.filter(({ order }) => isLive(order)).length > 1,
  /** The provider asks for more than was agreed. */
  TERMS_CHANGED: ({ state }) => state.offered !== undefined,
  /** It may be on its way, nothing shows, and a repeat would pay; or only news could show it, and they name another. */
  ORDER_UNFINDABLE: ({ world, under, provider, state }) =>
    // It was given up, and a run before may have sent it.
    state.heardAtEnd === true ||
    (world.semantics.orderLookup === 'by-callback'
      ? !under.some(({ order }) => order.orderId === provider.hint)
      : looksFirst(world) && own(under).every((known) => provider.isDead(known))),
  /** The provider refused as many refs as policy allows. */
  REFS_EXHAUSTED: ({ world, under, state }) =>
    state.current.attempt >= world.maxRefs && own(under).some(({ order }) => order.state === 'failed'),
  INFORMATION_REQUIRED: ({ under }) => own(under).some(({ order }) => order.awaits === 'information'),
};

/** Whether what is asked can be answered by a person only. */
export function mayStayParked(world: World, provider: ModelProvider, state: FundingState, reason: ParkReason): boolean {
  const under = provider.orders.filter(({ order }) => order.ref === state.current.ref);
  return ONLY_A_PERSON_KNOWS[reason]?.({ world, under, state, provider }) === true;
}
