import { TRANSPORT_PROBLEMS } from '../api/answers';
import { answer } from '../api/components';
import type { GatewayDeps, Routes } from '../deps';
import { rememberedFor } from '../../../system/remembered';

/** Everybody may ask, as often as they like; Temporal is asked at most once in this time. */
const READINESS_LIFE_MS = 1_000;

/** `GET /healthz`: whether the process answers. `GET /readyz`: whether it takes work, which needs Temporal. */
export function healthRoutes(routes: Routes, { temporal, stopping }: GatewayDeps): void {
  const temporalAnswers = rememberedFor(READINESS_LIFE_MS, () => temporal.answers());
  const schema = { tags: ['health'], security: [], response: { 200: answer('Health', 'Yes'), ...TRANSPORT_PROBLEMS } };
  routes.get(
    '/healthz',
    { schema: { ...schema, operationId: 'isLive', summary: 'Whether the process answers' } },
    () => ({ live: true }),
  );
  routes.get(
    '/readyz',
    {
      schema: {
        ...schema,
        operationId: 'isReady',
        summary: 'Whether it takes work',
        response: { ...schema.response, 503: answer('Health', 'No: it is stopping, or Temporal is away') },
      },
    },
    async (_request, reply) => {
      const answers = await temporalAnswers();
      const ready = answers && !stopping();
      return await reply.code(ready ? 200 : 503).send({ ready, stopping: stopping(), temporal: answers });
    },
  );
}
