import type { ErrorCode } from '../../contract/errors';
import type { ResolveAction, Terms } from '../../contract/funding';
import {
  beginFunding,
  cancelProblem,
  type decide,
  type FundingMove,
  type FundingEvent,
  type FundingState,
  refChain,
  resolveProblem,
} from '../../workflows/funding/rule';
import { unheardSends } from '../../contract/send-log';
import { isGivenUp } from '../../workflows/funding/state';
import {
  type ApprovalRound,
  approved,
  askForApproval,
  hasExpired,
  holdsFor,
  isApproved,
} from '../../workflows/funding/approvals';
import { type Ended, Judge, type Kept, mayStayParked } from './judge';
import { failure, type Flaws, Layer } from './layer';
import { type ModelOrder, ModelProvider, type Send } from './model-provider';
import { Schedule } from './schedule';
import { describeMove, describeEvent } from './story';
import { type Interruption, looksFirst, type World } from './world';

/**
 * One intent at a provider and over a network that do whatever a schedule says, to try the funding rule against: requests
 * that arrive, vanish or arrive late, answers that are lost, look-ups that miss, orders that settle in their own time,
 * terms that expire, news of anybody's orders, strangers who use our refs, orders that are not what was asked, people who
 * answer anything they may or cancel at the provider, operators who reset the workflow or start it anew. When the schedule
 * is used up, every fault has ended: all that was sent has arrived or is lost, all that is asked is answered, and a
 * patient person retries.
 */

export type Decide = typeof decide;
export type { Flaws } from './layer';

export interface Run {
  /** What happened, line by line. */
  readonly story: readonly string[];
  readonly end: Ended;
  readonly state: FundingState;
  /** Every order that the provider made or was given, after everything late has arrived and settled. */
  readonly orders: readonly ModelOrder[];
  /** Why the run broke a promise at some turn; empty if it did not. */
  readonly broken: readonly string[];
}

/** More turns than any schedule here can need: a run that takes them all is stuck. */
const STUCK_AFTER = 600;
/** How often in a row a patient person asks again, before what is asked counts as never answered. */
const PATIENCE = 4;
/** What a call takes. */
const CALL_MS = 50;
const REQUESTER = { name: 'ops-1', proven: true };
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Lets `rule` handle one intent in `world`, under `choices`. */
export function runIntent(world: World, choices: readonly number[], rule: Decide, flaws: Flaws = {}): Run {
  return new IntentRun(world, choices, rule, flaws).run();
}

type Perform = Exclude<FundingMove, { readonly do: 'finish' | 'refuse' }>;

class IntentRun {
  private readonly schedule: Schedule;
  private readonly story: string[] = [];
  private readonly provider: ModelProvider;
  private readonly layer: Layer;
  private readonly judge: Judge;
  private readonly interruptions: Interruption[];
  private kept: Kept;
  /** What the current run's history holds, turn by turn. */
  private history: Kept[] = [];
  private runNumber = 1;
  private sendCount = 0;
  private patience = PATIENCE;

  constructor(
    private readonly world: World,
    choices: readonly number[],
    private readonly rule: Decide,
    flaws: Flaws,
  ) {
    this.schedule = new Schedule(choices);
    this.provider = new ModelProvider(world, this.schedule, this.story);
    this.layer = new Layer(world, this.provider, this.schedule, this.story, flaws);
    this.judge = new Judge(world, this.provider);
    this.interruptions = [...world.interruptions];
    this.kept = this.begin();
  }

  private begin(): Kept {
    const { intent, maxRefs } = this.world;
    const begunAt = new Date(this.provider.nowMs).toISOString();
    const turn = beginFunding(intent, { begunAt, maxRefs, settlementDeadlineMs: 60_000 });
    return {
      turn,
      begunMs: this.provider.nowMs,
      accepted: [],
      sends: [],
      sameTask: false,
      checked: false,
      lookedFor: false,
      decidedAgainst: false,
    };
  }

  run(): Run {
    let end: Ended | undefined;
    for (let taken = 0; end === undefined; taken += 1) {
      this.provider.turn = taken;
      if (taken > STUCK_AFTER) {
        this.judge.broken.push('stuck: the intent neither ends nor asks a person');
        break;
      }
      if (!this.kept.sameTask) this.history.push(this.kept);
      if (this.interrupted(taken)) continue;
      end = this.takeTurn();
    }
    this.layer.passTime(true);
    this.provider.passTime(true);
    this.judge.afterAll();
    const { state } = this.kept.turn;
    return {
      story: this.story,
      end: end ?? { do: 'parked' },
      state,
      orders: this.provider.orders,
      broken: [...new Set(this.judge.broken)],
    };
  }

  private takeTurn(): Ended | undefined {
    const { state, move } = this.kept.turn;
    if (move.do === 'finish' || move.do === 'refuse') {
      const kept = move.do === 'finish' ? this.keptFromEnding(move, state) : undefined;
      if (kept !== undefined) {
        this.sees(move, kept);
        return undefined;
      }
      this.ends(move);
      // Even a workflow that has ended can be reset, or asked for again.
      return this.interruptedAtEnd() ? undefined : move;
    }
    const event = this.perform(move, state);
    if (event === 'left-parked') {
      this.story.push(`${describeMove(move)} -> ${describeEvent(event)}`);
      return { do: 'parked' };
    }
    this.sees(move, event);
    return undefined;
  }

  private sees(move: FundingMove, event: FundingEvent): void {
    this.story.push(`${describeMove(move)} -> ${describeEvent(event)}`);
    const before = this.kept;
    this.kept = { ...this.kept, turn: this.rule(before.turn.state, event) };
    this.kept = this.judge.decided(before, event, this.kept);
    this.provider.wait(CALL_MS);
    this.layer.passTime(false);
    this.provider.passTime(false);
  }

  /** What is given up ends only if the book has no send of it that this run knows nothing of (activities/end-funding.ts). */
  private keptFromEnding(
    { outcome }: Extract<FundingMove, { readonly do: 'finish' }>,
    state: FundingState,
  ): FundingEvent | undefined {
    const { attempts, end } = this.layer.book;
    if (!isGivenUp(outcome) || this.kept.endedBefore === true || this.layer.flaws.endsUnasked === true)
      return undefined;
    if (end !== undefined) return end.outcome === outcome ? undefined : { saw: 'ended-otherwise' };
    const unheard = unheardSends(attempts, refChain(state));
    return unheard.length > 0 ? { saw: 'sent-elsewhere', attempts, ending: outcome } : undefined;
  }

  /** What the book told is judged where it came from. */
  private ends(move: Extract<Ended, { readonly do: 'finish' | 'refuse' }>): void {
    if (this.kept.endedBefore === true) {
      this.judge.endedBefore(move, this.layer.book.end);
      return;
    }
    this.judge.ended(this.kept, move);
    if (move.do !== 'finish' || this.schedule.pick('recorded', 'recorded', 'cut off before') !== 'recorded') return;
    if (move.outcome === 'cancelled') this.judge.recordedCancelled();
    const { outcome, order } = move;
    const orders = order === undefined ? [] : [order];
    this.layer.book.record({ outcome, ...(order === undefined ? {} : { orderId: order.orderId }), orders });
  }

  private interrupted(taken: number): boolean {
    const [next] = this.interruptions;
    if (next === undefined || next.atTurn > taken) return false;
    this.interruptions.shift();
    this.interrupt(next);
    return true;
  }

  private interruptedAtEnd(): boolean {
    const next = this.interruptions.shift();
    if (next !== undefined) this.interrupt(next);
    return next !== undefined;
  }

  /** The run is over; what it had scheduled may be running, and what it had sent may be on its way. */
  private interrupt({ does, backTo }: Interruption): void {
    const { move } = this.kept.turn;
    this.story.push(`operator: ${does}`);
    if (move.do === 'submit') this.layer.orphan(this.schedules(move.ref));
    this.runNumber += 1;
    this.patience = PATIENCE;
    if (does === 'reset') {
      this.history = this.history.slice(0, 1 + (backTo % this.history.length));
      this.kept = this.history.pop() ?? this.kept;
      this.story.push(`operator: back to ${describeMove(this.kept.turn.move)}`);
      return;
    }
    if (does === 'forgotten') {
      // If a repeat may make another order, the promise holds once what was sent shows.
      if (looksFirst(this.world)) {
        this.layer.passTime(true);
        this.provider.catchUp();
      }
      this.layer.forget();
    }
    this.provider.disown();
    this.history = [];
    this.kept = this.begin();
  }

  private perform(move: Perform, state: FundingState): FundingEvent | 'left-parked' {
    if ('afterMs' in move) this.provider.wait(move.afterMs);
    switch (move.do) {
      case 'check':
        return this.check(state);
      case 'quote':
        return this.quote(move, state);
      case 'approve':
        return this.approve(move, state);
      case 'submit':
        return this.submit(move.ref);
      case 'look-up':
        return this.lookUp(move.ref, state);
      case 'confirm':
        if (this.mayCancel(state)) return { saw: 'cancelled' };
        this.judge.confirms(this.kept);
        return this.changed('confirm', move.orderId);
      case 'cancel-order':
        return this.changed('cancel-order', move.orderId);
      case 'park':
        return this.park(move, state);
    }
  }

  private check(state: FundingState): FundingEvent {
    const { semantics, approval } = this.world;
    const { attempts, end } = this.layer.book;
    if (end !== undefined) {
      this.kept = { ...this.kept, endedBefore: true };
      return { saw: 'ended-before', semantics, attempts, end };
    }
    const fate = this.schedule.pick('passes', 'passes', 'fails');
    if (fate === 'fails') {
      return {
        saw: 'check-failed',
        failure: failure(this.schedule.pick<ErrorCode>('UNREACHABLE', 'CLIENT_INACTIVE')),
      };
    }
    if (this.mayCancel(state)) return { saw: 'cancelled' };
    return { saw: 'check-passed', semantics, attempts, ...(approval === undefined ? {} : { approval }) };
  }

  /** Whether a person cancels now, if that is accepted. */
  private mayCancel(state: FundingState): boolean {
    if (cancelProblem(state) !== undefined) return false;
    const goesOn = ['goes on', 'goes on', 'goes on', 'goes on'] as const;
    return this.schedule.pick('goes on', ...goesOn, 'cancel') === 'cancel';
  }

  private quote({ ref, number }: Extract<FundingMove, { readonly do: 'quote' }>, state: FundingState): FundingEvent {
    const fate = this.schedule.pick('answered', 'answered', 'answered', 'lost', 'not-sent');
    if (fate === 'not-sent') return { saw: 'quote-failed', failure: failure('UNREACHABLE') };
    const terms = this.provider.quote(ref, number);
    if (fate === 'lost') return { saw: 'quote-failed', failure: failure('OUTCOME_UNKNOWN') };
    if (terms === 'refused') return { saw: 'quote-failed', failure: failure('INSUFFICIENT_FUNDS') };
    if (this.mayCancel(state)) return { saw: 'cancelled' };
    if (this.kept.accepted.length === 0) this.accept(terms);
    return { saw: 'quoted', terms };
  }

  private accept(terms: Terms): void {
    this.kept = { ...this.kept, accepted: [...this.kept.accepted, terms] };
  }

  /** As workflows/funding/approval-round.ts does it, with one other person to approve. */
  private approve(
    { requirement, of }: Extract<FundingMove, { readonly do: 'approve' }>,
    state: FundingState,
  ): FundingEvent {
    if (this.mayCancel(state)) return { saw: 'cancelled' };
    if (this.allows(of.terms)) return { saw: 'approved', waited: false };
    const askedAt = this.provider.nowMs;
    const asked = askForApproval(requirement, REQUESTER, askedAt, of);
    const fate = this.schedule.pick('approved', 'approved', 'rejected', 'expired', 'cancelled');
    this.provider.wait(fate === 'expired' ? requirement.expiresAfterMs : this.schedule.pick(MINUTE_MS, DAY_MS / 2));
    const now = this.provider.nowMs;
    const isGiven = fate === 'approved' && !hasExpired(asked, now);
    this.keepApproval(isGiven ? approved(asked, { by: 'ops-2', reason: 'looked at' }, now) : asked);
    switch (fate) {
      case 'approved':
        return isGiven ? { saw: 'approved', waited: true } : { saw: 'approval-expired' };
      case 'rejected':
        return { saw: 'resolved', action: 'abandon' };
      case 'expired':
        return { saw: 'approval-expired' };
      case 'cancelled':
        return cancelProblem(state) === undefined ? { saw: 'cancelled' } : { saw: 'approval-expired' };
    }
  }

  private keepApproval(approval: ApprovalRound): void {
    this.kept = { ...this.kept, approval };
  }

  private allows(terms: Terms | undefined): boolean {
    const { approval } = this.kept;
    const { approvalsNeverExpire, approvalsHoldForAnyTerms } = this.layer.flaws;
    const at = approvalsNeverExpire === true ? (approval?.askedAt ?? 0) : this.provider.nowMs;
    return isApproved(approval, at) && (approvalsHoldForAnyTerms === true || holdsFor(approval, terms, '0'));
  }

  private submit(ref: string): FundingEvent {
    this.judge.sends(this.kept, ref);
    const isFirst = !this.kept.sends.some((send) => send.ref === ref);
    const send = this.schedules(ref);
    if (isFirst) this.kept = { ...this.kept, searchedFromMs: send.atMs };
    const event = this.layer.submit(send);
    // What was there before it was sent is searched for from the beginning.
    if (event.saw === 'found') this.kept = { ...this.kept, searchedFromMs: send.begunMs };
    return event;
  }

  /** A submit stands in the history from now on. */
  private schedules(ref: string): Send {
    const { terms, current } = this.kept.turn.state;
    this.sendCount += 1;
    const send: Send = {
      id: this.sendCount,
      run: this.runNumber,
      ref,
      number: current.sent,
      terms,
      atTurn: this.provider.turn,
      atMs: this.provider.nowMs,
      begunMs: this.kept.begunMs,
      before: this.kept.sends.map(({ id }) => id),
      deadOrderIds: this.kept.turn.state.deadOrderIds,
    };
    this.layer.remember(send);
    this.kept = { ...this.kept, sends: [...this.kept.sends, send] };
    return send;
  }

  private lookUp(ref: string, state: FundingState): FundingEvent {
    if (this.mayCancel(state)) return { saw: 'cancelled' };
    const firstSentMs = state.current.sent === 0 ? undefined : this.kept.searchedFromMs;
    const known = state.ownOrderIds.findLast((id) => !state.deadOrderIds.includes(id));
    const own = state.order?.orderId ?? (state.doubled === undefined ? known : undefined);
    const orderId = own ?? (state.current.sent > 0 ? this.provider.hint : undefined);
    const number = state.unfenced === undefined ? undefined : state.current.sent;
    const event = this.layer.lookUp(ref, orderId, firstSentMs, number);
    return event.saw === 'absent' && this.mayCancel(state) ? { saw: 'cancelled' } : event;
  }

  private changed(call: 'confirm' | 'cancel-order', orderId: string): FundingEvent {
    const { refused } = this.layer.change({ call, orderId });
    return refused === undefined ? { saw: 'change-answered' } : { saw: 'change-failed', failure: refused };
  }

  private park(move: Extract<FundingMove, { readonly do: 'park' }>, state: FundingState): FundingEvent | 'left-parked' {
    this.judge.asks(move, state);
    this.provider.wait(this.schedule.pick(MINUTE_MS, DAY_MS / 4, 2 * DAY_MS));
    if (this.schedule.over) return this.parkedForGood(move, state);
    const answer = this.answer(state);
    if (answer === 'recheck') return { saw: 'recheck-due' };
    if (answer === 'cancel') return cancelProblem(state) === undefined ? { saw: 'cancelled' } : { saw: 'recheck-due' };
    if (answer === 'supplyInformation') return this.supply(state);
    if (resolveProblem(state, answer) !== undefined) return { saw: 'recheck-due' };
    if (answer === 'retry' && state.offered !== undefined) this.accept(state.offered);
    return { saw: 'resolved', action: answer };
  }

  /** What a person answers: whatever comes to their mind, or what is offered, without looking. */
  private answer(state: FundingState): ResolveAction | 'recheck' | 'cancel' | 'supplyInformation' {
    const { person } = this.world;
    if (person !== 'anybody' && resolveProblem(state, person) === undefined) return person;
    const answers = ['retry', 'useFreshRef', 'recheck', 'cancel', 'supplyInformation', 'abandon'] as const;
    return this.schedule.pick<(typeof answers)[number]>(...answers);
  }

  private supply({ order }: FundingState): FundingEvent {
    if (order?.awaits !== 'information') return { saw: 'recheck-due' };
    const { refused } = this.layer.change({ call: 'inform', orderId: order.orderId });
    return refused === undefined ? { saw: 'information-taken' } : { saw: 'information-failed', failure: refused };
  }

  /** Every fault has ended: time looks again, a patient person retries, and what is still asked then must be theirs to say. */
  private parkedForGood(
    { reason, recheckAfterMs }: Extract<FundingMove, { readonly do: 'park' }>,
    state: FundingState,
  ): FundingEvent | 'left-parked' {
    const mayStay = mayStayParked(this.world, this.provider, state, reason);
    this.patience -= 1;
    if (this.patience <= 0 || (mayStay && this.patience < PATIENCE - 1)) {
      if (!mayStay) this.judge.broken.push(`stuck: every fault has ended, and it still waits for ${reason}`);
      return 'left-parked';
    }
    if (recheckAfterMs !== undefined) return { saw: 'recheck-due' };
    return mayStay ? 'left-parked' : { saw: 'resolved', action: 'retry' };
  }
}
