import { setMaxListeners } from 'node:events';
import type { Operation } from '../../providers/coinify/layout';
import { Clock } from '../http/clock';
import { Counters } from '../http/counters';
import { Due } from '../http/due';
import { FaultEngine } from '../http/fault-engine';
import { SeededRandom } from '../http/random';
import { startTwoPorts, type RunningSandbox } from '../http/two-ports';
import type { NotedRefusal } from './auth';
import { DEFAULTS, type CoinifySandboxConfig } from './config';
import type { Sandbox } from './context';
import { controlRoutes } from './control';
import { OPERATIONS, type CoinifyFaultRule } from './fault-rules';
import { gateOf } from './gate';
import { Store } from './store';
import { Webhooks } from './webhooks';
import { settleDue } from './withdrawals';

export type { RunningSandbox } from '../http/two-ports';
export { TEST_API_KEY, TEST_WEBHOOK_SECRET, type CoinifySandboxConfig } from './config';

/**
 * Starts a Coinify of one's own: withdrawals on one port, the control port (faults, states, events, the ledger) on
 * another.
 *
 * @param options what differs from `DEFAULTS` (config.ts)
 * @throws JournalUnreadable if the data file cannot be read back, the system's error if a port or file cannot be
 *   opened
 */
export async function startCoinifySandbox(options: Partial<CoinifySandboxConfig> = {}): Promise<RunningSandbox> {
  const config = { ...DEFAULTS, ...options };
  const clock = new Clock();
  const random = new SeededRandom(config.seed);
  const counters = new Counters<Operation, NotedRefusal>(OPERATIONS);
  const faults = new FaultEngine<CoinifyFaultRule>(random);
  const store = await Store.open(config.dataFile, config.openingBalances);
  const closing = new AbortController();
  // Every wait of a fault and every webhook under way listens for the end.
  setMaxListeners(0, closing.signal);
  const target = { url: config.webhookUrl, secret: config.webhookSecret };
  const due = new Due(() => settleDue(sandbox));
  const sandbox: Sandbox = {
    store,
    clock,
    faults,
    webhooks: new Webhooks(target, clock, faults, closing.signal),
    behaviour: {
      settleMs: config.settleMs,
      duplicates: config.duplicates,
      findByOrderId: config.findByOrderId,
    },
    due,
  };
  const { apiKey, onFailure } = config;
  const running = await startTwoPorts({
    ...config,
    handle: gateOf({ sandbox, apiKey, counters, closing: closing.signal, onFailure }),
    controlRoutes: controlRoutes({ sandbox, counters, random }),
    release: async () => {
      due.close();
      await store.close();
    },
    closing,
  });
  // What was under way when an earlier process ended goes on.
  due.look();
  return running;
}
