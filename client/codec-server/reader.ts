import type { Readable } from '../../keys/reader';
import { isFor } from '../gateway/tenancy';
import type { TokenBounds } from '../gateway/tokens';

/** What somebody may read: of these providers and clients; what is left out is no bound. */
export type Grant = Pick<TokenBounds, 'providers' | 'clients'>;

/** Who reads payloads. The audit has it under this name. */
export interface Reader {
  readonly name: string;
  /** It may read what one of them allows. */
  readonly grants: readonly Grant[];
}

/**
 * Whether somebody may read a workflow's payloads. Those that are of no one client, such as a batch's, may hold many: a grant for
 * some clients never has them, one for a provider has those of the provider.
 */
export function mayRead({ grants }: Reader, { workflowId, owner }: Readable): boolean {
  if (owner !== undefined) return grants.some((grant) => isFor(grant, owner));
  const [, provider = ''] = workflowId.split('/');
  return grants.some(
    ({ providers, clients }) => clients === undefined && (providers === undefined || providers.includes(provider)),
  );
}
