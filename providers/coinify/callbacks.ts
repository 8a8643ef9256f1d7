import type { CallbackHint, CallbackReceiver, CallbackRequest, CallbackVerdict } from '../callbacks';
import { parseJson } from '../http/answers';
import { WEBHOOKS_TELL_THE_ORDER_ID } from './assumptions';
import { SIGNATURE_HEADER } from './layout';
import { webhookEnvelope, withdrawalEventContext } from './schemas';
import { isSignatureOf } from './signing';

const ABOUT_WITHDRAWALS = 'withdrawal.';

/**
 * Verifies webhooks over their raw bytes, and only then reads them. The signature covers no timestamp, so only the
 * event's id protects from replays: the receiver remembers it (section 8). State and amounts are not read: the
 * withdrawal is read again.
 */
export function callbackReceiver({ webhookSecret }: { readonly webhookSecret: string }): CallbackReceiver {
  return {
    verify({ headers, rawBody }: CallbackRequest): CallbackVerdict {
      const signature = headers[SIGNATURE_HEADER];
      if (signature === undefined || signature === '') return refused(401, 'the header of the signature is missing');
      if (!isSignatureOf(signature, rawBody, webhookSecret)) return refused(401, 'the signature is not right');
      const envelope = webhookEnvelope.safeParse(parseJson(rawBody));
      if (!envelope.success) return refused(400, 'the body is not an event');
      const { id, event, context } = envelope.data;
      // Events about anything else concern the merchant, not us: they are accepted, and nobody is told.
      if (!event.startsWith(ABOUT_WITHDRAWALS)) return { ok: true, eventId: id, hints: [] };
      const about = withdrawalEventContext.safeParse(context);
      if (!about.success && WEBHOOKS_TELL_THE_ORDER_ID.value) return refused(400, 'the event names no withdrawal');
      if (!about.success) return { ok: true, eventId: id, hints: [] };
      const hint: CallbackHint = { ref: about.data.orderId, orderId: about.data.id };
      return { ok: true, eventId: id, hints: [hint] };
    },
  };
}

function refused(status: 400 | 401, problem: string): CallbackVerdict {
  return { ok: false, status, problem };
}
