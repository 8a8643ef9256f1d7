import type { ChildProcess } from 'node:child_process';
import type { WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { FundingProgress } from '../../contract/funding';
import { inLanes } from '../../system/in-lanes';
import { Rig } from '../setup/rig';
import { killProcess, startWorkerProcess } from '../setup/worker-process';
import { CANCELLED } from './ending';
import { Attendance, endOf, lifeOf, ordersOf, type LivingFlow } from './lives';
import { activitiesOf, recordedAt, type History } from './recorded';
import { STRANGER, type LifeBook, type Scenario, type World } from './scenario';
import { TaskGate, type Point } from './task-gate';

/**
 * Each recorded history is lived once more for each of its points, and the worker dies there: between a task that it was
 * handed and the first thing that it does, and between the last thing that it did and its report. The gate before the
 * server cuts a flow off from its worker at its point, for good; once every flow that is to lose its worker has lost it,
 * the process is killed. Another worker finishes what it left, and learns only from the server and the provider
 * from.
 *
 * By default a few points of each history, always the same; all of them with `npm run crash-points`.
 */
const EVERY_POINT = process.env['GANGWAY_CRASH_POINTS'] === 'all';
/** The default takes one point in so many, of each history others. */
const ONE_IN = 12;

/**
 * That the order is ours is proven by the answer to its submit. If the worker that would report it dies, nothing proves
 * it, and the question is another one (test/workflows/funding-rule.test.ts has both).
 */
const ENDS_OTHERWISE: readonly string[] = ['own-order-differs-then-marked'];

/** Few, so that a flow that looks an order up again and again is continued while it does. */
const LONG_HISTORY_EVENTS = 40;

/**
 * A flow that has lost its worker goes on at the latest when its activity's time is over, which is 30 seconds, and then may wait
 * two minutes for a watch whose worker died too.
 */
const ENDS_WITHIN_MS = 400_000;
/** A question that nobody has answered for so long: the flow waits with it. */
const ASKS_FOR_MS = 4_000;
const ASKS = 'asks ';
/** A submit that was handed out and never run: the book knows that nothing left, so nobody is asked. */
const NEVER_RUN = 'submitOrder received';
const LANES = 16;

/** One life. */
interface Life {
  readonly id: string;
  readonly scenario: Scenario;
  /** Its worker dies at its point of this number, from 1; never if undefined. */
  readonly diesAt: number | undefined;
  /** Points so far, by what they were. */
  readonly points: string[];
  /** Whether it has lost its worker. */
  dead: boolean;
  diedBefore: boolean;
}

interface Flow extends LivingFlow {
  readonly life: Life;
  /** What it ended with. */
  ended?: string;
  /** Where it stands, if it should have ended. */
  stands?: string;
}

/** What was lived of a provider's histories. */
interface Lived {
  /** What is wrong, a sentence each. */
  readonly wrong: readonly string[];
  /** Flows that were continued as new although nobody died. */
  readonly continued: number;
  /** Of the deaths that were planned, the part that came about. */
  readonly cameAbout: number;
}

/** Lives a provider's recorded histories, and lets their workers die. */
async function liveAndDie(world: World): Promise<Lived> {
  const rig = await Rig.start({ ...world.rig, longHistoryEvents: LONG_HISTORY_EVENTS });
  const end = await world.prepare(rig);
  await rig.stopWorker();
  const run = new CrashRun(rig, world);
  try {
    return await run.all();
  } finally {
    await run.close();
    await end();
    await rig.close();
  }
}

class CrashRun {
  private readonly recorded: ReadonlyMap<string, History>;
  private readonly lives = new Map<string, Life>();
  private readonly flows: Flow[] = [];
  private readonly endings: Promise<void>[] = [];
  private readonly workers: ChildProcess[] = [];
  private readonly attendance: Attendance;
  private gate: TaskGate | undefined;
  /** Whether the worker that flows are cut off from is still there. */
  private first = true;
  /** Since when a flow waits for a person, in milliseconds since 1970, by its workflow id. */
  private readonly asksSince = new Map<string, number>();

  constructor(
    private readonly rig: Rig,
    private readonly world: World,
  ) {
    this.attendance = new Attendance(rig, world);
    this.recorded = new Map([...recordedAt(rig.provider)].filter(([name]) => !ENDS_OTHERWISE.includes(name)));
  }

  async close(): Promise<void> {
    // What still asks a person is asked for its end until it has one.
    await Promise.all(this.flows.map(({ handle }) => handle.terminate().catch(() => undefined)));
    await Promise.all(this.endings);
    for (const worker of this.workers.splice(0)) await killProcess(worker);
    this.gate?.close();
  }

  async all(): Promise<Lived> {
    const unknown = [...this.recorded.keys()].filter((name) => this.world.scenarios[name] === undefined);
    if (unknown.length > 0) throw new Error(`no scenario lives ${unknown.join(', ')}`);
    this.gate = await TaskGate.open(this.rig.server.address, (point) => this.passes(point));
    await this.startWorker(this.gate);
    const plan = [...this.recorded].flatMap(([name, history], index) => this.planned(name, history, index));
    await inLanes(LANES, plan, (life) => this.live(life));
    // One that has died and is not to die again has nothing to wait for.
    await this.attendUntil(
      ({ life, ended }) => life.dead || ended !== undefined || (life.diedBefore && life.diesAt === undefined),
    );
    for (const worker of this.workers.splice(0)) await killProcess(worker);
    this.first = false;

    await this.startWorker(this.gate);
    await this.attendUntil(({ ended }) => ended !== undefined);
    await this.attendance.settled();

    const book = await this.world.book(this.rig);
    for (const flow of this.flows) if (flow.ended === undefined) flow.stands = await standOf(flow.handle);
    const undisturbed = this.flows.filter(({ life: { diesAt } }) => diesAt === undefined);
    const endings = new Map(undisturbed.map(({ name, ended }) => [name, ended]));
    const runs = await Promise.all(undisturbed.map((flow) => this.historiesOf(flow)));
    const deaths = plan.filter(({ diesAt }) => diesAt !== undefined).length;
    return {
      wrong: [
        ...this.flows.flatMap((flow) => this.wrongWith(flow, endings.get(flow.name), book)),
        ...undisturbed.flatMap(({ name }, index) => this.livedOtherwise(name, runs[index] ?? [])),
        ...this.strays(book),
      ],
      continued: runs.filter(({ length }) => length > 1).length,
      // Beyond the last point of a life that took fewer tasks nobody dies.
      cameAbout: this.flows.filter(({ life }) => life.dead).length / deaths,
    };
  }

  private async startWorker(gate: TaskGate): Promise<void> {
    const env = { TEMPORAL_ADDRESS: gate.address, GANGWAY_LOG_LEVEL: 'ERROR' };
    this.workers.push(await startWorkerProcess(this.rig, env, this.world.workerProgram));
  }

  /** Notes a point of a life; false if its worker is dead by then, or dies of it. */
  private passes({ workflowId, what }: Point): boolean {
    const life = this.lives.get(lifeOf(workflowId));
    if (life === undefined) return true;
    if (this.first && life.dead) return false;
    life.scenario.before?.(life.id, what);
    if (!this.first) return true;
    if (life.scenario.diedBefore !== undefined && !life.diedBefore) {
      life.diedBefore = life.scenario.diedBefore === what;
      return !life.diedBefore;
    }
    life.points.push(what);
    life.dead = life.points.length === life.diesAt;
    return !life.dead;
  }

  private async live({ name, diesAt }: PlannedLife): Promise<void> {
    const scenario = this.world.scenarios[name];
    if (scenario === undefined) throw new Error(`no scenario lives ${name}`);
    const id = `crash-${[...this.recorded.keys()].indexOf(name)}-${diesAt ?? 'never'}`;
    const life: Life = { id, scenario, diesAt, points: [], dead: false, diedBefore: false };
    this.lives.set(id, life);
    const flow: Flow = { id, name, scenario, life, handle: await scenario.start(this.rig, id) };
    const ending = endOf(flow).then((ended) => {
      flow.ended ??= ended;
    });
    this.endings.push(ending);
    this.flows.push(flow);
  }

  /** Does what people and the provider do, until all flows are done, which is to say ended or without a worker. */
  private async attendUntil(isDone: (flow: Flow) => boolean): Promise<void> {
    const until = Date.now() + ENDS_WITHIN_MS;
    const open = (): readonly Flow[] => this.flows.filter((flow) => !isDone(flow));
    const isOver = (asked: ReadonlyMap<string, string>): boolean => {
      this.noteQuestions(asked);
      return open().length === 0 || Date.now() > until;
    };
    await this.attendance.until(isOver, open);
  }

  /** If a send in doubt cannot be made again, a question that nobody answers is an end as good as any. */
  private noteQuestions(asked: ReadonlyMap<string, string>): void {
    for (const flow of this.flows) {
      const { workflowId } = flow.handle;
      const reason = asked.get(workflowId);
      if (reason === undefined) {
        this.asksSince.delete(workflowId);
        continue;
      }
      const since = this.asksSince.get(workflowId) ?? Date.now();
      this.asksSince.set(workflowId, since);
      if (this.world.repeatsPay && !this.first && Date.now() - since > ASKS_FOR_MS) flow.ended ??= `${ASKS}${reason}`;
    }
  }

  /** What is wrong with how a life ended; nothing, as it should be. */
  private wrongWith(flow: Flow, undisturbed: string | undefined, book: LifeBook): readonly string[] {
    const { id, name, scenario, life, ended } = flow;
    const { points, dead } = life;
    const where = `${name}, ${dead ? `dead at point ${points.length}, ${points.at(-1) ?? ''}` : 'never dead'}`;
    if (ended === undefined) return [`${where}: did not end, ${flow.stands ?? ''}`];
    // An order of another under its ref is none of this intent.
    const completed = ordersOf(id, book).filter(
      ({ state, partnerClientId: whose }) => state === 'completed' && whose !== STRANGER,
    );
    const clients = book.clients.filter((client) => client === id);
    const types = book.documents.filter(({ clientId }) => clientId === id).map(({ type }) => type);
    const { documents, mayBeCancelled = false, asksOfOneAnswer = false } = scenario;
    const asks = dead && points.at(-1) !== NEVER_RUN && ended.startsWith(ASKS);
    const isUnasked = dead && asksOfOneAnswer && withoutDecisions(ended) === withoutDecisions(undisturbed ?? '');
    const asItShould =
      asks ||
      isUnasked ||
      (mayBeCancelled ? ended === CANCELLED || ended.includes('"completed"') : ended === undisturbed);
    // If a cancel wins, nothing moved; if a person is asked, nothing or all.
    const orders = ended === CANCELLED ? 0 : scenario.orders;
    const isRight = asks ? completed.length <= orders : completed.length === orders;
    return [
      ...(asItShould ? [] : [`ended as ${ended}, and not as ${undisturbed ?? 'nothing'}`]),
      ...(isRight ? [] : [`${completed.length} completed orders`]),
      ...(documents === undefined || clients.length === 1 ? [] : [`${clients.length} clients`]),
      ...(documents === undefined || types.sort().join() === documents.join() ? [] : [`on file are ${types.join()}`]),
    ].map((problem) => `${where}: ${problem}`);
  }

  /** Whether a life without a death asked for what the recorded one did. */
  private livedOtherwise(name: string, runs: readonly History[]): readonly string[] {
    const [lived, was] = [activitiesOf(runs), activitiesOf([this.recorded.get(name) ?? {}])].map((all) => all.join());
    return lived === was ? [] : [`${name} did ${lived ?? ''}, and was recorded as ${was ?? ''}`];
  }

  private strays({ orders }: LifeBook): readonly string[] {
    const stray = orders.filter(({ ref }) => !this.lives.has(lifeOf(ref).split('~')[0] ?? ''));
    return stray.map(({ ref, status }) => `${status} order under ${ref}, which is nobody's`);
  }

  /** The histories of all runs of a flow, oldest first. */
  private async historiesOf({ handle }: Flow): Promise<readonly History[]> {
    const histories: History[] = [];
    let run: string | null | undefined;
    do {
      const history = await this.rig.client.workflow.getHandle(handle.workflowId, run ?? undefined).fetchHistory();
      histories.unshift(history);
      run = history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    } while (run != null && run !== '');
    return histories;
  }

  /** The lives to lead: one without a death, and those that die at a point each. */
  private planned(name: string, history: History, index: number): readonly PlannedLife[] {
    const all = pointsOf(history);
    // A second death comes half a minute after the first: with every point only.
    const { diedBefore } = this.world.scenarios[name] ?? {};
    const chosen = diedBefore === undefined ? all.filter((point) => (point + index) % ONE_IN === 0) : [];
    return [undefined, ...(EVERY_POINT ? all : chosen)].map((diesAt) => ({ name, diesAt }));
  }
}

async function standOf(handle: WorkflowHandle): Promise<string> {
  const progress = await handle.query<Partial<FundingProgress>>('progress').catch(() => undefined);
  const { stage, parked, waiting, steps } = progress ?? {};
  return `${stage ?? 'no answer'}: ${JSON.stringify(parked ?? waiting ?? steps?.at(-1) ?? {})}`;
}

interface PlannedLife {
  readonly name: string;
  readonly diesAt: number | undefined;
}

const { EVENT_TYPE_WORKFLOW_TASK_STARTED, EVENT_TYPE_ACTIVITY_TASK_STARTED } = temporal.api.enums.v1.EventType;

function withoutDecisions(ended: string): string {
  return ended.replace(/"decisions":\[.*?\]/, '');
}

/** Every point of a history, from 1: two for each task that it shows, one before it is begun and one after it is done. */
function pointsOf({ events }: History): readonly number[] {
  const tasks = (events ?? []).filter(
    ({ eventType }) => eventType === EVENT_TYPE_WORKFLOW_TASK_STARTED || eventType === EVENT_TYPE_ACTIVITY_TASK_STARTED,
  );
  return Array.from({ length: 2 * tasks.length }, (_, index) => index + 1);
}

/** Declares the test of a provider's crash points. */
export function describeCrashPoints(world: World): void {
  const { provider = '' } = world.rig;
  test(`a worker dies at ${EVERY_POINT ? 'every point' : 'points'} of every recorded history at ${provider}, and another finishes all of it, once`, async () => {
    const { wrong, continued, cameAbout } = await liveAndDie(world);
    expect(wrong).toEqual([]);
    expect(continued).toBeGreaterThan(0);
    expect(cameAbout).toBeGreaterThan(0.8);
  }, 1_200_000);
}
