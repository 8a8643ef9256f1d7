import { isIPv6 } from 'node:net';
import type { GatewayConfig } from './config';
import { gatewayServer, type ServerOptions } from './server';
import { openTemporal } from '../temporal/link';

/** A gateway that takes requests. */
export interface RunningGateway {
  /** `http://host:port`. */
  readonly url: string;
  /** Takes no more requests, and waits for those under way, as long as its grace is. Harmless when repeated. */
  stop(): Promise<void>;
}

/**
 * Starts a gateway. It starts where Temporal is away, too, and answers 503 until Temporal is there.
 *
 * @throws where the port cannot be listened on
 */
export async function startGateway(config: GatewayConfig, options: ServerOptions): Promise<RunningGateway> {
  const temporal = await openTemporal(config.temporal, config.requesterSecrets);
  let stopping: Promise<void> | undefined;
  const deps = { temporal, webhookKeys: config.webhookKeys, stopping: () => stopping !== undefined };
  const server = await gatewayServer(config, deps, options);
  for (const warning of config.warnings) server.log.warn(warning);
  let listening: string;
  try {
    listening = await server.listen({ host: config.host, port: config.port });
  } catch (error) {
    await temporal.close();
    throw error;
  }
  const stop = async (): Promise<void> => {
    const grace = setTimeout(() => {
      server.server.closeAllConnections();
    }, config.shutdownGraceMs);
    try {
      await server.close();
    } finally {
      clearTimeout(grace);
      await temporal.close();
    }
  };
  return {
    url: urlOf(config.host, new URL(listening).port),
    stop: async () => {
      stopping ??= stop();
      await stopping;
    },
  };
}

function urlOf(host: string, port: string): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
