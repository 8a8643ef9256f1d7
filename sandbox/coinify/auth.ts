import { timingSafeEqual } from 'node:crypto';
import { API_KEY_HEADER } from '../../providers/coinify/layout';
import type { Received } from '../http/passage';
import { refusal, type ErrorCode } from './errors';

/** A request that was not the merchant's. */
export interface NotedRefusal {
  readonly method: string;
  readonly path: string;
  readonly code: ErrorCode;
}

/**
 * Admits requests that carry the merchant's key (Authentication page). [I] Reading is protected like creating.
 *
 * @throws Refusal 401
 */
export function requireKey(received: Received, apiKey: string, note: (refused: NotedRefusal) => void): void {
  const given = received.headers[API_KEY_HEADER];
  if (typeof given === 'string' && isSame(given, apiKey)) return;
  const code = given === undefined ? 'api_key_required' : 'api_key_invalid';
  note({ method: received.method, path: received.path, code });
  throw refusal(code, given === undefined ? 'The X-API-KEY header is missing.' : 'The API key is not accepted.');
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given, 'utf8'), Buffer.from(expected, 'utf8')];
  return a.length === b.length && timingSafeEqual(a, b);
}
