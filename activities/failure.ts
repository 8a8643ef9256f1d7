import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { ERROR_RULES, type FailureDetails } from '../contract/errors';
import { ProviderError } from '../providers/provider-error';
import { Refusal } from './refusal';

/**
 * How long to wait before a call is repeated that was refused for its credentials, its clock or its address: a person
 * has to put it right, and a provider may lock out a client that tries too often.
 */
const AUTH_RETRY_MS = 10_000;

/** Wrong fields that the details of a failure hold; a history is no place for a list of thousands. */
const MOST_FIELDS = 100;

/**
 * The one way from what an activity throws to what a workflow sees.
 *
 * The failure's `type` is the code, its details are one FailureDetails, its message is made of closed words. It has no
 * cause: a cause of a cause could carry a header or a body, and the default logger prints all of them. An unforeseen
 * error (a bug) becomes OUTCOME_UNKNOWN, for a read too: nobody knows what it did, which is what that code says, and a
 * workflow then has one closed list of codes to handle. Its class and the places in the code are kept, never its
 * message, which may quote what it failed on.
 *
 * @param watched whether the workflow is woken once the provider answers, so that nothing is repeated before
 */
export function toApplicationFailure(error: unknown, activity: string, watched = false): ApplicationFailure {
  if (error instanceof ProviderError || error instanceof Refusal) return fail(error, error.message, watched);
  const { outcome, remedy } = ERROR_RULES.OUTCOME_UNKNOWN;
  const failure = fail(
    { code: 'OUTCOME_UNKNOWN', outcome, operation: activity },
    `OUTCOME_UNKNOWN in ${activity}: unexpected ${className(error)}. ${remedy}`,
  );
  failure.stack = [`${failure.name}: ${failure.message}`, ...stackFrames(error)].join('\n');
  return failure;
}

function fail(details: FailureDetails, message: string, watched = false): ApplicationFailure {
  const { retryable } = ERROR_RULES[details.code];
  const delayMs = retryable ? retryDelayMs(details) : undefined;
  return ApplicationFailure.create({
    type: details.code,
    message,
    nonRetryable: !retryable || watched,
    details: [{ ...plainDetails(details), ...(watched ? { watched } : {}) }],
    // With its unit: a bare number means milliseconds to the SDK, and seconds to most who read it.
    ...(delayMs === undefined ? {} : { nextRetryDelay: `${delayMs}ms` as const }),
    // If repeating does not change an answer, it is no failure of the call: the workflow or a person deals with it.
    ...(retryable ? {} : { category: ApplicationFailureCategory.BENIGN }),
  });
}

function retryDelayMs({ code, retryAfterMs }: FailureDetails): number | undefined {
  return retryAfterMs ?? (code === 'AUTH' ? AUTH_RETRY_MS : undefined);
}

/** Exactly the members of FailureDetails: an error object has others, and a history keeps for ever what it is given. */
function plainDetails(error: FailureDetails): FailureDetails {
  const {
    code,
    outcome,
    provider,
    operation,
    httpStatus,
    providerCode,
    requestId,
    retryAfterMs,
    connection,
    redirectedTo,
    fields,
    entries,
  } = error;
  return {
    code,
    outcome,
    ...(provider === undefined ? {} : { provider }),
    ...(operation === undefined ? {} : { operation }),
    ...(httpStatus === undefined ? {} : { httpStatus }),
    ...(providerCode === undefined ? {} : { providerCode }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(connection === undefined ? {} : { connection }),
    ...(redirectedTo === undefined ? {} : { redirectedTo }),
    ...(fields === undefined ? {} : { fields: fields.slice(0, MOST_FIELDS) }),
    ...(entries === undefined ? {} : { entries }),
  };
}

function className(error: unknown): string {
  return error instanceof Error ? error.constructor.name : typeof error;
}

/** The lines of a stack that name places; the first ones repeat the message, however many lines it has. */
function stackFrames(error: unknown): string[] {
  const lines = error instanceof Error ? (error.stack ?? '').split('\n') : [];
  return lines.filter((line) => /^ {4}at .*:\d+:\d+\)?$/.test(line));
}
