import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { CALLBACK_KINDS, CALLBACK_OPERATION, Callbacks, type CallbackDelivery } from '../http/callbacks';
import type { Clock } from '../http/clock';
import type { FaultEngine } from '../http/fault-engine';
import { WEBHOOK_RETRY_MS } from './config';
import type { OceafinFaultRule } from './fault-rules';
import type { CustomerRecord } from './records';

/** Something that a partner is told of (Webhooks page). [?] Types beyond the captured list are not sent. */
export interface WebhookEvent {
  readonly eventType:
    | 'customer.onboarding.submitted'
    | 'fiat_account.application.submitted'
    | 'crypto.deposit.pending_travel_rule'
    | 'crypto_withdrawal.created'
    | 'collection_wallet.created'
    | 'conversion.created'
    | 'customer.transaction.updated';
  readonly customer: CustomerRecord;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly data?: Readonly<Record<string, string>>;
}

/** Where webhooks go; changed on the control port. */
export interface WebhookTarget {
  url: string | undefined;
  secret: string;
}

/** Sends signed events; each delivery has a timestamp, a nonce and a signature of its own. */
export class Webhooks {
  private readonly callbacks: Callbacks;

  constructor(
    readonly target: WebhookTarget,
    private readonly clock: Clock,
    private readonly faults: FaultEngine<OceafinFaultRule>,
    closing: AbortSignal,
  ) {
    this.callbacks = new Callbacks({ retryAfterMs: WEBHOOK_RETRY_MS, closing });
  }

  send(event: WebhookEvent): void {
    const { url } = this.target;
    if (url === undefined) return;
    const body = Buffer.from(JSON.stringify(this.bodyOf(event)), 'utf8');
    const { eventType, resourceType, resourceId, customer } = event;
    const firings = this.faults.takeAll(CALLBACK_KINDS, {
      operation: CALLBACK_OPERATION,
      partnerClientId: customer.partnerCustomerRef,
      partnerOrderRef: event.data?.['partnerReference'] ?? resourceId,
    });
    const about = { eventType, resourceType, resourceId };
    this.callbacks.send({ about, url, body, headers: (spoiled) => this.headersOf(body, spoiled) }, firings);
  }

  deliveries(): readonly CallbackDelivery[] {
    return this.callbacks.deliveries();
  }

  reset(): void {
    this.callbacks.reset();
  }

  private bodyOf({ eventType, customer, resourceType, resourceId, data }: WebhookEvent): object {
    return {
      eventId: randomUUID(),
      eventType,
      customer: { customerId: customer.customerId, partnerCustomerRef: customer.partnerCustomerRef },
      resource: { resourceType, resourceId },
      occurredAt: this.clock.timestamp(),
      data: data ?? {},
    };
  }

  /** Timestamp, nonce and hash of the body, one per line (Webhooks page). */
  private headersOf(body: Buffer, spoiled: boolean): Readonly<Record<string, string>> {
    const timestamp = this.clock.timestamp();
    const nonce = randomBytes(16).toString('hex');
    const hash = createHash('sha256').update(body).digest('hex');
    const secret = spoiled ? `not-${this.target.secret}` : this.target.secret;
    return {
      'X-Oceafin-Webhook-Timestamp': timestamp,
      'X-Oceafin-Webhook-Nonce': nonce,
      'X-Oceafin-Webhook-Signature': createHmac('sha256', secret)
        .update(`${timestamp}\n${nonce}\n${hash}`)
        .digest('hex'),
    };
  }
}
