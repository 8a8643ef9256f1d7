import type { ErrorCode, FieldProblem } from '../contract/errors';
import { describeFields } from '../contract/errors';

/** What the facade can tell a caller, beside the codes of the contract. */
export const CLIENT_ERROR_CODES = [
  /** No Temporal server answers in time, or it refuses this client. */
  'TEMPORAL_UNREACHABLE',
  /** The id was started before with another request. */
  'ID_TAKEN',
  /** No onboarding or funding has this id. */
  'UNKNOWN_ID',
  /** Temporal answers, and no worker did in time. */
  'NO_WORKER',
  /** The keys of payloads cannot be had now: the book or the service that wraps them does not answer, or one is missing. */
  'KEYS_UNAVAILABLE',
  /** A payload is not what was encrypted for its workflow, or is in clear; or its key is gone for good. */
  'PAYLOAD_REFUSED',
  /** A client is not forgotten yet: money is under way, or something of it does not end. */
  'CLIENT_BUSY',
  /** A client is not forgotten yet: a law has something kept (GANGWAY_RETENTION). */
  'RETENTION',
  /** The workflow was cancelled, terminated or timed out in Temporal itself. */
  'ENDED_BY_TEMPORAL',
] as const;
export type ClientErrorCode = (typeof CLIENT_ERROR_CODES)[number];

export type GangwayErrorCode = ErrorCode | ClientErrorCode;

interface GangwayErrorInit {
  readonly fields?: readonly FieldProblem[];
  readonly workflowId?: string;
  readonly cause?: unknown;
}

/** What the facade throws, and nothing else. Its message is one or two sentences for a person; `code` is for programs. */
export class GangwayError extends Error {
  override readonly name = 'GangwayError';
  /** The wrong fields of an INVALID_REQUEST. */
  readonly fields: readonly FieldProblem[];
  readonly workflowId: string | undefined;

  constructor(
    readonly code: GangwayErrorCode,
    message: string,
    { fields = [], workflowId, cause }: GangwayErrorInit = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.fields = fields;
    this.workflowId = workflowId;
  }
}

/** A request that was refused before anything was started. */
export function invalidRequest(fields: readonly FieldProblem[]): GangwayError {
  return new GangwayError('INVALID_REQUEST', `Nothing was started: ${describeFields(fields)}.`, { fields });
}
