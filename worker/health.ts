import type { IncomingMessage, ServerResponse } from 'node:http';
import { openEndpoint, type HostAndPort, type HttpEndpoint } from '../system/http-endpoint';
import type { GangwayWorkers } from './compose';

type States = ReturnType<GangwayWorkers['states']>;

/**
 * Answers `GET /healthz` (200 while the process can answer at all) and `GET /readyz` (200 while every worker takes
 * work, else 503), in JSON.
 *
 * @param readStates the state of each provider's worker
 */
export async function startHealthEndpoint(where: HostAndPort, readStates: () => States): Promise<HttpEndpoint> {
  return await openEndpoint(where, (request, response) => {
    answer(request, response, readStates);
  });
}

function answer(request: IncomingMessage, response: ServerResponse, readStates: () => States): void {
  const { status, body } = answerTo(request, readStates);
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

function answerTo({ method, url = '' }: IncomingMessage, readStates: () => States): { status: number; body: object } {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, body: { error: 'only GET is answered' } };
  const [path] = url.split('?');
  if (path === '/healthz') return { status: 200, body: { live: true } };
  if (path !== '/readyz') return { status: 404, body: { error: 'not found: try /healthz or /readyz' } };
  const workers = readStates();
  const states = Object.values(workers);
  const ready = states.length > 0 && states.every((state) => state === 'RUNNING');
  return { status: ready ? 200 : 503, body: { ready, workers } };
}
