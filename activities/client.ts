import { cancellationSignal } from '@temporalio/activity';
import type { ClientState } from '../contract/onboarding';
import type { ClientArgument, ClientKey, FetchedClient, VerifiedClient } from './arguments';
import type { ActivityDeps } from './deps';
import { capabilityMissing } from './refusal';
import { servedProvider } from './served';

/** Creates the client. One write, sent once. */
export function createClient(deps: ActivityDeps) {
  return async ({ provider, partnerClientId, applicant }: ClientArgument): Promise<ClientState> => {
    const { connector } = servedProvider(deps, provider);
    if (connector.createClient === undefined) throw capabilityMissing(provider, ['create-client']);
    return await connector.createClient({ partnerClientId, applicant });
  };
}

/** Reads the client and says in which fields it is not the applicant, without telling what it holds. */
export function fetchClient(deps: ActivityDeps) {
  return async ({ provider, partnerClientId, applicant }: ClientArgument): Promise<FetchedClient> => {
    const { connector } = servedProvider(deps, provider);
    if (connector.compareClient === undefined) throw capabilityMissing(provider, ['read-client']);
    const options = { signal: cancellationSignal() };
    const compared = await connector.compareClient({ partnerClientId, applicant }, options);
    return compared === undefined ? { found: false } : { found: true, ...compared };
  };
}

/** Reads the client and what is on file for it, at the same time. */
export function verifyClient(deps: ActivityDeps) {
  return async ({ provider, partnerClientId }: ClientKey): Promise<VerifiedClient> => {
    const { connector } = servedProvider(deps, provider);
    if (connector.readClient === undefined) throw capabilityMissing(provider, ['read-client']);
    const options = { signal: cancellationSignal() };
    const [client, listed] = await Promise.allSettled([
      connector.readClient(partnerClientId, options),
      connector.listDocuments?.(partnerClientId, options),
    ]);
    if (client.status === 'rejected') throw client.reason;
    const state = client.value;
    // Where there is no client, that its documents cannot be listed is no news.
    if (state === undefined) return { found: false };
    if (listed.status === 'rejected') throw listed.reason;
    const documents = (listed.value ?? []).map(({ type, providerDocumentId }) => ({ type, providerDocumentId }));
    return { found: true, state, documents };
  };
}

/** Sets the client active. One write, sent once. */
export function activateClient(deps: ActivityDeps) {
  return async ({ provider, partnerClientId }: ClientKey): Promise<ClientState> => {
    const { connector } = servedProvider(deps, provider);
    if (connector.activateClient === undefined) throw capabilityMissing(provider, ['activate-client']);
    return await connector.activateClient(partnerClientId);
  };
}
