import type { z } from 'zod';
import type { ErrorCode, FieldProblem } from '../../contract/errors';
import type { ClientIds } from '../../contract/onboarding';
import { drift } from '../http/answers';
import { ProviderError } from '../provider-error';
import { PROVIDER_ID } from './errors';

/** What the connector itself refuses, before or after a call. */
export function failure(code: ErrorCode, operation: string, fields?: readonly FieldProblem[]): ProviderError {
  return new ProviderError(code, { provider: PROVIDER_ID, operation, ...(fields === undefined ? {} : { fields }) });
}

/** An answer about something other than what was asked for. */
export function driftIn(operation: string, fields: readonly string[]): ProviderError {
  return drift(
    { provider: PROVIDER_ID, operation },
    fields.map((field) => ({ field, problem: 'is not what was asked for' })),
  );
}

/**
 * Oceafin's own id of a customer, which every path but creation's has.
 *
 * @throws ProviderError INVALID_REQUEST if it was not given
 */
export function customerIdOf({ providerClientId }: ClientIds, operation: string): string {
  if (providerClientId !== undefined) return providerClientId;
  throw failure('INVALID_REQUEST', operation, [{ field: 'providerClientId', problem: 'is required' }]);
}

/**
 * Details as their schema has them. Every edge checks them: if they do not fit here, they were never checked.
 *
 * @throws ProviderError INVALID_REQUEST
 */
export function detailsAs<Schema extends z.ZodType>(
  schema: Schema,
  details: unknown,
  operation: string,
): z.output<Schema> {
  const parsed = schema.safeParse(details ?? {});
  if (parsed.success) return parsed.data;
  throw failure('INVALID_REQUEST', operation, [{ field: 'details', problem: 'do not fit' }]);
}

/**
 * A call that fails before the write leaves the write undone, whatever its own outcome.
 *
 * @throws ProviderError with the outcome `not-applied`
 */
export async function beforeWriting<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ProviderError) || error.outcome === 'not-applied') throw error;
    const {
      code,
      provider,
      operation,
      httpStatus,
      providerCode,
      requestId,
      retryAfterMs,
      connection,
      redirectedTo,
      fields,
    } = error;
    throw new ProviderError(code, {
      provider,
      operation,
      outcome: 'not-applied',
      cause: error,
      ...(httpStatus === undefined ? {} : { httpStatus }),
      ...(providerCode === undefined ? {} : { providerCode }),
      ...(requestId === undefined ? {} : { requestId }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(connection === undefined ? {} : { connection }),
      ...(redirectedTo === undefined ? {} : { redirectedTo }),
      ...(fields === undefined ? {} : { fields }),
    });
  }
}
