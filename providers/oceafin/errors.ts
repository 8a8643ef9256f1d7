import { z } from 'zod';
import type { ErrorCode, FieldProblem, Outcome } from '../../contract/errors';
import { parseJson, refusalFacts } from '../http/answers';
import type { HttpResponse } from '../http/transport';
import { optional } from '../http/wire';
import { ProviderError } from '../provider-error';
import { EFFECT_OF_REFUSALS, VALIDATION_STATUSES } from './assumptions';
import { namedFields } from './fields';
import type { Operation } from './layout/operations';

export const PROVIDER_ID = 'oceafin';

/**
 * What may be sent again after an answer (Errors page, Retry Guidance). `same-request`: the same key and the same body,
 * signed anew. `resigned`: the same, once clock or nonce are right; never unchanged. `changed`: only another request.
 */
type RetryRule = 'same-request' | 'resigned' | 'changed';

interface CodeRule {
  readonly code: ErrorCode;
  readonly retry: RetryRule;
  readonly outcome?: Exclude<Outcome, 'applied'>;
}

/** Every code that the Errors page names (docs/providers/oceafin.md section 3.2). */
const CODE_RULES = {
  PARTNER_AUTH_FAILED: { code: 'AUTH', retry: 'changed' },
  PARTNER_SIGNATURE_INVALID: { code: 'AUTH', retry: 'resigned' },
  PARTNER_SIGNATURE_EXPIRED: { code: 'AUTH', retry: 'resigned' },
  PARTNER_NONCE_REPLAYED: { code: 'AUTH', retry: 'resigned' },
  PARTNER_SCOPE_DENIED: { code: 'REFUSED', retry: 'changed' },
  PARTNER_PRODUCT_DISABLED: { code: 'REFUSED', retry: 'changed' },
  PARTNER_CUSTOMER_NOT_FOUND: { code: 'CLIENT_UNKNOWN', retry: 'changed' },
  PARTNER_RESOURCE_NOT_FOUND: { code: 'NOT_FOUND', retry: 'changed' },
  PARTNER_RESOURCE_STATE_INVALID: { code: 'STATE_INVALID', retry: 'changed' },
  // Something else was done under this key.
  PARTNER_IDEMPOTENCY_CONFLICT: { code: 'DUPLICATE_REF', retry: 'changed', outcome: 'unknown' },
  PARTNER_OPERATION_NOT_APPROVED: { code: 'NOT_APPROVED', retry: 'changed' },
  PARTNER_QUOTE_EXPIRED: { code: 'QUOTE_EXPIRED', retry: 'changed' },
  PARTNER_TRAVEL_RULE_REQUIRED: { code: 'TRAVEL_RULE_REQUIRED', retry: 'changed' },
  // The answer does not tell what was done before.
  PARTNER_PROCESSING_UNAVAILABLE: { code: 'OUTCOME_UNKNOWN', retry: 'same-request', outcome: 'unknown' },
} as const satisfies Record<string, CodeRule>;

type PartnerCode = keyof typeof CODE_RULES;

/** Operations for which a key that was used with another body means that the client is there already. */
const CREATES_A_CLIENT: readonly Operation[] = ['createCustomer'];

/** `Response Format` (Errors page); of `errors` the shape of the entries is not stated. */
export const problemEnvelope = z.object({
  code: z.string().regex(/^[A-Z][A-Z0-9_]{1,80}$/),
  requestId: optional(z.string().regex(/^[A-Za-z0-9._-]{1,100}$/)).catch(null),
  errors: optional(z.array(z.unknown())).catch(null),
});
type ProblemEnvelope = z.output<typeof problemEnvelope>;

interface Meaning {
  readonly code: ErrorCode;
  readonly outcome?: Exclude<Outcome, 'applied'>;
  readonly fields?: readonly FieldProblem[];
}

/**
 * What an answer that is not 2xx means: by its `code`, because the statuses of most codes are not stated; without one,
 * by its status. Nothing of `title` and `detail` is kept: they are for people, and might repeat a value.
 */
export function errorOf(response: HttpResponse, operation: Operation, nowMs: number): ProviderError {
  const problem = readProblem(response.body);
  const { code, outcome, fields } = meaningOf(response, problem, operation);
  const { requestId, ...facts } = refusalFacts(response, nowMs);
  const correlated = problem?.requestId ?? requestId;
  return new ProviderError(code, {
    provider: PROVIDER_ID,
    operation,
    ...facts,
    ...(outcome === undefined ? {} : { outcome }),
    ...(problem === undefined ? {} : { providerCode: problem.code }),
    ...(correlated === undefined ? {} : { requestId: correlated }),
    ...(fields === undefined ? {} : { fields }),
  });
}

function readProblem(body: Buffer): ProblemEnvelope | undefined {
  const parsed = problemEnvelope.safeParse(parseJson(body));
  return parsed.success ? parsed.data : undefined;
}

function meaningOf(
  { status, headers }: HttpResponse,
  problem: ProblemEnvelope | undefined,
  operation: Operation,
): Meaning {
  if (status === 429) return { code: 'RATE_LIMITED' };
  const rule = problem === undefined ? undefined : ruleOf(problem.code);
  if (rule !== undefined && status >= 400) {
    // A 5xx may speak for a service that did act, whatever it says.
    if (status >= 500 && rule.outcome !== 'unknown') return { code: 'OUTCOME_UNKNOWN' };
    return meaningOfRule(rule, operation);
  }
  if (status === 503 && headers['retry-after'] !== undefined) return { code: 'RATE_LIMITED' };
  if (status >= 500 || status === 408) return { code: 'OUTCOME_UNKNOWN' };
  if (status === 401) return { code: 'AUTH' };
  if (status === 413) return { code: 'REFUSED' };
  // A redirect, an interim answer, or a 4xx that Oceafin did not write: it is not known who wrote it.
  if (status < 400 || problem === undefined) return { code: 'CONTRACT_DRIFT' };
  if (VALIDATION_STATUSES.value.some((one) => one === status)) {
    const fields = namedFields(problem.errors ?? []);
    if (fields.length === 0) return { code: 'INVALID_REQUEST' };
    return { code: 'INVALID_REQUEST', fields: fields.map((field) => ({ field, problem: 'was refused by Oceafin' })) };
  }
  return { code: 'REFUSED', outcome: EFFECT_OF_REFUSALS.value };
}

function ruleOf(code: string): CodeRule | undefined {
  return isPartnerCode(code) ? CODE_RULES[code] : undefined;
}

function meaningOfRule({ code, outcome }: CodeRule, operation: Operation): Meaning {
  if (code === 'DUPLICATE_REF' && CREATES_A_CLIENT.includes(operation)) return { code: 'DUPLICATE_CLIENT' };
  return { code, ...(outcome === undefined ? {} : { outcome }) };
}

/** Whether the Errors page names a code. */
function isPartnerCode(code: string): code is PartnerCode {
  return Object.hasOwn(CODE_RULES, code);
}
