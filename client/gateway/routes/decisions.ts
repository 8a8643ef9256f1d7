import type { FastifyRequest } from 'fastify';
import { DECISION_NAMES, DECISIONS, hyphenated, type DecisionName } from '../../../contract/decisions';
import { samePerson } from '../../../contract/fold';
import { flowParams } from '../../../inputs/over-http';
import { readDecision } from '../../flow/requests';
import type { Decisions, FlowName } from '../../gangway';
import { callerOf } from '../access';
import { BODY_PROBLEMS, DENIALS, PROBLEMS, UNKNOWN } from '../api/answers';
import { answer, shown, type ComponentName } from '../api/components';
import { jsonBody } from '../body';
import { DECIDE_TIMEOUT_MS, type GatewayDeps, type Routes } from '../deps';
import { HttpProblem } from '../problem';
import { requireOwn } from '../tenancy';

/** What a decision is about: an onboarding or an intent. */
export interface DecisionTarget {
  readonly path: string;
  readonly what: 'intent' | 'onboarding';
  readonly own: string;
  workflowId(provider: string, id: string): string;
}

/** What each decision's body is in the OpenAPI document. */
const BODIES: Readonly<Record<DecisionName, ComponentName>> = {
  resolve: 'Resolution',
  approve: 'Approval',
  reject: 'Approval',
  amend: 'Amendment',
  supplyInformation: 'Information',
  cancel: 'Cancellation',
};

/** `POST .../<decision>`, for each decision that may be made about a target. */
export function decisionRoutes(routes: Routes, deps: GatewayDeps, target: DecisionTarget): void {
  for (const name of DECISION_NAMES) {
    if (DECISIONS[name].about.includes(target.what)) decisionRoute(routes, deps, target, name);
  }
}

function decisionRoute(routes: Routes, { temporal }: GatewayDeps, target: DecisionTarget, name: DecisionName): void {
  const { help, scope } = DECISIONS[name];
  const [summary = help] = help.split(/[.:]/);
  routes.post(
    `${target.path}/${hyphenated(name)}`,
    {
      config: { access: scope },
      schema: {
        tags: ['steer'],
        operationId: operationId(name, target.what),
        summary,
        description: `${help} Scope \`${scope}\`. Recorded under the name of the token. Refused with 409 and the reason if the ${target.what} does not take it now.`,
        security: [{ token: [] }],
        params: flowParams(target.own),
        body: shown(BODIES[name]),
        response: {
          200: answer('Answer', 'Taken and recorded'),
          409: answer('Problem', 'Refused, with the reason'),
          ...UNKNOWN,
          ...DENIALS,
          ...BODY_PROBLEMS,
          ...PROBLEMS,
        },
      },
    },
    async (request) => {
      const { provider, id } = request.params;
      const workflowId = target.workflowId(provider, id);
      request.workflowId = workflowId;
      const decided = asCaller(request, jsonBody(request));
      const told = await temporal.within(DECIDE_TIMEOUT_MS, async (gangway) => {
        await requireOwn(gangway, callerOf(request), workflowId);
        return await send(gangway, name, { id: workflowId }, decided);
      });
      return { answer: told };
    },
  );
}

/** Reads what came, and sends it. */
async function send<Name extends DecisionName>(
  gangway: Decisions,
  name: Name,
  flow: FlowName,
  request: unknown,
): Promise<string> {
  return await gangway[name](flow, readDecision(name, request));
}

/** `supplyInformationIntent` of `supplyInformation` and `intent`. */
function operationId(name: DecisionName, what: string): string {
  return `${name}${what.charAt(0).toUpperCase()}${what.slice(1)}`;
}

/**
 * A decision is recorded under the name of the token that sent it, so that nobody acts in another's name.
 *
 * @throws HttpProblem 403 if the body names another
 */
function asCaller(request: FastifyRequest, body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const { name } = callerOf(request);
  const named: unknown = Object.entries(body).find(([key]) => key === 'by')?.[1];
  if (named !== undefined && !(typeof named === 'string' && samePerson(named, name))) {
    throw new HttpProblem({
      status: 403,
      code: 'NOT_YOUR_NAME',
      detail: 'by must be the name of the token, or left out: what is sent is recorded under it.',
      errors: [{ field: 'by', problem: 'must be the name of the token' }],
    });
  }
  return { ...body, by: name };
}
