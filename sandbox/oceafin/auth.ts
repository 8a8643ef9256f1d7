import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { SigningLayout } from '../../providers/oceafin/layout';
import type { Clock } from '../http/clock';
import type { Received } from '../http/passage';
import { NONCE_MEMORY_MS, SHORTEST_NONCE, TIMESTAMP_WINDOW_MS } from './config';
import { Problem } from './errors';

export interface Partner {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly layout: SigningLayout;
}

/** A request that was not the partner's, and what it was compared with. */
export interface NotedRefusal {
  readonly method: string;
  readonly path: string;
  readonly code: string;
  readonly detail: string;
  readonly canonicalString?: string;
}

/** Headers of every request, and of those that change something (Authentication page). */
const ALWAYS = [
  'X-Partner-Client-Id',
  'X-Partner-Timestamp',
  'X-Partner-Nonce',
  'X-Partner-Signature',
  'X-Request-Id',
] as const;
const OF_MUTATIONS = [...ALWAYS, 'Idempotency-Key'] as const;

const OFFSET_DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** One header; undefined if it is absent, empty or given twice. */
export function headerOf({ headers }: Received, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Whether a request changes something: those carry an Idempotency-Key, and the key is signed. */
export function isMutation({ method }: Received): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

/** The string that a signature covers: six lines (Authentication page). */
function canonicalString(received: Received, layout: SigningLayout): string {
  const { body } = received;
  const hash = createHash('sha256').update(body).digest('hex');
  return [
    received.method,
    received.target,
    body.length === 0 && layout.emptyBody === 'empty' ? '' : hash,
    headerOf(received, 'X-Partner-Timestamp') ?? '',
    headerOf(received, 'X-Partner-Nonce') ?? '',
    isMutation(received) ? (headerOf(received, 'Idempotency-Key') ?? '') : '',
  ].join('\n');
}

/**
 * Admits requests that the partner signed. Checked in this order [?]: headers, client, nonce, freshness, signature,
 * replay. The signature comes before the nonce is remembered: nobody else can use one up.
 */
export class Authenticator {
  /** Nonces of this client, and when each may be forgotten. */
  private readonly nonces = new Map<string, number>();

  constructor(
    private readonly partner: Partner,
    private readonly clock: Clock,
    private readonly note: (refusal: NotedRefusal) => void,
  ) {}

  /** @throws Problem */
  admit(received: Received): void {
    const refuse = (code: Problem['code'], detail: string, canonical?: string): never => {
      const { method, path } = received;
      this.note({ method, path, code, detail, ...(canonical === undefined ? {} : { canonicalString: canonical }) });
      throw new Problem(code, detail);
    };
    const missing = (isMutation(received) ? OF_MUTATIONS : ALWAYS).find(
      (name) => headerOf(received, name) === undefined,
    );
    if (missing !== undefined) return refuse('PARTNER_AUTH_FAILED', `Missing ${missing} header.`);
    const nonce = headerOf(received, 'X-Partner-Nonce') ?? '';
    const timestamp = headerOf(received, 'X-Partner-Timestamp') ?? '';
    if (headerOf(received, 'X-Partner-Client-Id') !== this.partner.clientId) {
      return refuse('PARTNER_AUTH_FAILED', 'Unknown client.');
    }
    if (nonce.length < SHORTEST_NONCE) {
      return refuse('PARTNER_AUTH_FAILED', `X-Partner-Nonce must have at least ${SHORTEST_NONCE} characters.`);
    }
    const at = OFFSET_DATE_TIME.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
    if (Number.isNaN(at))
      return refuse('PARTNER_AUTH_FAILED', 'X-Partner-Timestamp is not a date-time with an offset.');
    if (Math.abs(this.clock.now() - at) > TIMESTAMP_WINDOW_MS) {
      return refuse('PARTNER_SIGNATURE_EXPIRED', 'The timestamp is outside the freshness window.');
    }
    const canonical = canonicalString(received, this.partner.layout);
    if (!this.isSigned(canonical, headerOf(received, 'X-Partner-Signature') ?? '')) {
      return refuse('PARTNER_SIGNATURE_INVALID', 'The signature does not match the request.', canonical);
    }
    if (this.isReplay(nonce)) return refuse('PARTNER_NONCE_REPLAYED', 'The nonce was already used for this client.');
  }

  private isSigned(canonical: string, signature: string): boolean {
    const secret = Buffer.from(this.partner.clientSecret, this.partner.layout.secretEncoding);
    const expected = createHmac('sha256', secret).update(canonical, 'utf8').digest('hex');
    return signature.length === expected.length && timingSafeEqual(Buffer.from(signature), Buffer.from(expected));
  }

  private isReplay(nonce: string): boolean {
    const now = this.clock.now();
    for (const [old, forgetAt] of this.nonces) {
      if (forgetAt >= now) break;
      this.nonces.delete(old);
    }
    if (this.nonces.has(nonce)) return true;
    this.nonces.set(nonce, now + NONCE_MEMORY_MS);
    return false;
  }
}
