/**
 * The closed list of what can go wrong, and what each means for the write that met it. Codes are the `type` of every
 * ApplicationFailure and are never encrypted; messages hold nothing personal and nothing secret.
 */

import type { ConnectionCause } from './connection';

/** What is known of a write's effect. Never two values if there are three. */
export type Outcome = 'applied' | 'not-applied' | 'unknown';

interface ErrorRule {
  /** What a write that met this error did at the provider. */
  readonly outcome: Exclude<Outcome, 'applied'>;
  /** Whether the same call may succeed later with nothing changed by a person. */
  readonly retryable: boolean;
  /** What the user can do. */
  readonly remedy: string;
}

export const ERROR_RULES = {
  UNREACHABLE: {
    outcome: 'not-applied',
    retryable: true,
    remedy: "The provider could not be reached; nothing was sent. Check the network and the provider's status.",
  },
  OUTCOME_UNKNOWN: {
    outcome: 'unknown',
    retryable: true,
    remedy: 'The answer was lost. Gangway looks the write up at the provider before anything else.',
  },
  BOOK_UNAVAILABLE: {
    outcome: 'not-applied',
    retryable: true,
    remedy:
      'The book could not be asked; nothing was sent, and nothing is without it. Check PostgreSQL and GANGWAY_BOOK_URL.',
  },
  BOOK_BEHIND: {
    outcome: 'not-applied',
    retryable: false,
    remedy:
      'The book was restored to an earlier moment: what it lacks proves nothing, and nothing is sent. Restore it to a later one, or look at the provider and resolve.',
  },
  ID_TAKEN: {
    outcome: 'not-applied',
    retryable: false,
    remedy: 'Something else was asked for under this id before. Use another id.',
  },
  LIMIT_EXCEEDED: {
    outcome: 'not-applied',
    retryable: false,
    remedy:
      'The client has moved as much as policy lets it within the time. Ask again under another id once less counts, or have the limit changed.',
  },
  RATE_LIMITED: {
    outcome: 'unknown',
    retryable: true,
    remedy: "The provider asked for a pause. Lower the rate of the provider's task queue if it happens often.",
  },
  AUTH: {
    outcome: 'not-applied',
    retryable: true,
    remedy: 'The provider refused the credentials, the clock or the address. Run `gangway doctor`, then fix them.',
  },
  CONTRACT_DRIFT: {
    outcome: 'unknown',
    retryable: true,
    remedy: "The provider's answer does not fit its documents. Compare them and adapt the connector.",
  },
  INVALID_REQUEST: {
    outcome: 'not-applied',
    retryable: false,
    remedy: 'Correct the named fields.',
  },
  DUPLICATE_REF: {
    outcome: 'unknown',
    retryable: false,
    remedy: 'An order with this reference exists. Gangway reads it and compares it with the intent.',
  },
  DUPLICATE_CLIENT: {
    outcome: 'unknown',
    retryable: false,
    remedy: 'A client with this id exists. Gangway reads it and compares it with the application.',
  },
  DUPLICATE_PERSON: {
    outcome: 'not-applied',
    retryable: false,
    remedy: 'Another client already has one of the named values. Amend them, or use the existing client.',
  },
  CLIENT_UNKNOWN: {
    outcome: 'not-applied',
    retryable: false,
    remedy: 'The provider has no such client. Onboard it first, then resolve with retry.',
  },
  CLIENT_NOT_VERIFIED: {
    outcome: 'not-applied',
    retryable: false,
    remedy: 'The provider has not verified the client. Resolve with retry once it has.',
  },
  CLIENT_INACTIVE: {
    outcome: 'not-applied',
    retryable: false,
    remedy: 'The client is deactivated. Reactivate it at the provider, then resolve with retry.',
  },
  ASSET_INELIGIBLE: {
    outcome: 'not-applied',
    retryable: false,
    remedy: 'The asset is unknown, unpublished, not fiat or not enabled for this operation. Resolve once it is.',
  },
  INSUFFICIENT_FUNDS: {
    outcome: 'not-applied',
    retryable: false,
    remedy: "The client's available balance does not cover the amount. Fund it, then resolve with retry.",
  },
  NOT_FOUND: {
    outcome: 'not-applied',
    retryable: false,
    remedy: 'The provider has no such record.',
  },
  DOCUMENT_UNREADABLE: {
    outcome: 'not-applied',
    retryable: false,
    remedy: 'A document could not be read from an allowed place. Amend its uri, or put the file where it is.',
  },
  CAPABILITY_MISSING: {
    outcome: 'not-applied',
    retryable: false,
    remedy: 'The provider does not offer this. Choose another provider or operation.',
  },
  QUOTE_EXPIRED: {
    outcome: 'not-applied',
    retryable: false,
    remedy: 'The quoted terms are no longer available. Gangway asks for new ones and compares them.',
  },
  NOT_APPROVED: {
    outcome: 'not-applied',
    retryable: false,
    remedy: 'The evidence of authorization is missing, or is of another operation. Give the one of this operation.',
  },
  TRAVEL_RULE_REQUIRED: {
    outcome: 'not-applied',
    retryable: false,
    remedy: 'The provider wants Travel Rule data first. Give them to the provider, then resolve with retry.',
  },
  STATE_INVALID: {
    outcome: 'not-applied',
    retryable: false,
    remedy: 'The record is in a state in which this cannot be done. Look at it at the provider, then resolve.',
  },
  REFUSED: {
    outcome: 'not-applied',
    retryable: false,
    remedy: "The provider refused for a reason of its own; its code is in the details. See the provider's documents.",
  },
} as const satisfies Record<string, ErrorRule>;

export type ErrorCode = keyof typeof ERROR_RULES;

/** Every code. */
export const ERROR_CODES: readonly ErrorCode[] = Object.keys(ERROR_RULES).filter(isErrorCode);

/** Whether `text` is one of the codes. */
export function isErrorCode(text: unknown): text is ErrorCode {
  return typeof text === 'string' && Object.hasOwn(ERROR_RULES, text);
}

/** One wrong field: where it is, and why, in words that follow its name and hold nothing personal. */
export interface FieldProblem {
  /** Dotted path, such as `applicant.birthDate` or `documents.0.front.uri`. */
  readonly field: string;
  readonly problem: string;
}

/** What crosses from an activity to a workflow: the single entry of an ApplicationFailure's details. */
export interface FailureDetails {
  readonly code: ErrorCode;
  readonly outcome: Exclude<Outcome, 'applied'>;
  readonly provider?: string;
  readonly operation?: string;
  readonly httpStatus?: number;
  readonly providerCode?: string;
  readonly requestId?: string;
  /** A pause the provider asked for, in milliseconds. */
  readonly retryAfterMs?: number;
  /** Why the provider was not reached, as far as the network tells. */
  readonly connection?: ConnectionCause;
  /** Scheme, host and port that a redirect leads to. */
  readonly redirectedTo?: string;
  readonly fields?: readonly FieldProblem[];
  /** How many entries the book has of the intent (contract/send-log.ts), if it was asked before. */
  readonly entries?: number;
  /** Set if the provider is watched, and the flow that met this is among those that are woken once it answers. */
  readonly watched?: true;
}

/** `a must be b; c must be d`, for messages. */
export function describeFields(fields: readonly FieldProblem[]): string {
  return fields.map(({ field, problem }) => `${field} ${problem}`).join('; ');
}
