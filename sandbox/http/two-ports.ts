import type { IncomingMessage } from 'node:http';
import type { Delivery } from './answer';
import { controlHandler, type ControlRoute } from './control';
import { startHttpServer, type RunningServer } from './server';

export interface TwoPorts {
  readonly host: string;
  readonly port: number;
  readonly controlHost: string;
  readonly controlPort: number;
  readonly handle: (request: IncomingMessage) => Promise<Delivery>;
  readonly controlRoutes: readonly ControlRoute[];
  readonly onFailure: (error: unknown) => void;
  /** Called once, at the end or if a port cannot be opened: ends waits, closes files. */
  readonly release: () => Promise<void>;
  /** Called first at the end: a change that is not committed by then never is. */
  readonly closing: AbortController;
}

export interface RunningSandbox {
  /** Base URL of the API, without a slash at the end. */
  readonly url: string;
  /** Base URL of the control port. */
  readonly controlUrl: string;
  /** Drops open connections and waiting answers; an uncommitted change stays uncommitted. */
  readonly close: () => Promise<void>;
}

/**
 * A sandbox's API on one port, its control port on another.
 *
 * @throws the system's error if a port cannot be opened; everything is released then
 */
export async function startTwoPorts(options: TwoPorts): Promise<RunningSandbox> {
  const { handle, onFailure } = options;
  const servers: RunningServer[] = [];
  const close = async (): Promise<void> => {
    options.closing.abort();
    await Promise.all(servers.map((server) => server.close()));
    await options.release();
  };
  try {
    const api = await startHttpServer({ host: options.host, port: options.port, handle, onFailure });
    servers.push(api);
    const control = await startHttpServer({
      host: options.controlHost,
      port: options.controlPort,
      handle: controlHandler(options.controlRoutes),
      onFailure,
    });
    servers.push(control);
    return { url: api.url, controlUrl: control.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}
