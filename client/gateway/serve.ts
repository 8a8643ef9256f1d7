import type { HttpEndpoint } from '../../system/http-endpoint';
import { openTemporal } from '../temporal-link';
import type { GatewayConfig } from './config';
import { closeWithin, urlAt } from './http-service';
import { GatewayMetrics } from './metrics';
import { gatewayServer, type ServerOptions } from './server';

/** A gateway that takes requests. */
export interface RunningGateway {
  /** `http://host:port`. */
  readonly url: string;
  /** What Prometheus is told to read; undefined if no metrics are kept. */
  readonly metrics: string | undefined;
  /** Takes no more requests, and waits for those under way, as long as its grace is. Harmless when repeated. */
  stop(): Promise<void>;
}

/**
 * Starts a gateway, even if Temporal is away: then it answers 503 until Temporal is there.
 *
 * @throws if the port cannot be listened on
 */
export async function startGateway(config: GatewayConfig, options: ServerOptions): Promise<RunningGateway> {
  const temporal = await openTemporal(config.temporal, config.requesterSecrets, config.payloadKeys);
  let stopping: Promise<void> | undefined;
  const deps = { temporal, webhookKeys: config.webhookKeys, stopping: () => stopping !== undefined };
  const metrics = config.metrics === undefined ? undefined : new GatewayMetrics();
  const server = await gatewayServer(config, deps, { ...options, ...(metrics === undefined ? {} : { metrics }) });
  for (const warning of config.warnings) server.log.warn(warning);
  let listening: string;
  let endpoint: HttpEndpoint | undefined;
  try {
    if (config.metrics !== undefined) endpoint = await metrics?.serve(config.metrics);
    listening = await server.listen({ host: config.host, port: config.port });
  } catch (error) {
    await endpoint?.close();
    await temporal.close();
    throw error;
  }
  const stop = async (): Promise<void> => {
    try {
      await closeWithin(server, config.shutdownGraceMs);
    } finally {
      await endpoint?.close();
      await temporal.close();
    }
  };
  return {
    url: urlAt(config.host, listening),
    metrics: endpoint?.url,
    stop: async () => {
      stopping ??= stop();
      await stopping;
    },
  };
}
