import type { ErrorCode, FailureDetails } from '../../contract/errors';
import { ERROR_RULES } from '../../contract/errors';
import type { ResolveAction, Terms } from '../../contract/funding';
import { sameAmount } from '../../contract/money';
import {
  beginFunding,
  cancelProblem,
  type decide,
  type FundingAction,
  type FundingEvent,
  type FundingState,
  resolveProblem,
} from '../../workflows/steps/funding-rule';
import { areWorse } from '../../workflows/steps/terms';
import { type Arrival, type ModelOrder, ModelProvider, type Reply, type World } from './model-provider';
import { Schedule } from './schedule';

export type { World } from './model-provider';

/**
 * A provider and a network that do whatever a schedule says, to try the funding rule against: requests that arrive,
 * vanish or arrive late, answers that are lost, look-ups that miss, orders that settle in their own time, terms that
 * expire, news of anybody's orders, strangers who use our refs, people who answer anything they may. When the schedule is
 * used up, every fault has ended: all that was sent has arrived or is lost, and all that is asked is answered.
 */

export type Decide = typeof decide;

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

/** More steps than any schedule here can need: a run that takes them all is stuck. */
const STUCK_AFTER = 400;

function failure(code: ErrorCode): FailureDetails {
  return { code, outcome: ERROR_RULES[code].outcome };
}

/** What the layer between the rule and the network may do wrong; a healthy one sends once. */
export interface Layer {
  /** How often one submit is sent. */
  readonly sends: number;
}

interface Surroundings {
  readonly world: World;
  readonly provider: ModelProvider;
  readonly schedule: Schedule;
  readonly layer: Layer;
  /** Terms that people agreed to: the first, and those that they accepted. */
  readonly accepted: Terms[];
  readonly broken: string[];
}

/** Lets `rule` handle one intent in `world`, under `choices`. */
export function runIntent(world: World, choices: readonly number[], rule: Decide, layer: Layer = { sends: 1 }): Run {
  const schedule = new Schedule(choices);
  const story: string[] = [];
  const provider = new ModelProvider(world, schedule, story);
  const { broken } = provider;
  const surroundings: Surroundings = { world, provider, schedule, layer, accepted: [], broken };
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
    const event = perform(action, state, surroundings);
    story.push(`${describeAction(action)} -> ${describeEvent(event)}`);
    if (event === 'left-parked') {
      end = { do: 'parked' };
      break;
    }
    const refsBefore = state.earlier.length;
    const before = state.current;
    ({ state, action } = rule(state, event));
    if (state.earlier.length > refsBefore && !mayLeave(before.ref, provider)) {
      broken.push(`a fresh ref after ${before.ref}, which the provider never reported failed, rejected or not ours`);
    }
    provider.passTime(false);
  }
  provider.passTime(true);
  judge(world, provider, end, state, broken);
  return { story, end: end ?? { do: 'parked' }, state, orders: provider.orders, broken };
}

/** Whether no order under a ref can complete any more: each failed, is another's, or awaits a confirm that never comes. */
function mayLeave(ref: string, { orders }: ModelProvider): boolean {
  const under = orders.filter(({ order }) => order.ref === ref);
  return (
    under.length > 0 &&
    under.every(
      ({ ours, order, confirmSent }) =>
        !ours || order.state === 'failed' || (order.awaits === 'confirmation' && !confirmSent),
    )
  );
}

function judge(
  { intent }: World,
  provider: ModelProvider,
  end: Run['end'] | undefined,
  state: FundingState,
  broken: string[],
): void {
  const completed = provider.orders.filter(({ ours, order }) => ours && order.state === 'completed');
  if (completed.length > 1) {
    broken.push(`doubled: ${completed.map(({ order }) => `order ${order.orderId} under ${order.ref}`).join(', ')}`);
  }
  if (end?.do !== 'finish') return;
  if (end.outcome === 'cancelled' && provider.made.some(({ order }) => order.state === 'completed')) {
    broken.push('told cancelled, and an order completed');
  }
  if (end.outcome !== 'completed') return;
  if (completed.length === 0) broken.push(`lost: told completed, and no order of ${intent.fundingId} is`);
  const claimed = provider.byId(end.order?.orderId);
  if (claimed?.ours !== true) broken.push('adopted an order that is not ours');
  if (claimed !== undefined && !sameAmount(claimed.order.amount, intent.amount)) broken.push('adopted another amount');
  if (state.current.state !== 'completed') broken.push('told completed without the chain of refs showing it');
}

function perform(
  action: Exclude<FundingAction, { readonly do: 'finish' | 'refuse' }>,
  state: FundingState,
  surroundings: Surroundings,
): FundingEvent | 'left-parked' {
  const { provider, schedule, layer } = surroundings;
  switch (action.do) {
    case 'check':
      return check(state, surroundings);
    case 'quote':
      return quoted(action, state, surroundings);
    case 'submit':
      requireAccepted(state, surroundings);
      return submitted({ call: 'submit', ref: action.ref, terms: state.terms }, provider, schedule, layer.sends);
    case 'look-up': {
      if (schedule.pick('works', 'works', 'works', 'fails') === 'fails') {
        return { saw: 'lookup-failed', failure: failure(schedule.pick<ErrorCode>('UNREACHABLE', 'CONTRACT_DRIFT')) };
      }
      const order = provider.find(action.ref, placeOf(state, provider));
      return order === undefined ? { saw: 'absent' } : { saw: 'found', order };
    }
    case 'confirm':
      if (schedule.pick('goes on', 'goes on', 'cancel') === 'cancel' && cancelProblem(state) === undefined) {
        return { saw: 'cancelled' };
      }
      return stepped({ call: 'confirm', orderId: action.orderId }, provider, schedule);
    case 'cancel-order':
      return stepped({ call: 'cancel-order', orderId: action.orderId }, provider, schedule);
    case 'park':
      return parked(action, state, surroundings);
  }
}

function check(state: FundingState, { world, schedule }: Surroundings): FundingEvent {
  const fate = schedule.pick('passes', 'fails', 'cancel');
  if (fate === 'fails') {
    return { saw: 'check-failed', failure: failure(schedule.pick<ErrorCode>('UNREACHABLE', 'CLIENT_INACTIVE')) };
  }
  if (fate === 'cancel' && cancelProblem(state) === undefined) return { saw: 'cancelled' };
  return { saw: 'check-passed', semantics: world.semantics };
}

function quoted(
  { ref, number }: Extract<FundingAction, { readonly do: 'quote' }>,
  state: FundingState,
  { provider, schedule, accepted }: Surroundings,
): FundingEvent {
  const fate = schedule.pick('answered', 'answered', 'answered', 'lost', 'refused');
  if (fate === 'refused') return { saw: 'quote-failed', failure: failure('INSUFFICIENT_FUNDS') };
  const terms = provider.quote(ref, number);
  if (fate === 'lost') return { saw: 'quote-failed', failure: failure('OUTCOME_UNKNOWN') };
  if (cancelProblem(state) === undefined && schedule.pick('goes on', 'goes on', 'cancel') === 'cancel') {
    return { saw: 'cancelled' };
  }
  if (accepted.length === 0) accepted.push(terms);
  return { saw: 'quoted', terms };
}

/** What needs terms is sent with some, which are no worse than what was agreed. */
function requireAccepted({ terms }: FundingState, { world, accepted, broken }: Surroundings): void {
  const [last] = accepted.slice(-1);
  if (terms === undefined && world.semantics.quotes !== undefined) broken.push('sent without terms');
  if (terms !== undefined && last !== undefined && areWorse(terms, last, '0')) {
    broken.push(`sent with terms ${terms.quoteId}, which are worse than agreed and which nobody accepted`);
  }
}

function parked(
  { reason, recheckAfterMs }: Extract<FundingAction, { readonly do: 'park' }>,
  state: FundingState,
  { provider, schedule, accepted }: Surroundings,
): FundingEvent | 'left-parked' {
  if (schedule.over) return recheckAfterMs === undefined ? 'left-parked' : leaveOrRecheck(provider, state);
  const answers = ['retry', 'useFreshRef', 'recheck', 'cancel', 'abandon'] as const;
  const answer = schedule.pick<ResolveAction | 'recheck' | 'cancel'>(...answers);
  if (answer === 'recheck') return { saw: 'recheck-due' };
  if (answer === 'cancel') return cancelProblem(state) === undefined ? { saw: 'cancelled' } : { saw: 'recheck-due' };
  if (resolveProblem(state, answer) !== undefined) return { saw: 'recheck-due' };
  if (answer === 'retry' && reason === 'TERMS_CHANGED' && state.offered !== undefined) accepted.push(state.offered);
  return { saw: 'resolved', action: answer };
}

/** Where an order is looked for: under the id that is known, or that news told since something was sent. */
function placeOf({ order, current }: FundingState, { hint }: ModelProvider): string | undefined {
  return order?.orderId ?? (current.sent > 0 ? hint : undefined);
}

/** Once every fault has ended, one look must be enough; after that, the question is left to the person. */
function leaveOrRecheck(provider: ModelProvider, state: FundingState): FundingEvent | 'left-parked' {
  const shown = provider.find(state.current.ref, placeOf(state, provider));
  const isUnderRef = provider.byId(shown?.orderId)?.order.ref === state.current.ref;
  const settled = isUnderRef && shown?.state === 'completed';
  return settled && state.current.state !== 'not-ours' ? { saw: 'recheck-due' } : 'left-parked';
}

type Sent = { readonly reply: Reply } | { readonly failed: ErrorCode };

/** One request over the network: it arrives, or does not, or does later; its answer arrives, or does not. */
function sent(arrival: Arrival, provider: ModelProvider, schedule: Schedule, times: number): Sent {
  const unknown = (): Sent =>
    times > 1 ? sent(arrival, provider, schedule, times - 1) : { failed: 'OUTCOME_UNKNOWN' };
  switch (schedule.pick('answered', 'answer-lost', 'lost', 'late', 'not-sent')) {
    case 'not-sent':
      return { failed: 'UNREACHABLE' };
    case 'lost':
      return unknown();
    case 'late':
      provider.delay(arrival);
      return unknown();
    case 'answer-lost':
      provider.arrive(arrival);
      return unknown();
    case 'answered':
      return { reply: provider.arrive(arrival) };
  }
}

function submitted(arrival: Arrival, provider: ModelProvider, schedule: Schedule, times: number): FundingEvent {
  const outcome = sent(arrival, provider, schedule, times);
  if ('failed' in outcome) return { saw: 'submit-failed', failure: failure(outcome.failed) };
  if ('refused' in outcome.reply) return { saw: 'submit-failed', failure: failure(outcome.reply.refused) };
  const { order } = outcome.reply;
  return order === undefined
    ? { saw: 'submit-failed', failure: failure('CONTRACT_DRIFT') }
    : { saw: 'answered', order };
}

function stepped(arrival: Arrival, provider: ModelProvider, schedule: Schedule): FundingEvent {
  const outcome = sent(arrival, provider, schedule, 1);
  if ('failed' in outcome) return { saw: 'step-failed', failure: failure(outcome.failed) };
  if ('refused' in outcome.reply) return { saw: 'step-failed', failure: failure(outcome.reply.refused) };
  return { saw: 'step-answered' };
}

function describeAction(action: FundingAction): string {
  if (action.do === 'confirm' || action.do === 'cancel-order') return `${action.do} ${action.orderId}`;
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
      return `${event.saw} order ${event.order.orderId} of ${event.order.amount}, ${event.order.status}`;
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
      return `quoted ${event.terms.quoteId}, to receive ${event.terms.receives.amount}`;
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
