import type { Answer } from '../http/answer';
import { Refusal } from '../http/refusal';

/**
 * What Oceafin refuses with (Errors page). The codes are stated; of the statuses only the first is, the others are
 * inferred (docs/providers/oceafin.md section 3.2).
 */
export const PROBLEM_STATUS = {
  PARTNER_AUTH_FAILED: 401,
  PARTNER_SIGNATURE_INVALID: 401,
  PARTNER_SIGNATURE_EXPIRED: 401,
  PARTNER_NONCE_REPLAYED: 401,
  PARTNER_SCOPE_DENIED: 403,
  PARTNER_PRODUCT_DISABLED: 403,
  PARTNER_CUSTOMER_NOT_FOUND: 404,
  PARTNER_RESOURCE_NOT_FOUND: 404,
  PARTNER_RESOURCE_STATE_INVALID: 409,
  PARTNER_IDEMPOTENCY_CONFLICT: 409,
  PARTNER_OPERATION_NOT_APPROVED: 403,
  PARTNER_QUOTE_EXPIRED: 409,
  PARTNER_TRAVEL_RULE_REQUIRED: 409,
  PARTNER_PROCESSING_UNAVAILABLE: 503,
  /** Invented: the Errors page has field-level details and lists no code for them. */
  SANDBOX_VALIDATION_FAILED: 422,
} as const;
export type ProblemCode = keyof typeof PROBLEM_STATUS;

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** Thrown by whoever refuses a request. */
export class Problem extends Refusal {
  constructor(
    override readonly code: ProblemCode,
    detail: string,
    readonly errors: readonly FieldError[] = [],
  ) {
    super(PROBLEM_STATUS[code], code, detail);
  }
}

/** The envelope of every error, `application/problem+json` (Errors page, Response Format). */
export function problemBody(
  status: number,
  code: string,
  detail: string,
  requestId: string,
  errors: readonly FieldError[] = [],
): object {
  return {
    type: `https://api.oceafin.com/problems/${code.toLowerCase().replaceAll('_', '-')}`,
    title: code,
    status,
    code,
    detail,
    requestId,
    errors,
  };
}

export function problemAnswer(refusal: Refusal, requestId: string): Answer {
  const code = refusal instanceof Problem ? refusal.code : refusal.code.toUpperCase();
  const errors = refusal instanceof Problem ? refusal.errors : [];
  return {
    status: refusal.status,
    headers: { 'content-type': 'application/problem+json', ...refusal.headers },
    body: Buffer.from(JSON.stringify(problemBody(refusal.status, code, refusal.message, requestId, errors)), 'utf8'),
  };
}
