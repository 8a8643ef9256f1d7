import {
  isGrpcServiceError,
  ServiceError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, NamespaceNotFoundError, ValueError } from '@temporalio/common';
import { isErrorCode, type FieldProblem } from '../../contract/errors';
import { refusalIn } from '../../contract/payload-refusals';
import { BookUnavailable } from '../../contract/send-log';
import { grpcStatus, GRPC } from '../../temporal/grpc-status';
import { GangwayError } from '../gangway-error';

/**
 * Puts what Temporal's client threw into the facade's words; for calls that a worker has to answer, see from-worker.ts.
 */
export function fromTemporal(error: unknown, workflowId?: string): GangwayError {
  const about = workflowId === undefined ? {} : { workflowId };
  if (error instanceof GangwayError) return error;
  const refused = refusedPayload(error, about);
  if (refused !== undefined) return refused;
  if (error instanceof WorkflowNotFoundError) return unknownId(error.workflowId);
  if (error instanceof NamespaceNotFoundError) return noNamespace(error);
  if (error instanceof WorkflowFailedError) return endedBadly(error.cause, workflowId);
  if (error instanceof WorkflowUpdateFailedError) {
    const message = error.cause?.message ?? 'refused';
    return new GangwayError('REFUSED', sentence(message), { ...about, cause: error });
  }
  return unreachable(error);
}

const NO_KEYS =
  'What Temporal holds of it is encrypted. Set GANGWAY_PAYLOAD_KEYS_FILE and GANGWAY_BOOK_URL as the workers have them.';

/** Whether a client without keys met what a worker with keys has written (keys/codec.ts): the SDK knows no such encoding. */
function isEncrypted(error: unknown): boolean {
  return error instanceof ValueError && error.message.startsWith('Unknown encoding: binary/gangway');
}

/** What the codec said of a payload, if it was that. */
function refusedPayload(error: unknown, about: { readonly workflowId?: string }): GangwayError | undefined {
  if (error instanceof BookUnavailable) {
    const message = `The keys of payloads cannot be had: ${error.message}. Check PostgreSQL and GANGWAY_BOOK_URL.`;
    return new GangwayError('KEYS_UNAVAILABLE', message, { ...about, cause: error });
  }
  if (isEncrypted(error)) return new GangwayError('KEYS_UNAVAILABLE', NO_KEYS, { ...about, cause: error });
  const refusal = refusalIn(error);
  if (refusal === undefined) return undefined;
  const code = refusal.mayPass ? 'KEYS_UNAVAILABLE' : 'PAYLOAD_REFUSED';
  return new GangwayError(code, refusal.message, { ...about, cause: error });
}

export function unknownId(workflowId: string): GangwayError {
  const message = `No onboarding or funding has the id ${workflowId}, or it is older than the namespace's retention.`;
  return new GangwayError('UNKNOWN_ID', message, { workflowId });
}

/** How the server's own services say it, which the SDK does not translate: nothing else of them is looked for by name. */
function isNoNamespace(error: unknown): boolean {
  const cause = causeOf(error);
  return grpcStatus(cause) === GRPC.NOT_FOUND && isGrpcServiceError(cause) && cause.details.startsWith('Namespace ');
}

function noNamespace(error: unknown): GangwayError {
  const name =
    error instanceof NamespaceNotFoundError ? error.namespace : /^Namespace (\S+)/.exec(detailsOf(error))?.[1];
  const message = `Temporal has no namespace ${name ?? 'of that name'}. Create it, or set TEMPORAL_NAMESPACE.`;
  return new GangwayError('TEMPORAL_UNREACHABLE', message, { cause: error });
}

function detailsOf(error: unknown): string {
  const cause = causeOf(error);
  return isGrpcServiceError(cause) ? cause.details : '';
}

/** Every call to Temporal that got no answer, in one sentence. */
export function unreachable(error: unknown, address?: string): GangwayError {
  if (isNoNamespace(error)) return noNamespace(error);
  const at = address === undefined ? '' : ` at ${address}`;
  const refused = grpcStatus(causeOf(error)) === GRPC.PERMISSION_DENIED;
  const message = refused
    ? `Temporal${at} refuses this client. Check TEMPORAL_API_KEY or the client certificate, and the namespace.`
    : `Temporal${at} did not answer${detail(error)}. Start a server with \`npx gangway up\`, or set TEMPORAL_ADDRESS.`;
  return new GangwayError('TEMPORAL_UNREACHABLE', message, { cause: error });
}

function causeOf(error: unknown): unknown {
  return error instanceof ServiceError ? error.cause : error;
}

/** gRPC's own words, which name hosts and statuses and nothing else. */
function detail(error: unknown): string {
  const cause = causeOf(error);
  if (isGrpcServiceError(cause)) return cause.details === '' ? '' : ` (${cause.details.slice(0, 200)})`;
  return error instanceof Error ? ` (${error.message.split('\n')[0] ?? ''})` : '';
}

/** How a workflow that did not complete ended. */
function endedBadly(cause: Error | undefined, workflowId: string | undefined): GangwayError {
  const about = { ...(workflowId === undefined ? {} : { workflowId }), cause };
  if (cause instanceof ApplicationFailure) {
    const code = isErrorCode(cause.type) ? cause.type : 'ENDED_BY_TEMPORAL';
    return new GangwayError(code, cause.message, { ...about, fields: fieldsOf(cause.details?.[0]) });
  }
  const how = cause instanceof CancelledFailure ? 'was cancelled' : `ended: ${cause?.message ?? 'unknown failure'}`;
  return new GangwayError('ENDED_BY_TEMPORAL', `The workflow ${how}.`, about);
}

function fieldsOf(details: unknown): readonly FieldProblem[] {
  if (typeof details !== 'object' || details === null || !('fields' in details)) return [];
  return Array.isArray(details.fields) ? details.fields.filter(isFieldProblem) : [];
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return (
    typeof value === 'object' &&
    value !== null &&
    'field' in value &&
    typeof value.field === 'string' &&
    'problem' in value &&
    typeof value.problem === 'string'
  );
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
