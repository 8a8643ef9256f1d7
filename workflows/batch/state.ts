import {
  DEFAULT_BATCH_CONCURRENCY,
  MAX_WAITING_ROWS,
  NO_ROWS,
  type BatchRequest,
  type BatchRow,
  type BegunRow,
  type RanRow,
  type RowCounts,
  type RowResult,
  type RowsWanted,
} from '../../contract/batch';
import type { ErrorCode } from '../../contract/errors';
import type { PersonsDecision } from '../../contract/progress';

/** What is known of a batch, what can be seen of it, and what its rule may ask for. */

/** A row whose flow had neither ended nor parked at the last look, and when the next look is due. */
export interface LaterRow {
  readonly row: BegunRow;
  readonly looks: number;
  /** Milliseconds since 1970. */
  readonly dueAt: number;
}

/** What a batch carries along when its history is renewed. */
export interface CarriedBatch {
  readonly waiting: readonly BatchRow[];
  readonly later: readonly LaterRow[];
  readonly next: number;
  readonly counts: RowCounts;
  readonly paused: boolean;
  readonly decisions: readonly PersonsDecision[];
  readonly notDone: readonly RowResult[];
}

export interface BatchLimits {
  /** Rows at work at once. */
  readonly concurrency: number;
  /** Rows begun or looked at again, and updates taken, in one run; then its history is renewed. */
  readonly turnsPerRun: number;
  /** Rows that wait at most. */
  readonly room: number;
}

export interface BatchState {
  /** How many rows will be handed over. */
  readonly rows: number;
  readonly limits: BatchLimits;
  /** Handed over, and not begun. */
  readonly waiting: readonly BatchRow[];
  /** Each until its time has come; then it is due. */
  readonly later: readonly LaterRow[];
  readonly due: readonly LaterRow[];
  /** Rows that an activity is at work on. */
  readonly busy: number;
  /** The number of the row that is wanted next, from 0. */
  readonly next: number;
  readonly settled: RowCounts;
  readonly paused: boolean;
  readonly decisions: readonly PersonsDecision[];
  /** Of the rows that settled in this run. */
  readonly results: readonly RowResult[];
  /** The latest that are not done. */
  readonly notDone: readonly RowResult[];
  /** Of this run; see {@link BatchLimits}. */
  readonly turns: number;
}

export type BatchEvent =
  /** The batch looks what there is to do. */
  | { readonly saw: 'woken' }
  /** Rows were handed over: the first has this number, from 0. */
  | { readonly saw: 'handed'; readonly first: number; readonly rows: readonly BatchRow[] }
  /** A row was begun, or looked at for the `looks`th time again, at this time in milliseconds since 1970. */
  | { readonly saw: 'ran'; readonly ran: RanRow; readonly looks: number; readonly at: number }
  /** What came of a row could not be found out, for as long as it was tried. */
  | { readonly saw: 'run-failed'; readonly row: Pick<BatchRow, 'line' | 'id'>; readonly code: ErrorCode }
  /** The time of a row has come. */
  | { readonly saw: 'due'; readonly row: LaterRow }
  | { readonly saw: 'paused' | 'resumed'; readonly decision: Omit<PersonsDecision, 'action'> };

export type BatchMove =
  /** Begin a row, or look at it for the `looks`th time again. */
  | { readonly do: 'run'; readonly row: BatchRow | BegunRow; readonly looks: number }
  /** Wait until the time of a row has come. */
  | { readonly do: 'wait'; readonly row: LaterRow };

/** What a rule knows, what is to be done now, in this order, and whether this run is over: for good, or renewed. */
export interface BatchStep {
  readonly state: BatchState;
  readonly moves: readonly BatchMove[];
  readonly closing?: 'end' | 'renew';
}

/**
 * Turns of one run: about a thousand events, a quarter of what the server calls long. Counted here and not left to the
 * server's word, because what is counted is the same in a replay.
 */
const TURNS_PER_RUN = 150;

/** How a batch stands when its workflow, or the next run of it, begins. */
export function untouched(
  { rows, concurrency = DEFAULT_BATCH_CONCURRENCY }: Pick<BatchRequest, 'rows' | 'concurrency'>,
  carried: CarriedBatch | undefined,
  limits: Omit<BatchLimits, 'concurrency'> = { turnsPerRun: TURNS_PER_RUN, room: MAX_WAITING_ROWS },
): BatchState {
  return {
    rows,
    limits: { ...limits, concurrency },
    waiting: carried?.waiting ?? [],
    later: carried?.later ?? [],
    due: [],
    busy: 0,
    next: carried?.next ?? 0,
    settled: carried?.counts ?? NO_ROWS,
    paused: carried?.paused ?? false,
    decisions: carried?.decisions ?? [],
    results: [],
    notDone: carried?.notDone ?? [],
    turns: 0,
  };
}

/** What the next run is given. */
export function carriedOf({
  waiting,
  later,
  due,
  next,
  settled,
  paused,
  decisions,
  notDone,
}: BatchState): CarriedBatch {
  return { waiting, later: [...due, ...later], next, counts: settled, paused, decisions, notDone };
}

/** Then nothing more is begun, and what is under way is finished. */
export function isRenewalDue({ turns, limits }: BatchState): boolean {
  return turns >= limits.turnsPerRun;
}

/** Which rows are wanted next, and how many are taken now. */
export function wanted(state: BatchState): RowsWanted {
  const room = isRenewalDue(state) ? 0 : state.limits.room - state.waiting.length;
  return { next: state.next, room };
}

/** How many rows have come to what. */
export function countsOf({ settled, busy, later, due }: BatchState): RowCounts {
  return { ...settled, 'under-way': busy + later.length + due.length };
}
