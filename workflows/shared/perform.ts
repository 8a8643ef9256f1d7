import { CancelledFailure } from '@temporalio/workflow';
import type { FailureDetails } from '../../contract/errors';
import type { CancelRequest } from '../../contract/funding';
import type { ParkReason, ParkedState, PersonsDecision, Waiting } from '../../contract/progress';
import { providerWatchId } from '../../contract/provider-watch';
import type { Answer, Inbox } from './inbox';
import { refusal } from './failures';
import { entersServerCancels } from '../patches';
import { enterServerCancel } from './recorded';
import type { Call, Cancelled, Common, Finish, Park, Refuse, Seen, Turn } from './turn';
import { recheckWaitMs, WATCHED_WAIT_MS, withJitter } from './waits';

export type Question = Omit<ParkedState<ParkReason>, 'since'>;
export type UncancelledAnswer = Exclude<Answer, { readonly kind: 'cancelled' }>;

/** The board as every flow uses it. */
interface Shown {
  readonly record: { readonly parked?: ParkedState<ParkReason> };
  park(stage: 'parked', question: Question): void;
  /** How long the question has been open. In milliseconds; 0 if it is another one. */
  openForMs(reason: ParkReason): number;
  /** Shows what is waited for; undefined: nothing any more. */
  wait(waiting: Waiting | undefined): void;
  decide(decision: Omit<PersonsDecision, 'at'>): void;
  readonly partner: { begun(): Promise<void> };
}

/** A flow, as `perform` drives it: a rule that decides, and the calls that do what it says. */
export interface Flow<State, Asked extends Call, Ending extends Finish, Event extends Seen, Result> {
  /** Replaced after everything that was seen; carried along when the history is renewed. */
  turn: Turn<State, Asked | Common<Ending>>;
  readonly board: Shown;
  readonly inbox: Inbox;
  /** What is next, from what was seen: the rule. Total. */
  decide(state: State, event: Event | Cancelled): Turn<State, Asked | Common<Ending>>;
  /** Whether the event left the flow where it was, so that a cancel that came meanwhile is taken in its place. */
  changesNothing(event: Event | Cancelled): boolean;
  /** Shows what is waited for, before it is. */
  show(move: Asked): void;
  /** What a wait before it is for, in words that follow "waits". */
  readonly waitsTo: Readonly<Record<Asked['do'], string>>;
  /** The calls that only read: if the provider does not answer, they are made again as they are. */
  readonly reads: readonly Asked['do'][];
  /** Whether an activity comes back for it, and no local one: then the history's length may be looked at. */
  comesBack(move: Asked): boolean;
  /** Does what the rule asks for, once, and tells what was seen. Never throws what a call threw. */
  call(move: Asked): Promise<Event | Cancelled>;
  question(move: Park): Question;
  /** What a person's answer means to the rule. */
  answered(answer: UncancelledAnswer): Event | Promise<Event>;
  /** Starts the workflow anew under its id, with what it knows. */
  renew(): Promise<never>;
  /** Ends it, in sight: nothing is decided any more. Or tells what was seen that keeps it from ending. */
  end(move: Ending): Promise<Event | undefined>;
  result(move: Ending): Result;
}

/**
 * The loop of every flow: do what the rule says, then tell it what was seen. Waits, questions, cancels and the renewal
 * of a long history are the same in every flow, and are only here.
 *
 * @throws ApplicationFailure if the rule refuses the request; CancelledFailure if the server was asked to cancel
 *   the workflow, and the rule ended it so
 */
export async function perform<State, Asked extends Call, Ending extends Finish, Event extends Seen, Result>(
  flow: Flow<State, Asked, Ending, Event, Result>,
): Promise<Result> {
  let met: FailureDetails | undefined;
  for (let hasTriedToEnd = false; ;) {
    const { state, move } = flow.turn;
    if (isEnding(move)) {
      const kept = await end(flow, move, hasTriedToEnd);
      if (kept === undefined) return await finish(flow, move);
      hasTriedToEnd = true;
      flow.turn = flow.decide(state, kept);
      continue;
    }
    if (isRefuse(move)) {
      await flow.board.partner.begun();
      throw refusal(move.failure);
    }
    // The next step is carried along too: nothing that led here happens again.
    if (flow.inbox.isRenewalDue) {
      // What is not in the book by then would be told by nobody.
      await flow.board.partner.begun();
      await flow.inbox.closeForRenewal();
      await flow.renew();
    }
    const event = isPark(move) ? await ask(flow, move) : await call(flow, move, met);
    if (!isPark(move) && flow.comesBack(move)) flow.inbox.lookAtLength();
    met = event.failure;
    const isCancelled = flow.changesNothing(event) && flow.inbox.cancelDue() !== undefined;
    flow.turn = flow.decide(state, isCancelled ? CANCELLED : event);
  }
}

const CANCELLED: Cancelled = { saw: 'cancelled' };

async function call<State, Asked extends Call, Ending extends Finish, Event extends Seen, Result>(
  flow: Flow<State, Asked, Ending, Event, Result>,
  move: Asked,
  met: FailureDetails | undefined,
): Promise<Event | Cancelled> {
  flow.show(move);
  await pause(flow, move, met);
  return flow.inbox.cancelDue() === undefined ? await callWatched(flow, move) : CANCELLED;
}

/** How often a read is made again because the provider was said to answer, and it did not, before the rule is told. */
const MOST_WAKES_IN_VAIN = 3;

/**
 * Makes a call. A read that met a provider which does not answer, and is watched, waits for the watch and is made again
 * once that wakes it; if it does not for a while, the rule is told what the read met. While a person is asked nothing
 * waits here: the question is where the flow is woken.
 */
async function callWatched<State, Asked extends Call, Ending extends Finish, Event extends Seen, Result>(
  flow: Flow<State, Asked, Ending, Event, Result>,
  move: Asked,
): Promise<Event | Cancelled> {
  const { board, inbox } = flow;
  const what: Asked['do'] = move.do;
  let waits: Waiting | undefined;
  for (let wakes = 0; ; wakes += 1) {
    const event = await flow.call(move);
    const watched = flow.reads.includes(what) && board.record.parked === undefined ? watchedIn(event) : undefined;
    if (watched === undefined || wakes === MOST_WAKES_IN_VAIN) return event;
    const ms = withJitter(WATCHED_WAIT_MS, Math.random());
    waits = { since: now(), ...waits, ...forProvider(watched), until: inMs(ms) };
    board.wait(waits);
    const isWoken = await inbox.pause(ms);
    board.wait(undefined);
    if (inbox.cancelDue() !== undefined) return CANCELLED;
    if (!isWoken) return event;
  }
}

/** What an event tells of a provider that does not answer, and is watched. */
function watchedIn({ failure }: Seen): FailureDetails | undefined {
  return failure?.watched === true ? failure : undefined;
}

function forProvider({ provider = 'the provider', code }: FailureDetails): Pick<Waiting, 'for' | 'reason' | 'watch'> {
  return { for: `for ${provider} to answer again`, reason: code, watch: providerWatchId(provider) };
}

/** Waits before a call, in sight: for what, until when, and why if the call before it failed. */
async function pause<State, Asked extends Call, Ending extends Finish, Event extends Seen, Result>(
  { board, inbox, waitsTo }: Flow<State, Asked, Ending, Event, Result>,
  { do: what, afterMs = 0 }: Asked,
  met: FailureDetails | undefined,
): Promise<void> {
  if (afterMs <= 0) {
    await inbox.pause(0);
    return;
  }
  const ms = withJitter(afterMs, Math.random());
  const waits: Asked['do'] = what;
  const until = inMs(ms);
  if (met?.watched === true) board.wait({ ...forProvider(met), since: now(), until });
  else board.wait({ for: waitsTo[waits], until, ...(met === undefined ? {} : { reason: met.code }) });
  await inbox.pause(ms);
  board.wait(undefined);
}

function now(): string {
  return inMs(0);
}

/** The UTC ISO time so many milliseconds from now. */
function inMs(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}

async function ask<State, Asked extends Call, Ending extends Finish, Event extends Seen, Result>(
  flow: Flow<State, Asked, Ending, Event, Result>,
  move: Park,
): Promise<Event | Cancelled> {
  const { reason, recheckAfterMs, failure } = move;
  const watched = failure?.watched === true;
  const recheckMs =
    recheckAfterMs === undefined
      ? undefined
      : withJitter(recheckWaitMs(recheckAfterMs, flow.board.openForMs(reason), watched), Math.random());
  const again = recheckMs === undefined ? {} : { looksAgainAt: inMs(recheckMs) };
  const watch = watched ? { watch: providerWatchId(failure.provider ?? '') } : {};
  flow.board.park('parked', { ...flow.question(move), ...again, ...watch });
  const answer = await flow.inbox.ask(recheckMs);
  return answer.kind === 'cancelled' ? CANCELLED : await flow.answered(answer);
}

/** A cancel is noted once, however often the flow then tries to end. */
async function end<State, Asked extends Call, Ending extends Finish, Event extends Seen, Result>(
  flow: Flow<State, Asked, Ending, Event, Result>,
  move: Ending,
  hasTried: boolean,
): Promise<Event | undefined> {
  const { board, inbox } = flow;
  const cancel: CancelRequest | undefined = inbox.cancelRequest;
  if (cancel !== undefined && !hasTried) board.decide({ action: 'cancel', ...cancel });
  if (inbox.cancelledByServer && !hasTried && entersServerCancels()) await enterServerCancel(move.outcome);
  return await flow.end(move);
}

async function finish<State, Asked extends Call, Ending extends Finish, Event extends Seen, Result>(
  flow: Flow<State, Asked, Ending, Event, Result>,
  move: Ending,
): Promise<Result> {
  const { board, inbox } = flow;
  await inbox.close('the flow has ended: there is no question to answer');
  await board.partner.begun();
  if (move.outcome === 'cancelled' && inbox.cancelledByServer) {
    throw new CancelledFailure('Cancelled before anything of it took effect');
  }
  return flow.result(move);
}

function isEnding<Asked extends Call, Ending extends Finish>(move: Asked | Common<Ending>): move is Ending {
  return move.do === 'finish';
}

function isRefuse<Asked extends Call, Ending extends Finish>(move: Asked | Common<Ending>): move is Refuse {
  return move.do === 'refuse';
}

function isPark<Asked extends Call>(move: Asked | Park): move is Park {
  return move.do === 'park';
}
