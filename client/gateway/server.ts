import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { fastify, LogController, type FastifyInstance } from 'fastify';
import { gatekeeper } from './access';
import { ANSWER_HEADERS } from './answer-headers';
import { openApiOptions } from './api/document';
import { readWithZod, type ZodTypes } from './api/zod-types';
import { takeRawBodies, takeRawJson } from './body';
import type { GatewayConfig } from './config';
import type { GatewayDeps } from './deps';
import { logAnswer, logFailure } from './log';
import { refuseOtherMethods } from './methods';
import type { GatewayMetrics } from './metrics';
import { NonceMemory } from './nonces';
import { HttpProblem, problemOf, tooMany } from './problem';
import { callbackRoutes } from './routes/callbacks';
import { healthRoutes } from './routes/health';
import { intentRoutes } from './routes/intents';
import { onboardingRoutes } from './routes/onboardings';
import { signupRoutes } from './routes/signups';
import { TokenFile } from './token-file';
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

type Settings = Pick<
  GatewayConfig,
  'tokens' | 'callbacks' | 'maxBodyBytes' | 'maxConnections' | 'requestsPerMinute' | 'proxies' | 'docs' | 'logLevel'
>;

export interface ServerOptions {
  readonly version: string;
  /** Receives the log, JSON lines. Default: standard error. */
  readonly log?: { write(line: string): void };
  /** How long a request may take to arrive. Default: 15 seconds. */
  readonly arrivalTimeoutMs?: number;
  /** Told of every answer. */
  readonly metrics?: GatewayMetrics;
}

/** The HTTP service, which does not listen yet. */
export async function gatewayServer(
  settings: Settings,
  deps: GatewayDeps,
  { version, log = process.stderr, arrivalTimeoutMs = ARRIVAL_TIMEOUT_MS, metrics }: ServerOptions,
): Promise<FastifyInstance> {
  const server: FastifyInstance = fastify({
    logger: { level: settings.logLevel, stream: log, base: { service: 'gateway' } },
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
  if (settings.tokens instanceof TokenFile) settings.tokens.onProblem = (problem) => server.log.error(problem);
  server.server.maxConnections = settings.maxConnections;
  server.server.on('connect', refuseTunnel);
  server.decorateRequest('caller', undefined);
  server.decorateRequest('workflowId', undefined);
  server.decorateRequest('problemCode', undefined);
  server.setValidatorCompiler(readWithZod);
  server.setSerializerCompiler(() => (value) => JSON.stringify(value));
  server.addHook('onSend', async (_request, reply) => {
    for (const [name, value] of Object.entries(ANSWER_HEADERS)) {
      if (!reply.hasHeader(name)) reply.header(name, value);
    }
  });
  server.addHook('onResponse', async (request, reply) => {
    logAnswer(request, reply);
    metrics?.answered(request, reply);
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
  if (settings.docs) {
    await server.register(swagger, openApiOptions(version));
    await server.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  }
  const refuseTheRest = refuseOtherMethods(server);
  await server.register(async (routes) => healthRoutes(routes.withTypeProvider<ZodTypes>(), deps));
  await server.register(
    async (routes) => {
      takeRawJson(routes);
      routes.addHook('preParsing', gatekeeper(settings.tokens));
      const typed = routes.withTypeProvider<ZodTypes>();
      signupRoutes(typed, deps);
      intentRoutes(typed, deps);
      onboardingRoutes(typed, deps);
    },
    { prefix: '/v1' },
  );
  const callbackDeps = { ...deps, callbacks: settings.callbacks, nonces: new NonceMemory() };
  await server.register(
    async (routes) => {
      takeRawBodies(routes);
      callbackRoutes(routes.withTypeProvider<ZodTypes>(), callbackDeps);
    },
    { prefix: '/callbacks' },
  );
  refuseTheRest();
  return server;
}
