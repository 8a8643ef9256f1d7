import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../http/clock';
import { PRESIGNED_SECONDS } from './config';

export const BUCKET_PREFIX = '/private-bucket/';

/**
 * URLs that let whoever holds one read one file for 900 seconds (CoinMENA Onboarding page, step 2). They are signed
 * with a secret that lives as long as the process.
 */
export class PresignedUrls {
  private readonly secret = randomBytes(32);

  constructor(private readonly clock: Clock) {}

  urlOf(origin: string, key: string): string {
    const path = `${BUCKET_PREFIX}${key}`;
    const date = basicTimestamp(this.clock.now());
    const query = `X-Amz-Date=${date}&X-Amz-Expires=${PRESIGNED_SECONDS}&X-Amz-Signature=${this.sign(path, date)}`;
    return `${origin}${path}?${query}`;
  }

  /** Whether a request for `path` with this query is let through. */
  check(path: string, query: URLSearchParams): 'good' | 'expired' | 'wrong' {
    const date = query.get('X-Amz-Date') ?? '';
    const given = Buffer.from(query.get('X-Amz-Signature') ?? '', 'utf8');
    const expected = Buffer.from(this.sign(path, date), 'utf8');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'wrong';
    if (query.get('X-Amz-Expires') !== String(PRESIGNED_SECONDS)) return 'wrong';
    const age = this.clock.now() - timeOf(date);
    return age >= 0 && age < PRESIGNED_SECONDS * 1000 ? 'good' : 'expired';
  }

  private sign(path: string, date: string): string {
    return createHmac('sha256', this.secret).update(`${path}\n${date}\n${PRESIGNED_SECONDS}`).digest('hex');
  }
}

/** As in `20240601T100000Z`. */
function basicTimestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

function timeOf(basic: string): number {
  return Date.parse(basic.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
