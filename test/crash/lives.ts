import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { NEEDS_ATTENTION } from '../../contract/search-attributes';
import type { Rig } from '../setup/rig';
import { CANCELLED, endingOf } from './ending';
import type { LifeBook, LifeOrder, Scenario, World } from './scenario';

/** A flow that lives a recorded history once more. */
export interface LivingFlow {
  readonly id: string;
  readonly name: string;
  readonly scenario: Scenario;
  readonly handle: WorkflowHandle;
}

/** Whatever belongs to a life carries its id, before a dot. */
export function lifeOf(workflowId: string): string {
  return workflowId.split('/').at(-1)?.split('.')[0] ?? workflowId;
}

/** What a flow ends with. */
export async function endOf({ handle, id }: LivingFlow): Promise<string> {
  try {
    return endingOf(await handle.result(), id);
  } catch (error) {
    const cancelled = error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure;
    return cancelled ? CANCELLED : String(error);
  }
}

/** The orders of a life, whatever their intent, one of a stranger's under its ref included. */
export function ordersOf(id: string, { orders }: LifeBook): readonly LifeOrder[] {
  return orders.filter(({ ref }) => ref === id || ref.startsWith(`${id}~`) || ref.startsWith(`${id}.`));
}

const LOOK_EVERY_MS = 250;

/** Does what people and the provider do around flows. */
export class Attendance {
  private readonly busy = new Map<string, Promise<void>>();

  constructor(
    private readonly rig: Rig,
    private readonly world: World,
  ) {}

  /** Attends to `flows`, which may grow, until the test says that it is over. */
  async until(
    isOver: (asked: ReadonlyMap<string, string>) => boolean,
    flows: () => readonly LivingFlow[],
  ): Promise<void> {
    for (;;) {
      const [book, asked] = await Promise.all([this.world.book(this.rig), this.questions()]);
      if (isOver(asked)) return;
      // A message to a flow that loses its worker by it is answered only by another worker: nobody waits for that.
      for (const flow of flows()) this.begin(flow, book, asked.get(flow.handle.workflowId));
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** Until everything that was begun has been answered, which takes a worker. */
  async settled(): Promise<void> {
    await Promise.all(this.busy.values());
  }

  private begin({ id, handle, scenario }: LivingFlow, book: LifeBook, parked: string | undefined): void {
    if (this.busy.has(id) || scenario.attend === undefined) return;
    const attended = scenario.attend(this.rig, { id, handle, parked, orders: ordersOf(id, book) });
    this.busy.set(
      id,
      attended.finally(() => this.busy.delete(id)),
    );
  }

  /** Why flows wait for a person, by their workflow ids. */
  private async questions(): Promise<ReadonlyMap<string, string>> {
    const parked = new Map<string, string>();
    const query = `${NEEDS_ATTENTION.name} IS NOT NULL AND ExecutionStatus = 'Running'`;
    for await (const { workflowId, typedSearchAttributes } of this.rig.client.workflow.list({
      query,
      pageSize: 1_000,
    })) {
      const reason = typedSearchAttributes.get(NEEDS_ATTENTION);
      if (reason !== undefined) parked.set(workflowId, reason);
    }
    return parked;
  }
}
