import type { Intent } from '../../contract/funding';

/** `Deposit of 1000.00 USD for client user_1`. */
export function fundingTitle({ kind, amount, asset, partnerClientId }: Intent): string {
  const what = kind === 'deposit' ? 'Deposit' : 'Withdrawal';
  return `${what} of ${amount} ${asset} for client ${partnerClientId}`;
}

/** `Onboarding of client user_1`. */
export function onboardingTitle(partnerClientId: string): string {
  return `Onboarding of client ${partnerClientId}`;
}

/** A text of an object that is yet to be checked; empty where it is missing or of another type. */
export function textField(value: object, field: string): string {
  const found: unknown = Object.entries(value).find(([key]) => key === field)?.[1];
  return typeof found === 'string' ? found : '';
}
