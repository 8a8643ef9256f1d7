import { fundingWorkflowId } from '../../../contract/ids';
import { flowParams } from '../../../inputs/over-http';
import { readFundingInput } from '../../flow/requests';
import { callerOf } from '../access';
import { DENIALS, PROBLEMS, STARTS, UNKNOWN } from '../api/answers';
import { answer, shown } from '../api/components';
import { jsonBody } from '../body';
import { READ_TIMEOUT_MS, START_TIMEOUT_MS, type GatewayDeps, type Routes } from '../deps';
import { hideAnothers, requireOwn, requireOwnClient } from '../tenancy';
import { answerAccepted } from './accepted';
import { decisionRoutes, type DecisionTarget } from './decisions';
import { shownStatus } from './shown-status';

/** `/v1/intents`: movements of money. */
export function intentRoutes(routes: Routes, deps: GatewayDeps): void {
  const { temporal } = deps;
  routes.post(
    '/intents',
    {
      config: { access: 'start' },
      schema: {
        tags: ['start'],
        operationId: 'startIntent',
        summary: 'Move money once',
        description:
          'Scope `start`. The fundingId is the lock: the same again is answered the same way, and moves nothing. ' +
          'If the movement needs approval, other people give it: it is asked for under the name of the token.',
        security: [{ token: [] }],
        body: shown('Intent'),
        response: { ...STARTS, ...DENIALS, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      // Whoever asks for a movement may not approve it: the token's name says who.
      const caller = callerOf(request);
      const intent = jsonBody(request);
      requireOwnClient(caller, intent);
      const started = await temporal.within(START_TIMEOUT_MS, async (gangway) =>
        gangway.fund(readFundingInput(intent), { requestedBy: caller.name }).catch(async (error: unknown) => {
          throw await hideAnothers(gangway, caller, error);
        }),
      );
      await answerAccepted(request, reply, started);
    },
  );
  routes.get(
    '/intents/:provider/:id',
    {
      config: { access: 'read' },
      schema: {
        tags: ['watch'],
        operationId: 'readIntent',
        summary: 'Where an intent stands',
        description: 'Scope `read`.',
        security: [{ token: [] }],
        params: flowParams('The fundingId'),
        response: { 200: answer('IntentStatus', 'How far it is'), ...UNKNOWN, ...DENIALS, ...PROBLEMS },
      },
    },
    async (request) => {
      const { provider, id } = request.params;
      request.workflowId = fundingWorkflowId(provider, id);
      const workflowId = fundingWorkflowId(provider, id);
      return await temporal.within(READ_TIMEOUT_MS, async (gangway) => {
        await requireOwn(gangway, callerOf(request), workflowId);
        return shownStatus(await gangway.status({ id: workflowId }));
      });
    },
  );
  const intent: DecisionTarget = {
    path: '/intents/:provider/:id',
    what: 'intent',
    own: 'The fundingId',
    workflowId: fundingWorkflowId,
  };
  decisionRoutes(routes, deps, intent);
}
