import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * They replace the reference that this API lacks: a token in the comment of a transfer, and one in the path of its
 * callback address. Both are derived from the ref under a secret, never random: after any crash we can compute them
 * again, and nobody else can.
 */

/** What a callback address belongs to: each call has one of its own. */
export type CallbackPurpose = 'submit' | 'confirm' | 'cancel';
const PURPOSES: readonly string[] = ['submit', 'confirm', 'cancel'] satisfies readonly CallbackPurpose[];

/** Of SHA-256's 32 bytes, those that are kept: 160 bits. */
const TOKEN_BYTES = 20;
const TOKEN_PREFIX = 'gw:';

function derive(secret: string, use: string, text: string): string {
  const mac = createHmac('sha256', secret).update(`${use}\n${text}`, 'utf8').digest();
  return mac.subarray(0, TOKEN_BYTES).toString('base64url');
}

/** The comment of a transfer: the ref for people, the token for us. */
export function commentOf(ref: string, secret: string): string {
  return `${ref} ${commentToken(ref, secret)}`;
}

function commentToken(ref: string, secret: string): string {
  return `${TOKEN_PREFIX}${derive(secret, 'comment', ref)}`;
}

/** Whether a comment carries the token of a ref, as a word of its own; people may have written more beside it. */
export function carriesToken(comment: string | null | undefined, ref: string, secret: string): boolean {
  return comment?.split(/\s+/).includes(commentToken(ref, secret)) === true;
}

/** The ref whose token a comment carries; undefined if it carries none that we have made. */
export function refOfComment(comment: string | null | undefined, secret: string): string | undefined {
  return comment?.split(/\s+/).find((word) => word !== '' && carriesToken(comment, word, secret));
}

/** Whether a comment carries a token, of whichever ref: its transfer belongs to an intent. */
export function carriesAnyToken(comment: string | null | undefined): boolean {
  return comment?.split(/\s+/).some((word) => word.startsWith(TOKEN_PREFIX)) === true;
}

/** The last segment of a callback address: what it is for, and proof that we made it. */
export function callbackToken(ref: string, purpose: CallbackPurpose, secret: string): string {
  const claim = Buffer.from(`${purpose}:${ref}`, 'utf8').toString('base64url');
  return `${claim}.${derive(secret, 'callback', claim)}`;
}

/** The ref that a callback's path token was made for; undefined if we did not make it. Constant in time. */
export function refOfCallbackToken(token: string, secret: string): string | undefined {
  const [claim = '', mac = '', ...more] = token.split('.');
  const expected = Buffer.from(derive(secret, 'callback', claim), 'utf8');
  const given = Buffer.from(mac, 'utf8');
  if (given.length !== expected.length || !timingSafeEqual(given, expected) || more.length > 0) return undefined;
  const [purpose = '', ...ref] = Buffer.from(claim, 'base64url').toString('utf8').split(':');
  return PURPOSES.includes(purpose) ? ref.join(':') : undefined;
}
