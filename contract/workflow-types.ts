/** The workflow types, by name, so that a client needs no workflow code. */
export const WORKFLOW_TYPES = {
  onboardClient: 'onboardClient',
  fundAccount: 'fundAccount',
  onboardAndFund: 'onboardAndFund',
  receiveDeposit: 'receiveDeposit',
  claimDeposit: 'claimDeposit',
} as const;
