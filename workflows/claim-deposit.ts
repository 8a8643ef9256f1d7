import { workflowInfo } from '@temporalio/workflow';
import { receivedDepositWorkflowId } from '../contract/ids';
import type { DepositClaim } from '../contract/receiving';
import { invalidRequest, requireObject } from './failures';
import { textField } from './steps/unchecked';

/**
 * Takes money that arrived for one deposit that was expected, and for no other. It does nothing: its id,
 * `received/<provider>/<depositId>`, is the lock of the money.
 *
 * @throws ApplicationFailure INVALID_REQUEST where its id is another
 */
export function claimDeposit(claim: DepositClaim): Promise<DepositClaim> {
  requireObject(claim, 'claim');
  const lock = receivedDepositWorkflowId(textField(claim, 'provider'), textField(claim, 'depositId'));
  if (workflowInfo().workflowId === lock) return Promise.resolve(claim);
  throw invalidRequest([{ field: 'workflowId', problem: `must be ${lock}, because it is the lock of the money` }]);
}
