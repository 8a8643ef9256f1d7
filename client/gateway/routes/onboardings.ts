import { onboardingWorkflowId } from '../../../contract/ids';
import { flowParams } from '../../../inputs/over-http';
import { callerOf } from '../access';
import { DENIALS, PROBLEMS, UNKNOWN } from '../api/answers';
import { answer } from '../api/components';
import { READ_TIMEOUT_MS, type GatewayDeps, type Routes } from '../deps';
import { requireOwn } from '../tenancy';
import { decisionRoutes, type DecisionTarget } from './decisions';
import { shownStatus } from './shown-status';

/** `/v1/onboardings`: clients on their way to being ready. */
export function onboardingRoutes(routes: Routes, deps: GatewayDeps): void {
  routes.get(
    '/onboardings/:provider/:id',
    {
      config: { access: 'read' },
      schema: {
        tags: ['watch'],
        operationId: 'readOnboarding',
        summary: 'Where an onboarding stands, with the movements that follow it',
        description: 'Scope `read`.',
        security: [{ token: [] }],
        params: flowParams('The partnerClientId'),
        response: { 200: answer('OnboardingStatus', 'How far it is'), ...UNKNOWN, ...DENIALS, ...PROBLEMS },
      },
    },
    async (request) => {
      const { provider, id } = request.params;
      const workflowId = onboardingWorkflowId(provider, id);
      request.workflowId = workflowId;
      return await deps.temporal.within(READ_TIMEOUT_MS, async (gangway) => {
        await requireOwn(gangway, callerOf(request), workflowId);
        return shownStatus(await gangway.status({ id: workflowId }));
      });
    },
  );
  const onboarding: DecisionTarget = {
    path: '/onboardings/:provider/:id',
    what: 'onboarding',
    own: 'The partnerClientId',
    workflowId: onboardingWorkflowId,
  };
  decisionRoutes(routes, deps, onboarding);
}
