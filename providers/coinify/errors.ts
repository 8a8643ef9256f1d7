import type { ErrorCode, FieldProblem, Outcome } from '../../contract/errors';
import { drift, looksLikeCode, parseJson, refusalFacts } from '../http/answers';
import type { HttpResponse } from '../http/transport';
import { ProviderError } from '../provider-error';
import {
  DUPLICATE_CODES,
  DUPLICATE_STATUS,
  FIELD_CODES,
  INELIGIBLE_CODES,
  INSUFFICIENT_CODES,
  RATE_LIMIT_OUTCOME,
} from './assumptions';
import type { Operation } from './layout';
import { errorBody } from './schemas';

export const PROVIDER_ID = 'coinify';

interface Meaning {
  readonly code: ErrorCode;
  readonly outcome?: Exclude<Outcome, 'applied'>;
  readonly fields?: readonly FieldProblem[];
}

interface ErrorBody {
  readonly code?: string;
  /** Whether the body is one that Coinify itself may have written. */
  readonly own: boolean;
}

/**
 * What an answer that is not 2xx means. The status decides, because neither envelope nor codes are published (section 3).
 * Of the body only a code is kept, and only if it looks like one.
 */
export function errorOf(response: HttpResponse, operation: Operation, nowMs: number): ProviderError {
  const body = readErrorBody(response.body);
  const { code, outcome, fields } = meaningOf(response, operation, body);
  return new ProviderError(code, {
    provider: PROVIDER_ID,
    operation,
    ...refusalFacts(response, nowMs),
    ...(outcome === undefined ? {} : { outcome }),
    ...(fields === undefined ? {} : { fields }),
    ...(body.code === undefined ? {} : { providerCode: body.code }),
  });
}

function meaningOf({ status, headers }: HttpResponse, operation: Operation, body: ErrorBody): Meaning {
  if (status === 401 || status === 403) return { code: 'AUTH' };
  if (status === 408) return { code: 'OUTCOME_UNKNOWN' };
  if (status === 429) return { code: 'RATE_LIMITED', outcome: RATE_LIMIT_OUTCOME.value };
  if (status === 503 && headers['retry-after'] !== undefined) return { code: 'RATE_LIMITED' };
  if (status >= 500) return { code: 'OUTCOME_UNKNOWN' };
  // It is not known who wrote a redirect, an interim answer or somebody else's page.
  if (status < 400 || !body.own) return { code: 'CONTRACT_DRIFT' };
  if (isDuplicate(status, operation, body)) return { code: 'DUPLICATE_REF' };
  if (status === 404 && operation !== 'createWithdrawal') return { code: 'NOT_FOUND' };
  return status === 400 || status === 422 ? meaningOfCode(body.code) : { code: 'REFUSED' };
}

function isDuplicate(status: number, operation: Operation, { code }: ErrorBody): boolean {
  if (operation !== 'createWithdrawal') return false;
  return status === DUPLICATE_STATUS.value || (code !== undefined && DUPLICATE_CODES.value.includes(code));
}

const FIELDS: ReadonlyMap<string, string> = new Map(Object.entries(FIELD_CODES.value));

function meaningOfCode(code: string | undefined): Meaning {
  if (code === undefined) return { code: 'INVALID_REQUEST' };
  if (INSUFFICIENT_CODES.value.includes(code)) return { code: 'INSUFFICIENT_FUNDS' };
  if (INELIGIBLE_CODES.value.includes(code)) return { code: 'ASSET_INELIGIBLE' };
  const field = FIELDS.get(code);
  return {
    code: 'INVALID_REQUEST',
    ...(field === undefined ? {} : { fields: [{ field, problem: 'was refused by Coinify' }] }),
  };
}

function readErrorBody(bytes: Buffer): ErrorBody {
  const parsed = errorBody.safeParse(parseJson(bytes));
  if (!parsed.success) return { own: false };
  const { errorCode, error, code, errorMessage, error_description: description, message } = parsed.data;
  const found = [errorCode, error, code].find((text) => text != null && looksLikeCode(text));
  const own = [errorCode, error, code, errorMessage, description, message].some((text) => text != null);
  return { own, ...(found == null ? {} : { code: found }) };
}

/** A refusal that needed no call. */
export function refused(code: ErrorCode, operation: string, fields?: readonly FieldProblem[]): ProviderError {
  return new ProviderError(code, { provider: PROVIDER_ID, operation, ...(fields === undefined ? {} : { fields }) });
}

/** An answer about something else: what was asked for may still have been done. */
export function answeredAnother(operation: string, fields: readonly string[]): ProviderError {
  const problems = fields.map((field) => ({ field, problem: 'is not what was asked for' }));
  return drift({ provider: PROVIDER_ID, operation }, problems);
}
