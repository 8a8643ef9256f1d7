import type { Order } from '../contract/funding';
import { add, sameAmount, subtract, type DecimalText } from '../contract/money';
import { sameAsset } from '../contract/fold';
import type { BalanceSpan, Finding } from '../contract/reconciliation';
import { dayOf, timeOf } from './time';

/** Where what was held, and what moved in between, do not make what is held: something moved that nobody shows. */
export function balanceFindings(spans: readonly BalanceSpan[], theirs: readonly Order[]): readonly Finding[] {
  return spans.flatMap((span): readonly Finding[] => {
    const { asset, opening, closing, from, to } = span;
    const expected = theirs
      .filter((order) => settledWithin(order, span))
      .reduce((sum, order) => add(sum, effectOn(asset, order)), opening);
    if (sameAmount(expected, closing)) return [];
    const sides = [{ field: 'balance', ours: `${expected} ${asset} since ${from}`, theirs: `${closing} ${asset}` }];
    return [{ class: 'balance', subject: asset, sides, datedOn: dayOf(Date.parse(to) - 1) }];
  });
}

function settledWithin(order: Order, { from, to }: BalanceSpan): boolean {
  const atMs = timeOf(order.updatedAt ?? order.createdAt);
  return order.state === 'completed' && atMs !== undefined && atMs >= Date.parse(from) && atMs < Date.parse(to);
}

/** By how much a completed transaction changes what is held of an asset: what moves, and what it costs. */
function effectOn(asset: string, order: Order): DecimalText {
  const cost = [
    ...(isOf(asset, order.feeAsset ?? order.asset) ? [order.fee ?? '0', order.vat ?? '0'] : []),
    ...(order.kind !== 'deposit' && isOf(asset, order.asset) ? [order.amount] : []),
  ].reduce(add, '0');
  const gain = [
    ...(order.kind === 'deposit' && isOf(asset, order.asset) ? [order.amount] : []),
    ...(order.kind === 'conversion' && order.received !== undefined && isOf(asset, order.received.asset)
      ? [order.received.amount]
      : []),
  ].reduce(add, '0');
  return subtract(gain, cost);
}

function isOf(asset: string, other: string): boolean {
  return sameAsset(asset, other);
}
