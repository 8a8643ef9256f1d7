import type { Operation } from '../../providers/oceafin/layout/operations';
import { Clock } from '../http/clock';
import { Counters } from '../http/counters';
import { FaultEngine } from '../http/fault-engine';
import { SeededRandom } from '../http/random';
import { startTwoPorts, type RunningSandbox } from '../http/two-ports';
import { Authenticator, type NotedRefusal } from './auth';
import { DEFAULTS, type OceafinSandboxConfig } from './config';
import type { Sandbox } from './context';
import { controlRoutes } from './control';
import { OPERATIONS, type OceafinFaultRule } from './fault-rules';
import { gateOf } from './gate';
import { Store } from './store';
import { Webhooks } from './webhooks';

export type { RunningSandbox } from '../http/two-ports';
export { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_WEBHOOK_SECRET, type OceafinSandboxConfig } from './config';

/**
 * Starts an Oceafin of one's own: the Partner API on one port, the control port (faults, reviews, deposits, the ledger)
 * on another.
 *
 * @param options what differs from `DEFAULTS` (config.ts)
 * @throws JournalUnreadable if the data file cannot be read back, the system's error if a port or file cannot be
 *   opened
 */
export async function startOceafinSandbox(options: Partial<OceafinSandboxConfig> = {}): Promise<RunningSandbox> {
  const config = { ...DEFAULTS, ...options };
  const clock = new Clock();
  const random = new SeededRandom(config.seed);
  const counters = new Counters<Operation, NotedRefusal>(OPERATIONS);
  const faults = new FaultEngine<OceafinFaultRule>(random);
  const store = await Store.open(config.dataFile);
  const closing = new AbortController();
  const target = { url: config.webhookUrl, secret: config.webhookSecret };
  const sandbox: Sandbox = {
    store,
    clock,
    faults,
    webhooks: new Webhooks(target, clock, faults, closing.signal),
    market: {
      quoteLifeMs: config.quoteLifeMs,
      rates: new Map(),
      openingBalances: config.openingBalances,
      deniedScopes: [],
      disabledProducts: [],
    },
  };
  const authenticator = new Authenticator(config, clock, (refusal) => counters.noteRefusal(refusal));
  const { onFailure } = config;
  return await startTwoPorts({
    ...config,
    handle: gateOf({ sandbox, authenticator, counters, closing: closing.signal, onFailure }),
    controlRoutes: controlRoutes({ sandbox, counters, random }),
    release: () => store.close(),
    closing,
  });
}
