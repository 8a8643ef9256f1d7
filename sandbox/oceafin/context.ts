import type { Operation } from '../../providers/oceafin/layout/operations';
import type { Clock } from '../http/clock';
import type { FaultEngine, FaultSubject } from '../http/fault-engine';
import type { Received } from '../http/passage';
import type { Params } from '../http/routes';
import type { OceafinFaultRule } from './fault-rules';
import type { Part } from './records';
import type { Store } from './store';
import type { Webhooks, WebhookEvent } from './webhooks';

/** What the control port moves while the sandbox runs. */
interface Market {
  quoteLifeMs: number;
  /** USD per unit, by asset. */
  readonly rates: Map<string, string>;
  readonly openingBalances: Readonly<Record<string, string>>;
  /** Operations that the partner may not use, because it lacks a scope or a product. */
  deniedScopes: readonly string[];
  disabledProducts: readonly string[];
}

/** What every operation works with. */
export interface Sandbox {
  readonly store: Store;
  readonly clock: Clock;
  readonly faults: FaultEngine<OceafinFaultRule>;
  readonly webhooks: Webhooks;
  readonly market: Market;
}

/** One request that was recognised and signed by the partner. */
export interface Call {
  readonly sandbox: Sandbox;
  readonly received: Received;
  readonly operation: Operation;
  /** Path parameters, decoded. */
  readonly params: Params;
  readonly requestId: string;
  readonly subject: FaultSubject;
}

/** What an operation did: its answer, what is to be kept, who is to be told. */
export interface Done {
  readonly status: number;
  readonly body: object;
  readonly parts?: readonly Part[];
  readonly events?: readonly WebhookEvent[];
}

export type Handler = (call: Call) => Done;
