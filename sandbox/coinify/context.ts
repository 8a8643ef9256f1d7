import type { Operation } from '../../providers/coinify/layout';
import type { Clock } from '../http/clock';
import type { Due } from '../http/due';
import type { FaultEngine, FaultSubject } from '../http/fault-engine';
import type { Received } from '../http/passage';
import type { Params } from '../http/routes';
import type { Duplicates } from './config';
import type { CoinifyFaultRule } from './fault-rules';
import type { Store } from './store';
import type { Webhooks } from './webhooks';

/** What the control port moves while the sandbox runs. */
interface Behaviour {
  settleMs: number;
  duplicates: Duplicates;
  findByOrderId: boolean;
}

/** What every operation works with. */
export interface Sandbox {
  readonly store: Store;
  readonly clock: Clock;
  readonly faults: FaultEngine<CoinifyFaultRule>;
  readonly webhooks: Webhooks;
  readonly behaviour: Behaviour;
  /** Brings withdrawals on that are due. */
  readonly due: Pick<Due, 'look'>;
}

/** One request that carried the merchant's key. */
export interface Call {
  readonly sandbox: Sandbox;
  readonly received: Received;
  readonly operation: Operation;
  /** Path parameters, decoded. */
  readonly params: Params;
  readonly subject: FaultSubject;
}
