import type { Clock } from '../http/clock';
import type { Due } from '../http/due';
import type { FaultEngine, FaultSubject } from '../http/fault-engine';
import type { Received } from '../http/passage';
import type { Identity } from './auth';
import type { TransferCallbacks } from './callbacks';
import type { Behaviour } from './config';
import type { BackofficeFaultRule } from './fault-rules';
import type { Store } from './store';

/** What the control port moves while the sandbox runs. */
interface Workings {
  behaviour: Behaviour;
  settleMs: number;
}

/** What every operation works with. */
export interface Sandbox {
  readonly store: Store;
  readonly clock: Clock;
  readonly identity: Identity;
  readonly faults: FaultEngine<BackofficeFaultRule>;
  readonly callbacks: TransferCallbacks;
  readonly workings: Workings;
  /** Looks again at what is due, after something was made that will be due. */
  readonly due: Pick<Due, 'look'>;
}

/** One request of somebody who was let in. */
export interface Call {
  readonly sandbox: Sandbox;
  readonly received: Received;
  readonly subject: FaultSubject;
}
