import type { FastifyReply, FastifyRequest } from 'fastify';
import { publicIdWarning } from '../../../inputs';
import type { Started } from '../../flow/start';
import { readWorkflowId } from '../../flow/flow-id';

/** What a start is answered with: the same each time the same is sent. */
interface Accepted {
  readonly workflowId: string;
  readonly provider: string;
  readonly partnerClientId?: string;
  readonly fundingId?: string;
  readonly status: string;
}

/** Answers 202: Temporal has accepted the start, now or when the same was sent before. */
export async function answerAccepted(
  request: FastifyRequest,
  reply: FastifyReply,
  { workflowId, started }: Pick<Started<unknown>, 'workflowId' | 'started'>,
): Promise<void> {
  request.workflowId = workflowId;
  const warning = publicIdWarning(readWorkflowId(workflowId)?.own ?? '');
  if (warning !== undefined) request.log.warn({ caller: request.caller?.name }, warning);
  const body = acceptedOf(workflowId);
  if (started !== 'new') reply.header('idempotent-replayed', 'true');
  await reply.code(202).header('location', body.status).send(body);
}

function acceptedOf(workflowId: string): Accepted {
  const id = readWorkflowId(workflowId);
  if (id === undefined) throw new Error('what was started has an id of ours');
  const { kind, provider, own } = id;
  return kind === 'onboarding'
    ? { workflowId, provider, partnerClientId: own, status: `/v1/onboardings/${provider}/${own}` }
    : { workflowId, provider, fundingId: own, status: `/v1/intents/${provider}/${own}` };
}
