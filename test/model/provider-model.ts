import type { ErrorCode, FailureDetails } from '../../contract/errors';
import { ERROR_RULES } from '../../contract/errors';
import type { Intent, Order, OrderState, ResolveAction } from '../../contract/funding';
import { sameAmount } from '../../contract/money';
import type { ProviderSemantics } from '../../contract/provider';
import {
  beginFunding,
  cancelProblem,
  type decide,
  type FundingAction,
  type FundingEvent,
  type FundingState,
  resolveProblem,
} from '../../workflows/steps/funding-rule';

/**
 * A provider and a network that do whatever a schedule says, to try the funding rule against: requests that arrive,
 * vanish or arrive late, answers that are lost, look-ups that miss, orders that settle in their own time, strangers
 * who use our refs, people who answer anything they may. A schedule is a list of numbers; when it is used up, every
 * fault has ended: all that was sent has arrived or is lost, and all that is asked is answered.
 */

export type Decide = typeof decide;

export interface World {
  readonly semantics: ProviderSemantics;
  readonly intent: Intent;
  /** An order that stands under the intent's first ref before it begins, and whether it is another's. */
  readonly planted: 'none' | 'strangers' | 'ours';
  /** The amount of a stranger's order. */
  readonly strangersAmount: string;
  readonly maxRefs: number;
}

export interface Run {
  /** What happened, line by line. */
  readonly story: readonly string[];
  readonly end: Extract<FundingAction, { readonly do: 'finish' | 'refuse' }> | { readonly do: 'parked' };
  readonly state: FundingState;
  /** Every order that the provider made or was given, after everything late has arrived and settled. */
  readonly orders: readonly ModelOrder[];
  /** Why the run broke a promise at some step; empty where it did not. */
  readonly broken: readonly string[];
}

export interface ModelOrder {
  readonly order: Order;
  readonly ours: boolean;
}

/** More steps than any schedule here can need: a run that takes them all is stuck. */
const STUCK_AFTER = 400;

class Schedule {
  private at = 0;
  constructor(private readonly choices: readonly number[]) {}
  get over(): boolean {
    return this.at >= this.choices.length;
  }
  /** One of `among`; the first of them once the schedule is over. */
  pick<T>(first: T, ...others: readonly T[]): T {
    const choice = this.choices[this.at] ?? 0;
    this.at += 1;
    return [first, ...others][choice % (others.length + 1)] ?? first;
  }
}

interface Mutable {
  order: Order;
  readonly ours: boolean;
  /** Look-ups that will still miss it. */
  hidden: number;
}

class Provider {
  readonly orders: Mutable[] = [];
  /** Requests on their way: sent, given up on, not yet arrived. */
  private late: { ref: string }[] = [];
  private nextId = 1;

  constructor(
    private readonly world: World,
    private readonly schedule: Schedule,
    private readonly story: string[],
  ) {
    if (world.planted === 'none') return;
    const ours = world.planted === 'ours';
    this.add(world.intent.fundingId, 'completed', ours, ours ? world.intent.amount : world.strangersAmount);
  }

  /** A request arrives: an order is made, or it is refused. */
  receive(ref: string): { readonly order: Order } | { readonly refused: ErrorCode } {
    const earlier = this.orders.find(({ order }) => order.ref === ref);
    if (earlier !== undefined && this.world.semantics.repeatedRef === 'rejects') return { refused: 'DUPLICATE_REF' };
    if (earlier !== undefined && this.world.semantics.repeatedRef === 'replays') return { order: earlier.order };
    const state = this.schedule.pick<OrderState | 'refused'>('completed', 'failed', 'open', 'refused');
    if (state === 'refused') return { refused: this.schedule.pick<ErrorCode>('INSUFFICIENT_FUNDS', 'CLIENT_INACTIVE') };
    const made = this.add(ref, state, true, this.world.intent.amount);
    made.hidden = this.schedule.pick(0, 1, 3);
    this.story.push(`  provider: order ${made.order.orderId} under ${ref}, ${state}`);
    return { order: made.order };
  }

  delay(ref: string): void {
    this.late.push({ ref });
  }

  /** What happens while nobody looks: late requests arrive, open orders settle. */
  passTime(everything: boolean): void {
    const arriving = this.late.filter(() => everything || this.schedule.pick(true, false));
    this.late = this.late.filter((request) => !arriving.includes(request));
    for (const { ref } of arriving) {
      this.story.push(`  provider: a late request under ${ref} arrives`);
      this.receive(ref);
    }
    for (const known of this.orders) {
      if (known.order.state !== 'open') continue;
      const state = everything ? 'completed' : this.schedule.pick<OrderState>('completed', 'open', 'failed');
      if (state !== 'open') this.story.push(`  provider: order ${known.order.orderId} settles, ${state}`);
      known.order = { ...known.order, state, status: state };
    }
  }

  find(ref: string): Order | undefined {
    // The first one made: with a provider that duplicates, a listing shows the token's orders in this order.
    const known = this.orders.find(({ order }) => order.ref === ref);
    if (known === undefined) return undefined;
    if (known.hidden > 0 && !this.schedule.over) {
      known.hidden -= 1;
      return undefined;
    }
    return known.order;
  }

  private add(ref: string, state: OrderState, ours: boolean, amount: string): Mutable {
    const { kind, partnerClientId, asset } = this.world.intent;
    const order: Order = { orderId: `${this.nextId}`, ref, kind, partnerClientId, asset, amount, state, status: state };
    this.nextId += 1;
    const known: Mutable = { order, ours, hidden: 0 };
    this.orders.push(known);
    return known;
  }
}

function failure(code: ErrorCode): FailureDetails {
  return { code, outcome: ERROR_RULES[code].outcome };
}

/** What the layer between the rule and the network may do wrong; a healthy one sends once. */
export interface Layer {
  /** How often one submit is sent. */
  readonly sends: number;
}

/** Lets `rule` handle one intent in `world`, under `choices`. */
export function runIntent(world: World, choices: readonly number[], rule: Decide, layer: Layer = { sends: 1 }): Run {
  const schedule = new Schedule(choices);
  const story: string[] = [];
  const broken: string[] = [];
  const provider = new Provider(world, schedule, story);
  let { state, action } = beginFunding(world.intent, { maxRefs: world.maxRefs, settlementDeadlineMs: 60_000 });
  let end: Run['end'] | undefined;
  for (let step = 0; end === undefined; step += 1) {
    if (step > STUCK_AFTER) {
      broken.push('stuck: the intent neither ends nor asks a person');
      break;
    }
    if (action.do === 'finish' || action.do === 'refuse') {
      end = action;
      break;
    }
    if (action.do === 'park' && schedule.over && action.recheckAfterMs === undefined) {
      end = { do: 'parked' };
      break;
    }
    const event = perform(action, state, world, provider, schedule, layer);
    story.push(`${describeAction(action)} -> ${describeEvent(event)}`);
    if (event === 'left-parked') {
      end = { do: 'parked' };
      break;
    }
    const refsBefore = state.earlier.length;
    const before = state.current;
    ({ state, action } = rule(state, event));
    if (state.earlier.length > refsBefore) {
      const seen = provider.orders.find(({ order }) => order.ref === before.ref);
      if (seen === undefined || (seen.ours && seen.order.state !== 'failed')) {
        broken.push(`a fresh ref after ${before.ref}, which the provider never reported failed, rejected or not ours`);
      }
    }
    provider.passTime(false);
  }
  provider.passTime(true);
  judge(world, provider, end, state, broken);
  return { story, end: end ?? { do: 'parked' }, state, orders: provider.orders, broken };
}

function judge(
  { intent }: World,
  provider: Provider,
  end: Run['end'] | undefined,
  state: FundingState,
  broken: string[],
): void {
  const completed = provider.orders.filter(({ ours, order }) => ours && order.state === 'completed');
  if (completed.length > 1) {
    broken.push(`doubled: ${completed.map(({ order }) => `order ${order.orderId} under ${order.ref}`).join(', ')}`);
  }
  if (end?.do !== 'finish' || end.outcome !== 'completed') return;
  if (completed.length === 0) broken.push(`lost: told completed, and no order of ${intent.fundingId} is`);
  const claimed = provider.orders.find(({ order }) => order.orderId === end.order?.orderId);
  if (claimed?.ours !== true) broken.push('adopted an order that is not ours');
  if (claimed !== undefined && !sameAmount(claimed.order.amount, intent.amount)) broken.push('adopted another amount');
  if (state.current.state !== 'completed') broken.push('told completed without the chain of refs showing it');
}

function perform(
  action: Exclude<FundingAction, { readonly do: 'finish' | 'refuse' }>,
  state: FundingState,
  world: World,
  provider: Provider,
  schedule: Schedule,
  layer: Layer,
): FundingEvent | 'left-parked' {
  switch (action.do) {
    case 'check':
      switch (schedule.pick('passes', 'fails', 'cancel')) {
        case 'fails':
          return { saw: 'check-failed', failure: failure(schedule.pick<ErrorCode>('UNREACHABLE', 'CLIENT_INACTIVE')) };
        case 'cancel':
          if (cancelProblem(state) === undefined) return { saw: 'cancelled' };
          return { saw: 'check-passed', semantics: world.semantics };
        case 'passes':
          return { saw: 'check-passed', semantics: world.semantics };
      }
    case 'submit':
      return send(action.ref, provider, schedule, layer.sends);
    case 'look-up': {
      if (schedule.pick('works', 'works', 'works', 'fails') === 'fails') {
        return { saw: 'lookup-failed', failure: failure(schedule.pick<ErrorCode>('UNREACHABLE', 'CONTRACT_DRIFT')) };
      }
      const order = provider.find(action.ref);
      return order === undefined ? { saw: 'absent' } : { saw: 'found', order };
    }
    case 'quote':
    case 'confirm':
    case 'cancel-order':
      return { saw: 'step-answered' };
    case 'park': {
      if (schedule.over) return action.recheckAfterMs === undefined ? 'left-parked' : leaveOrRecheck(provider, state);
      const answer = schedule.pick<ResolveAction | 'recheck' | 'cancel'>(
        'retry',
        'useFreshRef',
        'recheck',
        'cancel',
        'abandon',
      );
      if (answer === 'recheck') return { saw: 'recheck-due' };
      if (answer === 'cancel')
        return cancelProblem(state) === undefined ? { saw: 'cancelled' } : { saw: 'recheck-due' };
      return resolveProblem(state, answer) === undefined ? { saw: 'resolved', action: answer } : { saw: 'recheck-due' };
    }
  }
}

/** Once every fault has ended, one look must be enough; after that, the question is left to the person. */
function leaveOrRecheck(provider: Provider, state: FundingState): FundingEvent | 'left-parked' {
  const order = provider.find(state.current.ref);
  return order?.state === 'completed' && state.current.state !== 'not-ours' ? { saw: 'recheck-due' } : 'left-parked';
}

function send(ref: string, provider: Provider, schedule: Schedule, times: number): FundingEvent {
  const unknown: FundingEvent = { saw: 'submit-failed', failure: failure('OUTCOME_UNKNOWN') };
  const fate = schedule.pick('answered', 'answer-lost', 'lost', 'late', 'not-sent');
  switch (fate) {
    case 'not-sent':
      return { saw: 'submit-failed', failure: failure('UNREACHABLE') };
    case 'lost':
      return times > 1 ? send(ref, provider, schedule, times - 1) : unknown;
    case 'late':
      provider.delay(ref);
      return times > 1 ? send(ref, provider, schedule, times - 1) : unknown;
    case 'answered':
    case 'answer-lost': {
      const answer = provider.receive(ref);
      if (fate === 'answer-lost') return times > 1 ? send(ref, provider, schedule, times - 1) : unknown;
      if ('order' in answer) return { saw: 'answered', order: answer.order };
      return { saw: 'submit-failed', failure: failure(answer.refused) };
    }
  }
}

function describeAction(action: FundingAction): string {
  return 'ref' in action
    ? `${action.do} ${action.ref}`
    : action.do === 'park'
      ? `parked for ${action.reason}`
      : action.do;
}

function describeEvent(event: FundingEvent | 'left-parked'): string {
  if (event === 'left-parked') return event;
  switch (event.saw) {
    case 'answered':
    case 'found':
      return `${event.saw} order ${event.order.orderId} of ${event.order.amount}, ${event.order.state}`;
    case 'check-failed':
    case 'submit-failed':
    case 'lookup-failed':
      return `${event.saw} ${event.failure.code}`;
    case 'resolved':
      return `resolved ${event.action}`;
    case 'quote-failed':
    case 'step-failed':
    case 'information-failed':
      return `${event.saw} ${event.failure.code}`;
    case 'quoted':
    case 'step-answered':
    case 'information-taken':
    case 'check-passed':
    case 'absent':
    case 'approval-expired':
    case 'recheck-due':
    case 'cancelled':
      return event.saw;
  }
}
