import { createHmac, randomUUID } from 'node:crypto';
import { SIGNATURE_HEADER } from '../../providers/coinify/layout';
import { CALLBACK_KINDS, CALLBACK_OPERATION, Callbacks, type CallbackDelivery } from '../http/callbacks';
import type { Clock } from '../http/clock';
import type { FaultEngine } from '../http/fault-engine';
import { MERCHANT, SUBACCOUNT, WEBHOOK_RETRY_MS } from './config';
import type { CoinifyFaultRule } from './fault-rules';
import type { WithdrawalRecord } from './records';

/** The events that the Withdrawals webhooks page names. Of a cancellation nobody is told. */
export const EVENTS = ['created', 'completed'] as const;
export type WithdrawalEvent = (typeof EVENTS)[number];

/** Where webhooks go; changed on the control port. */
export interface WebhookTarget {
  url: string | undefined;
  secret: string;
}

/** Sends signed events. All deliveries of one share its id, its bytes and its signature (Webhooks page). */
export class Webhooks {
  private readonly callbacks: Callbacks;

  constructor(
    readonly target: WebhookTarget,
    private readonly clock: Clock,
    private readonly faults: FaultEngine<CoinifyFaultRule>,
    closing: AbortSignal,
  ) {
    this.callbacks = new Callbacks({ retryAfterMs: WEBHOOK_RETRY_MS, closing });
  }

  /** Tells the state of a withdrawal at a moment, even if it has changed since. */
  send(event: WithdrawalEvent, withdrawal: WithdrawalRecord): void {
    const { url } = this.target;
    if (url === undefined) return;
    const id = randomUUID();
    const body = Buffer.from(JSON.stringify(this.bodyOf(id, event, withdrawal)), 'utf8');
    const { orderId, customerId } = withdrawal;
    const firings = this.faults.takeAll(CALLBACK_KINDS, {
      operation: CALLBACK_OPERATION,
      partnerClientId: customerId,
      partnerOrderRef: orderId,
    });
    const about = { event: `withdrawal.${event}`, eventId: id, orderId };
    this.callbacks.send({ about, url, body, headers: (spoiled) => this.headersOf(body, spoiled) }, firings);
  }

  deliveries(): readonly CallbackDelivery[] {
    return this.callbacks.deliveries();
  }

  reset(): void {
    this.callbacks.reset();
  }

  /** Merchant and sub-account by id only, and neither the customer's id nor mail (Withdrawals webhooks page). */
  private bodyOf(id: string, event: WithdrawalEvent, withdrawal: WithdrawalRecord): object {
    return {
      id,
      time: new Date(this.clock.now()).toISOString(),
      event: `withdrawal.${event}`,
      context: {
        id: withdrawal.id,
        merchant: { id: MERCHANT.id },
        subaccount: withdrawal.hasSubaccount ? { id: SUBACCOUNT.id } : null,
        orderId: withdrawal.orderId,
        state: event,
        amounts: {
          baseAmount: withdrawal.baseAmount,
          baseCurrency: withdrawal.baseCurrency,
          finalAmount: withdrawal.finalAmount,
          finalCurrency: withdrawal.finalCurrency,
        },
        destination: { address: withdrawal.address, tag: withdrawal.tag },
        transactionId: event === 'completed' ? withdrawal.transactionId : null,
        context: withdrawal.context,
        memo: withdrawal.memo,
      },
    };
  }

  private headersOf(body: Buffer, spoiled: boolean): Readonly<Record<string, string>> {
    const secret = spoiled ? `not-${this.target.secret}` : this.target.secret;
    return { [SIGNATURE_HEADER]: createHmac('sha256', secret).update(body).digest('hex') };
  }
}
