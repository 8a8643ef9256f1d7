import { receivedDepositWorkflowId } from '../../contract/ids';
import type { DepositClaim } from '../../contract/receiving';
import { requireObject } from '../shared/failures';
import { requireLock } from '../shared/lock';
import { textField } from '../shared/unchecked';

/**
 * Takes money that arrived for one expected deposit, and for no other. It does nothing else: its id,
 * `received/<provider>/<depositId>`, is the lock of the money.
 *
 * @throws ApplicationFailure INVALID_REQUEST if its id is another
 */
export function claimDeposit(claim: DepositClaim): Promise<DepositClaim> {
  requireObject(claim, 'claim');
  requireLock(
    receivedDepositWorkflowId(textField(claim, 'provider'), textField(claim, 'depositId')),
    'the lock of the money',
  );
  return Promise.resolve(claim);
}
