import { checkApplication } from './application';
import { readBalance } from './balance';
import { activateClient, createClient, fetchClient, verifyClient } from './client';
import type { ActivityDeps } from './deps';
import { fetchDocument, uploadDocument } from './document';
import { checkFunding } from './funding';
import { read, write } from './guard';
import { fetchOrderByRef, submitOrder } from './order';

/**
 * Everything that workflows may ask of the outside world, bound to what it needs. Each takes one JSON object and
 * answers with one; each fails with an ApplicationFailure whose type is an ErrorCode (failure.ts).
 */
export function createActivities(deps: ActivityDeps) {
  return {
    checkApplication: read('checkApplication', checkApplication(deps)),
    createClient: write('createClient', createClient(deps)),
    fetchClient: read('fetchClient', fetchClient(deps)),
    uploadDocument: write('uploadDocument', uploadDocument(deps)),
    fetchDocument: read('fetchDocument', fetchDocument(deps)),
    verifyClient: read('verifyClient', verifyClient(deps)),
    activateClient: write('activateClient', activateClient(deps)),
    checkFunding: read('checkFunding', checkFunding(deps)),
    submitDeposit: write('submitDeposit', submitOrder(deps, 'deposit')),
    submitWithdrawal: write('submitWithdrawal', submitOrder(deps, 'withdrawal')),
    fetchOrderByRef: read('fetchOrderByRef', fetchOrderByRef(deps)),
    readBalance: read('readBalance', readBalance(deps)),
  };
}

export type Activities = ReturnType<typeof createActivities>;
export type { ActivityDeps, ServedProvider } from './deps';
