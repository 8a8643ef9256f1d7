import { CancelledFailure } from '@temporalio/workflow';
import type { CancelRequest } from '../../contract/funding';
import type { ParkReason, ParkedState, PersonsDecision } from '../../contract/progress';
import type { Answer, Desk } from './desk';
import { refusal } from './failures';
import type { Call, Cancelled, Common, Finish, Park, Refuse, Step } from './step';

export type Question = Omit<ParkedState<ParkReason>, 'since'>;
export type UncancelledAnswer = Exclude<Answer, { readonly kind: 'cancelled' }>;

/** The board as every flow uses it. */
interface Shown {
  readonly record: { readonly parked?: ParkedState<ParkReason> };
  park(stage: 'parked', question: Question): void;
  decide(decision: Omit<PersonsDecision, 'at'>): void;
  readonly partner: { begun(): Promise<void> };
}

/** A flow, as `perform` drives it: a rule that decides, and the calls that do what it says. */
export interface Flow<State, Asked extends Call, Ending extends Finish, Event, Result> {
  /** Replaced after everything that was seen; carried along when the history is renewed. */
  step: Step<State, Asked | Common<Ending>>;
  readonly board: Shown;
  readonly desk: Desk;
  /** What is next, from what was seen: the rule. Total. */
  decide(state: State, event: Event | Cancelled): Step<State, Asked | Common<Ending>>;
  /** Whether the flow is where it was after that, so that a cancel that came meanwhile is taken in its place. */
  changesNothing(event: Event | Cancelled): boolean;
  /** Shows what is waited for, before it is. */
  show(action: Asked): void;
  /** Whether an activity comes back for it, and no local one: then the history's length may be looked at. */
  comesBack(action: Asked): boolean;
  /** Does what the rule asks for, once, and tells what was seen. Never throws what a call threw. */
  call(action: Asked): Promise<Event | Cancelled>;
  question(action: Park): Question;
  /** What a person's answer means to the rule. */
  answered(answer: UncancelledAnswer): Event | Promise<Event>;
  /** Starts the workflow anew under its id, with what it knows. */
  renew(): Promise<never>;
  /** Shows the end. Nothing is decided any more. */
  end(action: Ending): Promise<void>;
  result(action: Ending): Result;
}

/**
 * The loop of every flow: do what the rule says, tell it what was seen. Waits, questions, cancels and the renewal of a long
 * history are the same in all of them, and are here alone.
 *
 * @throws ApplicationFailure where the rule refuses the request; CancelledFailure where the server was asked to cancel
 *   the workflow, and the rule ended it so
 */
export async function perform<State, Asked extends Call, Ending extends Finish, Event, Result>(
  flow: Flow<State, Asked, Ending, Event, Result>,
): Promise<Result> {
  for (;;) {
    const { state, action } = flow.step;
    if (isEnding(action)) return await finish(flow, action);
    if (isRefuse(action)) throw refusal(action.failure);
    // What is next is part of what is carried along: nothing that led here happens again.
    if (flow.desk.isRenewalDue) {
      await flow.desk.closeForRenewal();
      await flow.renew();
    }
    const event = isPark(action) ? await ask(flow, action) : await call(flow, action);
    if (!isPark(action) && flow.comesBack(action)) flow.desk.lookAtLength();
    const isCancelled = flow.changesNothing(event) && flow.desk.cancelDue() !== undefined;
    flow.step = flow.decide(state, isCancelled ? CANCELLED : event);
  }
}

const CANCELLED: Cancelled = { saw: 'cancelled' };

async function call<State, Asked extends Call, Ending extends Finish, Event, Result>(
  flow: Flow<State, Asked, Ending, Event, Result>,
  action: Asked,
): Promise<Event | Cancelled> {
  flow.show(action);
  await flow.desk.pause(action.afterMs ?? 0);
  return flow.desk.cancelDue() === undefined ? await flow.call(action) : CANCELLED;
}

async function ask<State, Asked extends Call, Ending extends Finish, Event, Result>(
  flow: Flow<State, Asked, Ending, Event, Result>,
  action: Park,
): Promise<Event | Cancelled> {
  flow.board.park('parked', flow.question(action));
  const answer = await flow.desk.ask(action.recheckAfterMs);
  return answer.kind === 'cancelled' ? CANCELLED : await flow.answered(answer);
}

async function finish<State, Asked extends Call, Ending extends Finish, Event, Result>(
  flow: Flow<State, Asked, Ending, Event, Result>,
  action: Ending,
): Promise<Result> {
  const { board, desk } = flow;
  const cancel: CancelRequest | undefined = desk.cancelRequest;
  if (cancel !== undefined) board.decide({ action: 'cancel', ...cancel });
  await flow.end(action);
  await desk.close('the flow has ended: there is no question to answer');
  await board.partner.begun();
  if (action.outcome === 'cancelled' && desk.cancelledByServer) {
    throw new CancelledFailure('Cancelled before anything of it took effect');
  }
  return flow.result(action);
}

function isEnding<Asked extends Call, Ending extends Finish>(action: Asked | Common<Ending>): action is Ending {
  return action.do === 'finish';
}

function isRefuse<Asked extends Call, Ending extends Finish>(action: Asked | Common<Ending>): action is Refuse {
  return action.do === 'refuse';
}

function isPark<Asked extends Call>(action: Asked | Park): action is Park {
  return action.do === 'park';
}
