import { optional, wireStatus, wireWord } from '../../http/wire';

/**
 * The parts of this folder's types. In answers, unknown fields are dropped; a field that is read and has another type
 * than expected makes the whole answer drift; a field that no decision depends on may be absent. Except for customers,
 * the names of fields are guesses (assumptions.ts, UNKNOWN_FIELDS).
 */

/** What every resource with a life of its own shows. */
export const lifecycle = {
  status: wireStatus,
  createdAt: optional(wireWord),
  updatedAt: optional(wireWord),
};

/** What a resource shows whose state is not read. */
export const untoldLifecycle = { ...lifecycle, status: optional(wireWord) };

/**
 * Proof that the partner's user, or somebody entitled, approved exactly this operation; demanded for money out, refunds
 * and conversions (Getting Started page, PartnerOperationAuthorizationEvidence). Its fields are guesses.
 */
export interface AuthorizationEvidence {
  /** What was approved; Oceafin compares it with the operation. */
  readonly operation: 'FIAT_WITHDRAWAL' | 'CRYPTO_WITHDRAWAL' | 'CONVERSION' | 'CRYPTO_REFUND';
  readonly partnerReference: string;
  readonly asset: string;
  readonly amount: string;
  /** An opaque id of whoever approved. */
  readonly approvedBy: string;
  /** UTC ISO time. */
  readonly approvedAt: string;
  /** Where the partner keeps the proof. */
  readonly evidenceReference: string;
  readonly [name: string]: string;
}
