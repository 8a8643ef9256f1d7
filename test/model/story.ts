import type { Order } from '../../contract/funding';
import type { FundingMove, FundingEvent } from '../../workflows/funding/rule';

/** What happened, for people. */

export function describeMove(move: FundingMove): string {
  switch (move.do) {
    case 'confirm':
    case 'cancel-order':
      return `${move.do} ${move.orderId}`;
    case 'quote':
    case 'submit':
    case 'look-up':
      return `${move.do} ${move.ref}`;
    case 'park':
      return `parked for ${move.reason}`;
    case 'finish':
      return `finish ${move.outcome}`;
    case 'check':
    case 'approve':
    case 'refuse':
      return move.do;
  }
}

export function describeEvent(event: FundingEvent | 'left-parked'): string {
  if (event === 'left-parked') return event;
  switch (event.saw) {
    case 'answered':
      return `answered ${describeOrder(event.order)}`;
    case 'found':
      return `found ${event.orders.map(describeOrder).join(' and ')}${describeFence(event)}`;
    case 'absent':
      return `absent${describeFence(event)}`;
    case 'sent-elsewhere':
      return `the book has other sends: ${event.attempts.map(({ ref, number }) => `${ref} ${number}`).join(', ')}`;
    case 'ended-before':
      return `ended before, ${event.end.outcome}`;
    case 'check-failed':
    case 'submit-failed':
    case 'lookup-failed':
    case 'quote-failed':
    case 'change-failed':
    case 'information-failed':
      return `${event.saw} ${event.failure.code}`;
    case 'resolved':
      return `resolved ${event.action}`;
    case 'quoted':
      return `quoted ${event.terms.quoteId}, to receive ${event.terms.receives.amount}`;
    case 'approved':
      return event.waited ? 'approved' : 'approved before';
    case 'change-answered':
    case 'information-taken':
    case 'check-passed':
    case 'approval-expired':
    case 'recheck-due':
    case 'cancelled':
    case 'ended-otherwise':
      return event.saw;
  }
}

function describeFence({ fence }: { readonly fence?: string }): string {
  return fence === undefined ? '' : `; the book says ${fence} of the last send`;
}

function describeOrder({ orderId, amount, status }: Order): string {
  return `order ${orderId} of ${amount}, ${status}`;
}
