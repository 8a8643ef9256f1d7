import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SigningLayout } from './layout';

/** What Oceafin verifies: the request as it goes on the wire. */
export interface SignedParts {
  readonly method: string;
  /** The literal request target: path, and query if there is one. */
  readonly target: string;
  readonly body: Buffer | undefined;
  /** ISO 8601 with an offset, the same characters as the header. */
  readonly timestamp: string;
  readonly nonce: string;
  /** Of every call but GET. */
  readonly idempotencyKey: string | undefined;
}

/** The string that is signed: six lines, and no line feed after the last (docs/providers/oceafin.md section 2.2). */
export function canonicalString(parts: SignedParts, layout: SigningLayout): string {
  return [
    parts.method.toUpperCase(),
    parts.target,
    bodyHash(parts.body, layout),
    parts.timestamp,
    parts.nonce,
    parts.idempotencyKey ?? '',
  ].join('\n');
}

function bodyHash(body: Buffer | undefined, { emptyBody }: SigningLayout): string {
  if ((body === undefined || body.length === 0) && emptyBody === 'empty') return '';
  return sha256Hex(body ?? Buffer.alloc(0));
}

function sha256Hex(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A shared secret. It cannot be read, printed or serialised. */
export class SharedSecret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Lower-case hex HMAC-SHA256 of a text. */
  sign(message: string, encoding: SigningLayout['secretEncoding'] = 'utf8'): string {
    return createHmac('sha256', Buffer.from(this.#text, encoding)).update(message, 'utf8').digest('hex');
  }
}

export interface SignerOptions {
  readonly clientId: string;
  readonly secret: SharedSecret;
  readonly layout: SigningLayout;
  readonly now: () => number;
}

/** At least 16 characters are demanded (Authentication page). */
const NONCE_BYTES = 16;

/** Unique for ever, as far as chance goes: 128 bits, 32 characters. */
export function newNonce(): string {
  return randomBytes(NONCE_BYTES).toString('hex');
}

/** ISO 8601 in UTC, in whole seconds, as in the vendor's samples. */
export function timestampOf(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/**
 * The headers of a signed request. Timestamp, nonce and signature are new, even for a repeat: a nonce is refused the
 * second time, while key and body must stay the same (docs/providers/oceafin.md section 3.3).
 */
export function signedHeaders(
  request: Pick<SignedParts, 'method' | 'target' | 'body' | 'idempotencyKey'>,
  { clientId, secret, layout, now }: SignerOptions,
): Readonly<Record<string, string>> {
  const timestamp = timestampOf(now());
  const nonce = newNonce();
  const signature = secret.sign(canonicalString({ ...request, timestamp, nonce }, layout), layout.secretEncoding);
  return {
    'X-Partner-Client-Id': clientId,
    'X-Partner-Timestamp': timestamp,
    'X-Partner-Nonce': nonce,
    'X-Partner-Signature': signature,
    'X-Request-Id': newNonce(),
    ...(request.idempotencyKey === undefined ? {} : { 'Idempotency-Key': request.idempotencyKey }),
  };
}

/** What a webhook's signature covers, as it arrived (Webhooks page). */
export interface SignedWebhook {
  readonly timestamp: string;
  readonly nonce: string;
  readonly rawBody: Buffer;
}

/** Lower-case hex HMAC over timestamp, nonce and the hash of the raw body, one per line. */
export function webhookSignature({ timestamp, nonce, rawBody }: SignedWebhook, secret: SharedSecret): string {
  return secret.sign([timestamp, nonce, sha256Hex(rawBody)].join('\n'));
}

/** Whether a signature is the right one; takes the same time wherever they differ. */
export function isSignatureOf(signature: string, webhook: SignedWebhook, secret: SharedSecret): boolean {
  const expected = Buffer.from(webhookSignature(webhook, secret), 'latin1');
  const given = Buffer.from(signature, 'latin1');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
