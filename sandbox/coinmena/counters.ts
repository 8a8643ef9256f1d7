import type { Counters } from '../http/counters';
import type { AuthRefusal } from './auth';
import type { Operation } from './fault-rules';

/** A request that was answered with 401, and why. */
export interface NotedRefusal extends AuthRefusal {
  readonly method: string;
  readonly path: string;
}

export type CoinmenaCounters = Counters<Operation, NotedRefusal>;
