import type { FundingKind, Intent } from './funding';
import type { ExpectedDeposit } from './receiving';

/** What people read of a workflow, in lists and in the Temporal UI: opaque ids only. */

const WORDS: Record<FundingKind, string> = { deposit: 'Deposit', withdrawal: 'Withdrawal', conversion: 'Conversion' };

/** `Deposit of 1000.00 USD for client user_1`. */
export function fundingTitle({
  kind,
  amount,
  asset,
  partnerClientId,
}: Pick<Intent, 'kind' | 'amount' | 'asset' | 'partnerClientId'>): string {
  return `${WORDS[kind]} of ${amount} ${asset} for client ${partnerClientId}`;
}

/** `Onboarding of client user_1`. */
export function onboardingTitle(partnerClientId: string): string {
  return `Onboarding of client ${partnerClientId}`;
}

/** `Expected deposit of 1000.00 SGD for client user_1`. */
export function receivingTitle({
  amount,
  asset,
  partnerClientId,
}: Pick<ExpectedDeposit, 'amount' | 'asset' | 'partnerClientId'>): string {
  return `Expected deposit of ${amount} ${asset} for client ${partnerClientId}`;
}
