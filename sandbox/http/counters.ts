const KEPT_REFUSALS = 50;

/** What came in since the start or the last reset. `Refusal` describes a request that was not the partner's. */
export class Counters<Operation extends string, Refusal> {
  private readonly requests = new Map<Operation, number>();
  private refusals: Refusal[] = [];

  constructor(private readonly operations: readonly Operation[]) {}

  countRequest(operation: Operation): void {
    this.requests.set(operation, (this.requests.get(operation) ?? 0) + 1);
  }

  noteRefusal(refusal: Refusal): void {
    this.refusals = [...this.refusals, refusal].slice(-KEPT_REFUSALS);
  }

  /** Requests by operation, refused ones included; every operation is named. */
  byOperation(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.operations.map((operation) => [operation, this.requests.get(operation) ?? 0]));
  }

  /** The latest last. */
  latestRefusals(): readonly Refusal[] {
    return this.refusals;
  }

  reset(): void {
    this.requests.clear();
    this.refusals = [];
  }
}
