import { OPERATIONS, type Operation } from './fault-rules';
import type { AuthRefusal } from './auth';

/** A request that was answered with 401, and why. */
export interface NotedRefusal extends AuthRefusal {
  readonly method: string;
  readonly path: string;
}

const KEPT_REFUSALS = 50;

/** What came in since the start or the last reset. */
export class Counters {
  private readonly requests = new Map<Operation, number>();
  private refusals: NotedRefusal[] = [];

  countRequest(operation: Operation): void {
    this.requests.set(operation, (this.requests.get(operation) ?? 0) + 1);
  }

  noteRefusal(refusal: NotedRefusal): void {
    this.refusals = [...this.refusals, refusal].slice(-KEPT_REFUSALS);
  }

  /** Requests by operation, refused ones included; every operation is named. */
  byOperation(): Readonly<Record<string, number>> {
    return Object.fromEntries(OPERATIONS.map((operation) => [operation, this.requests.get(operation) ?? 0]));
  }

  /** The latest last. */
  latestRefusals(): readonly NotedRefusal[] {
    return this.refusals;
  }

  reset(): void {
    this.requests.clear();
    this.refusals = [];
  }
}
