/** What a watch takes along when its history is renewed. */
export interface WaitersRecord {
  /** Who waits, and how often each came back after it was woken. */
  readonly waiting: readonly (readonly [workflowId: string, returns: number])[];
  readonly overfull: boolean;
}

/** How many a watch knows by their ids; beyond that, every flow under way at the provider is woken. */
export const MOST_WAITERS = 5_000;

/** How often a flow is woken that comes back each time: then it has a trouble of its own, and looks again by itself. */
export const MOST_RETURNS = 3;

/** Of a provider that seems to be back, so many flows find out whether it is; then the others are woken, so many at once. */
const FIRST_BATCH = 3;
const BATCH = 20;

/**
 * Who waits for a provider. Those that came back are woken last, so that one with a trouble of its own does not hold up the
 * others.
 */
export class Waiters {
  private readonly waiting: Map<string, number>;
  /** Those that were woken, until they come back. */
  private readonly woken = new Map<string, number>();
  private back = new Set<string>();
  private overfull: boolean;

  constructor({ waiting, overfull }: WaitersRecord = { waiting: [], overfull: false }) {
    this.waiting = new Map(waiting);
    this.overfull = overfull;
  }

  get record(): WaitersRecord {
    return { waiting: [...this.waiting], overfull: this.overfull };
  }

  get count(): number {
    return this.waiting.size;
  }

  /** Whether there are more than are known. */
  get isOverfull(): boolean {
    return this.overfull;
  }

  /** A flow waits, for the first time or again. */
  join(workflowId: string): void {
    const before = this.woken.get(workflowId);
    if (before !== undefined) {
      this.woken.delete(workflowId);
      this.back.add(workflowId);
      if (before >= MOST_RETURNS) return;
    }
    this.add(workflowId, before === undefined ? 0 : before + 1);
  }

  /** Flows that were found to wait; one that was just woken is none of them, because a list follows after. */
  found(workflowIds: readonly string[]): void {
    for (const workflowId of workflowIds) if (!this.woken.has(workflowId)) this.add(workflowId, 0);
    this.overfull = false;
  }

  /** Everybody who waits, in batches, in the order in which they are to be woken. */
  batches(): readonly (readonly string[])[] {
    const ids = [...this.waiting].sort(([, a], [, b]) => a - b).map(([workflowId]) => workflowId);
    const batches = [ids.slice(0, FIRST_BATCH)];
    for (let from = FIRST_BATCH; from < ids.length; from += BATCH) batches.push(ids.slice(from, from + BATCH));
    return batches.filter(({ length }) => length > 0);
  }

  /** A batch is about to be woken. */
  waking(batch: readonly string[]): void {
    this.back = new Set();
    for (const workflowId of batch) {
      this.woken.set(workflowId, this.waiting.get(workflowId) ?? 0);
      this.waiting.delete(workflowId);
    }
  }

  /** Whether all of the batch that was woken last came back: the provider does not answer after all. */
  haveAllReturned(batch: readonly string[]): boolean {
    return batch.every((workflowId) => this.back.has(workflowId));
  }

  private add(workflowId: string, returns: number): void {
    if (this.waiting.has(workflowId)) return;
    if (this.waiting.size < MOST_WAITERS) this.waiting.set(workflowId, returns);
    else this.overfull = true;
  }
}
