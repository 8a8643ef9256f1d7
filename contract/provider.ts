/**
 * What a provider can do and how it behaves, as data. Workflows know these words and never a provider's name; they
 * read them once, at their start, so that a later change of a connector cannot change a running workflow.
 */

/** What a provider may offer. What it lacks is refused at the start, naming the capability. */
export const CAPABILITIES = [
  'create-client',
  'upload-documents',
  'read-client',
  'activate-client',
  'deposit',
  'withdrawal',
  'balances',
  'assets',
  'countries',
] as const;
export type Capability = (typeof CAPABILITIES)[number];

export interface ProviderSemantics {
  readonly provider: string;
  readonly capabilities: readonly Capability[];
  /** What a second order under a ref does: it is refused, answered with the first order, or it moves money again. */
  readonly repeatedRef: 'rejects' | 'replays' | 'duplicates';
  /** How an order is found when the answer was lost. */
  readonly orderLookup: 'by-ref' | 'by-listing' | 'by-resending' | 'by-callback';
  /** Whether an accepted order is final in the call, or settles later. */
  readonly settlement: 'in-call' | 'later';
  /** For how long, in milliseconds, a look-up may miss an order or a client that was accepted. */
  readonly settleWindowMs: number;
  /** The longest ref, in characters. */
  readonly maxRefLength: number;
  /** Decimal places an amount may have. */
  readonly maxAmountDecimals: number;
  /** Fields of an application (dotted paths) that cannot change once the client exists. */
  readonly immutableAfterCreate: readonly string[];
}
