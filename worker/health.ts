import type { IncomingMessage, ServerResponse } from 'node:http';
import { openEndpoint, type HostAndPort, type HttpEndpoint } from '../system/http-endpoint';
import type { GangwayWorkers } from './compose';
import type { Reached } from './readiness';

type States = ReturnType<GangwayWorkers['states']>;

/** What readiness depends on. */
interface Health {
  /** The state of each provider's worker. */
  readonly states: () => States;
  /** Never throws. */
  readonly reached: () => Promise<Reached>;
}

/**
 * Answers `GET /healthz` (200 while the process can answer at all) and `GET /readyz` (200 while every worker takes work and
 * reaches Temporal and the book, else 503), in JSON.
 */
export async function startHealthEndpoint(where: HostAndPort, health: Health): Promise<HttpEndpoint> {
  return await openEndpoint(where, (request, response) => {
    void answer(request, response, health);
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, health: Health): Promise<void> {
  const { status, body } = await answerTo(request, health);
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

async function answerTo(
  { method, url = '' }: IncomingMessage,
  { states, reached }: Health,
): Promise<{ status: number; body: object }> {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, body: { error: 'only GET is answered' } };
  const [path] = url.split('?');
  if (path === '/healthz') return { status: 200, body: { live: true } };
  if (path !== '/readyz') return { status: 404, body: { error: 'not found: try /healthz or /readyz' } };
  const { temporal, book } = await reached();
  const workers = states();
  const all = Object.values(workers);
  const ready = temporal && book && all.length > 0 && all.every((state) => state === 'RUNNING');
  return { status: ready ? 200 : 503, body: { ready, workers, temporal, book } };
}
