import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether a webhook's signature is that of its raw body: HMAC-SHA256 under the shared secret as text (UTF-8), in lower-case
 * hex (Webhook signature page). Constant in time for every signature of the right length.
 */
export function isSignatureOf(signature: string, rawBody: Buffer, secret: string): boolean {
  const expected = Buffer.from(webhookSignature(rawBody, secret));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

export function webhookSignature(rawBody: Buffer, secret: string): string {
  return createHmac('sha256', secret).update(rawBody).digest('hex');
}
