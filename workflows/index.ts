/** Every workflow type, by name: each function exported here is one. */
export { fundAccount } from './fund-account';
export { onboardAndFund } from './onboard-and-fund';
export { onboardClient } from './onboard-client';
export { runBatch } from './run-batch';
