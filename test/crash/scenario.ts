import type { WorkflowHandle } from '@temporalio/client';
import type { BookOrder } from '../../chaos/providers/kit';
import type { Rig, RigOptions } from '../setup/rig';

/** An order in the provider's book, as the lives look at it. */
export type LifeOrder = Pick<BookOrder, 'orderId' | 'ref' | 'partnerClientId' | 'state' | 'status'>;

/** A provider's book, as far as a life can go wrong in it. */
export interface LifeBook {
  readonly orders: readonly LifeOrder[];
  /** The ids of clients, as often as they stand there. */
  readonly clients: readonly string[];
  readonly documents: readonly { readonly clientId: string; readonly type: string }[];
}

/** What the test sees of a flow while it runs. */
export interface Sight {
  readonly id: string;
  readonly handle: WorkflowHandle;
  /** Why it waits for a person. */
  readonly parked: string | undefined;
  readonly orders: readonly LifeOrder[];
}

/** A life like that of a recorded history, which can be lived again and again. */
export interface Scenario {
  /** Starts it; everything that it works on carries its id. */
  readonly start: (rig: Rig, id: string) => Promise<WorkflowHandle>;
  /** What people and the provider do on its way; called now and then. Doing it twice does no harm. */
  readonly attend?: (rig: Rig, sight: Sight) => Promise<void>;
  /** What happens around a flow at the latest when its worker is there, before it goes on. */
  readonly before?: (id: string, point: string) => void;
  /** Completed orders if it ends well. */
  readonly orders: number;
  /** The document types on file if it ends well. */
  readonly documents?: readonly string[];
  /** Whether a cancel comes so that it may win or lose; otherwise it ends as it does if nobody dies. */
  readonly mayBeCancelled?: boolean;
  /** Whether its question follows from an answer that comes once: if the worker dies with it, nobody is asked. */
  readonly asksOfOneAnswer?: boolean;
  /**
   * Whether a reset must not say messages again: if the server hands an update and a signal over in one task, a replay
   * takes them in another order.
   */
  readonly isNotSaidAgain?: boolean;
  /** The worker that did this died of it, before any other. */
  readonly diedBefore?: string;
}

/** A provider with its scenarios. */
export interface World {
  readonly rig: RigOptions;
  /** The worker's program under the build, if it is not the one of production. */
  readonly workerProgram?: string;
  /** For each recorded history (test/replay/histories) of a whole flow, by its name: the same once more. */
  readonly scenarios: Readonly<Record<string, Scenario>>;
  /** Whether the provider pays a repeated reference again: then a send in doubt may end in a question. */
  readonly repeatsPay: boolean;
  /** Readies the sandbox, and whatever else must be there; ends it with what it returns. */
  prepare(rig: Rig): Promise<() => Promise<void>>;
  book(rig: Rig): Promise<LifeBook>;
}

/** Whose order stands under a ref that is not theirs. */
export const STRANGER = 'someone-else';
export const BY = { by: 'ops-1', reason: 'as it was recorded' };
export const LOST = { kind: 'reset', params: { when: 'after-commit' } } as const;
export const NEVER_ARRIVES = { kind: 'reset', params: { when: 'before-commit' } } as const;

/** Sends an update; what is refused, or answered by somebody else meanwhile, changes nothing. */
export async function update(handle: WorkflowHandle, name: string, request: object): Promise<void> {
  await handle.executeUpdate(name, { args: [request] }).catch(() => undefined);
}

/** Answers the question `reason`. */
export function answers(reason: string, action: string, first?: (rig: Rig, sight: Sight) => Promise<unknown>) {
  return async (rig: Rig, sight: Sight): Promise<void> => {
    if (sight.parked !== reason) return;
    await first?.(rig, sight);
    await update(sight.handle, 'resolve', { action, ...BY });
  };
}

export function amends(reason: string, patches: (id: string, rig: Rig) => readonly object[]) {
  return async (rig: Rig, { id, handle, parked }: Sight): Promise<void> => {
    if (parked !== reason) return;
    for (const patch of patches(id, rig)) await update(handle, 'amend', { patch, ...BY });
  };
}
