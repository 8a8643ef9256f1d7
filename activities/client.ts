import { cancellationSignal } from '@temporalio/activity';
import type { ClientIds, ClientState } from '../contract/onboarding';
import type { KnownClient, NewClient, VerificationSubmission } from '../providers/port';
import type { AtProvider, FetchedClient, VerifiedClient } from './arguments';
import type { ActivityDeps } from './deps';
import { sawClient } from './records';
import { capabilityMissing } from './refusal';
import { servedProvider } from './served';

/** Creates the client. One write, sent once. */
export function createClient(deps: ActivityDeps) {
  return async ({ provider, ...client }: AtProvider<NewClient>): Promise<ClientState> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { clients } = connector;
    if (clients?.create === undefined) throw capabilityMissing(semantics, ['create-client']);
    return await seen(deps, { provider, ...client }, await clients.create(client));
  };
}

/**
 * Finds out whether the client under the id is the applicant, and which fields speak against it, never their values.
 */
export function fetchClient(deps: ActivityDeps) {
  return async ({ provider, ...client }: AtProvider<NewClient>): Promise<FetchedClient> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { clients } = connector;
    if (clients?.compare === undefined) throw capabilityMissing(semantics, ['read-client']);
    const compared = await clients.compare(client, { signal: cancellationSignal() });
    if (compared !== undefined && 'state' in compared) await sawClient(deps, { provider, ...client }, compared.state);
    return compared === undefined ? { found: false } : { found: true, ...compared };
  };
}

/** Reads the client and what is on file for it, at the same time. */
export function verifyClient(deps: ActivityDeps) {
  return async ({ provider, ...client }: AtProvider<KnownClient>): Promise<VerifiedClient> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { clients, documents: files } = connector;
    if (clients?.read === undefined) throw capabilityMissing(semantics, ['read-client']);
    const options = { signal: cancellationSignal() };
    const [read, listed] = await Promise.allSettled([clients.read(client, options), files?.list?.(client, options)]);
    if (read.status === 'rejected') throw read.reason;
    const state = read.value;
    // If there is no client, it is no news that its documents cannot be listed.
    if (state === undefined) return { found: false };
    await sawClient(deps, { provider, ...client }, state);
    if (listed.status === 'rejected') throw listed.reason;
    if (files !== undefined && listed.value === undefined) return { found: true, state };
    const documents = (listed.value ?? []).map(({ type, providerDocumentId }) => ({ type, providerDocumentId }));
    return { found: true, state, documents };
  };
}

/** Sets the client active. One write, sent once. */
export function activateClient(deps: ActivityDeps) {
  return async ({ provider, ...client }: AtProvider<ClientIds>): Promise<ClientState> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { clients } = connector;
    if (clients?.activate === undefined) throw capabilityMissing(semantics, ['activate-client']);
    return await seen(deps, { provider, ...client }, await clients.activate(client));
  };
}

/** Submits the client's evidence for verification. One write, sent once. */
export function submitForVerification(deps: ActivityDeps) {
  return async ({ provider, ...submission }: AtProvider<VerificationSubmission>): Promise<ClientState> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { clients } = connector;
    if (clients?.submitForVerification === undefined) throw capabilityMissing(semantics, ['submit-for-verification']);
    return await seen(deps, { provider, ...submission }, await clients.submitForVerification(submission));
  };
}

/** What the provider answered to a write, entered in the book. */
async function seen(deps: ActivityDeps, client: AtProvider<ClientIds>, state: ClientState): Promise<ClientState> {
  await sawClient(deps, client, state);
  return state;
}
