import type { FastifyRequest } from 'fastify';
import { samePerson } from '../../../contract/fold';
import type { FlowRef, Gangway } from '../../gangway';
import { callerOf } from '../access';
import { BODY_PROBLEMS, DENIALS, PROBLEMS, UNKNOWN } from '../api/answers';
import { answer, shown, type ComponentName } from '../api/components';
import { jsonBody } from '../body';
import { DECIDE_TIMEOUT_MS, type GatewayDeps, type Routes } from '../deps';
import { HttpProblem } from '../problem';
import { requireOwn } from '../tenancy';
import type { Scope } from '../tokens';
import { flowParams } from './params';

/** What a decision is about: an onboarding or an intent. */
export interface DecisionTarget {
  readonly path: string;
  readonly what: string;
  readonly own: string;
  workflowId(provider: string, id: string): string;
}

interface Decision {
  readonly name: string;
  readonly summary: string;
  readonly scope: Scope;
  readonly body: ComponentName;
  send(gangway: Gangway, flow: FlowRef, request: unknown): Promise<string>;
}

/**
 * The decisions that people send to what waits for them. Another one is another of these and a name in onboardings.ts
 * or intents.ts.
 */
export const AMEND: Decision = {
  name: 'amend',
  summary: 'Give new data to a parked',
  scope: 'resolve',
  body: 'Amendment',
  send: (gangway, flow, request) => gangway.amend(flow, request),
};

export const SUPPLY_INFORMATION: Decision = {
  name: 'supply-information',
  summary: 'Give what the provider asked for about the order of an',
  scope: 'resolve',
  body: 'Information',
  send: (gangway, flow, request) => gangway.supplyInformation(flow, request),
};

export const RESOLVE: Decision = {
  name: 'resolve',
  summary: 'Answer a parked',
  scope: 'resolve',
  body: 'Resolution',
  send: (gangway, flow, request) => gangway.resolve(flow, request),
};

export const CANCEL: Decision = {
  name: 'cancel',
  summary: 'End, where nothing is in doubt, an',
  scope: 'resolve',
  body: 'Cancellation',
  send: (gangway, flow, request) => gangway.cancel(flow, request),
};

export const APPROVE: Decision = {
  name: 'approve',
  summary: 'Approve, where it waits for approval, an',
  scope: 'approve',
  body: 'Approval',
  send: (gangway, flow, request) => gangway.approve(flow, request),
};

export const REJECT: Decision = {
  name: 'reject',
  summary: 'Reject, where it waits for approval, an',
  scope: 'approve',
  body: 'Approval',
  send: (gangway, flow, request) => gangway.reject(flow, request),
};

/** `POST .../<decision>`, for each of those that a target takes. */
export function decisionRoutes(
  routes: Routes,
  deps: GatewayDeps,
  target: DecisionTarget,
  decisions: readonly Decision[],
): void {
  for (const decision of decisions) decisionRoute(routes, deps, target, decision);
}

function decisionRoute(routes: Routes, { temporal }: GatewayDeps, target: DecisionTarget, decision: Decision): void {
  routes.post(
    `${target.path}/${decision.name}`,
    {
      config: { access: decision.scope },
      schema: {
        tags: ['steer'],
        operationId: operationId(decision.name, target.what),
        summary: `${decision.summary} ${target.what}`,
        description: `Scope \`${decision.scope}\`. Recorded under the name of the token. Refused with 409 and the reason where the ${target.what} does not take it now.`,
        security: [{ token: [] }],
        params: flowParams(target.own),
        body: shown(decision.body),
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
        return await decision.send(gangway, { id: workflowId }, decided);
      });
      return { answer: told };
    },
  );
}

/** `supplyInformationIntent` of `supply-information` and `intent`. */
function operationId(decision: string, what: string): string {
  const words = [...decision.split('-'), what];
  return words.map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join('');
}

/**
 * What is decided is recorded under the name of the token that sent it, so that nobody acts in another's
 * name.
 *
 * @throws HttpProblem 403 where the body names another
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
