import { meantWorkflowIds } from '../flow/flow-id';
import type { FlowName } from '../gangway';

/**
 * The flow that a person names.
 *
 * @throws GangwayError INVALID_REQUEST if it can be none
 */
export function readFlowName(id: string, provider: string): FlowName {
  meantWorkflowIds(id, provider);
  return { id, provider };
}
