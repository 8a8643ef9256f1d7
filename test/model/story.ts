import type { Order } from '../../contract/funding';
import type { FundingAction, FundingEvent } from '../../workflows/funding/rule';

/** What happened, for people. */

export function describeAction(action: FundingAction): string {
  switch (action.do) {
    case 'confirm':
    case 'cancel-order':
      return `${action.do} ${action.orderId}`;
    case 'quote':
    case 'submit':
    case 'look-up':
      return `${action.do} ${action.ref}`;
    case 'park':
      return `parked for ${action.reason}`;
    case 'finish':
      return `finish ${action.outcome}`;
    case 'check':
    case 'approve':
    case 'refuse':
      return action.do;
  }
}

export function describeEvent(event: FundingEvent | 'left-parked'): string {
  if (event === 'left-parked') return event;
  switch (event.saw) {
    case 'answered':
      return `answered ${describeOrder(event.order)}`;
    case 'found':
      return `found ${event.orders.map(describeOrder).join(' and ')}`;
    case 'check-failed':
    case 'submit-failed':
    case 'lookup-failed':
    case 'quote-failed':
    case 'step-failed':
    case 'information-failed':
      return `${event.saw} ${event.failure.code}`;
    case 'resolved':
      return `resolved ${event.action}`;
    case 'quoted':
      return `quoted ${event.terms.quoteId}, to receive ${event.terms.receives.amount}`;
    case 'approved':
      return event.waited ? 'approved' : 'approved before';
    case 'step-answered':
    case 'information-taken':
    case 'check-passed':
    case 'absent':
    case 'approval-expired':
    case 'recheck-due':
    case 'cancelled':
      return event.saw;
  }
}

function describeOrder({ orderId, amount, status }: Order): string {
  return `order ${orderId} of ${amount}, ${status}`;
}
