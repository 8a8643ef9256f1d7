import type { ErrorCode, FieldProblem, Outcome } from '../../contract/errors';
import { looksLikeCode, parseJson, refusalFacts } from '../http/answers';
import type { HttpResponse } from '../http/transport';
import { ProviderError } from '../provider-error';
import type { Operation } from './endpoints';
import { INSUFFICIENT_CODES, RATE_LIMIT_OUTCOME, UNKNOWN_USER_STATUS } from './assumptions';
import { errorBody } from './schemas';

export const PROVIDER_ID = 'backoffice';

interface Meaning {
  readonly code: ErrorCode;
  readonly outcome?: Exclude<Outcome, 'applied'>;
}

/**
 * What an answer that is not 2xx means. The status decides, because neither envelope nor codes are published
 * (docs/providers/backoffice.md section 3). Of the body only a code is kept, and only if it looks like one.
 */
export function errorOf(response: HttpResponse, operation: Operation, nowMs: number): ProviderError {
  const body = readErrorBody(response.body);
  const { code, outcome } = meaningOf(response, operation, body);
  return new ProviderError(code, {
    provider: PROVIDER_ID,
    operation,
    ...refusalFacts(response, nowMs),
    ...(outcome === undefined ? {} : { outcome }),
    ...(body.code === undefined ? {} : { providerCode: body.code }),
  });
}

interface ErrorBody {
  readonly code?: string;
  /** Whether the body is one that the back office itself may have written. */
  readonly own: boolean;
}

function meaningOf({ status, headers, body: bytes }: HttpResponse, operation: Operation, body: ErrorBody): Meaning {
  if (status === 401 || status === 403) return { code: 'AUTH' };
  if (status === 408) return { code: 'OUTCOME_UNKNOWN' };
  if (status === 429) return { code: 'RATE_LIMITED', outcome: RATE_LIMIT_OUTCOME.value };
  if (status === 503 && headers['retry-after'] !== undefined) return { code: 'RATE_LIMITED' };
  if (status >= 500) return { code: 'OUTCOME_UNKNOWN' };
  // It is not known who wrote a redirect, an interim answer or somebody else's page.
  if (status < 400 || !(body.own || bytes.length === 0)) return { code: 'CONTRACT_DRIFT' };
  if (status === UNKNOWN_USER_STATUS.value) return { code: notFoundOf(operation) };
  if (status === 400 || status === 422) {
    // A call that names a transfer cannot be wrong in amount or asset, only in the transfer's state (section 4.3).
    if (isAboutTransfer(operation)) return { code: 'STATE_INVALID' };
    const insufficient = body.code !== undefined && INSUFFICIENT_CODES.value.includes(body.code);
    return { code: insufficient ? 'INSUFFICIENT_FUNDS' : 'INVALID_REQUEST' };
  }
  return { code: 'REFUSED' };
}

/** What a Not Found is about: the list of transfers names nothing that could be absent. */
function notFoundOf(operation: Operation): ErrorCode {
  if (operation === 'transfers') return 'CONTRACT_DRIFT';
  return isAboutTransfer(operation) ? 'NOT_FOUND' : 'CLIENT_UNKNOWN';
}

function isAboutTransfer(operation: Operation): boolean {
  return operation === 'confirmWithdrawal' || operation === 'cancelWithdrawal';
}

function readErrorBody(bytes: Buffer): ErrorBody {
  const parsed = errorBody.safeParse(parseJson(bytes));
  if (!parsed.success) return { own: false };
  const { errors, error, title, type, traceId } = parsed.data;
  const code = [errors?.[0]?.code, error].find((text) => text != null && looksLikeCode(text));
  // Every member of problem details is optional (RFC 9457 section 3.1).
  const own = [errors, error, title, type, traceId].some((member) => member != null);
  return { own, ...(code == null ? {} : { code }) };
}

/** A refusal that needed no call. */
export function refused(code: ErrorCode, operation: string, fields?: readonly FieldProblem[]): ProviderError {
  return new ProviderError(code, { provider: PROVIDER_ID, operation, ...(fields === undefined ? {} : { fields }) });
}
