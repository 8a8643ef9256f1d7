/** Every workflow type, by name: each function exported here is one. */
export { claimDeposit } from './claim-deposit';
export { deliverEvent } from './deliver-event';
export { fundAccount } from './fund-account';
export { onboardAndFund } from './onboard-and-fund';
export { onboardClient } from './onboard-client';
export { relayCallback } from './relay-callback';
export { receiveDeposit } from './receive-deposit';
export { runBatch } from './run-batch';
