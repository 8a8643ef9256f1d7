import { Decimal as DecimalJs } from 'decimal.js';

/** Enough digits that no sum of amounts that a sandbox takes is ever rounded. */
export const Exact = DecimalJs.clone({ precision: 300, toExpNeg: -9e15, toExpPos: 9e15 });

export function plus(a: string, b: string): string {
  return new Exact(a).plus(b).toFixed();
}

export function minus(a: string, b: string): string {
  return new Exact(a).minus(b).toFixed();
}

export function isLess(a: string, b: string): boolean {
  return new Exact(a).lessThan(b);
}

export function isZero(a: string): boolean {
  return new Exact(a).isZero();
}
