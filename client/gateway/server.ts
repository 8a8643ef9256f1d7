import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { gatekeeper } from './access';
import { openApiOptions } from './api/document';
import type { ZodTypes } from './api/zod-types';
import { takeRawBodies, takeRawJson } from './body';
import type { GatewayConfig } from './config';
import type { GatewayDeps } from './deps';
import { httpService, type ServiceOptions, type ServiceSettings } from './http-service';
import { refuseOtherMethods } from './methods';
import type { GatewayMetrics } from './metrics';
import { NonceMemory } from './nonces';
import { callbackRoutes } from './routes/callbacks';
import { healthRoutes } from './routes/health';
import { intentRoutes } from './routes/intents';
import { onboardingRoutes } from './routes/onboardings';
import { signupRoutes } from './routes/signups';
import { TokenFile } from './token-file';

type Settings = ServiceSettings & Pick<GatewayConfig, 'tokens' | 'callbacks' | 'docs'>;

export interface ServerOptions extends Pick<ServiceOptions, 'log' | 'arrivalTimeoutMs'> {
  readonly version: string;
  /** Told of every answer. */
  readonly metrics?: GatewayMetrics;
}

/** The HTTP service, which does not listen yet. */
export async function gatewayServer(
  settings: Settings,
  deps: GatewayDeps,
  { version, metrics, ...options }: ServerOptions,
): Promise<FastifyInstance> {
  const server = await httpService(settings, {
    ...options,
    service: 'gateway',
    onAnswer: (request, reply) => metrics?.answered(request, reply),
  });
  if (settings.tokens instanceof TokenFile) settings.tokens.onProblem = (problem) => server.log.error(problem);
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
