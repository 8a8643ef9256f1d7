import fc from 'fast-check';
import type { BatchRow, BegunRow, RanRow, RowOutcome } from '../../../contract/batch';
import { type decide, hasMove, pauseProblem } from '../../../workflows/batch/rule';
import {
  carriedOf,
  countsOf,
  untouched,
  wanted,
  type BatchEvent,
  type BatchMove,
  type BatchState,
  type LaterRow,
} from '../../../workflows/batch/state';
import { Schedule } from '../schedule';
import type { Tried } from '../try-rule';

export type Decide = typeof decide;

/** A batch, and what is done to it from outside. */
export interface World {
  readonly rows: number;
  readonly concurrency: number;
  readonly turnsPerRun: number;
  readonly room: number;
  /** Moments at which the workflow is reset, and how far back in its run each goes. */
  readonly resets: readonly { readonly atTurn: number; readonly backTo: number }[];
  /** When the batch is cancelled at the server, and run again from its first row. */
  readonly runAgainAtTurn: number | undefined;
}

const moment = fc.record({ atTurn: fc.nat(60), backTo: fc.nat(40) });

export const worlds: fc.Arbitrary<World> = fc.record({
  rows: fc.integer({ min: 1, max: 9 }),
  concurrency: fc.integer({ min: 1, max: 4 }),
  turnsPerRun: fc.integer({ min: 2, max: 9 }),
  room: fc.integer({ min: 1, max: 6 }),
  resets: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(moment, { maxLength: 2 }) },
  ),
  runAgainAtTurn: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, fc.nat(60)),
} satisfies { [Key in keyof World]: fc.Arbitrary<World[Key]> });

const STUCK_AFTER = 600;

/** A flow under its own lock, whoever began it: the batch, a run of it that was reset, or another batch. */
interface ModelFlow {
  begun: number;
  ended: RowOutcome | undefined;
}

/** A row that an activity is at work on. */
interface Work {
  readonly row: BatchRow | BegunRow;
  readonly looks: number;
}

/** What a run of the workflow holds: what a reset goes back to. */
interface Held {
  readonly state: BatchState;
  readonly work: readonly Work[];
  readonly timers: readonly LaterRow[];
  /** The lines that were begun in the batch so far, and those that have settled. */
  readonly begun: readonly number[];
  readonly settled: readonly number[];
}

/**
 * A batch whose rows fail to start, time out, park and end, whose people pause and resume it, whose starter sends rows twice,
 * and whose workflow is reset, cancelled and run again, as a schedule says, to try the batch rule against. When the schedule
 * is used up, every flow ends, and the starter hands over what is left.
 */
export function runBatch(world: World, choices: readonly number[], rule: Decide): Tried {
  return new BatchRun(world, choices, rule).run();
}

class BatchRun {
  private readonly schedule: Schedule;
  private readonly story: string[] = [];
  private readonly broken: string[] = [];
  private readonly flows = new Map<string, ModelFlow>();
  private readonly resets: { readonly atTurn: number; readonly backTo: number }[];
  private runAgainAtTurn: number | undefined;
  private held: Held;
  /** Since the run of the workflow began. */
  private history: Held[] = [];
  private nowMs = 0;
  private startedInRun = 0;
  private renewals = 0;

  constructor(
    private readonly world: World,
    choices: readonly number[],
    private readonly rule: Decide,
  ) {
    this.schedule = new Schedule(choices);
    this.resets = [...world.resets].sort((one, other) => one.atTurn - other.atTurn);
    this.runAgainAtTurn = world.runAgainAtTurn;
    this.held = this.fresh();
  }

  private fresh(carried?: ReturnType<typeof carriedOf>): Held {
    const { rows, concurrency, turnsPerRun, room } = this.world;
    const state = untouched({ rows, concurrency }, carried, { turnsPerRun, room });
    return { state, work: [], timers: state.later, begun: [], settled: [] };
  }

  run(): Tried {
    for (let taken = 0; taken <= STUCK_AFTER; taken += 1) {
      if (this.interrupted(taken)) continue;
      if (this.turn()) return this.ended(this.renewals > 0 ? 'ended after a renewal' : 'ended');
      this.history.push(this.held);
    }
    this.break('stuck: the batch neither ends nor waits for anybody');
    return this.ended('stuck');
  }

  /** A reset, or a cancel at the server after which the same file is run again. */
  private interrupted(taken: number): boolean {
    const [reset] = this.resets;
    if (reset !== undefined && reset.atTurn <= taken) {
      this.resets.shift();
      this.history = this.history.slice(0, 1 + (reset.backTo % Math.max(1, this.history.length)));
      this.held = this.history.pop() ?? this.held;
      this.startedInRun = this.held.state.turns;
      this.story.push('operator: reset');
      return true;
    }
    if (this.runAgainAtTurn === undefined || this.runAgainAtTurn > taken) return false;
    this.runAgainAtTurn = undefined;
    this.held = this.fresh();
    this.history = [];
    this.startedInRun = 0;
    this.story.push('cancelled, and run again');
    return true;
  }

  /** One thing that happens; true where the batch has ended. */
  private turn(): boolean {
    if (hasMove(this.held.state)) return this.woken();
    const { state, work, timers } = this.held;
    const what = this.schedule.pick('work', 'work', 'time', 'hand over', 'pause', 'resume', 'hand over again');
    if (what === 'pause' || what === 'resume') this.pauseOrResume(what === 'pause' ? 'paused' : 'resumed');
    else if (what === 'hand over again' && state.next > 0) this.handOver(this.schedule.pick(0, state.next - 1));
    else if (what === 'time' && timers.length > 0) this.fire();
    else if (what === 'hand over' && state.next < state.rows) this.handOver(state.next);
    else if (work.length > 0) this.finish();
    else if (timers.length > 0) this.fire();
    else if (state.next < state.rows && wanted(state).room > 0) this.handOver(state.next);
    else if (state.paused) this.pauseOrResume('resumed');
    else this.break('stuck: nothing is at work, waited for or missing');
    return false;
  }

  private tell(event: BatchEvent): ReturnType<Decide>['closing'] {
    const { state, moves, closing } = this.rule(this.held.state, event);
    this.story.push(
      `${event.saw} -> ${[...moves.map(describe), ...(closing === undefined ? [] : [closing])].join(', ')}`,
    );
    this.held = { ...this.held, state };
    for (const move of moves) {
      if (move.do === 'wait') this.held = { ...this.held, timers: [...this.held.timers, move.row] };
      else this.begin(move);
    }
    if (this.held.work.length > this.world.concurrency) this.break('more rows are at work than are allowed');
    if (state.waiting.length > this.world.room) this.break('more rows wait than there is room for');
    return closing;
  }

  private woken(): boolean {
    const { state, work } = this.held;
    const closing = this.tell({ saw: 'woken' });
    if (closing === 'end') return true;
    if (closing === 'renew') {
      if (work.length > 0) this.break('renewed while a row is at work');
      this.renewals += 1;
      const { begun, settled } = this.held;
      this.held = { ...this.fresh(carriedOf(state)), begun, settled };
      this.history = [];
      this.startedInRun = 0;
    }
    return false;
  }

  private begin({ row, looks }: Extract<BatchMove, { readonly do: 'run' }>): void {
    const { state, work, begun, timers } = this.held;
    this.startedInRun += 1;
    if (this.startedInRun > this.world.turnsPerRun) this.break('a run did more than a history has room for');
    const isFresh = 'request' in row;
    if (isFresh && state.paused) this.break('a row was begun while the batch is paused');
    if (isFresh && begun.includes(row.line)) this.break(`line ${row.line} was begun twice`);
    if (!isFresh && timers.some((timer) => timer.row.line === row.line)) {
      this.break(`line ${row.line} was looked at before its time`);
    }
    this.held = { ...this.held, work: [...work, { row, looks }], begun: isFresh ? [...begun, row.line] : begun };
  }

  /** An activity on a row ends: it began the flow or found it, or never got an answer for as long as it was tried. */
  private finish(): void {
    const { work } = this.held;
    const [first, ...others] = work;
    if (first === undefined) return;
    const one = this.schedule.pick(first, ...others);
    const { row, looks } = one;
    this.held = { ...this.held, work: work.filter((each) => each !== one) };
    const does = this.schedule.pick('ends', 'goes on', 'worker is killed', 'no answer', 'refused');
    const { line, id } = row;
    if (does === 'worker is killed') {
      // Temporal gives the same attempt to another worker.
      this.flowOf(id);
      this.held = { ...this.held, work: [...this.held.work, one] };
      this.story.push(`line ${line}: its worker is killed`);
      return;
    }
    if (does === 'no answer') {
      this.settles(line);
      this.tell({ saw: 'run-failed', row, code: 'OUTCOME_UNKNOWN' });
      return;
    }
    const ran = this.ranBy(row, does);
    if (ran.begun === undefined) this.settles(line);
    this.tell({ saw: 'ran', ran, looks, at: this.nowMs });
  }

  private ranBy({ line, id }: BatchRow | BegunRow, does: 'ends' | 'goes on' | 'refused'): RanRow {
    const known = this.flows.get(id);
    if (does === 'refused' && known === undefined) return { result: { line, id, outcome: 'refused' } };
    const flow = this.flowOf(id);
    if (flow.ended === undefined && does === 'goes on') {
      const begun = { line, id, workflowId: `funding/model/${id}` };
      return { result: { line, id, outcome: 'under-way' }, begun };
    }
    flow.ended ??= this.schedule.pick('done', 'parked', 'failed', 'abandoned', 'cancelled');
    return { result: { line, id, outcome: flow.ended } };
  }

  private flowOf(id: string): ModelFlow {
    const flow = this.flows.get(id) ?? { begun: 0, ended: undefined };
    if (!this.flows.has(id)) flow.begun += 1;
    this.flows.set(id, flow);
    return flow;
  }

  private settles(line: number): void {
    const { settled } = this.held;
    if (settled.includes(line)) this.break(`line ${line} was settled twice`);
    this.held = { ...this.held, settled: [...settled, line] };
  }

  /** The timer that is due first fires, at its time. */
  private fire(): void {
    const [first, ...others] = this.held.timers.toSorted((one, other) => one.dueAt - other.dueAt);
    if (first === undefined) return;
    this.nowMs = Math.max(this.nowMs, first.dueAt);
    this.held = { ...this.held, timers: others };
    this.tell({ saw: 'due', row: first });
  }

  private handOver(first: number): void {
    const { rows } = this.world;
    const count = this.schedule.pick(rows, 1, 2, 3);
    const numbers = Array.from({ length: Math.min(count, rows - first) }, (_, index) => first + index);
    const before = wanted(this.held.state);
    this.tell({ saw: 'handed', first, rows: numbers.map(rowOf) });
    const after = this.held.state.next;
    if (after > before.next + before.room) this.break('more rows were taken than there was room for');
    if (after < before.next) this.break('a row that was taken is wanted again');
  }

  private pauseOrResume(saw: 'paused' | 'resumed'): void {
    if (pauseProblem(this.held.state, saw) !== undefined) return;
    this.tell({ saw, decision: { by: 'ops-1', reason: 'a test', at: '2026-01-01T00:00:00.000Z' } });
  }

  private break(why: string): void {
    if (!this.broken.includes(why)) this.broken.push(why);
  }

  private ended(end: string): Tried {
    const { state, settled } = this.held;
    if (end !== 'stuck') {
      const counts = countsOf(state);
      const counted = Object.values(counts).reduce((sum, each) => sum + each);
      if (counted !== this.world.rows) this.break(`ended with ${counted} of ${this.world.rows} rows`);
      if (counts['under-way'] > 0) this.break('ended while rows are under way');
      if (settled.length !== this.world.rows) this.break('ended while a row had not settled');
    }
    if ([...this.flows.values()].some(({ begun }) => begun > 1)) this.break('a flow was begun twice');
    return { story: this.story, ends: [end], broken: this.broken };
  }
}

function rowOf(index: number): BatchRow {
  const id = `row-${index}`;
  const request = {
    provider: 'model',
    fundingId: id,
    kind: 'deposit',
    partnerClientId: 'client-1',
    asset: 'USD',
    amount: '1',
  } as const;
  return { line: index + 2, id, flow: 'funding', request };
}

function describe(move: BatchMove): string {
  return move.do === 'wait' ? `wait for line ${move.row.row.line}` : `run line ${move.row.line}`;
}
