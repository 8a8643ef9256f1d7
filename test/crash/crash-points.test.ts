import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { temporal } from '@temporalio/proto';
import { NEEDS_ATTENTION } from '../../contract/search-attributes';
import { inLanes } from '../matrix/lanes';
import { Rig, type Ledger } from '../setup/rig';
import { killProcess, startWorkerProcess } from '../setup/worker-process';
import { CANCELLED, endingOf } from './ending';
import { PAYER, SCENARIOS, STRANGER, type Scenario } from './scenarios';
import { TaskGate, type Point } from './task-gate';

/**
 * Each recorded history is lived once more for each of its points, and the worker dies there: between a task that it was
 * handed and the first thing that it does, and between the last thing that it did and its report. The gate before the
 * server cuts a flow off from its worker at its point, for good; once every flow that is to lose its worker has lost it,
 * the process is killed. Another worker finishes what it left, with nothing but the server and the provider to learn
 * from.
 *
 * By default a few points of each history, always the same; all of them with `npm run crash-points`.
 */
const EVERY_POINT = process.env['GANGWAY_CRASH_POINTS'] === 'all';
/** The default takes one point in so many, of each history others. */
const ONE_IN = 5;

const HISTORIES = join(__dirname, '..', 'replay', 'histories');
/**
 * That the order is ours is proven by the answer to its submit. Where the worker that would report it dies, nothing proves
 * it, and the question is another one (test/workflows/funding-rule.test.ts has both).
 */
const ENDS_OTHERWISE: readonly string[] = ['own-order-differs-then-marked'];

/**
 * Those of whole flows at CoinMENA, whose sandbox this test runs. What was continued is lived by the flows whose
 * histories grow long here.
 */
const RECORDED = readdirSync(HISTORIES)
  .filter((name) => name.endsWith('.json') && !name.startsWith('continued-'))
  .map((name) => name.replace('.json', ''))
  .filter((name) => !ENDS_OTHERWISE.includes(name))
  .filter((name) => {
    const id = recorded(name).events?.[0]?.workflowExecutionStartedEventAttributes?.workflowId;
    return id?.split('/')[1] === 'coinmena';
  });
/** Few, so that a flow that looks an order up again and again is continued while it does. */
const LONG_HISTORY_EVENTS = 40;

/** Longer than any stall of a scenario, shorter than an attempt of an activity. */
const HTTP_TIMEOUT_MS = 8_000;
/** A flow that has lost its worker goes on at the latest when its activity's time is over, which is 30 seconds. */
const ENDS_WITHIN_MS = 200_000;
const LOOK_EVERY_MS = 250;
const LANES = 16;

/** One life. */
interface Life {
  readonly id: string;
  readonly name: string;
  readonly scenario: Scenario;
  /** Its worker dies at its point of this number, from 1; never where undefined. */
  readonly diesAt: number | undefined;
  /** Points so far, by what they were. */
  readonly points: string[];
  /** Whether it has lost its worker. */
  dead: boolean;
  diedBefore: boolean;
}

interface LivingFlow {
  readonly life: Life;
  readonly handle: WorkflowHandle;
  /** Whether somebody is at work on it. */
  attended: boolean;
  /** What it ended with. */
  ended?: string;
}

let rig: Rig;
let gate: TaskGate;
const workers: ChildProcess[] = [];
const lives = new Map<string, Life>();
const flows: LivingFlow[] = [];
/** Whether the worker that flows are cut off from is still there. */
let first = true;

beforeAll(async () => {
  rig = await Rig.start({
    longHistoryEvents: LONG_HISTORY_EVENTS,
    env: { COINMENA_HTTP_TIMEOUT_MS: String(HTTP_TIMEOUT_MS) },
  });
  await (await rig.onboard(rig.application(PAYER))).result();
  await rig.stopWorker();
  gate = await TaskGate.open(rig.server.address, passes);
});
afterAll(async () => {
  for (const worker of workers) await killProcess(worker);
  gate.close();
  await rig.close();
}, 120_000);

async function startWorker(): Promise<void> {
  workers.push(await startWorkerProcess(rig, { TEMPORAL_ADDRESS: gate.address, GANGWAY_LOG_LEVEL: 'ERROR' }));
}

/** Notes a point of a life; false where its worker is dead by then, or dies of it. */
function passes({ workflowId, what }: Point): boolean {
  const life = lives.get(lifeOf(workflowId));
  if (life === undefined) return true;
  if (first && life.dead) return false;
  life.scenario.before?.(life.id, what);
  if (!first) return true;
  if (life.scenario.diedBefore !== undefined && !life.diedBefore) {
    life.diedBefore = life.scenario.diedBefore === what;
    return !life.diedBefore;
  }
  life.points.push(what);
  life.dead = life.points.length === life.diesAt;
  return !life.dead;
}

/** Whatever belongs to a life carries its id, before a dot. */
function lifeOf(workflowId: string): string {
  return workflowId.split('/').at(-1)?.split('.')[0] ?? workflowId;
}

async function live({ name, diesAt }: PlannedLife): Promise<void> {
  const scenario = SCENARIOS[name];
  if (scenario === undefined) throw new Error(`no scenario lives ${name}`);
  const id = `crash-${RECORDED.indexOf(name)}-${diesAt ?? 'never'}`;
  const life: Life = { id, name, scenario, diesAt, points: [], dead: false, diedBefore: false };
  lives.set(id, life);
  const flow: LivingFlow = { life, handle: await scenario.start(rig, id), attended: false };
  void endOf(flow).then((end) => {
    flow.ended = end;
  });
  flows.push(flow);
}

async function endOf({ life, handle }: LivingFlow): Promise<string> {
  try {
    return endingOf(await handle.result(), life.id);
  } catch (error) {
    const cancelled = error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure;
    return cancelled ? CANCELLED : String(error);
  }
}

/** Does what people and the provider do, until all flows are done, which is to say ended or without a worker. */
async function attendUntil(isDone: (flow: LivingFlow) => boolean): Promise<void> {
  const until = Date.now() + ENDS_WITHIN_MS;
  while (!flows.every(isDone) && Date.now() < until) {
    const [ledger, parked] = await Promise.all([rig.ledger(), parkedFlows()]);
    // What is sent to a flow that loses its worker of it is answered by another worker only: nobody waits for that.
    for (const flow of flows) if (!isDone(flow)) void attend(flow, ledger, parked.get(flow.handle.workflowId));
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function attend(flow: LivingFlow, ledger: Ledger, parked: string | undefined): Promise<void> {
  const { life, handle, attended } = flow;
  if (attended) return;
  flow.attended = true;
  try {
    await life.scenario.attend?.(rig, { id: life.id, handle, parked, orders: ordersOf(life, ledger) });
  } finally {
    flow.attended = false;
  }
}

async function parkedFlows(): Promise<ReadonlyMap<string, string>> {
  const parked = new Map<string, string>();
  const query = `${NEEDS_ATTENTION.name} IS NOT NULL AND ExecutionStatus = 'Running'`;
  for await (const { workflowId, typedSearchAttributes } of rig.client.workflow.list({ query, pageSize: 1_000 })) {
    const reason = typedSearchAttributes.get(NEEDS_ATTENTION);
    if (reason !== undefined) parked.set(workflowId, reason);
  }
  return parked;
}

function ordersOf({ id }: Life, { orders }: Ledger): Ledger['orders'] {
  return orders.filter(
    ({ partner_order_ref: ref }) => ref === id || ref.startsWith(`${id}~`) || ref.startsWith(`${id}.`),
  );
}

/** What is wrong with how a life ended; nothing, as it should be. */
function wrongWith({ life, ended }: LivingFlow, undisturbed: string | undefined, ledger: Ledger): readonly string[] {
  const { id, name, scenario, points, dead } = life;
  const where = `${name}, ${dead ? `dead at point ${points.length}, ${points.at(-1) ?? ''}` : 'never dead'}`;
  if (ended === undefined) return [`${where}: did not end`];
  // An order of another under its ref is none of this intent.
  const completed = ordersOf(life, ledger).filter(
    ({ status, partner_client_id: whose }) => status === 'completed' && whose !== STRANGER,
  );
  const clients = ledger.clients.filter(({ partner_client_id: client }) => client === id);
  const types = ledger.documents.filter(({ partner_client_id: client }) => client === id).map(({ type }) => type);
  const { documents, mayBeCancelled = false } = scenario;
  const asItShould = mayBeCancelled ? ended === CANCELLED || ended.includes('"completed"') : ended === undisturbed;
  // Where a cancel wins, nothing moved.
  const orders = ended === CANCELLED ? 0 : scenario.orders;
  return [
    ...(asItShould ? [] : [`ended as ${ended}, and not as ${undisturbed ?? 'nothing'}`]),
    ...(completed.length === orders ? [] : [`${completed.length} completed orders`]),
    ...(documents === undefined || clients.length === 1 ? [] : [`${clients.length} clients`]),
    ...(documents === undefined || types.sort().join() === documents.join() ? [] : [`on file are ${types.join()}`]),
  ].map((problem) => `${where}: ${problem}`);
}

interface PlannedLife {
  readonly name: string;
  readonly diesAt: number | undefined;
}

function recorded(name: string): temporal.api.history.v1.IHistory {
  return historyFromJSON(JSON.parse(readFileSync(join(HISTORIES, `${name}.json`), 'utf8')));
}

/** The activities that histories asked for, each said once where it was asked for several times in a row. */
function activitiesOf(histories: readonly temporal.api.history.v1.IHistory[]): readonly string[] {
  const all = histories
    .flatMap(({ events }) => events ?? [])
    .flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
      scheduled == null ? [] : [scheduled.activityType?.name ?? ''],
    );
  return all.filter((name, index) => name !== all[index - 1]);
}

/** The histories of all runs of a flow, oldest first. */
async function historiesOf({ handle }: LivingFlow): Promise<readonly temporal.api.history.v1.IHistory[]> {
  const histories: temporal.api.history.v1.IHistory[] = [];
  let run: string | null | undefined;
  do {
    const history = await rig.client.workflow.getHandle(handle.workflowId, run ?? undefined).fetchHistory();
    histories.unshift(history);
    run = history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
  } while (run != null && run !== '');
  return histories;
}

const { EVENT_TYPE_WORKFLOW_TASK_STARTED, EVENT_TYPE_ACTIVITY_TASK_STARTED } = temporal.api.enums.v1.EventType;

/** Every point of a history, from 1: two for each task that it shows, one before it is begun and one after it is done. */
function pointsOf(name: string): readonly number[] {
  const tasks = (recorded(name).events ?? []).filter(
    ({ eventType }) => eventType === EVENT_TYPE_WORKFLOW_TASK_STARTED || eventType === EVENT_TYPE_ACTIVITY_TASK_STARTED,
  );
  return Array.from({ length: 2 * tasks.length }, (_, index) => index + 1);
}

/** The lives to lead: one without a death, and those that die at a point each. */
function planned(name: string, index: number): readonly PlannedLife[] {
  // A second death comes half a minute after the first: with every point only.
  const chosen =
    SCENARIOS[name]?.diedBefore === undefined ? pointsOf(name).filter((point) => (point + index) % ONE_IN === 0) : [];
  return [undefined, ...(EVERY_POINT ? pointsOf(name) : chosen)].map((diesAt) => ({ name, diesAt }));
}

test('there is a scenario for every recorded history', () => {
  expect(Object.keys(SCENARIOS).sort()).toEqual([...RECORDED].sort());
});

test(`a worker dies at ${EVERY_POINT ? 'every point' : 'points'} of every recorded history, and another finishes all of it, once`, async () => {
  await startWorker();
  const plan = RECORDED.flatMap(planned);
  await inLanes(LANES, plan, live);
  // One that has died and is not to die again has nothing to wait for.
  await attendUntil(
    ({ life, ended }) => life.dead || ended !== undefined || (life.diedBefore && life.diesAt === undefined),
  );
  for (const worker of workers.splice(0)) await killProcess(worker);
  first = false;

  await startWorker();
  await attendUntil(({ ended }) => ended !== undefined);

  const ledger = await rig.ledger();
  const undisturbed = flows.filter(({ life: { diesAt } }) => diesAt === undefined);
  const endings = new Map(undisturbed.map(({ life, ended }) => [life.name, ended]));
  expect(flows.flatMap((flow) => wrongWith(flow, endings.get(flow.life.name), ledger))).toEqual([]);
  let continued = 0;
  for (const flow of undisturbed) {
    const { name } = flow.life;
    const runs = await historiesOf(flow);
    if (runs.length > 1) continued += 1;
    expect([name, activitiesOf(runs)]).toEqual([name, activitiesOf([recorded(name)])]);
  }
  expect(continued).toBeGreaterThan(0);
  const stray = ledger.orders.filter(({ partner_order_ref: ref }) => !lives.has(lifeOf(ref).split('~')[0] ?? ''));
  expect(stray).toEqual([]);
  // Every death that was planned came about, but for those beyond the last point of a life that took fewer tasks.
  const deaths = plan.filter(({ diesAt }) => diesAt !== undefined).length;
  const dead = flows.filter(({ life }) => life.dead).length;
  expect(dead / deaths).toBeGreaterThan(0.8);
}, 600_000);
