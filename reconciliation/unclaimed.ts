import type { Finding } from '../contract/reconciliation';
import type { BothBooks } from './compare';
import type { Dated } from './matching';
import { dayOf } from './time';

/** The provider's transactions that no intent of the book has. One that failed moved nothing, and is nobody's. */
export function transactionFindings({ span, theirs }: BothBooks, unclaimed: readonly Dated[]): readonly Finding[] {
  if (theirs.coverage === 'asked') return [];
  const [from, to] = [Date.parse(span.from), Date.parse(span.to)];
  return unclaimed.flatMap(({ order, atMs }): readonly Finding[] => {
    const { orderId, ref, kind, asset, amount, state, status } = order;
    const datedMs = atMs ?? to - 1;
    const moved = state === 'completed' || state === 'open';
    if (!moved || datedMs < from || datedMs >= to) return [];
    const shown = `${kind} of ${amount} ${asset}, ${status}${ref === '' ? '' : `, as ${ref}`}`;
    return [
      {
        class: 'missing_in_book',
        subject: orderId,
        transactionId: orderId,
        sides: [{ field: 'transaction', ours: 'none', theirs: shown }],
        datedOn: dayOf(datedMs),
      },
    ];
  });
}
