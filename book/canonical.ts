import { createHash } from 'node:crypto';
import type { Intent, Order } from '../contract/funding';
import { add, isDecimalText } from '../contract/money';

/**
 * SHA-256 of all that an intent asks for. The order of fields makes no difference, nor how an amount is spelled; the
 * destination does. Where the money goes has few digits, so the hash is no secret of it: the book keeps one that is made of it with
 * a secret of the intent's (migrations/0010-forgetting.ts), which goes when the client is forgotten.
 */
export function askedSha256(intent: Intent): Buffer {
  const { provider, fundingId, kind, partnerClientId, asset, amount, details, providerClientId } = intent;
  return sha256({ provider, fundingId, kind, partnerClientId, asset, amount, details, providerClientId });
}

/** What the book keeps of it: made with the intent's secret (migrations/0010-forgetting.ts). */
export function blindedSha256(secret: Buffer, asked: Buffer): Buffer {
  return createHash('sha256').update(secret).update(asked).digest();
}

/** SHA-256 of an order as it was read. */
export function orderSha256(order: Order): Buffer {
  return sha256(order);
}

/** What an entry of the audit says: all but its hash. */
export interface AuditedChange {
  /** What the chain is about. */
  readonly subject: string;
  /** From 1. */
  readonly entry: number;
  /** UTC, ISO, to the microsecond. */
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly ofTable: string;
  /** The row as it was from then on: JSON, every value as text. */
  readonly content: string;
}

/** An entry of the audit, as its hash is made. */
interface HashedEntry extends AuditedChange {
  /** SHA-256 of the entry before it; {@link NO_ENTRY} for the first. */
  readonly previous: Buffer;
}

/** What the first entry of a chain has before it. */
export const NO_ENTRY = Buffer.alloc(32);

/**
 * SHA-256 of an entry of the audit: the hash before it, then its fields a line each, its content last. The database makes
 * the same one when it writes the entry (migrations/0002-audit.ts). No field but the content may hold a line break.
 */
export function auditEntrySha256({
  previous,
  subject,
  entry,
  at,
  actor,
  action,
  ofTable,
  content,
}: HashedEntry): Buffer {
  const text = [subject, entry, at, actor, action, ofTable, content].join('\n');
  return createHash('sha256').update(previous).update(text).digest();
}

function sha256(value: object): Buffer {
  return createHash('sha256').update(canonicalJson(value, '')).digest();
}

/** JSON with the names of each object in order, and each `amount` as one number has it. */
function canonicalJson(value: unknown, name: string): string {
  if (Array.isArray(value)) return `[${value.map((each) => canonicalJson(each, '')).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    fields.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field, key)}`).join(',')}}`;
  }
  const isAmount = name === 'amount' && typeof value === 'string' && isDecimalText(value);
  return JSON.stringify(isAmount ? add(value, '0') : value);
}
