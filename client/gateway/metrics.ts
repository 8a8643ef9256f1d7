import type { FastifyReply, FastifyRequest } from 'fastify';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { GATEWAY_REQUESTS } from '../../contract/metrics';
import { openEndpoint, type HostAndPort, type HttpEndpoint } from '../../system/http-endpoint';

/** What a gateway measures: its process, and every answer. */
export class GatewayMetrics {
  readonly #registry = new Registry();
  readonly #seconds: Histogram<'method' | 'route' | 'status'>;

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
    const { name, help, labels, buckets } = GATEWAY_REQUESTS;
    this.#seconds = new Histogram({
      name: `${name}_seconds`,
      help,
      labelNames: [...labels],
      buckets: [...buckets],
      registers: [this.#registry],
    });
  }

  /** By the pattern of the route: a path may be anything. */
  answered({ method, routeOptions }: FastifyRequest, { statusCode, elapsedTime }: FastifyReply): void {
    const { url: route = 'none' } = routeOptions;
    this.#seconds.observe({ method, route, status: statusCode.toString() }, elapsedTime / 1000);
  }

  /**
   * Serves them at `/metrics`, never on the port of its callers.
   *
   * @returns with the `url` that Prometheus is told to read
   * @throws if the port cannot be listened on
   */
  async serve(where: HostAndPort): Promise<HttpEndpoint> {
    const endpoint = await openEndpoint(where, (request, response) => {
      if (request.url !== '/metrics') {
        response.writeHead(404).end();
        return;
      }
      void this.#registry.metrics().then((text) => {
        response.writeHead(200, { 'content-type': this.#registry.contentType }).end(text);
      });
    });
    return { ...endpoint, url: `${endpoint.url}/metrics` };
  }
}
