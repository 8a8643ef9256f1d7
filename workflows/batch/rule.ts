import type { RowResult } from '../../contract/batch';
import { lookAgainMs } from '../shared/waits';
import { isRenewalDue, wanted, type BatchEvent, type BatchMove, type BatchState, type BatchStep } from './state';

/**
 * The batch rule: from what was seen, which rows are begun or looked at again, and when it is over. Pure, so that every order
 * of events can be tried.
 *
 * What it must never do: leave a row out, settle one twice, begin one while it is paused, have more at work than is allowed,
 * look at one again before its time, or renew its history while a row is at work.
 */

/** The latest rows that are not done, as the Temporal UI shows them; all of them are in the results. */
const MOST_SHOWN = 25;

/** What comes of what was seen, and what is to be done now. Total: every event is answered in every state. */
export function decide(state: BatchState, event: BatchEvent): BatchStep {
  switch (event.saw) {
    case 'woken':
      return goOn(state);
    case 'handed':
      return only(take(state, event));
    case 'ran':
      return afterRun(free(state), event);
    case 'run-failed':
      return only(settle(free(state), unknown(event)));
    case 'due':
      return only({ ...state, later: state.later.filter((row) => row !== event.row), due: [...state.due, event.row] });
    case 'paused':
    case 'resumed':
      return only(afterDecision(state, event));
  }
}

/** Whether there is anything to do for a batch that is woken. */
export function hasMove(state: BatchState): boolean {
  return isComplete(state) || mayRenew(state) || rowsToBegin(state) > 0 || rowsToLookAt(state) > 0;
}

/** Why a batch may not be paused, or resumed; undefined if it may. */
export function pauseProblem({ paused }: BatchState, wish: 'paused' | 'resumed'): string | undefined {
  if (paused !== (wish === 'paused')) return undefined;
  return paused ? 'the batch is paused already' : 'the batch is not paused';
}

function only(state: BatchState): BatchStep {
  return { state, moves: [] };
}

/** Ends or renews if that is due; else begins rows, in their order, and then looks again at those whose time has come. */
function goOn(state: BatchState): BatchStep {
  if (isComplete(state)) return { state, moves: [], closing: 'end' };
  if (mayRenew(state)) return { state, moves: [], closing: 'renew' };
  const [fresh, again] = [rowsToBegin(state), rowsToLookAt(state)];
  return {
    state: {
      ...state,
      waiting: state.waiting.slice(fresh),
      due: state.due.slice(again),
      busy: state.busy + fresh + again,
      turns: state.turns + fresh + again,
    },
    moves: [
      ...state.waiting.slice(0, fresh).map((row): BatchMove => ({ do: 'run', row, looks: 0 })),
      ...state.due.slice(0, again).map(({ row, looks }): BatchMove => ({ do: 'run', row, looks: looks + 1 })),
    ],
  };
}

function isComplete({ rows, next, waiting, later, due, busy }: BatchState): boolean {
  return next === rows && waiting.length + later.length + due.length + busy === 0;
}

function mayRenew(state: BatchState): boolean {
  return isRenewalDue(state) && state.busy === 0;
}

/** Rows that may be sent to work now. */
function slots({ limits, busy, turns }: BatchState): number {
  return Math.max(0, Math.min(limits.concurrency - busy, limits.turnsPerRun - turns));
}

function rowsToBegin(state: BatchState): number {
  return state.paused ? 0 : Math.min(slots(state), state.waiting.length);
}

/** What was begun goes on, also while the batch is paused. */
function rowsToLookAt(state: BatchState): number {
  return Math.min(slots(state) - rowsToBegin(state), state.due.length);
}

/** Takes what it has room for; the rest is to be sent again, and what was sent before is left out. */
function take(state: BatchState, { first, rows }: Extract<BatchEvent, { readonly saw: 'handed' }>): BatchState {
  const fresh = rows.slice(Math.max(0, state.next - first)).slice(0, wanted(state).room);
  return {
    ...state,
    waiting: [...state.waiting, ...fresh],
    next: state.next + fresh.length,
    turns: state.turns + 1,
  };
}

/** One row less is at work. */
function free(state: BatchState): BatchState {
  return { ...state, busy: state.busy - 1 };
}

function afterRun(
  state: BatchState,
  { ran: { result, begun }, looks, at }: Extract<BatchEvent, { readonly saw: 'ran' }>,
): BatchStep {
  if (begun === undefined) return only(settle(state, result));
  const row = { row: begun, looks, dueAt: at + lookAgainMs(looks) };
  return { state: { ...state, later: [...state.later, row] }, moves: [{ do: 'wait', row }] };
}

function settle(state: BatchState, result: RowResult): BatchState {
  const { results, settled, notDone } = state;
  return {
    ...state,
    results: [...results, result],
    settled: { ...settled, [result.outcome]: settled[result.outcome] + 1 },
    notDone: result.outcome === 'done' ? notDone : [...notDone, result].slice(-MOST_SHOWN),
  };
}

function unknown({ row: { line, id }, code }: Extract<BatchEvent, { readonly saw: 'run-failed' }>): RowResult {
  const reason = `It could not be found out what came of it: ${code}. Run the batch again to look once more.`;
  return { line, id, outcome: 'failed', code, reason };
}

function afterDecision(
  state: BatchState,
  { saw, decision }: Extract<BatchEvent, { readonly saw: 'paused' | 'resumed' }>,
): BatchState {
  const { by, reason, at } = decision;
  const action = saw === 'paused' ? 'pause' : 'resume';
  return {
    ...state,
    paused: saw === 'paused',
    decisions: [...state.decisions, { action, by, reason, at }],
    turns: state.turns + 1,
  };
}
