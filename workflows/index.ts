/** Every workflow type, by name: each function exported here is one. */
export { claimDeposit } from './receiving/claim';
export { deliverEvent } from './deliver-event';
export { fundAccount } from './funding/flow';
export { onboardAndFund } from './onboard-and-fund';
export { onboardClient } from './onboarding/onboard-client';
export { askDiscrepancy } from './reconciliation/discrepancy';
export { reconcileProvider, reconcileWhenDue } from './reconciliation/flow';
export { relayCallback } from './relay-callback';
export { receiveDeposit } from './receiving/flow';
export { runBatch } from './batch/flow';
export { watchProvider } from './watch/flow';
