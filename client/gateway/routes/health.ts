import { answer } from '../api/components';
import type { GatewayDeps, Routes } from '../deps';

/** `GET /healthz`: whether the process answers. `GET /readyz`: whether it takes work, which needs Temporal. */
export function healthRoutes(routes: Routes, { temporal, stopping }: GatewayDeps): void {
  const schema = { tags: ['health'], response: { 200: answer('Health', 'Yes') } };
  routes.get('/healthz', { schema: { ...schema, summary: 'Whether the process answers' } }, () => ({ live: true }));
  routes.get(
    '/readyz',
    {
      schema: {
        ...schema,
        summary: 'Whether it takes work',
        response: { ...schema.response, 503: answer('Health', 'No: it is stopping, or Temporal is away') },
      },
    },
    async (_request, reply) => {
      const answers = await temporal.answers();
      const ready = answers && !stopping();
      return await reply.code(ready ? 200 : 503).send({ ready, stopping: stopping(), temporal: answers });
    },
  );
}
