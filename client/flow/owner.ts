import { PARTNER_CLIENT_ID, PROVIDER } from '../../contract/search-attributes';
import { readWorkflowId } from './flow-id';
import { fromTemporal, unknownId } from './from-temporal';
import type { TemporalAccess } from './temporal-access';

/** Whose a flow is. */
export interface FlowOwner {
  readonly provider: string;
  readonly partnerClientId: string;
}

/**
 * Whose a flow is: of an onboarding its id says it, of a movement its search attributes.
 *
 * @throws GangwayError UNKNOWN_ID if there is none, or it has not said yet whose it is
 */
export async function ownerOf({ client }: TemporalAccess, workflowId: string): Promise<FlowOwner> {
  const id = readWorkflowId(workflowId);
  if (id?.kind === 'onboarding') return { provider: id.provider, partnerClientId: id.own };
  const { typedSearchAttributes: attributes } = await client.workflow
    .getHandle(workflowId)
    .describe()
    .catch((error: unknown) => {
      throw fromTemporal(error, workflowId);
    });
  const [provider, partnerClientId] = [attributes.get(PROVIDER), attributes.get(PARTNER_CLIENT_ID)];
  if (provider === undefined || partnerClientId === undefined) throw unknownId(workflowId);
  return { provider, partnerClientId };
}
