import type { z } from 'zod';
import { describeConnection, type ConnectionCause } from '../../contract/connection';
import type { FieldProblem } from '../../contract/errors';
import { ANSWER_BOUNDS, readJson } from '../../inputs';
import { ProviderError } from '../provider-error';
import { connectionCause } from './connection-cause';
import { retryAfterMs } from './retry-after';
import type { HttpResponse } from './transport';
import { TransportError } from './transport-error';

/** What an answer, or none, means at every provider alike. */

/** Where a call was made, for an error. */
export interface CallPlace {
  readonly provider: string;
  readonly operation: string;
}

/** The JSON in a body; undefined if there is none. JSON cannot say undefined itself. */
export function parseJson(body: Buffer): unknown {
  const read = readJson(body, ANSWER_BOUNDS);
  return read.ok ? read.value : undefined;
}

/** What a call without a whole answer means. */
export function errorOfTransport(failure: unknown, { provider, operation }: CallPlace): ProviderError {
  const neverSent = failure instanceof TransportError && failure.sent === 'not-sent';
  const code = neverSent ? 'UNREACHABLE' : 'OUTCOME_UNKNOWN';
  return new ProviderError(code, { provider, operation, cause: failure, ...connectionOf(failure) });
}

/** Why there was no answer, as far as the network tells. */
export function connectionOf(failure: unknown): { readonly connection?: ConnectionCause } {
  const connection = failure instanceof TransportError ? connectionCause(failure.detail) : undefined;
  return connection === undefined ? {} : { connection };
}

/** What a call failed with, for `doctor`: its code, its status, and what the network tells. */
export function whyUnanswered(error: unknown): string {
  if (!(error instanceof ProviderError)) return 'an unknown failure';
  const { code, httpStatus, connection, redirectedTo } = error;
  const status = httpStatus === undefined ? '' : ` (HTTP ${httpStatus})`;
  const why = connection === undefined ? '' : `: ${describeConnection(connection, redirectedTo)}`;
  return `${code}${status}${why}`;
}

/** A 2xx whose body is not JSON: cut off, or not the provider's. A write may have been applied. */
function unreadableAnswer(status: number, { provider, operation }: CallPlace): ProviderError {
  return new ProviderError('OUTCOME_UNKNOWN', { provider, operation, httpStatus: status });
}

/** A 2xx whose JSON is not what the documents say. The fields are the answer's own, by our schema's names. */
export function drift(
  { provider, operation }: CallPlace,
  fields: readonly FieldProblem[],
  status?: number,
): ProviderError {
  return new ProviderError('CONTRACT_DRIFT', {
    provider,
    operation,
    fields,
    ...(status === undefined ? {} : { httpStatus: status }),
  });
}

const MOST_DRIFTED_FIELDS = 20;

/** The fields in which an answer does not fit a schema; never what they hold. */
function driftedFields(error: z.ZodError): readonly FieldProblem[] {
  return error.issues.slice(0, MOST_DRIFTED_FIELDS).map(({ path }) => ({
    field: path.length === 0 ? 'the answer' : path.map(String).join('.'),
    problem: "is absent or does not fit the provider's documents",
  }));
}

/**
 * A 2xx answer as a schema has it.
 *
 * @throws ProviderError OUTCOME_UNKNOWN if it is no JSON, CONTRACT_DRIFT if it does not fit
 */
export function readAnswer<Schema extends z.ZodType>(
  schema: Schema,
  { status, body }: HttpResponse,
  place: CallPlace,
): z.output<Schema> {
  const json = parseJson(body);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw json === undefined ? unreadableAnswer(status, place) : drift(place, driftedFields(parsed.error), status);
}

/** What every refusal carries, whatever it means: its status, the pause asked for, an id that looks like one. */
export function refusalFacts(
  { status, headers, redirectedTo }: HttpResponse,
  nowMs: number,
): {
  readonly httpStatus: number;
  readonly requestId?: string;
  readonly retryAfterMs?: number;
  readonly connection?: ConnectionCause;
  readonly redirectedTo?: string;
} {
  const pause = retryAfterMs(headers['retry-after'], nowMs);
  const requestId = safeRequestId(headers['x-request-id']);
  return {
    httpStatus: status,
    ...(requestId === undefined ? {} : { requestId }),
    ...(pause === undefined ? {} : { retryAfterMs: pause }),
    ...(redirectedTo === undefined ? {} : { connection: 'redirected', redirectedTo }),
  };
}

/** Whether a text of an error may be kept as its code: a word, or a short number. Anything else may repeat a value. */
export function looksLikeCode(text: string): boolean {
  return /^(?:[A-Za-z][A-Za-z0-9_.-]{0,63}|\d{1,6})$/.test(text);
}

/** [?] The name of the header is a guess at every provider; only a value that looks like an id is kept. */
function safeRequestId(header: string | undefined): string | undefined {
  return header !== undefined && /^[A-Za-z0-9._-]{1,100}$/.test(header) ? header : undefined;
}
