import { Clock } from '../http/clock';
import { Counters } from '../http/counters';
import { FaultEngine } from '../http/fault-engine';
import { SeededRandom } from '../http/random';
import { startTwoPorts, type RunningSandbox } from '../http/two-ports';
import { Authenticator } from './auth';
import { DEFAULTS, parsePublicKey, type CoinmenaSandboxConfig } from './config';
import type { Sandbox } from './context';
import { controlRoutes } from './control';
import type { NotedRefusal } from './counters';
import { OPERATIONS, type CoinmenaFaultRule, type Operation } from './fault-rules';
import { handleRequest } from './gate';
import { PresignedUrls } from './presigned';
import { Store } from './store';

export type { CoinmenaSandboxConfig } from './config';
export type { RunningSandbox } from '../http/two-ports';

/**
 * Starts a CoinMENA of one's own: the Partner API of the CoinMENA documents on one port, the control port (faults and
 * the ledger) on another.
 *
 * @param options what differs from `DEFAULTS` (config.ts)
 * @throws BadSetting if a setting cannot be used, JournalUnreadable if the data file cannot be read back, the
 *   system's error if a port or file cannot be opened
 */
export async function startCoinmenaSandbox(options: Partial<CoinmenaSandboxConfig> = {}): Promise<RunningSandbox> {
  const config = { ...DEFAULTS, ...options };
  const clock = new Clock();
  const random = new SeededRandom(config.seed);
  const counters = new Counters<Operation, NotedRefusal>(OPERATIONS);
  const authenticator = new Authenticator(config.partnerId, parsePublicKey(config.publicKey), clock, {
    ipAllowList: config.ipAllowList,
    rejectReplays: config.rejectReplays,
    layout: config.layout,
  });
  const store = await Store.open(config.dataFile);
  const sandbox: Sandbox = {
    store,
    clock,
    faults: new FaultEngine<CoinmenaFaultRule>(random),
    presigned: new PresignedUrls(clock),
    rules: { uniqueFirst: 'partner_client_id' },
  };
  const closing = new AbortController();
  const { publicUrl, onFailure } = config;
  const gate = { sandbox, authenticator, counters, publicUrl, closing: closing.signal, onFailure };

  return await startTwoPorts({
    ...config,
    handle: (request) => handleRequest(gate, request),
    controlRoutes: controlRoutes({ sandbox, authenticator, counters, random }),
    release: () => store.close(),
    closing,
  });
}
