import { STATUS_CODES } from 'node:http';
import type { FieldProblem } from '../../contract/errors';
import { GangwayError, type GangwayErrorCode } from '../gangway-error';

/** What went wrong, as RFC 9457 (problem+json) says it. Nothing in it repeats what was sent. */
export interface Problem {
  /** `about:blank`: the status tells the kind of problem, and `code` which one. */
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  /** The wrong fields, by their dotted paths. */
  readonly errors?: readonly FieldProblem[];
  /** What the problem is about, if it is an onboarding or an intent. */
  readonly workflowId?: string;
}

interface ProblemInit {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly FieldProblem[];
  readonly workflowId?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that is answered with a problem. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
  /** What Fastify and its plugins look at. */
  readonly statusCode: number;

  constructor({ headers = {}, ...told }: ProblemInit) {
    super(told.detail);
    this.problem = { type: 'about:blank', title: STATUS_CODES[told.status] ?? 'Error', ...told };
    this.headers = headers;
    this.statusCode = told.status;
  }
}

/** Seconds after which a caller is asked to try again if Temporal is away. */
const RETRY_AFTER_SECONDS = 5;

/** Says in HTTP's words what a request met. */
export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof GangwayError) return ofGangway(error);
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  const known = typeof status === 'number' ? OF_STATUS[status] : undefined;
  if (typeof status === 'number' && known !== undefined) return new HttpProblem({ status, ...known });
  return new HttpProblem({ status: 500, code: 'FAILED', detail: 'The server failed. It is safe to send this again.' });
}

/** What Fastify itself refuses. Its own messages are not used: they repeat what was sent. */
const OF_STATUS: Readonly<Record<number, { readonly code: string; readonly detail: string }>> = {
  400: { code: 'INVALID_REQUEST', detail: 'The request is not valid HTTP or its body does not fit its headers.' },
  408: { code: 'TOO_SLOW', detail: 'The request took too long to arrive.' },
  413: { code: 'TOO_LARGE', detail: 'The body is larger than is accepted here.' },
  414: { code: 'TOO_LARGE', detail: 'A part of the path is longer than is accepted here.' },
  431: { code: 'TOO_LARGE', detail: 'The headers are larger than is accepted here.' },
  415: { code: 'NOT_JSON', detail: 'The body must be JSON, with content-type application/json.' },
  503: { code: 'STOPPING', detail: 'The server is stopping. Send this again.' },
};

/** @param retryAfterSeconds if the answer is not given that header by the rate limit itself */
export function tooMany(retryAfterSeconds?: number): HttpProblem {
  return new HttpProblem({
    status: 429,
    code: 'RATE_LIMITED',
    detail: 'Too many requests. See retry-after.',
    headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
  });
}

function ofGangway(error: GangwayError): HttpProblem {
  const { code, fields, workflowId } = error;
  const status = STATUS_OF_CODE[code] ?? 422;
  if (status === 503) return away(code);
  return new HttpProblem({
    status,
    code,
    detail: error.message,
    ...(fields.length === 0 ? {} : { errors: fields }),
    ...(workflowId === undefined ? {} : { workflowId }),
  });
}

const STATUS_OF_CODE: Partial<Record<GangwayErrorCode, number>> = {
  TEMPORAL_UNREACHABLE: 503,
  NO_WORKER: 503,
  KEYS_UNAVAILABLE: 503,
  PAYLOAD_REFUSED: 500,
  UNKNOWN_ID: 404,
  ID_TAKEN: 409,
  REFUSED: 409,
  ENDED_BY_TEMPORAL: 409,
};

/** Not the facade's sentence, which names addresses and commands: it is for whoever runs the gateway. */
function away(code: string): HttpProblem {
  return new HttpProblem({
    status: 503,
    code,
    detail: 'This cannot be taken now, and it is not known to have been taken. Send the same again: that is harmless.',
    headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
  });
}
