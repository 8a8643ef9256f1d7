import type { Gangway } from '../gangway';
import { unknownId } from '../flow/from-temporal';
import { GangwayError } from '../gangway-error';
import { HttpProblem } from './problem';
import type { Caller, TokenBounds } from './tokens';

/** Whose an onboarding or an intent is. */
interface Owner {
  readonly provider: string;
  readonly partnerClientId: string;
}

/** Whether a token is for a client's onboarding and movements at a provider. */
export function isFor(
  { providers, clients }: Pick<TokenBounds, 'providers' | 'clients'>,
  { provider, partnerClientId }: Owner,
): boolean {
  if (providers !== undefined && !providers.includes(provider)) return false;
  return clients === undefined || clients.some((bound) => matches(bound, partnerClientId));
}

function matches(bound: string, partnerClientId: string): boolean {
  return bound.endsWith('*') ? partnerClientId.startsWith(bound.slice(0, -1)) : partnerClientId === bound;
}

/**
 * Lets a caller reach only its own flows. Another's flow is answered as if it did not exist, and is not asked anything.
 *
 * @throws GangwayError UNKNOWN_ID
 */
export async function requireOwn(gangway: Gangway, caller: Caller, workflowId: string): Promise<void> {
  if (caller.providers === undefined && caller.clients === undefined) return;
  if (!isFor(caller, await gangway.ownerOf({ id: workflowId }))) throw unknownId(workflowId);
}

/**
 * Lets a caller start only what is for its own clients. A request that does not tell whose it is goes on, and is
 * refused for its shape.
 *
 * @throws HttpProblem 403
 */
export function requireOwnClient(caller: Caller, input: unknown): void {
  if (typeof input !== 'object' || input === null) return;
  const { provider, partnerClientId } = { provider: undefined, partnerClientId: undefined, ...input };
  if (typeof provider !== 'string' || typeof partnerClientId !== 'string') return;
  if (isFor(caller, { provider, partnerClientId })) return;
  throw new HttpProblem({
    status: 403,
    code: 'NOT_YOUR_CLIENT',
    detail: 'The token is bound to other providers or clients.',
  });
}

/** An id that somebody else's flow has: the caller learns only that it is taken. */
export async function hideAnothers(gangway: Gangway, caller: Caller, error: unknown): Promise<unknown> {
  if (!(error instanceof GangwayError) || error.code !== 'ID_TAKEN' || error.workflowId === undefined) return error;
  if (isFor(caller, await gangway.ownerOf({ id: error.workflowId }))) return error;
  return new GangwayError('ID_TAKEN', 'The id is taken. Nothing was started; use another id.');
}
