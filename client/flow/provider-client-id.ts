import { onboardingWorkflowId } from '../../contract/ids';
import { findProvider } from '../../providers/registry';
import { invalidRequest } from '../gangway-error';
import { findFlow } from './read-flow';
import type { TemporalAccess } from './temporal-access';

interface OfClient {
  readonly provider: string;
  readonly partnerClientId: string;
  readonly providerClientId?: string;
}

/**
 * A request with the provider's own id of the client. If the provider knows clients only by that and the caller did not
 * give it, it is read from the client's onboarding.
 *
 * @throws GangwayError INVALID_REQUEST if no onboarding tells it
 */
export async function withProviderClientId<Request extends OfClient>(
  temporal: TemporalAccess,
  request: Request,
): Promise<Request> {
  const { provider, partnerClientId } = request;
  if (request.providerClientId !== undefined) return request;
  if (findProvider(provider)?.semantics.clientsKnownBy !== 'provider-id') return request;
  const onboarding = await findFlow(temporal, onboardingWorkflowId(provider, partnerClientId));
  const client = onboarding?.kind === 'onboarding' ? onboarding.client : undefined;
  if (client !== undefined) return { ...request, providerClientId: client.providerClientId };
  const problem =
    'is required: the provider knows clients by its own id only, and no onboarding of this client tells it';
  throw invalidRequest([{ field: 'providerClientId', problem }]);
}
