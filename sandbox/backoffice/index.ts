import { Clock } from '../http/clock';
import { Counters } from '../http/counters';
import { Due } from '../http/due';
import { FaultEngine } from '../http/fault-engine';
import { SeededRandom } from '../http/random';
import { startTwoPorts, type RunningSandbox } from '../http/two-ports';
import { Identity, type NotedRefusal } from './auth';
import { TransferCallbacks } from './callbacks';
import { DEFAULTS, type BackofficeSandboxConfig } from './config';
import type { Sandbox } from './context';
import { controlRoutes } from './control';
import { OPERATIONS, type BackofficeFaultRule, type Operation } from './fault-rules';
import { gateOf } from './gate';
import { Store } from './store';
import { settleDue } from './transfers';

export type { RunningSandbox } from '../http/two-ports';
export {
  TEST_CLIENT_ID,
  TEST_CLIENT_SECRET,
  TEST_PASSWORD,
  TEST_USERNAME,
  TEST_USERS,
  type BackofficeSandboxConfig,
} from './config';

/**
 * Starts a back office of one's own: the transfers API on one port, the control port (faults, users, the ledger) on
 * another.
 *
 * @param options what differs from `DEFAULTS` (config.ts)
 * @throws JournalUnreadable if the data file cannot be read back, the system's error if a port or file cannot be
 *   opened
 */
export async function startBackofficeSandbox(options: Partial<BackofficeSandboxConfig> = {}): Promise<RunningSandbox> {
  const config = { ...DEFAULTS, ...options };
  const clock = new Clock();
  const random = new SeededRandom(config.seed);
  const counters = new Counters<Operation, NotedRefusal>(OPERATIONS);
  const faults = new FaultEngine<BackofficeFaultRule>(random);
  const store = await Store.open(config.dataFile, config);
  const closing = new AbortController();
  const due = new Due(() => settleDue(sandbox));
  const sandbox: Sandbox = {
    store,
    clock,
    identity: new Identity(config, clock, (refusal) => counters.noteRefusal(refusal)),
    faults,
    callbacks: new TransferCallbacks(faults, closing.signal),
    workings: { behaviour: config.behaviour, settleMs: config.settleMs },
    due,
  };
  const { onFailure } = config;
  const running = await startTwoPorts({
    ...config,
    handle: gateOf({ sandbox, counters, closing: closing.signal, onFailure }),
    controlRoutes: controlRoutes({ sandbox, counters, random, settleMs: config.settleMs }),
    release: async () => {
      due.close();
      await store.close();
    },
    closing,
  });
  // What was under way when the sandbox ended the last time.
  due.look();
  return running;
}
