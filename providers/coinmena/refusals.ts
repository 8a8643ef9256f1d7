import type { ErrorCode, FieldProblem } from '../../contract/errors';
import { ProviderError } from '../provider-error';
import type { CoinmenaApi } from './client';
import type { CallOptions } from '../port';
import { drift, PROVIDER_ID } from './errors';
import type { WireClient } from './schemas';

/** What the connector itself refuses, before or after a call. */
export function failure(code: ErrorCode, operation: string, fields?: readonly FieldProblem[]): ProviderError {
  return new ProviderError(code, { provider: PROVIDER_ID, operation, ...(fields === undefined ? {} : { fields }) });
}

/** An answer about something other than what was asked for. */
export function driftIn(operation: string, fields: readonly string[]): ProviderError {
  return drift(
    { operation },
    fields.map((field) => ({ field, problem: 'is not what was asked for' })),
  );
}

/** Refuses an answer about another client. */
export function requireSameClient(operation: string, client: WireClient, partnerClientId: string): void {
  if (client.partner_client_id !== partnerClientId) throw driftIn(operation, ['partnerClientId']);
}

/** The client under an id, and no other. */
export async function getClient(
  api: CoinmenaApi,
  partnerClientId: string,
  options?: CallOptions,
): Promise<WireClient | undefined> {
  const client = await api.getClient(partnerClientId, options);
  if (client !== undefined) requireSameClient('getClient', client, partnerClientId);
  return client;
}
