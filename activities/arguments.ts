import type { FieldProblem } from '../contract/errors';
import type { FundingKind, FundingResult, Intent, Order, Terms } from '../contract/funding';
import type { JsonObject } from '../contract/json';
import type { DecimalText } from '../contract/money';
import type {
  Applicant,
  ApplicationCheck,
  ClientState,
  FiledDocument,
  InspectedDocument,
} from '../contract/onboarding';
import type { ProviderSemantics } from '../contract/provider';
import type { DepositClaim, ReceivingAccount } from '../contract/receiving';

/**
 * What each activity takes and answers. One JSON object each way, because that is what a history holds and what the
 * Temporal UI shows.
 */

/** A client at a provider. */
export interface ClientKey {
  readonly provider: string;
  readonly partnerClientId: string;
  /** The provider's own id of the client, where it knows clients by that only. */
  readonly providerClientId?: string;
}

export interface CheckApplicationArgument {
  /** The workflow's own argument, untrusted: whatever JSON was typed into the start form. */
  readonly input: unknown;
  readonly kind: 'application' | 'onboard-and-fund';
}

export interface CheckedApplication extends ApplicationCheck {
  readonly semantics: ProviderSemantics;
}

export interface ClientArgument extends ClientKey {
  readonly applicant: Applicant;
  readonly details?: JsonObject;
}

/** What the client was created from goes along where the provider decides over it later. */
export interface KnownClientArgument extends ClientKey {
  readonly applicant?: Applicant;
  readonly details?: JsonObject;
}

export interface SubmissionArgument extends ClientArgument {
  readonly documents: readonly { readonly type: string; readonly providerDocumentId: string }[];
  readonly attempt: number;
}

/** A client under the id: the same person, with its state, or not shown to be, with what stands against it. */
export type FetchedClient =
  | { readonly found: false }
  | { readonly found: true; readonly state: ClientState; readonly differing: readonly [] }
  | { readonly found: true; readonly differing: readonly FieldProblem[] };

export interface DocumentArgument extends ClientKey {
  readonly document: InspectedDocument;
}

/** Money that arrived, by the provider's own id of it. */
export type DepositKey = Pick<DepositClaim, 'provider' | 'depositId'>;

export interface FetchDocumentArgument extends DocumentArgument {
  /** Ids of documents on file that are known to be others. */
  readonly others?: readonly string[];
}

export type FetchedDocument = { readonly found: false } | { readonly found: true; readonly document: FiledDocument };

export type VerifiedClient =
  | { readonly found: false }
  | {
      readonly found: true;
      readonly state: ClientState;
      /** Absent where the provider takes documents and lists none. */
      readonly documents?: readonly { readonly type: string; readonly providerDocumentId: string }[];
    };

export interface CheckFundingArgument {
  /** The workflow's own argument, untrusted. */
  readonly input: unknown;
}

export interface SubmitArgument extends ClientKey {
  /** When the intent began: what was sent since, by whichever run, is looked for before it is sent. UTC ISO time. */
  readonly begunAt: string;
  /** Orders under the ref that can never move money any more: they do not stand in the way of the send. */
  readonly deadOrderIds?: readonly string[];
  readonly asset: string;
  readonly amount: DecimalText;
  readonly ref: string;
  readonly details?: JsonObject;
  /** What was agreed, where the provider quotes. */
  readonly terms?: Terms;
}

/** The order of an intent under one of its refs. */
export interface OrderOfIntent extends Omit<SubmitArgument, 'provider' | 'begunAt' | 'deadOrderIds'> {
  readonly kind: FundingKind;
}

export interface QuoteArgument extends OrderOfIntent {
  readonly provider: string;
  readonly number: number;
}

export interface OpenOrderArgument {
  readonly provider: string;
  readonly orderId: string;
  readonly request: OrderOfIntent;
  readonly attempt?: number;
}

export interface SupplyInformationArgument extends OpenOrderArgument {
  readonly information: JsonObject;
}

export interface CheckInformationArgument {
  readonly provider: string;
  /** What a person typed, untrusted. */
  readonly information: unknown;
}

export interface FindOrderArgument {
  readonly provider: string;
  readonly ref: string;
  readonly orderId?: string;
  /** Whether `orderId` is from the answer to a submit; absent: it may be from news. */
  readonly answered?: boolean;
  readonly request: OrderOfIntent;
  readonly firstSentAt: string;
}

export interface AccountArgument extends ClientKey {
  readonly asset: string;
  readonly ref: string;
  readonly details?: JsonObject;
}

export interface AccountInformationArgument extends AccountArgument {
  readonly information: JsonObject;
}

export type FetchedAccount = { readonly found: false } | { readonly found: true; readonly account: ReceivingAccount };

export interface CheckReceivingArgument {
  /** The workflow's own argument, untrusted. */
  readonly input: unknown;
}

export interface ReceivedArgument extends AccountArgument {
  readonly amount: DecimalText;
  /** UTC ISO time. */
  readonly since: string;
}

export interface RefKey {
  readonly provider: string;
  readonly ref: string;
}

/** What a look-up showed. */
export interface FetchedOrders {
  /** Every order under the ref, in no order; none where the provider shows none. */
  readonly orders: readonly Order[];
  /** Orders like it, of which none can be told to be it: the evidence of a person who must decide. */
  readonly suspects?: readonly Order[];
  /** Set where those could not be read: that none are told does not mean that there are none. */
  readonly suspectsUnread?: true;
}

/** What came of a submit: the answer to the send, or the orders under the ref that were there already; nothing was sent then. */
export type SubmittedOrder =
  { readonly sent: true; readonly order: Order } | { readonly sent: false; readonly orders: readonly Order[] };

export interface BalanceArgument extends ClientKey {
  readonly asset: string;
}

/** An intent, by what its workflow is named after. */
export type FundingKey = Pick<Intent, 'provider' | 'fundingId'>;

/** How the workflow of an intent stands. `another`: what has the id moves no money of its own. */
export type FundingSoFar =
  { readonly is: 'under-way' | 'stopped' | 'another' } | { readonly is: 'ended'; readonly result: FundingResult };
