import { createHash } from 'node:crypto';

/** The actions that keys name, in the vendor's own words (Authentication page). */
export type KeyedAction =
  | 'customer:create'
  | 'customer:read'
  | 'file:upload'
  | 'file:link'
  | 'evidence:submit'
  | 'fiat-account:apply'
  | 'fiat-account:inform'
  | 'bank-account:create'
  | 'fiat-withdrawal-capability:activate'
  | 'fiat-withdrawal-capability:inform'
  | 'fiat-withdrawal:quote'
  | 'fiat-withdrawal:create'
  | 'fiat-withdrawal:submit'
  | 'fiat-withdrawal:inform'
  | 'conversion:quote'
  | 'conversion:create'
  | 'beneficiary:create'
  | 'beneficiary:sync'
  | 'crypto-withdrawal:quote'
  | 'crypto-withdrawal:create'
  | 'crypto-withdrawal:submit';

/** [?] No longest key is stated; a longer one is replaced by its hash. */
const LONGEST_KEY = 200;

/**
 * The Idempotency-Key of one action: customer, action, reference. Derived, never random: a repeat of the action, after
 * any crash, sends the same key, and the vendor answers as it did the first time.
 *
 * @param reference what tells this action from others of its kind for the customer
 */
export function idempotencyKey(partnerCustomerRef: string, action: KeyedAction, reference: string): string {
  const key = `${partnerCustomerRef}:${action}:${reference}`;
  if (key.length <= LONGEST_KEY) return key;
  return `sha256:${action}:${createHash('sha256').update(key, 'utf8').digest('hex')}`;
}

/** A reference for something that has none: the hash of its content. */
export function contentReference(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 32);
}
