import { WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { temporalAnswers } from '../../temporal/answers';
import { grpcStatus, GRPC } from '../../temporal/grpc-status';
import { GangwayError } from '../gangway-error';
import { fromTemporal } from './from-temporal';
import type { TemporalAccess } from './temporal-access';

/** How a call ends if its worker did not answer, or if Temporal found no worker for it. */
const UNANSWERED: readonly (number | undefined)[] = [
  GRPC.DEADLINE_EXCEEDED,
  GRPC.RESOURCE_EXHAUSTED,
  GRPC.FAILED_PRECONDITION,
];

/**
 * Puts into the facade's words what came of a question or a message that a worker has to answer. A call without an
 * answer in time looks the same whether the worker or Temporal is away, so Temporal is asked whether it is there.
 */
export async function fromWorker(
  { connection, namespace }: Pick<TemporalAccess, 'connection' | 'namespace'>,
  error: unknown,
  workflowId: string,
): Promise<GangwayError> {
  const told = fromTemporal(error, workflowId);
  if (told.code !== 'TEMPORAL_UNREACHABLE' || !isUnanswered(error)) return told;
  if (!(await temporalAnswers(connection, namespace))) return told;
  const message = 'No worker answered in time. It is not known whether one will; look at the status first.';
  return new GangwayError('NO_WORKER', message, { workflowId, cause: error });
}

function isUnanswered(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  return UNANSWERED.includes(grpcStatus(error instanceof Error && error.cause !== undefined ? error.cause : error));
}
