import { Decimal as DecimalJs } from 'decimal.js';
import { Exact } from '../http/decimals';
import { MAX_AMOUNT_DECIMALS, MAX_AMOUNT_LENGTH, ZERO_BALANCE } from './config';

/** Why an amount is refused (CoinMENA Funding page: decimal string above 0 with at most 8 decimal places). */
export function amountProblem(amount: string): string | undefined {
  if (amount.length > MAX_AMOUNT_LENGTH) return `must have at most ${MAX_AMOUNT_LENGTH} characters`;
  if (!/^\d+(\.\d+)?$/.test(amount)) return 'must be a decimal string';
  if ((amount.split('.')[1] ?? '').length > MAX_AMOUNT_DECIMALS) {
    return `must have at most ${MAX_AMOUNT_DECIMALS} decimal places`;
  }
  return new Exact(amount).isZero() ? 'must be greater than 0' : undefined;
}

/** A balance as CoinMENA writes it: at least `decimals` places, zero as `0E-8`. */
export function balanceText(amount: string, decimals: number): string {
  const value = new Exact(amount);
  return value.isZero() ? ZERO_BALANCE : value.toFixed(Math.max(decimals, value.decimalPlaces()));
}

/** The worth of an amount in USD, to the cent. */
export function usdText(amount: string, usd: string): string {
  return balanceText(new Exact(amount).times(usd).toDecimalPlaces(2, DecimalJs.ROUND_HALF_EVEN).toFixed(), 2);
}
