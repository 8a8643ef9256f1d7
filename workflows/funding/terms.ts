import type { Intent, Money, Terms } from '../../contract/funding';
import { exceedsFraction, sameAmount, subtract } from '../../contract/money';

/**
 * Whether new terms are worse than those agreed first by more than `tolerance`, a decimal fraction: more is given, less
 * is received, or the fee grew by more than that fraction of what is given. Terms in other assets cannot be compared,
 * and count as worse. A fee that is charged in another asset is compared with the fee agreed first.
 */
export function areWorse(offered: Terms, agreed: Terms, tolerance: string): boolean {
  return (
    isMore(offered.gives, agreed.gives, tolerance) ||
    isMore(agreed.receives, offered.receives, tolerance, agreed.receives) ||
    isHigherFee(offered, agreed, tolerance)
  );
}

/** Whether terms are about the intent: what is given is what it asks to give, to the last decimal. */
export function areOfIntent({ gives }: Terms, intent: Intent): boolean {
  return gives.asset === intent.asset && sameAmount(gives.amount, intent.amount);
}

/** `gives 100.00 USD, receives 91.20 EUR, fee 0.50 USD`, for people. */
export function describeTerms({ gives, receives, fee }: Terms): string {
  const cost = fee === undefined ? '' : `, fee ${fee.amount} ${fee.asset}`;
  return `gives ${gives.amount} ${gives.asset}, receives ${receives.amount} ${receives.asset}${cost}`;
}

/** Whether `one` is more than `other` by more than a fraction of `whole`. */
function isMore(one: Money, other: Money, fraction: string, whole: Money = other): boolean {
  return one.asset !== other.asset || exceedsFraction(subtract(one.amount, other.amount), whole.amount, fraction);
}

function isHigherFee({ fee: offered }: Terms, { fee, gives }: Terms, tolerance: string): boolean {
  if (offered === undefined) return false;
  const agreed = fee ?? { asset: offered.asset, amount: '0' };
  return isMore(offered, agreed, tolerance, offered.asset === gives.asset ? gives : agreed);
}
