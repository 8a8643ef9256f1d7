import type { Intent } from './funding';

/** What people read of a workflow, in lists and in the Temporal UI: opaque ids only. */

/** `Deposit of 1000.00 USD for client user_1`. */
export function fundingTitle({
  kind,
  amount,
  asset,
  partnerClientId,
}: Pick<Intent, 'kind' | 'amount' | 'asset' | 'partnerClientId'>): string {
  const what = kind === 'deposit' ? 'Deposit' : 'Withdrawal';
  return `${what} of ${amount} ${asset} for client ${partnerClientId}`;
}

/** `Onboarding of client user_1`. */
export function onboardingTitle(partnerClientId: string): string {
  return `Onboarding of client ${partnerClientId}`;
}
