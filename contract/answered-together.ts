import type { ParkReason } from './progress';

/**
 * Whether one `retry` may answer every flow that is parked for a reason. It may if one cause can hold for many, and if
 * `retry` only reads again, or tries again what is known not to have happened. A person must look at each flow if
 * `retry` accepts something, if it is in doubt what happened, or if each flow has a cause of its own. A new reason must
 * decide.
 */
const ANSWERED_TOGETHER: Readonly<Record<ParkReason, boolean>> = {
  UNREACHABLE: true,
  OUTCOME_UNKNOWN: true,
  BOOK_UNAVAILABLE: true,
  BOOK_BEHIND: true,
  RATE_LIMITED: true,
  AUTH: true,
  CONTRACT_DRIFT: true,
  CLIENT_UNKNOWN: true,
  CLIENT_NOT_VERIFIED: true,
  CLIENT_INACTIVE: true,
  ASSET_INELIGIBLE: true,
  INSUFFICIENT_FUNDS: true,
  DOCUMENT_UNREADABLE: true,
  // New terms are asked for, and worse ones are a question of their own.
  QUOTE_EXPIRED: true,
  SETTLEMENT_OVERDUE: true,
  DEPOSIT_OVERDUE: true,
  VERIFICATION_OVERDUE: true,

  // Somebody has to decide, or has decided.
  APPROVAL_REQUIRED: false,
  APPROVAL_EXPIRED: false,
  LIMIT_EXCEEDED: false,
  NOT_APPROVED: false,
  TERMS_CHANGED: false,
  // Whose it is, or whether it moved money, is in doubt.
  DUPLICATE_REF: false,
  ORDER_DIFFERS: false,
  ORDER_CANCELLED: false,
  ORDERS_DOUBLED: false,
  REF_TAKEN: false,
  ID_TAKEN: false,
  ORDER_UNFINDABLE: false,
  REFS_EXHAUSTED: false,
  NOT_CONFIRMED: false,
  NOT_CANCELLED: false,
  // Who the client is, or what they gave.
  DUPLICATE_CLIENT: false,
  DUPLICATE_PERSON: false,
  CLIENT_TAKEN: false,
  CLIENT_UNFINDABLE: false,
  CLIENT_REJECTED: false,
  APPLICATION_REFUSED: false,
  DOCUMENT_MISSING: false,
  ACCOUNT_REFUSED: false,
  INFORMATION_REQUIRED: false,
  TRAVEL_RULE_REQUIRED: false,
  // Each for a reason of its own.
  INVALID_REQUEST: false,
  NOT_FOUND: false,
  CAPABILITY_MISSING: false,
  STATE_INVALID: false,
  REFUSED: false,
};

/** See {@link ANSWERED_TOGETHER}. */
export function isAnsweredTogether(reason: ParkReason): boolean {
  return ANSWERED_TOGETHER[reason];
}
