import { Decimal as DecimalJs } from 'decimal.js';
import { Exact, isLess, minus } from '../http/decimals';
import { USD_RATES, WITHDRAWAL_FEES } from './config';
import type { Call, Sandbox } from './context';
import { Problem } from './errors';
import type { ResourceKind, ResourceRecord } from './records';
import { findResource, newResource, shownText } from './resources';

type QuoteKind = Extract<ResourceKind, 'fiatWithdrawalQuote' | 'conversionQuote' | 'cryptoWithdrawalQuote'>;

/** A quote, good for as long as the sandbox is set to [?]. */
export function newQuote(
  sandbox: Sandbox,
  kind: QuoteKind,
  customerId: string,
  shown: ResourceRecord['shown'],
): ResourceRecord {
  const expiresAt = new Date(sandbox.clock.now() + sandbox.market.quoteLifeMs).toISOString();
  return newResource(sandbox, kind, customerId, 'OPEN', { ...shown, expiresAt });
}

/** What a withdrawal costs and brings; the fee is taken out of the amount [?]. */
export function withdrawalTerms(
  asset: string,
  amount: string,
): { readonly fee: string; readonly receiveAmount: string } {
  const fee = WITHDRAWAL_FEES[asset] ?? '0';
  if (!isLess(fee, amount)) throw invalid('amount', `must be more than the fee of ${fee}`);
  return { fee, receiveAmount: minus(amount, fee) };
}

/** What an amount of one asset is worth in another, to eight places, rounded down. */
export function converted({ market }: Sandbox, fromAsset: string, amount: string, toAsset: string): string {
  const rateOf = (asset: string, field: string): string => {
    const rate = market.rates.get(asset) ?? USD_RATES[asset];
    if (rate === undefined) throw invalid(field, 'is not an asset that is converted here');
    return rate;
  };
  const usd = new Exact(amount).times(rateOf(fromAsset, 'fromAsset'));
  return usd.dividedBy(rateOf(toAsset, 'toAsset')).toDecimalPlaces(8, DecimalJs.ROUND_DOWN).toFixed();
}

/** `PartnerBalanceAvailability`: a quote does not need the money, it says whether it is there [I]. */
export function availabilityOf(
  { store }: Sandbox,
  customerId: string,
  asset: string,
  amount: string,
): { readonly asset: string; readonly available: string; readonly sufficient: boolean } {
  const { available } = store.holding(customerId, asset);
  return { asset, available, sufficient: !isLess(available, amount) };
}

/**
 * The quote that a draft names: of this customer, not used and not expired.
 *
 * @throws Problem PARTNER_RESOURCE_NOT_FOUND, PARTNER_QUOTE_EXPIRED, PARTNER_RESOURCE_STATE_INVALID
 */
export function usableQuote(call: Call, kind: QuoteKind, customerId: string, quoteId: string): ResourceRecord {
  const { sandbox } = call;
  const quote = findResource(sandbox, kind, quoteId);
  if (quote.customerId !== customerId) throw new Problem('PARTNER_RESOURCE_NOT_FOUND', 'There is no such quote.');
  if (quote.status === 'USED') throw new Problem('PARTNER_RESOURCE_STATE_INVALID', 'The quote was used.');
  const isLate = Date.parse(shownText(quote, 'expiresAt')) <= sandbox.clock.now();
  if (quote.status === 'EXPIRED' || isLate || sandbox.faults.take(['quote-expired'], call.subject) !== undefined) {
    throw new Problem('PARTNER_QUOTE_EXPIRED', 'The quote can no longer be used.');
  }
  return quote;
}

export function used(quote: ResourceRecord): ResourceRecord {
  return { ...quote, status: 'USED' };
}

export function invalid(field: string, message: string): Problem {
  return new Problem('SANDBOX_VALIDATION_FAILED', 'The body is not valid.', [{ field, message }]);
}
