import type { FastifyRequest } from 'fastify';
import { signupHeaders } from '../../../inputs/over-http';
import { startSignup } from '../../events/start-event';
import { answer, shown } from '../api/components';
import { PROBLEMS, STARTS } from '../api/answers';
import { jsonBody, rawBody } from '../body';
import { START_TIMEOUT_MS, type GatewayDeps, type Routes } from '../deps';
import { HttpProblem } from '../problem';
import type { SignatureVerdict, WebhookKeys } from '../webhook-signature';
import { answerAccepted } from './accepted';

/** `POST /v1/signups`: a partner's signup event. */
export function signupRoutes(routes: Routes, { temporal, webhookKeys }: GatewayDeps): void {
  routes.post(
    '/signups',
    {
      config: { access: 'signed' },
      schema: {
        tags: ['start'],
        operationId: 'signUp',
        summary: 'A signup: onboard a client, and if it says so fund it',
        description:
          'Signed by the Standard Webhooks scheme. Answered once the onboarding is stored; the same event again is ' +
          'answered the same way and starts nothing, the same client with other data is refused with 409.',
        security: [{ signature: [] }],
        headers: signupHeaders,
        body: shown('Signup'),
        response: { ...STARTS, 401: answer('Problem', 'Unsigned, forged, or signed for another time'), ...PROBLEMS },
      },
      // Before the headers are checked against the schema: a sender that cannot sign is told nothing else.
      preValidation: async (request) => requireSignature(webhookKeys, request),
    },
    async (request, reply) => {
      const signup = jsonBody(request);
      const started = await temporal.within(START_TIMEOUT_MS, (gangway) => startSignup(gangway, signup));
      await answerAccepted(request, reply, started);
    },
  );
}

/** @throws HttpProblem 401 */
function requireSignature(keys: WebhookKeys, request: FastifyRequest): void {
  const verdict = keys.verify(rawBody(request), request.headers);
  if (verdict === 'good') return;
  throw new HttpProblem({
    status: 401,
    code: CODE_OF_VERDICT[verdict],
    detail: DETAIL_OF_VERDICT[verdict],
    headers: { 'www-authenticate': 'Signature' },
  });
}

const CODE_OF_VERDICT: Record<Exclude<SignatureVerdict, 'good'>, string> = {
  incomplete: 'UNSIGNED',
  milliseconds: 'NOT_SECONDS',
  stale: 'STALE',
  forged: 'FORGED',
};

const DETAIL_OF_VERDICT: Record<Exclude<SignatureVerdict, 'good'>, string> = {
  incomplete: 'webhook-id, webhook-timestamp, in seconds since 1970, and webhook-signature are needed.',
  milliseconds: 'webhook-timestamp is in milliseconds. It must be in seconds since 1970, and so signed.',
  stale: 'webhook-timestamp is more than five minutes away from now. Sign each attempt anew.',
  forged: 'The signature does not fit: another secret, another id or timestamp, or other bytes.',
};
