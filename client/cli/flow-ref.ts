import { meantWorkflowIds } from '../flow/flow-id';
import type { FlowRef } from '../gangway';

/**
 * The flow that a person names.
 *
 * @throws GangwayError INVALID_REQUEST where it can be none
 */
export function readFlowRef(id: string, provider: string): FlowRef {
  meantWorkflowIds(id, provider);
  return { id, provider };
}
