import { z } from 'zod';
import type { CallbackHint, CallbackReceiver, CallbackRequest, CallbackVerdict } from '../callbacks';
import { parseJson } from '../http/answers';
import { optional, wireId } from '../http/wire';
import { WEBHOOK_WINDOW_MS } from './assumptions';
import { isSignatureOf, type SharedSecret } from './signing';

/** What a webhook says, as far as it is read (Webhooks page). [?] What `data` holds is not stated. */
export const webhookBody = z.object({
  eventId: wireId,
  customer: optional(z.object({ customerId: optional(wireId), partnerCustomerRef: optional(wireId) })),
  resource: optional(z.object({ resourceId: optional(wireId) })),
  data: optional(z.object({ partnerReference: optional(wireId).catch(null) })).catch(null),
});

const TIMESTAMP = 'x-oceafin-webhook-timestamp';
const NONCE = 'x-oceafin-webhook-nonce';
const SIGNATURE = 'x-oceafin-webhook-signature';

/** The longest header that is looked at. */
const LONGEST_HEADER = 255;

/**
 * Verifies webhooks over their raw bytes, then their freshness, and only then reads them. Nonce and event id are handed
 * on, and the receiver remembers them: the nonce because each delivery has its own, the event id because the event
 * comes again until it was taken.
 */
export function callbackReceiver({ webhookSecret }: { readonly webhookSecret: SharedSecret }): CallbackReceiver {
  return {
    verify(request: CallbackRequest): CallbackVerdict {
      const [timestamp, nonce, signature] = [TIMESTAMP, NONCE, SIGNATURE].map((name) => request.headers[name]);
      if (!isHeader(timestamp) || !isHeader(nonce) || !isHeader(signature)) {
        return refused(401, 'a header of the signature is missing');
      }
      const { rawBody, receivedAtMs } = request;
      if (!isSignatureOf(signature, { timestamp, nonce, rawBody }, webhookSecret)) {
        return refused(401, 'the signature is not right');
      }
      // Read after the signature: an unsigned timestamp says nothing.
      if (Number.isNaN(Date.parse(timestamp)))
        return refused(401, 'the timestamp is no date-time, such as ISO 8601 has');
      const distance = Math.abs(receivedAtMs - Date.parse(timestamp));
      if (!(distance <= WEBHOOK_WINDOW_MS.value)) return refused(401, 'the timestamp is outside the window');
      const parsed = webhookBody.safeParse(parseJson(rawBody));
      if (!parsed.success) return refused(400, 'the body is not an event');
      return { ok: true, eventId: parsed.data.eventId, nonce, hints: [hintOf(parsed.data)] };
    },
  };
}

function hintOf({ customer, resource, data }: z.output<typeof webhookBody>): CallbackHint {
  return {
    ...(data?.partnerReference == null ? {} : { ref: data.partnerReference }),
    ...(resource?.resourceId == null ? {} : { orderId: resource.resourceId }),
    ...(customer?.partnerCustomerRef == null ? {} : { partnerClientId: customer.partnerCustomerRef }),
    ...(customer?.customerId == null ? {} : { providerClientId: customer.customerId }),
  };
}

function isHeader(value: string | undefined): value is string {
  return value !== undefined && value !== '' && value.length <= LONGEST_HEADER;
}

function refused(status: 400 | 401, problem: string): CallbackVerdict {
  return { ok: false, status, problem };
}
