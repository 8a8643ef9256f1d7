import { Webhook } from 'standardwebhooks';
import { fetch } from 'undici';
import type { EventSender } from '../activities';
import { dispatcherOf, tlsOptions } from '../providers/http/network';
import type { EventSettings } from './event-settings';

/** A partner that takes longer than this is asked again. */
const TIMEOUT_MS = 15_000;

/**
 * Sends events as https://www.standardwebhooks.com says: `webhook-id` stays the same however often one is sent, each
 * attempt is signed anew, with every secret that is set while one is rotated.
 */
export function createEventSender({ url, secrets, network }: EventSettings): EventSender {
  const tls = tlsOptions(network);
  const dispatcher = dispatcherOf(network, { connect: tls }, tls);
  const webhooks = secrets.map((secret) => new Webhook(secret));
  return {
    async send({ id, type, timestamp, data }, signal) {
      const body = JSON.stringify({ type, timestamp, data });
      const now = new Date();
      try {
        const answer = await fetch(url, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'webhook-id': id,
            'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
            'webhook-signature': webhooks.map((webhook) => webhook.sign(id, now, body)).join(' '),
          },
          body,
          dispatcher,
          // A redirect leads to an address that nobody agreed to.
          redirect: 'manual',
          signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        });
        await answer.body?.cancel();
        return answer.ok ? undefined : `the partner answered with ${answer.status}`;
      } catch {
        // Its message names the address, which may hold a secret.
        return 'the partner did not answer';
      }
    },
  };
}
