import { workflowInfo } from '@temporalio/workflow';
import { invalidRequest } from './failures';

/**
 * What a run took over from the one that it continues. A run that continues none takes over nothing: whatever stands
 * beside its request was typed by somebody, and could skip every check if it were believed.
 *
 * @throws ApplicationFailure INVALID_REQUEST if there is something beside the request
 */
export function takenOver<Carried>(carried: Carried | undefined): Carried | undefined {
  if (carried === undefined || workflowInfo().continuedFromExecutionRunId !== undefined) return carried;
  throw invalidRequest([{ field: 'request', problem: 'must be the only argument' }]);
}
