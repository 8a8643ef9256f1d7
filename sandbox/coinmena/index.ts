import { Clock } from '../http/clock';
import { controlHandler } from '../http/control';
import { FaultEngine } from '../http/fault-engine';
import { SeededRandom } from '../http/random';
import { startHttpServer, type RunningServer } from '../http/server';
import { Authenticator } from './auth';
import { DEFAULTS, parsePublicKey, type CoinmenaSandboxConfig } from './config';
import type { Sandbox } from './context';
import { controlRoutes } from './control';
import { Counters } from './counters';
import type { CoinmenaFaultRule } from './fault-rules';
import { handleRequest } from './gate';
import { PresignedUrls } from './presigned';
import { Store } from './store';

export type { CoinmenaSandboxConfig } from './config';
export { BadSetting, TEST_PUBLIC_KEY } from './config';

export interface RunningSandbox {
  /** Base URL of the API, without a slash at the end. */
  readonly url: string;
  /** Base URL of the control port. */
  readonly controlUrl: string;
  /** Drops open connections and waiting answers; what was not committed never is. */
  readonly close: () => Promise<void>;
}

/**
 * Starts a CoinMENA of one's own: the Partner API of the CoinMENA documents on one port, the control port (faults and
 * the ledger) on another.
 *
 * @param options what differs from `DEFAULTS` (config.ts)
 * @throws BadSetting where a setting cannot be used, JournalUnreadable where the data file cannot be read back, the
 *   system's error where a port or file cannot be opened
 */
export async function startCoinmenaSandbox(options: Partial<CoinmenaSandboxConfig> = {}): Promise<RunningSandbox> {
  const config = { ...DEFAULTS, ...options };
  const clock = new Clock();
  const random = new SeededRandom(config.seed);
  const counters = new Counters();
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
  };
  const closing = new AbortController();
  const { publicUrl, onFailure } = config;
  const gate = { sandbox, authenticator, counters, publicUrl, closing: closing.signal, onFailure };

  const servers: RunningServer[] = [];
  const close = async (): Promise<void> => {
    closing.abort();
    await Promise.all(servers.map((server) => server.close()));
    await store.close();
  };
  try {
    const api = await startHttpServer({
      host: config.host,
      port: config.port,
      handle: (request) => handleRequest(gate, request),
      onFailure,
    });
    servers.push(api);
    const control = await startHttpServer({
      host: config.controlHost,
      port: config.controlPort,
      handle: controlHandler(controlRoutes({ sandbox, authenticator, counters, random })),
      onFailure,
    });
    servers.push(control);
    return { url: api.url, controlUrl: control.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}
