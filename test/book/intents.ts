import type { Intent, Order } from '../../contract/funding';

let made = 0;

/** An intent that no other test asks for. */
export function anIntent(but: Partial<Intent> = {}): Intent {
  made += 1;
  return {
    provider: 'backoffice',
    fundingId: `intent-${process.pid}-${made}`,
    kind: 'withdrawal',
    partnerClientId: 'client-1',
    asset: 'USD',
    amount: '1000.00',
    ...but,
  };
}

/** An order of it, as its provider shows it. */
export function orderOf({ kind, partnerClientId, asset, amount, fundingId }: Intent, but: Partial<Order> = {}): Order {
  return {
    orderId: `order-of-${fundingId}`,
    ref: fundingId,
    kind,
    partnerClientId,
    asset,
    amount,
    state: 'completed',
    status: 'Completed',
    ...but,
  };
}
