import rateLimit from '@fastify/rate-limit';
import { fastify, LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { hostAndPort } from '../../system/http-endpoint';
import { ANSWER_HEADERS } from './answer-headers';
import { readWithZod } from './api/zod-types';
import { logAnswer, logFailure } from './log';
import { HttpProblem, problemOf, tooMany } from './problem';
import { answerClientError, answerUnroutable, refuseTunnel } from './unroutable';

/** Longer than an id and than the token of a callback's address: a path has no other parts. */
const LONGEST_PATH_PART = 512;
/**
 * For headers and body together: they are small, and a request that takes longer to arrive is meant to hold a
 * connection.
 */
const ARRIVAL_TIMEOUT_MS = 15_000;
/** How often Node looks for requests that take too long; its default is 30 seconds. */
const LOOK_FOR_SLOW_MS = 1_000;

/** The bounds of a service. */
export interface ServiceSettings {
  readonly maxBodyBytes: number;
  /** Open at once, of all addresses together; more are closed as they come. */
  readonly maxConnections: number;
  /** For each address that calls. */
  readonly requestsPerMinute: number;
  /** How many proxies stand before the service, whose `x-forwarded-for` is then believed. */
  readonly proxies: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

export interface ServiceOptions {
  /** As the log names it. */
  readonly service: string;
  /** Receives the log, JSON lines. Default: standard error. */
  readonly log?: { write(line: string): void };
  /** How long a request may take to arrive. Default: 15 seconds. */
  readonly arrivalTimeoutMs?: number;
  /** Sees each request before anything is refused: what it sets of the answer's headers, refusals have too. */
  readonly onArrival?: (request: FastifyRequest, reply: FastifyReply) => void;
  /** Told of every answer. */
  readonly onAnswer?: (request: FastifyRequest, reply: FastifyReply) => void;
}

/** An HTTP service without routes: its bounds, its log, and how it refuses. */
export async function httpService(
  settings: ServiceSettings,
  { service, log = process.stderr, arrivalTimeoutMs = ARRIVAL_TIMEOUT_MS, onArrival, onAnswer }: ServiceOptions,
): Promise<FastifyInstance> {
  const server: FastifyInstance = fastify({
    logger: { level: settings.logLevel, stream: log, base: { service } },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: settings.maxBodyBytes,
    requestTimeout: arrivalTimeoutMs,
    http: {
      requestTimeout: arrivalTimeoutMs,
      headersTimeout: arrivalTimeoutMs,
      connectionsCheckingInterval: Math.min(LOOK_FOR_SLOW_MS, arrivalTimeoutMs),
    },
    trustProxy: (_address, hop) => hop < settings.proxies,
    routerOptions: { maxParamLength: LONGEST_PATH_PART },
    forceCloseConnections: 'idle',
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      void answerUnroutable(error, request, reply, async (counted) => {
        const { isAllowed, ...counts } = await server.createRateLimit()(counted);
        return !isAllowed && 'isExceeded' in counts && counts.isExceeded ? counts.ttlInSeconds : undefined;
      });
    },
  });
  server.server.maxConnections = settings.maxConnections;
  server.server.on('connect', refuseTunnel);
  server.decorateRequest('caller', undefined);
  server.decorateRequest('workflowId', undefined);
  server.decorateRequest('problemCode', undefined);
  server.setValidatorCompiler(readWithZod);
  server.setSerializerCompiler(() => (value) => JSON.stringify(value));
  server.addHook('onRequest', async (request, reply) => {
    onArrival?.(request, reply);
  });
  server.addHook('onSend', async (_request, reply) => {
    for (const [name, value] of Object.entries(ANSWER_HEADERS)) {
      if (!reply.hasHeader(name)) reply.header(name, value);
    }
  });
  server.addHook('onResponse', async (request, reply) => {
    logAnswer(request, reply);
    onAnswer?.(request, reply);
  });
  server.setErrorHandler(async (error, request, reply) => {
    logFailure(request, error);
    const { problem, headers } = problemOf(error);
    await reply.code(problem.status).headers(headers).type('application/problem+json').send(problem);
  });
  await server.register(rateLimit, {
    max: settings.requestsPerMinute,
    timeWindow: 60_000,
    // Health is asked for by what keeps the process alive.
    allowList: ({ routeOptions }) => routeOptions.url === '/healthz' || routeOptions.url === '/readyz',
    errorResponseBuilder: () => tooMany(),
  });
  server.setNotFoundHandler({ preHandler: server.rateLimit() }, async () => {
    throw new HttpProblem({ status: 404, code: 'NO_SUCH_ROUTE', detail: 'There is no such route.' });
  });
  return server;
}

/** Takes no more requests, and waits for those under way, as long as the grace is. */
export async function closeWithin(server: FastifyInstance, graceMs: number): Promise<void> {
  const grace = setTimeout(() => {
    server.server.closeAllConnections();
  }, graceMs);
  try {
    await server.close();
  } finally {
    clearTimeout(grace);
  }
}

/**
 * Where a service is asked for, `http://host:port`.
 *
 * @param listening as the server says, which tells the port
 */
export function urlAt(host: string, listening: string): string {
  return `http://${hostAndPort({ host, port: Number(new URL(listening).port) })}`;
}
