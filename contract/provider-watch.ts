import { isErrorCode, type ErrorCode } from './errors';

/**
 * The watch of a provider that does not answer: one workflow a provider reads it now and then in the name of all flows that
 * wait for it, and wakes them once it answers.
 */

/**
 * Whether a call that met a code says something of the provider, so that other calls would meet it too, or of the request
 * alone. A new code must decide.
 */
const IS_OF_PROVIDER: Readonly<Record<ErrorCode, boolean>> = {
  UNREACHABLE: true,
  // A timeout, a lost answer, a 5xx.
  OUTCOME_UNKNOWN: true,
  RATE_LIMITED: true,
  AUTH: true,
  // An answer in an unknown shape is of its operation; a person has to look at the connector.
  CONTRACT_DRIFT: false,
  BOOK_UNAVAILABLE: false,
  BOOK_BEHIND: false,
  ID_TAKEN: false,
  LIMIT_EXCEEDED: false,
  INVALID_REQUEST: false,
  DUPLICATE_REF: false,
  DUPLICATE_CLIENT: false,
  DUPLICATE_PERSON: false,
  CLIENT_UNKNOWN: false,
  CLIENT_NOT_VERIFIED: false,
  CLIENT_INACTIVE: false,
  ASSET_INELIGIBLE: false,
  INSUFFICIENT_FUNDS: false,
  NOT_FOUND: false,
  DOCUMENT_UNREADABLE: false,
  CAPABILITY_MISSING: false,
  QUOTE_EXPIRED: false,
  NOT_APPROVED: false,
  TRAVEL_RULE_REQUIRED: false,
  STATE_INVALID: false,
  REFUSED: false,
};

/** See {@link IS_OF_PROVIDER}. */
export function isOfProvider(code: ErrorCode): boolean {
  return IS_OF_PROVIDER[code];
}

/** The codes that say something of the provider. */
export const CODES_OF_PROVIDER: readonly ErrorCode[] = Object.keys(IS_OF_PROVIDER)
  .filter(isErrorCode)
  .filter(isOfProvider);

/** The workflow type of a watch. It is no flow itself: it holds no client's and no intent's lock. */
export const WATCH_WORKFLOW_TYPE = 'watchProvider';

/** The lock of a watch: one a provider at a time. */
export function providerWatchId(provider: string): string {
  return `provider-watch/${provider}`;
}

/** The signal that a flow waits for the provider. It starts the watch if there is none. */
export const FLOW_WAITS = 'flowWaits';

/** The one argument of `watchProvider`. */
export interface WatchRequest {
  readonly provider: string;
}

/** Who waits for the provider, and what their call met. */
export interface WaitingFlow {
  readonly workflowId: string;
  readonly code: ErrorCode;
  /** A pause that the provider asked for, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** What one read in the name of all showed. */
export type Probe =
  { readonly answers: true } | { readonly answers: false; readonly code: ErrorCode; readonly retryAfterMs?: number };

/** Where a watch stands. */
export interface WatchProgress {
  readonly provider: string;
  /** UTC ISO time of the failure that began it. */
  readonly since: string;
  /** What the newest failed call met. */
  readonly code: ErrorCode;
  /** How often the provider was read. */
  readonly probes: number;
  /** When it is read next. UTC ISO time; absent while flows are being woken. */
  readonly nextProbeAt?: string;
  /** How many flows are known to wait. */
  readonly waiting: number;
  /** How many were woken so far. */
  readonly woken: number;
}

/** What came of a watch: the provider answered, and nobody came back. */
export type WatchResult = Pick<WatchProgress, 'provider' | 'since' | 'probes' | 'woken'>;

/** The wait before a watch first reads the provider, in milliseconds; each further one is twice as long, up to the longest. */
export const FIRST_PROBE_WAIT_MS = 5_000;
export const LONGEST_PROBE_WAIT_MS = 5 * 60_000;

/** How often a watch reads the provider, for people: words that follow "it is tried". */
export const HOW_OFTEN_PROBED = 'after 5 seconds first, then twice as late each time, up to every 5 minutes';
