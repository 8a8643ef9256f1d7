import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { JsonBounds } from '../../inputs';
import { rememberedFor } from '../../system/remembered';
import { jsonBody, takeRawJson } from '../gateway/body';
import { httpService, type ServiceOptions, type ServiceSettings } from '../gateway/http-service';
import { refuseOtherMethods } from '../gateway/methods';
import { HttpProblem } from '../gateway/problem';
import { TokenFile } from '../gateway/token-file';
import { readerOf, type Authority } from './authority';
import { decode, type DecodeDeps } from './decode';
import { allowOrigins, answerPreflight, originProblem } from './origins';
import type { Reader } from './reader';
import type { RefusedRequests } from './refused-requests';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who reads payloads with this request. */
    reader: Reader | undefined;
  }
}

export interface CodecServerDeps extends DecodeDeps {
  readonly refused: RefusedRequests;
  /** Whether the book answers, and is of this version. */
  readonly bookAnswers: () => Promise<boolean>;
  /** Whether the server has begun to stop. */
  readonly stopping: () => boolean;
}

type Settings = ServiceSettings & { readonly authority: Authority; readonly origins: readonly string[] };

/** Everybody may ask, as often as they like; the book is asked at most once in this time. */
const READINESS_LIFE_MS = 1_000;

const DEPTH_OF_A_REQUEST = 8;
const VALUES_OF_A_REQUEST = 20_000;

/** The HTTP service, which does not listen yet. */
export async function codecServer(
  settings: Settings,
  deps: CodecServerDeps,
  options: Pick<ServiceOptions, 'log' | 'arrivalTimeoutMs'>,
): Promise<FastifyInstance> {
  const { origins, authority } = settings;
  const { tokens } = authority;
  const server = await httpService(settings, { ...options, service: 'codec-server', onArrival: allowOrigins(origins) });
  if (tokens instanceof TokenFile) tokens.onProblem = (problem) => server.log.error(problem);
  server.decorateRequest('reader', undefined);
  const refuseTheRest = refuseOtherMethods(server);
  healthRoutes(server, deps);
  await server.register(async (routes) => {
    takeRawJson(routes);
    routes.options('/decode', (request, reply) => answerPreflight(request, reply, origins));
    routes.options('/encode', (request, reply) => answerPreflight(request, reply, origins));
    routes.post('/encode', { preParsing: () => Promise.reject(decodesOnly()) }, () => undefined);
    // Before the body is read.
    const preParsing = (request: FastifyRequest): Promise<void> => admit(request, settings, deps.refused);
    routes.post('/decode', { preParsing }, async (request) => {
      const body = jsonBody(request, boundsOf(settings));
      const { 'x-namespace': namespace } = request.headers;
      const decoded = await decode(deps, {
        reader: admitted(request),
        namespace: typeof namespace === 'string' && namespace !== '' ? namespace : undefined,
        body,
      });
      request.workflowId = decoded.workflowIds.join(' ') || undefined;
      return { payloads: decoded.payloads };
    });
  });
  refuseTheRest();
  return server;
}

function boundsOf({ maxBodyBytes }: Settings): JsonBounds {
  return { bytes: maxBodyBytes, depth: DEPTH_OF_A_REQUEST, values: VALUES_OF_A_REQUEST, exactNumbers: false };
}

/** @throws HttpProblem if it is refused, which the book is told of; 503 if the identity provider's keys cannot be had */
async function admit(
  request: FastifyRequest,
  { origins, authority }: Settings,
  refused: RefusedRequests,
): Promise<void> {
  const problem = originProblem(request, origins);
  const reader = problem === undefined ? await readerOf(request, authority) : { denied: problem };
  if ('denied' in reader) {
    refused.note(reader.denied.problem.code, reader.name);
    throw reader.denied;
  }
  request.reader = reader;
  request.caller = { name: reader.name, scopes: ['decode'] };
}

function admitted({ reader }: FastifyRequest): Reader {
  if (reader === undefined) throw new Error('the route lets readers in without a name');
  return reader;
}

function decodesOnly(): HttpProblem {
  return new HttpProblem({
    status: 404,
    code: 'DECODES_ONLY',
    detail: 'This server decodes only. What is started or sent goes through gangway, or through its gateway.',
  });
}

function healthRoutes(server: FastifyInstance, { bookAnswers, stopping }: CodecServerDeps): void {
  const answersNow = rememberedFor(READINESS_LIFE_MS, bookAnswers);
  server.get('/healthz', () => ({ live: true }));
  server.get('/readyz', async (_request, reply) => {
    const book = await answersNow();
    const ready = book && !stopping();
    return await reply.code(ready ? 200 : 503).send({ ready, stopping: stopping(), book });
  });
}
