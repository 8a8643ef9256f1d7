import { Decimal as DecimalJs } from 'decimal.js';

/**
 * Money: decimal strings in every payload, decimal.js in arithmetic, never a JavaScript number. Precision is set so
 * that no amount a provider could name is ever rounded.
 */
const Exact = DecimalJs.clone({ precision: 200, toExpNeg: -9e15, toExpPos: 9e15 });

/** A decimal as text. Plain (`"1000.00"`) when we write it; providers may also write `"0E-8"`. */
export type DecimalText = string;

const PLAIN_DECIMAL = /^\d+(\.\d+)?$/;
const ANY_DECIMAL = /^[+-]?\d+(\.\d+)?([eE][+-]?\d{1,3})?$/;
/** The longest amount accepted, in characters. */
export const LONGEST_AMOUNT = 64;

/**
 * Why `amount` cannot be used, in words that follow the field's name; undefined if it can. An amount that we send is
 * plain decimal text above zero with at most `maxDecimals` places (CoinMENA Funding page: 8).
 */
export function amountProblem(amount: unknown, maxDecimals: number): string | undefined {
  if (typeof amount !== 'string') return 'must be a decimal in a string, such as "1000.00"';
  if (amount.length > LONGEST_AMOUNT) return `must have at most ${LONGEST_AMOUNT} characters`;
  if (!PLAIN_DECIMAL.test(amount)) return 'must be a plain decimal such as "1000.00", without sign, exponent or spaces';
  const places = amount.split('.')[1]?.length ?? 0;
  if (places > maxDecimals) return `must have at most ${maxDecimals} decimal places`;
  if (new Exact(amount).isZero()) return 'must be greater than 0';
  return undefined;
}

/** Whether `text` is a decimal as a provider may write it, `"0E-8"` included. */
export function isDecimalText(text: string): boolean {
  return text.length <= LONGEST_AMOUNT && ANY_DECIMAL.test(text);
}

function exact(text: DecimalText): DecimalJs {
  if (!isDecimalText(text)) throw new RangeError('not a decimal');
  return new Exact(text);
}

/** Whether two decimals are the same amount, whatever their spelling: `"1000"`, `"1000.00"` and `"1E3"` are. */
export function sameAmount(a: DecimalText, b: DecimalText): boolean {
  return exact(a).equals(exact(b));
}

/** Whether `available` covers `amount`. */
export function covers(available: DecimalText, amount: DecimalText): boolean {
  return exact(available).greaterThanOrEqualTo(exact(amount));
}

/** Whether `part` is more than `fraction` of `whole`: more than half a percent of it, say, for `"0.005"`. */
export function exceedsFraction(part: DecimalText, whole: DecimalText, fraction: DecimalText): boolean {
  return exact(part).greaterThan(exact(whole).times(exact(fraction)));
}

/** Whether `a` is below zero. */
export function isNegative(a: DecimalText): boolean {
  return exact(a).lessThan(0);
}

/** `a + b`, exactly, as plain text. */
export function add(a: DecimalText, b: DecimalText): DecimalText {
  return exact(a).plus(exact(b)).toFixed();
}

/** `a - b`, exactly, as plain text. */
export function subtract(a: DecimalText, b: DecimalText): DecimalText {
  return exact(a).minus(exact(b)).toFixed();
}

/** A decimal in its plain spelling, without exponent: `"0E-8"` becomes `"0.00000000"`, trailing zeros are kept. */
export function plainDecimal(text: DecimalText): DecimalText {
  const value = exact(text);
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const places = Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent));
  return value.toFixed(places);
}
