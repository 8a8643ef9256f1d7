/**
 * How the string that Oceafin verifies is laid out, as far as it can be read in more than one way (Authentication page;
 * docs/providers/oceafin.md section 2.2). Six lines joined by line feeds are stated: method, raw target, SHA-256 of the
 * body in lower-case hex, timestamp, nonce, Idempotency-Key or nothing.
 *
 * Data only: the builder and the checker of a signature each have their own code, so that the two can disagree.
 */
export interface SigningLayout {
  /** What replaces the hash if there is no body: the hash of zero bytes, or nothing. */
  readonly emptyBody: 'hash' | 'empty';
  /** How the client secret's text becomes the key's bytes. */
  readonly secretEncoding: 'utf8' | 'hex' | 'base64';
}

/** [I] The working assumption. */
export const DEFAULT_LAYOUT: SigningLayout = { emptyBody: 'hash', secretEncoding: 'utf8' };

/** The layouts worth trying against a real endpoint with a signed GET, likeliest first. */
export const CANDIDATE_LAYOUTS: readonly SigningLayout[] = (['utf8', 'hex', 'base64'] as const).flatMap(
  (secretEncoding) => (['hash', 'empty'] as const).map((emptyBody) => ({ emptyBody, secretEncoding })),
);
