import { temporal } from '@temporalio/proto';
// First, so that a worker in this process asks a person after seconds, and not after minutes.
import '../../chaos/providers/impatience';
import { inLanes } from '../../system/in-lanes';
import { resetToTask } from '../setup/reset';
import { Rig } from '../setup/rig';
import { CANCELLED } from './ending';
import { Attendance, endOf, ordersOf, type LivingFlow } from './lives';
import { recordedAt, type History } from './recorded';
import { STRANGER, type LifeBook, type LifeOrder, type World } from './scenario';

/**
 * Each recorded history is lived once more and taken back by an operator to each moment that Temporal can reset it to:
 * while it is under way, and after it has ended. Whatever it sent before is at the provider and not in its history.
 *
 * By default a few moments of each history, always the same; all of them with `npm run crash-points`.
 */
const EVERY_MOMENT = process.env['GANGWAY_CRASH_POINTS'] === 'all';
/** The default takes one reset in so many, of each history others. */
const ONE_IN = 16;
const LANES = 12;
const LOOK_EVERY_MS = 100;
const ENDS_WITHIN_MS = 240_000;
/** A question that nobody has answered for so long: the flow waits with it. */
const ASKS_FOR_MS = 4_000;

const { EVENT_TYPE_WORKFLOW_TASK_COMPLETED } = temporal.api.enums.v1.EventType;

interface PlannedReset {
  readonly name: string;
  /** The completed workflow task that it goes back to, from 1. */
  readonly moment: number;
  readonly when: 'under way' | 'ended';
}

interface Life extends LivingFlow, PlannedReset {
  /** What it ended with, or why it asks; nothing if it does neither in time. */
  came?: string;
}

/** What was lived of a provider's histories. */
interface Taken {
  /** What is wrong after a reset, a sentence each. */
  readonly wrong: readonly string[];
  readonly planned: number;
  /** Lives that were reset while they were under way. */
  readonly underWay: number;
}

/** Lives the recorded histories of a provider and takes each back. */
async function liveAndReset(world: World): Promise<Taken> {
  const rig = await Rig.start(world.rig);
  const end = await world.prepare(rig);
  const run = new ResetRun(rig, world);
  try {
    return await run.all();
  } finally {
    await end();
    await rig.close();
  }
}

class ResetRun {
  private readonly recorded: ReadonlyMap<string, History>;
  private readonly lives: Life[] = [];
  private readonly settled = new Set<string>();
  private asked: ReadonlyMap<string, string> = new Map();
  private underWay = 0;

  constructor(
    private readonly rig: Rig,
    private readonly world: World,
  ) {
    this.recorded = recordedAt(rig.provider);
  }

  async all(): Promise<Taken> {
    const plan = [...this.recorded].flatMap(([name, history], index) => planned(name, history, index));
    let isOver = false;
    const attendance = new Attendance(this.rig, this.world);
    const attended = attendance.until(
      (asked) => {
        this.asked = asked;
        return isOver;
      },
      () => this.lives.filter(({ id }) => !this.settled.has(id)),
    );
    await inLanes(LANES, plan, (life) => this.live(life));
    isOver = true;
    await attended;
    await attendance.settled();
    const book = await this.world.book(this.rig);
    return {
      wrong: this.lives.flatMap((life) => wrongWith(life, book)),
      planned: plan.length,
      underWay: this.underWay,
    };
  }

  private async live(planned: PlannedReset): Promise<void> {
    const { name, moment, when } = planned;
    const scenario = this.world.scenarios[name];
    if (scenario === undefined) throw new Error(`no scenario lives ${name}`);
    const id = `reset-${[...this.recorded.keys()].indexOf(name)}-${moment}-${when === 'ended' ? 'after' : 'midway'}`;
    const { workflowId } = await scenario.start(this.rig, id);
    // Of whichever run is the latest: a reset ends the one that was started.
    const life: Life = { id, ...planned, scenario, handle: this.rig.client.workflow.getHandle(workflowId) };
    this.lives.push(life);
    await this.untilReady(life);
    await this.reset(life);
    const came = await this.outcomeOf(life);
    if (came !== undefined) life.came = came;
    this.settled.add(id);
  }

  /** Until it has come past the moment, or has ended. */
  private async untilReady({ handle, moment, when }: Life): Promise<void> {
    const until = Date.now() + ENDS_WITHIN_MS;
    while (Date.now() < until) {
      const { status } = await handle.describe();
      if (status.name !== 'RUNNING') return;
      if (when === 'under way' && momentsOf(await handle.fetchHistory()).length >= moment) {
        this.underWay += 1;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  private async reset({ handle, moment, scenario }: Life): Promise<void> {
    const moments = momentsOf(await handle.fetchHistory());
    // A life may take fewer tasks than the recorded one.
    const task = moments[Math.min(moment, moments.length) - 1] ?? null;
    const isSaidAgain = moment % 2 === 0 && scenario.isNotSaidAgain !== true;
    await resetToTask(this.rig, handle, task, isSaidAgain ? 'is said again' : 'is forgotten');
  }

  /** What it ends with, or `asks` and why; undefined if neither comes about. */
  private async outcomeOf(life: Life): Promise<string | undefined> {
    const until = Date.now() + ENDS_WITHIN_MS;
    let asksSince: number | undefined;
    while (Date.now() < until) {
      const { status } = await life.handle.describe();
      if (status.name !== 'RUNNING') return await endOf(life);
      const reason = this.asked.get(life.handle.workflowId);
      asksSince = reason === undefined ? undefined : (asksSince ?? Date.now());
      if (asksSince !== undefined && Date.now() - asksSince > ASKS_FOR_MS) return `asks ${reason ?? ''}`;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    return undefined;
  }
}

/** The events that a history can be reset to. */
function momentsOf({ events }: History): readonly (Long | undefined)[] {
  return (events ?? []).flatMap(({ eventType, eventId }) =>
    eventType === EVENT_TYPE_WORKFLOW_TASK_COMPLETED ? [eventId ?? undefined] : [],
  );
}

type Long = Exclude<NonNullable<History['events']>[number]['eventId'], null | undefined>;

function planned(name: string, history: History, index: number): readonly PlannedReset[] {
  const all = momentsOf(history).flatMap((_, before): readonly PlannedReset[] => [
    { name, moment: before + 1, when: 'under way' },
    { name, moment: before + 1, when: 'ended' },
  ]);
  return EVERY_MOMENT ? all : all.filter((_, at) => (at + index) % ONE_IN === 0);
}

const COMPLETED = /"outcome":"(marked-)?completed"/;

/** What is wrong after a reset; nothing, as it should be. */
function wrongWith({ id, name, moment, when, came, scenario }: Life, book: LifeBook): readonly string[] {
  const orders = ordersOf(id, book).filter(({ partnerClientId: whose }) => whose !== STRANGER);
  const intents = [...new Set(orders.map(intentOf))].map((intent) => orders.filter((one) => intentOf(one) === intent));
  const completed = orders.filter(({ state }) => state === 'completed').length;
  const clients = book.clients.filter((client) => client === id).length;
  const types = book.documents.filter(({ clientId }) => clientId === id).map(({ type }) => type);
  const { documents } = scenario;
  const ended = came?.startsWith('{') === true || came === CANCELLED;
  const lost = came !== undefined && COMPLETED.test(came) && completed < scenario.orders;
  // A cancel that comes after the reset and before anything is sent anew speaks of its own run (docs/reliability.md).
  const mayHaveSent = scenario.mayBeCancelled === true;
  const paidAgainst = came === CANCELLED && completed > 0 && !mayHaveSent;
  return [
    ...(ended || came?.startsWith('asks ') === true ? [] : [came ?? 'neither ends nor asks']),
    ...intents.flatMap((of) => (isDoubled(of) ? [`doubled: ${wordsOf(of)}`] : [])),
    ...(lost ? [`says completed, and the book has ${wordsOf(orders)}`] : []),
    ...(paidAgainst ? [`says cancelled, and the book has ${wordsOf(orders)}`] : []),
    ...(documents === undefined || clients === 1 ? [] : [`${clients} clients`]),
    ...(new Set(types).size === types.length ? [] : [`on file are ${types.sort().join()}`]),
  ].map((problem) => `${name}, reset to moment ${moment}, ${when}: ${problem}`);
}

/** An order's intent: a reference is its id, and from the second on its number after `~`. */
function intentOf({ ref }: LifeOrder): string {
  return ref.split('~')[0] ?? ref;
}

/** Two that moved money, or may yet: a draft moves nothing before it is confirmed. */
function isDoubled(orders: readonly LifeOrder[]): boolean {
  return orders.filter(({ state }) => state === 'completed' || state === 'open').length > 1;
}

function wordsOf(orders: readonly LifeOrder[]): string {
  return orders.map(({ ref, status }) => `${ref} ${status}`).join(', ') || 'nothing';
}

/** Declares the test of a provider's resets. */
export function describeResets(world: World, how = ''): void {
  const { provider = '' } = world.rig;
  test(`recorded histories at ${provider}${how}, reset to ${EVERY_MOMENT ? 'every moment' : 'moments'}: nothing is paid twice, lost or stuck`, async () => {
    const { wrong, planned, underWay } = await liveAndReset(world);
    expect(wrong).toEqual([]);
    expect(planned).toBeGreaterThan(0);
    expect(underWay).toBeGreaterThan(0);
  }, 900_000);
}
