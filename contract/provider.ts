import type { FundingKind } from './funding';

/**
 * What a provider can do and how it behaves, as data. Workflows know these words and never a provider's name; they
 * read them once, at their start, so that a later change of a connector cannot change a running workflow.
 */

/**
 * What a provider may offer. A request for what it lacks is refused at the start, in one sentence (contract/lacks.ts).
 */
export const CAPABILITIES = [
  'create-client',
  'upload-documents',
  'submit-for-verification',
  'read-client',
  'activate-client',
  'deposit',
  'withdrawal',
  'conversion',
  'receive-deposit',
  'quote',
  'confirm-order',
  'cancel-order',
  'supply-information',
  'balances',
  'transactions',
  'assets',
  'countries',
  'callbacks',
] as const;
export type Capability = (typeof CAPABILITIES)[number];

export interface ProviderSemantics {
  readonly provider: string;
  readonly capabilities: readonly Capability[];
  /** What a second order under a ref does: it is refused, answered with the first order, or it moves money again. */
  readonly repeatedRef: 'rejects' | 'replays' | 'duplicates';
  /**
   * How an order is found when the answer was lost: under its ref; in a list; by sending it again, byte for byte; or
   * only once a callback has told its id.
   */
  readonly orderLookup: 'by-ref' | 'by-listing' | 'by-resending' | 'by-callback';
  /** Whether an accepted order is final in the call, or settles later. */
  readonly settlement: 'in-call' | 'later';
  /** How long a look-up may miss an accepted order or client, in milliseconds. */
  readonly settleWindowMs: number;
  /** The longest ref, in characters. */
  readonly maxRefLength: number;
  /** Characters that a ref may hold beside letters and digits. Absent: all that ours may (contract/ids.ts, refs.ts). */
  readonly refSymbols?: string;
  /** Decimal places an amount may have. */
  readonly maxAmountDecimals: number;
  /** What uploading a document again does: it is filed twice, or answered with the first. Absent: it is filed twice. */
  readonly repeatedUpload?: 'duplicates' | 'replays';
  /** Fields of an application (dotted paths) that cannot change once the client exists. */
  readonly immutableAfterCreate: readonly string[];
  /** Kinds of order that need a quote before they are submitted. Absent: none. */
  readonly quotes?: readonly FundingKind[];
  /** Kinds of order that are created first and move money only once they are confirmed. Absent: none. */
  readonly confirms?: readonly FundingKind[];
  /** What `completed` means, in one sentence, if it is less than it sounds. */
  readonly completedMeans?: string;
  /** Whether the provider knows a client by the caller's id, or only by its own. Absent: by the caller's. */
  readonly clientsKnownBy?: 'partner-id' | 'provider-id';
  /** How a client's id is written: a GUID is the same in either case. Absent: two spellings are two clients. */
  readonly clientIds?: 'guid';
}

/** The start of a look-up without limit: nothing was sent before it. UTC ISO time. */
export const BEGINNING_OF_TIME = '1970-01-01T00:00:00.000Z';

type Repeats = Pick<ProviderSemantics, 'repeatedRef' | 'quotes'>;

/**
 * Whether the provider must be asked for a ref before an order of a kind (absent: of any kind) is sent under it: it
 * must if a repeat would pay, or is told apart by its quote.
 */
export function looksBeforeSending({ repeatedRef, quotes = [] }: Repeats, kind?: FundingKind): boolean {
  return repeatedRef === 'duplicates' || (kind === undefined ? quotes.length > 0 : quotes.includes(kind));
}
