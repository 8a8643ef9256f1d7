import { cancellationSignal } from '@temporalio/activity';
import type { ClientState } from '../contract/onboarding';
import type {
  ClientArgument,
  ClientKey,
  FetchedClient,
  KnownClientArgument,
  SubmissionArgument,
  VerifiedClient,
} from './arguments';
import type { ActivityDeps } from './deps';
import { capabilityMissing } from './refusal';
import { servedProvider } from './served';

/** Creates the client. One write, sent once. */
export function createClient(deps: ActivityDeps) {
  return async ({ provider, ...client }: ClientArgument): Promise<ClientState> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { clients } = connector;
    if (clients?.create === undefined) throw capabilityMissing(semantics, ['create-client']);
    return await clients.create(client);
  };
}

/** Finds out whether the client under the id is the applicant, and says what stands against it, without telling what it holds. */
export function fetchClient(deps: ActivityDeps) {
  return async ({ provider, ...client }: ClientArgument): Promise<FetchedClient> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { clients } = connector;
    if (clients?.compare === undefined) throw capabilityMissing(semantics, ['read-client']);
    const compared = await clients.compare(client, { signal: cancellationSignal() });
    return compared === undefined ? { found: false } : { found: true, ...compared };
  };
}

/** Reads the client and what is on file for it, at the same time. */
export function verifyClient(deps: ActivityDeps) {
  return async ({ provider, ...client }: KnownClientArgument): Promise<VerifiedClient> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { clients, documents: files } = connector;
    if (clients?.read === undefined) throw capabilityMissing(semantics, ['read-client']);
    const options = { signal: cancellationSignal() };
    const [read, listed] = await Promise.allSettled([clients.read(client, options), files?.list?.(client, options)]);
    if (read.status === 'rejected') throw read.reason;
    const state = read.value;
    // Where there is no client, that its documents cannot be listed is no news.
    if (state === undefined) return { found: false };
    if (listed.status === 'rejected') throw listed.reason;
    if (files !== undefined && listed.value === undefined) return { found: true, state };
    const documents = (listed.value ?? []).map(({ type, providerDocumentId }) => ({ type, providerDocumentId }));
    return { found: true, state, documents };
  };
}

/** Sets the client active. One write, sent once. */
export function activateClient(deps: ActivityDeps) {
  return async ({ provider, ...client }: ClientKey): Promise<ClientState> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { clients } = connector;
    if (clients?.activate === undefined) throw capabilityMissing(semantics, ['activate-client']);
    return await clients.activate(client);
  };
}

/** Submits the client's evidence for verification. One write, sent once. */
export function submitForVerification(deps: ActivityDeps) {
  return async ({ provider, ...submission }: SubmissionArgument): Promise<ClientState> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { clients } = connector;
    if (clients?.submitForVerification === undefined) throw capabilityMissing(semantics, ['submit-for-verification']);
    return await clients.submitForVerification(submission);
  };
}
