import type { Order } from '../contract/funding';
import { sameAsset } from '../contract/fold';
import { sameAmount, type DecimalText } from '../contract/money';
import type { BookedIntent, BookedOrder, BothSides } from '../contract/reconciliation';

/** In which costs a transaction differs from what the book read of it. What one side does not show is not compared. */
export function feeSides({ orders }: BookedIntent, theirs: Order): readonly BothSides[] {
  const ours = orders.find(({ orderId }) => orderId === theirs.orderId);
  // While it is open, what it costs may still change.
  if (ours?.state !== 'completed' || theirs.state !== 'completed') return [];
  return [
    ...amountSides('fee', ours.fee, theirs.fee),
    ...assetSides(ours, theirs),
    ...amountSides('vat', ours.vat, theirs.vat),
  ];
}

function amountSides(
  field: string,
  ours: DecimalText | undefined,
  theirs: DecimalText | undefined,
): readonly BothSides[] {
  if (ours === undefined || theirs === undefined || sameAmount(ours, theirs)) return [];
  return [{ field, ours, theirs }];
}

function assetSides(ours: BookedOrder, theirs: Order): readonly BothSides[] {
  if (ours.feeAsset === undefined || theirs.feeAsset === undefined || sameAsset(ours.feeAsset, theirs.feeAsset))
    return [];
  return [{ field: 'feeAsset', ours: ours.feeAsset, theirs: theirs.feeAsset }];
}
