import type { ErrorCode, FieldProblem, Outcome } from '../../contract/errors';
import { drift as driftAt, errorOfTransport as errorOfNoAnswer, parseJson, refusalFacts } from '../http/answers';
import type { HttpResponse } from '../http/transport';
import { ProviderError } from '../provider-error';
import { NOT_FOUND_STATUS, REFUSALS_TAKE_NO_EFFECT } from './assumptions';
import { namedFields, type Subject } from './fields';
import { errorEnvelope, type ErrorEnvelope } from './schemas';

export const PROVIDER_ID = 'coinmena';

interface CodeRule {
  readonly code: ErrorCode;
  readonly fields?: readonly FieldProblem[];
}

/** Every code that a document names (docs/providers/coinmena.md section 3.3). */
export const CODE_RULES: ReadonlyMap<number, CodeRule> = new Map<number, CodeRule>([
  [2008, { code: 'CLIENT_UNKNOWN' }],
  [2009, { code: 'CLIENT_NOT_VERIFIED' }],
  [2010, { code: 'CLIENT_INACTIVE' }],
  [2012, { code: 'ASSET_INELIGIBLE' }],
  [2016, { code: 'DUPLICATE_PERSON', fields: [belongsToAnother('applicant.governmentId.number')] }],
  [2020, { code: 'DUPLICATE_REF' }],
  [2021, refused('applicant.birthDate', 'is below the legal age')],
  [2022, refused('applicant.residency', 'is not a country that is accepted here')],
  [2023, refused('applicant.citizenship', 'is not a country that is accepted here')],
  [2024, refused('applicant.placeOfBirth', 'is not a country that is accepted here')],
  [2025, refused('applicant.residencyVisa', 'is required, with its number and its expiry')],
  [2026, { code: 'DUPLICATE_CLIENT' }],
  [2027, { code: 'DUPLICATE_PERSON', fields: [belongsToAnother('applicant.email')] }],
  [2028, { code: 'DUPLICATE_PERSON', fields: [belongsToAnother('applicant.phone')] }],
  [3005, { code: 'INSUFFICIENT_FUNDS' }],
  [4008, { code: 'REFUSED' }],
]);

function belongsToAnother(field: string): FieldProblem {
  return { field, problem: 'belongs to another client' };
}

function refused(field: string, problem: string): CodeRule {
  return { code: 'INVALID_REQUEST', fields: [{ field, problem }] };
}

/** What was being done, for an error. */
export interface CallContext {
  readonly operation: string;
  /** Whose fields the call carries, if it carries any. */
  readonly subject?: Subject;
}

/**
 * What an answer that is not 2xx means. Read in this order: the HTTP status, if it decides alone, then `code`, then the
 * status again (Error Codes page). Nothing of `msg` is kept: it is text for people, and might repeat a value.
 */
export function errorOf(response: HttpResponse, context: CallContext, nowMs: number): ProviderError {
  const envelope = readEnvelope(response.body);
  const rule = envelope === undefined ? undefined : CODE_RULES.get(envelope.code);
  const { code, outcome, fields } = meaningOf(response, envelope, rule, context);
  return new ProviderError(code, {
    provider: PROVIDER_ID,
    operation: context.operation,
    ...refusalFacts(response, nowMs),
    ...(outcome === undefined ? {} : { outcome }),
    ...(envelope === undefined ? {} : { providerCode: String(envelope.code) }),
    ...(fields === undefined ? {} : { fields }),
  });
}

interface Meaning extends CodeRule {
  readonly outcome?: Exclude<Outcome, 'applied'>;
}

function meaningOf(
  { status, headers }: HttpResponse,
  envelope: ErrorEnvelope | undefined,
  rule: CodeRule | undefined,
  { subject }: CallContext,
): Meaning {
  if (status === 401) return { code: 'AUTH' };
  if (status === 408) return { code: 'OUTCOME_UNKNOWN' };
  if (status === 429) return { code: 'RATE_LIMITED', outcome: REFUSALS_TAKE_NO_EFFECT.value };
  if (status === 503 && headers['retry-after'] !== undefined) return { code: 'RATE_LIMITED' };
  if (status >= 500) return { code: 'OUTCOME_UNKNOWN' };
  if (status === 403 && rule === undefined) return { code: 'AUTH' };
  // Too large a body, told by a gateway or by CoinMENA: the same call can never succeed.
  if (status === 413) return { code: 'REFUSED' };
  // A redirect, an interim answer, or a 4xx that CoinMENA did not write: it is not known who wrote it.
  if (status < 400 || envelope === undefined) return { code: 'CONTRACT_DRIFT' };
  if (rule !== undefined) return rule;
  if (status === 422 || status === 400) {
    const fields = subject === undefined ? [] : namedFields(envelope.msg_detail, subject);
    return {
      code: 'INVALID_REQUEST',
      ...(fields.length === 0
        ? {}
        : { fields: fields.map((field) => ({ field, problem: 'was refused by CoinMENA' })) }),
    };
  }
  return { code: status === NOT_FOUND_STATUS.value ? 'NOT_FOUND' : 'REFUSED' };
}

function readEnvelope(body: Buffer): ErrorEnvelope | undefined {
  const parsed = errorEnvelope.safeParse(parseJson(body));
  if (!parsed.success) return undefined;
  // A code that no document names, without a text: gateways answer in such shapes too.
  const { code, msg } = parsed.data;
  return CODE_RULES.has(code) || msg != null ? parsed.data : undefined;
}

/** What a call without a whole answer means. */
export function errorOfTransport(failure: unknown, { operation }: CallContext): ProviderError {
  return errorOfNoAnswer(failure, { provider: PROVIDER_ID, operation });
}

/** A 2xx whose JSON is not what the documents say. The fields are the answer's own, by our schema's names. */
export function drift({ operation }: CallContext, fields: readonly FieldProblem[]): ProviderError {
  return driftAt({ provider: PROVIDER_ID, operation }, fields);
}
