import type { BatchRow, RowResult } from '../../contract/batch';
import { MAX_WAITING_ROWS, NO_ROWS } from '../../contract/batch';
import { decide, hasMove, pauseProblem } from '../../workflows/batch/rule';
import {
  carriedOf,
  countsOf,
  isRenewalDue,
  untouched,
  wanted,
  type BatchEvent,
  type BatchState,
  type BatchStep,
} from '../../workflows/batch/state';

const BY = { by: 'ops-1', reason: 'a test', at: '2026-01-01T00:00:00.000Z' };
const LIMITS = { turnsPerRun: 10, room: 4 };
const WOKEN: BatchEvent = { saw: 'woken' };
const PAUSED: BatchEvent = { saw: 'paused', decision: BY };
const RESUMED: BatchEvent = { saw: 'resumed', decision: BY };

function row(index: number): BatchRow {
  const id = `row-${index}`;
  const movement = {
    provider: 'model',
    kind: 'deposit',
    partnerClientId: 'c-1',
    asset: 'USD',
    amount: '1',
  } as const;
  return { line: index + 2, id, flow: 'funding', request: { ...movement, fundingId: id } };
}

function handed(first: number, count: number): BatchEvent {
  return { saw: 'handed', first, rows: Array.from({ length: count }, (_, index) => row(first + index)) };
}

function result(index: number, outcome: RowResult['outcome'] = 'done'): RowResult {
  const { line, id } = row(index);
  return { line, id, outcome };
}

function ended(index: number, outcome?: RowResult['outcome']): BatchEvent {
  return { saw: 'ran', ran: { result: result(index, outcome) }, looks: 0, at: 0 };
}

function begun(index: number) {
  const { line, id } = row(index);
  return { line, id, workflowId: `funding/model/${id}` };
}

/** The flow of a row goes on, as seen at a time. */
function goesOn(index: number, looks = 0, at = 1_000): BatchEvent {
  return { saw: 'ran', ran: { result: result(index, 'under-way'), begun: begun(index) }, looks, at };
}

function turnAfter(state: BatchState, ...events: readonly BatchEvent[]): BatchStep {
  return events.reduce<BatchStep>((turn, event) => decide(turn.state, event), { state, moves: [] });
}

const start = (rows = 3, concurrency = 2): BatchState => untouched({ rows, concurrency }, undefined, LIMITS);
const run = (index: number) => ({ do: 'run', row: row(index), looks: 0 });

describe('rows', () => {
  test('are begun in their order, as many as may be at work', () => {
    const { state, moves } = turnAfter(start(), handed(0, 3), WOKEN);
    expect(moves).toEqual([run(0), run(1)]);
    expect(state).toMatchObject({ busy: 2, next: 3, waiting: [row(2)], turns: 3 });
    expect(hasMove(state)).toBe(false);
    expect(countsOf(state)).toEqual({ ...NO_ROWS, 'under-way': 2 });
    const one = turnAfter(state, ended(0), WOKEN);
    expect(one.moves).toEqual([run(2)]);
    expect(one.state).toMatchObject({ busy: 2, waiting: [], settled: { done: 1 }, results: [result(0)] });
  });

  test('are taken as far as there is room, and those that were sent before are left out', () => {
    const full = turnAfter(start(9), handed(0, 6)).state;
    expect(full.waiting).toEqual([row(0), row(1), row(2), row(3)]);
    expect(wanted(full)).toEqual({ next: 4, room: 0 });
    const { state } = turnAfter(full, WOKEN, handed(2, 4));
    expect(state.waiting).toEqual([row(2), row(3), row(4), row(5)]);
    expect(turnAfter(start(9), handed(0, 2), handed(0, 2)).state).toMatchObject({ next: 2, turns: 2 });
    expect(wanted(start())).toEqual({ next: 0, room: 4 });
  });

  test('whose flow goes on hold no slot, and are looked at again when their time has come', () => {
    const first = turnAfter(start(2, 1), handed(0, 2), WOKEN, goesOn(0));
    const later = { row: begun(0), looks: 0, dueAt: 16_000 };
    expect(first.moves).toEqual([{ do: 'wait', row: later }]);
    expect(first.state).toMatchObject({ busy: 0, later: [later], results: [] });
    expect(countsOf(first.state)['under-way']).toBe(1);
    const next = turnAfter(first.state, WOKEN, ended(1));
    expect(hasMove(next.state)).toBe(false);
    const [waits] = next.state.later;
    if (waits === undefined) throw new Error('unreachable');
    const due = turnAfter(next.state, { saw: 'due', row: waits });
    expect(due.state).toMatchObject({ later: [], due: [later] });
    expect(hasMove(due.state)).toBe(true);
    expect(countsOf(due.state)['under-way']).toBe(1);
    const again = turnAfter(due.state, WOKEN);
    expect(again.moves).toEqual([{ do: 'run', row: begun(0), looks: 1 }]);
    expect(again.state).toMatchObject({ busy: 1, due: [] });
    expect(turnAfter(again.state, goesOn(0, 1)).moves).toMatchObject([{ row: { looks: 1, dueAt: 31_000 } }]);
    expect(turnAfter(again.state, ended(0), WOKEN).closing).toBe('end');
  });

  test('fresh ones come before those that are looked at again', () => {
    const first = turnAfter(start(3, 1), handed(0, 1), WOKEN, goesOn(0)).state;
    const [waits] = first.later;
    if (waits === undefined) throw new Error('unreachable');
    const due = turnAfter(first, { saw: 'due', row: waits }, handed(1, 1)).state;
    expect(turnAfter(due, WOKEN).moves).toEqual([run(1)]);
    const wide = { ...due, limits: { ...due.limits, concurrency: 2 } };
    expect(turnAfter(wide, WOKEN).moves).toEqual([run(1), { do: 'run', row: begun(0), looks: 1 }]);
  });

  test('of which nothing could be found out have failed, with a reason', () => {
    const { state } = turnAfter(start(), handed(0, 3), WOKEN, { saw: 'run-failed', row: row(0), code: 'AUTH' });
    const failed = {
      ...result(0, 'failed'),
      code: 'AUTH',
      reason: 'It could not be found out what came of it: AUTH. Run the batch again to look once more.',
    };
    expect(state).toMatchObject({ busy: 1, results: [failed], notDone: [failed] });
    expect(countsOf(state)).toEqual({ ...NO_ROWS, failed: 1, 'under-way': 1 });
  });

  test('that are not done are shown, the latest 25', () => {
    const state = turnAfter(
      { ...start(60, 50), busy: 40 },
      ended(59),
      ...Array.from({ length: 30 }, (_, index) => ended(index, 'parked')),
    ).state;
    expect(state.notDone).toEqual(Array.from({ length: 25 }, (_, index) => result(index + 5, 'parked')));
    expect(state.results).toHaveLength(31);
    expect(state.busy).toBe(9);
  });
});

describe('a batch', () => {
  test('that is paused begins no row, and what was begun goes on', () => {
    const first = turnAfter(start(3, 2), handed(0, 1), WOKEN, goesOn(0)).state;
    const [waits] = first.later;
    if (waits === undefined) throw new Error('unreachable');
    const paused = turnAfter(first, PAUSED, handed(1, 2)).state;
    expect(hasMove(paused)).toBe(false);
    expect(turnAfter(paused, WOKEN).moves).toEqual([]);
    expect(paused).toMatchObject({ paused: true, decisions: [{ action: 'pause', ...BY }], turns: 4 });
    const due = turnAfter(paused, { saw: 'due', row: waits }).state;
    expect(hasMove(due)).toBe(true);
    expect(turnAfter(due, WOKEN).moves).toEqual([{ do: 'run', row: begun(0), looks: 1 }]);
    const resumed = turnAfter(due, RESUMED);
    expect(resumed.state).toMatchObject({ paused: false, turns: 5 });
    expect(resumed.state.decisions).toEqual([
      { action: 'pause', ...BY },
      { action: 'resume', ...BY },
    ]);
    expect(turnAfter(resumed.state, WOKEN).moves).toHaveLength(2);
  });

  test('is paused or resumed once', () => {
    expect(pauseProblem(start(), 'paused')).toBeUndefined();
    expect(pauseProblem(start(), 'resumed')).toBe('the batch is not paused');
    const { state } = turnAfter(start(), PAUSED);
    expect(pauseProblem(state, 'paused')).toBe('the batch is paused already');
    expect(pauseProblem(state, 'resumed')).toBeUndefined();
  });

  test('ends once every row was handed over and has settled', () => {
    expect(hasMove(start(1))).toBe(false);
    expect(turnAfter(start(2), handed(0, 1), WOKEN, ended(0), WOKEN)).not.toHaveProperty('closing');
    const busy = turnAfter(start(1), handed(0, 1), WOKEN);
    expect(turnAfter(busy.state, WOKEN)).toEqual({ state: busy.state, moves: [] });
    const done = turnAfter(busy.state, ended(0)).state;
    expect(hasMove(done)).toBe(true);
    expect(turnAfter(done, WOKEN)).toEqual({ state: done, moves: [], closing: 'end' });
  });

  test('renews its history after so many turns, once no row is at work, and takes no row until then', () => {
    const due = turnAfter({ ...start(9, 3), turns: 7 }, handed(0, 4), WOKEN);
    // One turn for the rows, and two are left.
    expect(due.moves).toEqual([run(0), run(1)]);
    expect(due.state.turns).toBe(10);
    expect(isRenewalDue(due.state)).toBe(true);
    expect(wanted(due.state)).toEqual({ next: 4, room: 0 });
    expect(hasMove(due.state)).toBe(false);
    expect(turnAfter(due.state, handed(4, 2)).state.next).toBe(4);
    const over = turnAfter(due.state, handed(4, 2), ended(0), WOKEN);
    expect(over).not.toHaveProperty('closing');
    expect(over.moves).toEqual([]);
    const idle = turnAfter(over.state, goesOn(1)).state;
    expect(hasMove(idle)).toBe(true);
    expect(turnAfter(idle, WOKEN)).toEqual({ state: idle, moves: [], closing: 'renew' });
  });

  test('goes on in the next run with all that it knew', () => {
    const first = turnAfter(
      start(9, 4),
      handed(0, 4),
      WOKEN,
      goesOn(0),
      goesOn(1),
      ended(2, 'parked'),
      ended(3),
      PAUSED,
    ).state;
    const [waits, more] = first.later;
    if (waits === undefined || more === undefined) throw new Error('unreachable');
    const state = turnAfter(first, { saw: 'due', row: more }, handed(4, 2)).state;
    const carried = carriedOf(state);
    expect(carried).toEqual({
      waiting: [row(4), row(5)],
      later: [more, waits],
      next: 6,
      counts: { ...NO_ROWS, done: 1, parked: 1 },
      paused: true,
      decisions: [{ action: 'pause', ...BY }],
      notDone: [result(2, 'parked')],
    });
    const next = untouched({ rows: 9 }, carried);
    expect(next).toEqual({
      rows: 9,
      limits: { concurrency: 20, turnsPerRun: 150, room: MAX_WAITING_ROWS },
      waiting: [row(4), row(5)],
      later: [more, waits],
      due: [],
      busy: 0,
      next: 6,
      settled: { ...NO_ROWS, done: 1, parked: 1 },
      paused: true,
      decisions: [{ action: 'pause', ...BY }],
      results: [],
      notDone: [result(2, 'parked')],
      turns: 0,
    });
    expect(carriedOf(start())).toEqual({
      waiting: [],
      later: [],
      next: 0,
      counts: NO_ROWS,
      paused: false,
      decisions: [],
      notDone: [],
    });
  });
});
