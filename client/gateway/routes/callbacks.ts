import type { FastifyReply, FastifyRequest } from 'fastify';
import { MESSAGE_BOUNDS, readJson } from '../../../inputs';
import { callbackBody, callbackParams, callbackParamsWithToken } from '../../../inputs/over-http';
import type { CallbackRequest } from '../../../providers/callbacks';
import { PROBLEMS } from '../api/answers';
import { answer } from '../api/components';
import { isCompressed, rawBody } from '../body';
import type { CallbackReceivers } from '../callback-receivers';
import { START_TIMEOUT_MS, type GatewayDeps, type Routes } from '../deps';
import type { NonceMemory } from '../nonces';
import { HttpProblem } from '../problem';

export interface CallbackDeps extends Pick<GatewayDeps, 'temporal'> {
  readonly callbacks: CallbackReceivers;
  readonly nonces: NonceMemory;
}

/**
 * `POST /callbacks/{provider}` and `/callbacks/{provider}/{token}`: what providers send. Verified over the bytes that
 * came, stored, and only then answered. What a callback says is not believed: it makes workflows read the provider.
 */
export function callbackRoutes(routes: Routes, deps: CallbackDeps): void {
  const schema = {
    tags: ['provider'],
    summary: "A provider's callback",
    description:
      "Verified as the provider's documents say. Answered once it is stored; the same event again is answered the same " +
      'way and told to nobody twice.',
    security: [],
    body: callbackBody,
    response: {
      200: answer('Taken', 'Stored, now or before'),
      401: answer('Problem', 'Not verified: forged, stale, or of another secret'),
      409: answer('Problem', 'A delivery that was taken before'),
      413: answer('Problem', 'Too large'),
      ...PROBLEMS,
      404: answer('Problem', 'No callbacks of this provider are taken here'),
    },
  };
  routes.post(
    '/:provider',
    { schema: { ...schema, operationId: 'takeCallback', params: callbackParams } },
    async (request, reply) => takeCallback(request, reply, deps, request.params.provider, undefined),
  );
  routes.post(
    '/:provider/:token',
    {
      schema: {
        ...schema,
        operationId: 'takeCallbackWithToken',
        params: callbackParamsWithToken,
      },
    },
    async (request, reply) => takeCallback(request, reply, deps, request.params.provider, request.params.token),
  );
}

async function takeCallback(
  request: FastifyRequest,
  reply: FastifyReply,
  { temporal, callbacks, nonces }: CallbackDeps,
  provider: string,
  pathToken: string | undefined,
): Promise<FastifyReply> {
  const receiver = callbacks.get(provider);
  if (receiver === undefined) throw noSuchProvider();
  const body = rawBody(request);
  const verdict = receiver.verify(callbackOf(request, body, pathToken));
  if (!verdict.ok) {
    const { status, problem } = verdict;
    throw refused(status, (status === 400 ? unreadable(request) : undefined) ?? problem);
  }
  const { eventId, nonce, hints } = verdict;
  if (nonce !== undefined && nonces.has(provider, nonce)) throw replayed();
  const event = eventId ?? Buffer.concat([Buffer.from(`${pathToken ?? ''}\n`), body]);
  const stored = await temporal.within(START_TIMEOUT_MS, (gangway) =>
    gangway.storeCallback({ provider, event, hints }),
  );
  // Only now: a callback that was not stored comes again, and may come unchanged.
  if (nonce !== undefined) nonces.remember(provider, nonce);
  if (stored === 'known') reply.header('idempotent-replayed', 'true');
  return await reply.code(200).send({ taken: true });
}

function callbackOf({ headers }: FastifyRequest, body: Buffer, pathToken: string | undefined): CallbackRequest {
  const single = Object.entries<unknown>(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  return {
    headers: Object.fromEntries(single),
    rawBody: body,
    ...(pathToken === undefined ? {} : { pathToken }),
    receivedAtMs: Date.now(),
  };
}

/** Why a rightly signed body cannot be read at all; told before what is missing in it. */
function unreadable(request: FastifyRequest): string | undefined {
  if (isCompressed(request)) return 'its body is compressed';
  const read = readJson(rawBody(request), MESSAGE_BOUNDS);
  return read.ok ? undefined : `its body ${read.problem}`;
}

const CODE_OF_STATUS = { 400: 'INVALID_REQUEST', 401: 'UNVERIFIED', 413: 'TOO_LARGE' } as const;

function refused(status: keyof typeof CODE_OF_STATUS, problem: string): HttpProblem {
  return new HttpProblem({
    status,
    code: CODE_OF_STATUS[status],
    detail: `The callback is refused: ${problem}.`,
    ...(status === 401 ? { headers: { 'www-authenticate': 'Signature' } } : {}),
  });
}

function replayed(): HttpProblem {
  return new HttpProblem({ status: 409, code: 'REPLAYED', detail: 'This very delivery was taken before.' });
}

function noSuchProvider(): HttpProblem {
  return new HttpProblem({
    status: 404,
    code: 'NO_SUCH_ROUTE',
    detail: 'No callbacks of this provider are taken here.',
  });
}
