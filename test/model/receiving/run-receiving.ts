import fc from 'fast-check';
import type { ErrorCode, FailureDetails } from '../../../contract/errors';
import { ERROR_RULES } from '../../../contract/errors';
import type { ProviderSemantics } from '../../../contract/provider';
import type { ExpectedDeposit, ReceivedDeposit, ReceivingAccount } from '../../../contract/receiving';
import {
  beginReceiving,
  cancelProblem,
  changesNothing,
  type decide,
  type ReceivingMove,
  type ReceivingEvent,
  type ReceivingTurn,
} from '../../../workflows/receiving/rule';
import { Schedule } from '../schedule';
import type { Tried } from '../try-rule';

export type Decide = typeof decide;

/** Where several expected deposits of one client and asset are tried. */
export interface World {
  /** How many deposits of the same amount are expected. */
  readonly flows: number;
  /** How many of that amount arrive. */
  readonly arrivals: number;
  readonly accountAtStart: boolean;
  /** Turns at which the flow whose turn it is is reset, and how far back each goes. */
  readonly resets: readonly { readonly atTurn: number; readonly backTo: number }[];
  readonly person: 'anybody' | 'retry' | 'abandon' | 'markCompleted';
}

export const worlds: fc.Arbitrary<World> = fc.record({
  flows: fc.integer({ min: 1, max: 3 }),
  arrivals: fc.integer({ min: 0, max: 3 }),
  accountAtStart: fc.boolean(),
  resets: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.record({ atTurn: fc.nat(60), backTo: fc.nat(30) }), { maxLength: 2 }) },
  ),
  person: fc.constantFrom('anybody', 'anybody', 'retry', 'abandon', 'markCompleted'),
} satisfies { [Key in keyof World]: fc.Arbitrary<World[Key]> });

const STUCK_AFTER = 500;
/** More calls than a flow can need at one moment, with no wait between them. */
const HOT_AFTER = 30;
const PATIENCE = 8;
const DEADLINE_MS = 60_000;
const WINDOW_MS = 2_000;
const AMOUNT = '100.00';

const SEMANTICS: ProviderSemantics = {
  provider: 'model',
  capabilities: ['receive-deposit'],
  repeatedRef: 'rejects',
  orderLookup: 'by-ref',
  settlement: 'later',
  settleWindowMs: WINDOW_MS,
  maxRefLength: 64,
  maxAmountDecimals: 8,
  immutableAfterCreate: [],
};

interface Arrival {
  readonly id: string;
  readonly openAt: number;
  readonly completedAt: number;
}

/** What a reset goes back to. */
interface Kept {
  readonly turn: ReceivingTurn;
  /** A claim that the flow met, and has not read for whom. */
  readonly unread: string | undefined;
}

interface ModelFlow extends Kept {
  readonly fundingId: string;
  turn: ReceivingTurn;
  unread: string | undefined;
  history: Kept[];
  end: string | undefined;
  callsAtOnce: number;
  patience: number;
  cancelAsked: boolean;
}

/**
 * Deposits that are expected at a provider that shows late, loses answers and asks for more, as a schedule says, to try
 * the receiving rule against. When the schedule is used up, every fault has ended, and a patient person retries.
 */
export function runReceiving(world: World, choices: readonly number[], rule: Decide): Tried {
  return new ReceivingRun(world, choices, rule).run();
}

class ReceivingRun {
  private readonly schedule: Schedule;
  private readonly story: string[] = [];
  private readonly broken: string[] = [];
  private readonly flows: readonly ModelFlow[];
  private readonly arrivals: readonly Arrival[];
  private readonly resets: { readonly atTurn: number; readonly backTo: number }[];
  /** Whom each deposit was claimed for. */
  private readonly claims = new Map<string, string>();
  private account: { visibleAt: number; state: ReceivingAccount['state']; needs: boolean } | undefined;
  /** The numbers that applications for an account arrived under: a repeated number makes no second account. */
  private readonly applied = new Set<string>();
  private nowMs = 0;

  constructor(
    private readonly world: World,
    choices: readonly number[],
    private readonly rule: Decide,
  ) {
    this.schedule = new Schedule(choices);
    this.resets = [...world.resets].sort((one, other) => one.atTurn - other.atTurn);
    if (world.accountAtStart) this.account = { visibleAt: 0, state: 'ready', needs: false };
    this.flows = Array.from({ length: world.flows }, (_, index) => {
      const turn = beginReceiving(expected(`in-${index + 1}`), DEADLINE_MS);
      return {
        fundingId: `in-${index + 1}`,
        turn,
        unread: undefined,
        history: [],
        end: undefined,
        callsAtOnce: 0,
        patience: PATIENCE,
        cancelAsked: false,
      };
    });
    this.arrivals = Array.from({ length: world.arrivals }, (_, index) => {
      const openAt = this.schedule.pick(0, 500, 5_000, 70_000);
      return { id: `money-${index + 1}`, openAt, completedAt: openAt + this.schedule.pick(0, 0, 3_000) };
    });
  }

  run(): Tried {
    for (let taken = 0; this.flows.some(({ end }) => end === undefined); taken += 1) {
      if (taken > STUCK_AFTER) {
        this.broken.push('stuck: a deposit neither ends nor asks a person');
        break;
      }
      const running = this.flows.filter(({ end }) => end === undefined);
      const flow = running[taken % running.length];
      if (flow !== undefined) this.turn(flow, taken);
    }
    this.judge();
    return { story: this.story, ends: this.flows.map(({ end }) => end ?? 'stuck'), broken: this.broken };
  }

  private turn(flow: ModelFlow, taken: number): void {
    flow.history.push({ turn: flow.turn, unread: flow.unread });
    const [reset] = this.resets;
    if (reset !== undefined && reset.atTurn <= taken) {
      this.resets.shift();
      flow.history = flow.history.slice(0, 1 + (reset.backTo % flow.history.length));
      const { turn, unread } = flow.history.pop() ?? flow;
      flow.turn = turn;
      flow.unread = unread;
      flow.cancelAsked = false;
      this.story.push(`${flow.fundingId}: reset to ${JSON.stringify(flow.turn.move)}`);
      return;
    }
    const { state, move } = flow.turn;
    if (move.do === 'finish' || move.do === 'refuse') {
      flow.end = move.do === 'finish' ? move.outcome : 'refused';
      return;
    }
    const event = this.perform(flow, move);
    this.story.push(`${flow.fundingId}: ${JSON.stringify(move)} -> ${JSON.stringify(event)}`);
    if (event === 'left-parked') {
      flow.end = 'parked';
      return;
    }
    const isCancelled = changesNothing(event) && this.isCancelDue(flow);
    const seen: ReceivingEvent = isCancelled ? { saw: 'cancelled' } : event;
    if (seen.saw === 'cancelled' && flow.unread !== undefined) {
      this.break(`cancelled while ${flow.unread} may have been claimed by it`);
    }
    if (seen.saw === 'claimed-before') flow.unread = seen.deposit.depositId;
    if (seen.saw === 'claim') flow.unread = undefined;
    flow.turn = this.rule(state, seen);
  }

  private isCancelDue(flow: ModelFlow): boolean {
    return flow.cancelAsked && cancelProblem(flow.turn) === undefined;
  }

  private perform(
    flow: ModelFlow,
    move: Exclude<ReceivingMove, { readonly do: 'finish' | 'refuse' }>,
  ): ReceivingEvent | 'left-parked' {
    if (move.do === 'park') return this.answer(flow, move);
    if ('afterMs' in move) this.wait(flow, move.afterMs);
    flow.cancelAsked ||= this.schedule.pick(...SELDOM);
    if (this.isCancelDue(flow)) return { saw: 'cancelled' };
    flow.callsAtOnce += 1;
    if (flow.callsAtOnce > HOT_AFTER) this.break('a loop without a wait');
    switch (move.do) {
      case 'check':
        return this.readFails()
          ? { saw: 'check-failed', failure: failure('UNREACHABLE') }
          : { saw: 'checked', semantics: SEMANTICS };
      case 'look-account':
        return this.lookAtAccount();
      case 'apply':
        return this.apply(flow);
      case 'look-money':
        return this.lookForMoney();
      case 'claim':
        return this.claim(flow, move.deposit);
      case 'read-claim': {
        if (this.readFails()) return { saw: 'read-failed', failure: failure('UNREACHABLE') };
        const { deposit } = move;
        return { saw: 'claim', deposit, fundingId: this.claims.get(deposit.depositId) ?? 'nobody' };
      }
    }
  }

  private wait(flow: ModelFlow, ms: number): void {
    if (ms > 0) flow.callsAtOnce = 0;
    this.nowMs += ms;
    const { account } = this;
    if (account?.state !== 'pending') return;
    const does = this.schedule.pick('opens', 'nothing', 'nothing', 'asks', 'refuses');
    if (does === 'opens') account.state = 'ready';
    if (does === 'asks') account.needs = true;
    if (does === 'refuses') account.state = 'refused';
  }

  private get visibleAccount(): ReceivingAccount | undefined {
    const { account } = this;
    if (account === undefined || account.visibleAt > this.nowMs) return undefined;
    const { state, needs } = account;
    return { accountId: 'account-1', state, status: state, ...(needs ? { needs: 'information' } : {}) };
  }

  private lookAtAccount(): ReceivingEvent {
    if (this.readFails()) return { saw: 'read-failed', failure: failure('UNREACHABLE') };
    const account = this.visibleAccount;
    return { saw: 'account', at: this.nowMs, ...(account === undefined ? {} : { account }) };
  }

  private apply({ fundingId, turn }: ModelFlow): ReceivingEvent {
    const how = this.schedule.pick('ok', 'ok', 'answer lost', 'vanishes', 'refused', 'AUTH');
    if (how === 'refused') return { saw: 'apply-failed', failure: failure('INVALID_REQUEST') };
    if (how === 'AUTH') return { saw: 'apply-failed', failure: failure('AUTH') };
    if (how === 'vanishes') return { saw: 'apply-failed', failure: failure('OUTCOME_UNKNOWN') };
    this.applied.add(`${fundingId} ${turn.state.application.attempt}`);
    this.account ??= { visibleAt: this.nowMs + this.schedule.pick(0, 200), state: 'pending', needs: false };
    return how === 'ok' ? { saw: 'applied' } : { saw: 'apply-failed', failure: failure('OUTCOME_UNKNOWN') };
  }

  private lookForMoney(): ReceivingEvent {
    if (this.readFails()) return { saw: 'read-failed', failure: failure('UNREACHABLE') };
    const deposits = this.arrivals
      .filter(({ openAt }) => openAt <= this.nowMs)
      .map(({ id: depositId, completedAt }): ReceivedDeposit => {
        const state = completedAt <= this.nowMs ? 'completed' : 'open';
        return { depositId, asset: 'USD', amount: AMOUNT, state, status: state };
      });
    const other: ReceivedDeposit = {
      depositId: 'other',
      asset: 'USD',
      amount: '7',
      state: 'completed',
      status: 'done',
    };
    return { saw: 'deposits', deposits: [other, ...deposits], at: this.nowMs };
  }

  private claim({ fundingId }: ModelFlow, deposit: ReceivedDeposit): ReceivingEvent {
    if (this.claims.has(deposit.depositId)) return { saw: 'claimed-before', deposit };
    this.claims.set(deposit.depositId, fundingId);
    return { saw: 'claimed', deposit };
  }

  private readFails(): boolean {
    return this.schedule.pick(false, false, false, false, false, true);
  }

  private answer(
    flow: ModelFlow,
    { reason, recheckAfterMs }: Extract<ReceivingMove, { readonly do: 'park' }>,
  ): ReceivingEvent | 'left-parked' {
    this.wait(flow, recheckAfterMs ?? 60_000);
    if (this.isCancelDue(flow)) return { saw: 'cancelled' };
    if (this.schedule.over) {
      flow.patience -= 1;
      if (flow.patience <= 0) return 'left-parked';
      if (reason === 'INFORMATION_REQUIRED') return this.inform();
      return { saw: 'resolved', action: 'retry' };
    }
    const does =
      this.world.person === 'anybody'
        ? this.schedule.pick('retry', 'recheck', 'inform', 'abandon', 'markCompleted', 'retry')
        : this.world.person;
    switch (does) {
      case 'retry':
      case 'abandon':
      case 'markCompleted':
        return { saw: 'resolved', action: does };
      case 'inform':
        return reason === 'INFORMATION_REQUIRED' ? this.inform() : { saw: 'resolved', action: 'retry' };
      case 'recheck':
        return recheckAfterMs === undefined ? { saw: 'resolved', action: 'retry' } : { saw: 'recheck-due' };
    }
  }

  private inform(): ReceivingEvent {
    if (this.schedule.pick(false, false, true)) return { saw: 'information-failed' };
    if (this.account !== undefined) this.account.needs = false;
    return { saw: 'information-given', at: this.nowMs };
  }

  private break(why: string): void {
    if (!this.broken.includes(why)) this.broken.push(why);
  }

  private judge(): void {
    if (this.flows.length === 1 && this.applied.size > 1) this.break('two accounts were applied for');
    const held = new Map<string, string>();
    for (const { fundingId, end, turn } of this.flows) {
      const { deposit } = turn.state;
      if (end === 'completed' && deposit === undefined) this.break('completed without money');
      if (end !== 'completed' || deposit === undefined) continue;
      if (held.has(deposit.depositId)) this.break(`${deposit.depositId} completed two deposits`);
      held.set(deposit.depositId, fundingId);
      if (this.claims.get(deposit.depositId) !== fundingId) this.break(`${deposit.depositId} is claimed for another`);
      const arrival = this.arrivals.find(({ id }) => id === deposit.depositId);
      if (arrival === undefined) this.break('money that does not fit was taken');
      if (arrival !== undefined && arrival.completedAt > this.nowMs) this.break('money that had not arrived was taken');
    }
    // A flow that was left parked, given up or marked does not ask any more; one that runs to its end has what it took.
    if (this.world.resets.length > 0 && this.flows.length === 1) {
      const [flow] = this.flows;
      if (flow?.end === 'parked' && this.claims.size > 0 && flow.turn.move.do === 'park') {
        const { reason } = flow.turn.move;
        if (reason === 'DEPOSIT_OVERDUE') this.break('money that an earlier run took belongs to nobody');
      }
    }
  }
}

const SELDOM = [false, false, false, false, false, false, false, false, true] as const;

function failure(code: ErrorCode): FailureDetails {
  return { code, outcome: ERROR_RULES[code].outcome };
}

function expected(fundingId: string): ExpectedDeposit {
  return { provider: 'model', fundingId, partnerClientId: 'client-1', asset: 'USD', amount: AMOUNT };
}
