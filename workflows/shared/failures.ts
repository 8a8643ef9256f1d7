import { ActivityFailure, ApplicationFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import {
  describeFields,
  ERROR_RULES,
  isErrorCode,
  type FailureDetails,
  type FieldProblem,
} from '../../contract/errors';

/**
 * What a failed call means. An activity's own failure carries its details; a worker that died, a timeout or anything
 * not foreseen leaves the outcome unknown, whatever it was: certainty is never assumed.
 *
 * @throws what it was given, if that is a cancellation
 */
export function failureOf(error: unknown): FailureDetails {
  if (isCancellation(error)) throw error;
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure && isErrorCode(cause.type)) {
    const details: unknown = cause.details?.[0];
    return isFailureDetails(details) ? details : { code: cause.type, outcome: ERROR_RULES[cause.type].outcome };
  }
  if (cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START') {
    return { code: 'UNREACHABLE', outcome: 'not-applied' };
  }
  return { code: 'OUTCOME_UNKNOWN', outcome: 'unknown' };
}

/** Whether the same read may succeed in a moment: not if the provider is watched, which says when. */
export function isWorthAnotherTry(error: unknown): boolean {
  const { code, watched } = failureOf(error);
  return ERROR_RULES[code].retryable && watched !== true;
}

/** Whether a failed check says that the partner is told of what happens (activities/telling.ts). */
export function tellsPartnerOf(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const told: unknown = cause instanceof ApplicationFailure ? cause.details?.[1] : undefined;
  return typeof told === 'object' && told !== null && 'tellsPartner' in told && told.tellsPartner === true;
}

function isFailureDetails(value: unknown): value is FailureDetails {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    isErrorCode(value.code) &&
    'outcome' in value &&
    (value.outcome === 'not-applied' || value.outcome === 'unknown')
  );
}

/** Ends the workflow because what it was asked is wrong: every wrong field is named, nothing was sent. */
export function refusal(failure: FailureDetails): ApplicationFailure {
  const fields = failure.fields ?? [];
  const wrong = fields.length > 0 ? `: ${describeFields(fields)}` : '';
  return withoutStack(
    ApplicationFailure.create({
      type: failure.code,
      message: `${failure.code}${wrong}. ${ERROR_RULES[failure.code].remedy}`,
      nonRetryable: true,
      details: [failure],
    }),
  );
}

/** Without a stack: the Temporal UI shows it below the message, and it tells the sender nothing. */
export function withoutStack(failure: ApplicationFailure): ApplicationFailure {
  failure.stack = '';
  return failure;
}

/** Refuses what a start form may hold instead of one JSON object. */
export function requireObject(value: unknown, field: string): asserts value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidRequest([{ field, problem: 'must be one JSON object' }]);
  }
  if (isTooDeep(value)) throw invalidRequest([{ field, problem: TOO_DEEP }]);
}

/** Refuses a request for the fields it names. */
export function invalidRequest(fields: readonly FieldProblem[]): ApplicationFailure {
  return refusal({ code: 'INVALID_REQUEST', outcome: 'not-applied', fields });
}

/** Far deeper than any real request, and far from the depth at which JSON can still be read but no longer written. */
const DEEPEST = 32;
export const TOO_DEEP = `must not be nested deeper than ${DEEPEST} levels`;

/** Whether JSON is nested so deeply that a recursive function would run out of stack. */
export function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return true;
    level = level.flatMap((inner): unknown[] =>
      typeof inner === 'object' && inner !== null ? Object.values(inner) : [],
    );
  }
  return false;
}
