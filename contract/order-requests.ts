import type { FundingKind, Terms } from './funding';
import type { JsonObject } from './json';
import type { DecimalText } from './money';
import type { ClientIds } from './onboarding';

/**
 * What a provider is asked about the orders of an intent. Connectors take these (providers/port.ts), and activities the
 * same with the provider's id (activities/arguments.ts): there is no other form of them on the way.
 */

/** What one attempt at an intent asks for: the order that is to be made, under the ref that it carries. */
export interface OrderRequest extends ClientIds {
  readonly kind: FundingKind;
  readonly asset: string;
  readonly amount: DecimalText;
  readonly ref: string;
  /** The terms to submit with; present for every kind that the semantics' `quotes` names. */
  readonly terms?: Terms;
  /** As `inputs.movementDetails` took it. */
  readonly details?: JsonObject;
}

export interface QuoteRequest extends OrderRequest {
  /** Which quote under the ref it is, from 1; the number of the terms that come of it. */
  readonly number: number;
}

/** An order whose answer may have been lost, and everything that is known of it. */
export interface OrderSearch {
  readonly ref: string;
  /** Known from the answer to the submit, or from a callback; never proof by itself. */
  readonly orderId?: string;
  readonly request: OrderRequest;
  /** Whether `orderId` is from the answer to a submit of ours, and so is proof; absent: it may be from news. */
  readonly answered?: boolean;
  /** UTC ISO time before which it was not sent. */
  readonly firstSentAt: string;
}

/** An order under way that is to be confirmed, cancelled or told about. */
export interface OpenOrder {
  readonly orderId: string;
  readonly request: OrderRequest;
  /** Of a confirm: 1, one more after each that was refused. Part of the key if a key's refusals are kept. */
  readonly attempt?: number;
}
