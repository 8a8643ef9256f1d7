import type { FieldProblem } from '../contract/errors';
import type { Balance, FundingCheck, FundingRequest, FundingResult, Order } from '../contract/funding';
import type { JsonObject } from '../contract/json';
import type { DecimalText } from '../contract/money';
import type {
  ApplicationCheck,
  ClientIds,
  ClientState,
  FiledDocument,
  InspectedDocument,
} from '../contract/onboarding';
import type { OpenOrder, OrderRequest, OrderSearch } from '../contract/order-requests';
import type { ProviderSemantics } from '../contract/provider';
import type {
  AttemptRecord,
  Ended,
  Fence,
  HeardSends,
  IntentEnd,
  IntentKey,
  KnownEntries,
  RecordedIntent,
} from '../contract/send-log';
import type { DepositClaim, ReceivingAccount } from '../contract/receiving';
import type { AccountRequest } from '../providers/port';

/**
 * What each activity takes and answers. One JSON object each way, because that is what a history holds and what the
 * Temporal UI shows.
 */

/** What a connector is asked (contract/order-requests.ts, providers/port.ts), and of which provider. */
export type AtProvider<Asked> = Asked & { readonly provider: string };

export interface CheckApplicationArgument {
  /** The workflow's own argument, untrusted: whatever JSON was typed into the start form. */
  readonly input: unknown;
  readonly kind: 'application' | 'onboard-and-fund';
}

export interface CheckedApplication extends ApplicationCheck {
  readonly semantics: ProviderSemantics;
}

/** A client under the id: the same person, with its state, or not shown to be, with what stands against it. */
export type FetchedClient =
  | { readonly found: false }
  | { readonly found: true; readonly state: ClientState; readonly differing: readonly [] }
  | { readonly found: true; readonly differing: readonly FieldProblem[] };

interface DocumentArgument extends AtProvider<ClientIds> {
  readonly document: InspectedDocument;
}

export interface UploadArgument extends DocumentArgument {
  /** Set if it was looked for on file for as long as an upload may not show: what no answer tells of never arrived. */
  readonly lookedFor?: boolean;
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
      /** Absent if the provider takes documents and lists none. */
      readonly documents?: readonly { readonly type: string; readonly providerDocumentId: string }[];
    };

export interface CheckFundingArgument extends KnownEntries {
  /** The workflow's own argument, untrusted. */
  readonly input: unknown;
  /** Set once a check has passed: what policy asks of the intent is known, and no limit is looked at any more. */
  readonly policyRead?: true;
}

export interface CheckedFunding extends FundingCheck {
  /**
   * The intent in the book. If it has ended there, nothing else was checked. Absent: it was checked by a worker of before the
   * book.
   */
  readonly book?: RecordedIntent;
}

/** What there was of an intent before its order request is sent: it is looked for first. */
export interface SentBefore extends KnownEntries {
  /** When the intent began: what was sent since, by whichever run, is looked for before it is sent. UTC ISO time. */
  readonly begunAt: string;
  /** Orders under the ref that can never move money any more: they do not stand in the way of the send. */
  readonly deadOrderIds?: readonly string[];
}

export interface SupplyInformationArgument extends AtProvider<OpenOrder> {
  readonly information: JsonObject;
}

export interface CheckInformationArgument {
  readonly provider: string;
  /** What a person typed, untrusted. */
  readonly information: unknown;
}

export interface AccountInformationArgument extends AtProvider<AccountRequest> {
  readonly information: JsonObject;
}

export type FetchedAccount = { readonly found: false } | { readonly found: true; readonly account: ReceivingAccount };

export interface CheckReceivingArgument {
  /** The workflow's own argument, untrusted. */
  readonly input: unknown;
}

export interface ReceivedArgument extends AtProvider<AccountRequest> {
  readonly amount: DecimalText;
  /** UTC ISO time. */
  readonly since: string;
}

/** What a look-up tells the book, and asks of it (booked-look-up.ts). */
export interface ForTheBook extends KnownEntries {
  /** The number of the ref's last send, if it is not known whether that began: it is fenced. */
  readonly fence?: number;
  /** Orders that are known to be the intent's own: what is new of them is kept. */
  readonly ownOrderIds?: readonly string[];
}

/** The ref that an attempt carried, if the provider knows orders by it. */
export type OrderKey = AtProvider<Pick<OrderRequest, 'ref'>> & ForTheBook;

/** What is looked for by id, or in the provider's lists. */
export type FindOrderArgument = AtProvider<OrderSearch> & ForTheBook;

/** What a look-up showed. */
export interface FetchedOrders extends KnownEntries {
  /** What the book said of the send that was to be fenced. Absent: it was not asked, or did not answer. */
  readonly fence?: Fence['is'];
  /** Every order under the ref, in no order; none if the provider shows none. */
  readonly orders: readonly Order[];
  /** Orders like it, of which none can be told to be it: the evidence of a person who must decide. */
  readonly suspects?: readonly Order[];
  /** Set if those could not be read: an empty list then does not mean that there are none. */
  readonly suspectsUnread?: true;
}

/**
 * What came of a submit: the answer to the send; or, if orders were there under the ref, those, and nothing was sent.
 */
export type SubmittedOrder =
  | { readonly sent: true; readonly order: Order; readonly entries: number }
  | { readonly sent: false; readonly orders: readonly Order[] };

/** How an intent ends, for the book. */
export interface EndFundingArgument extends Pick<IntentEnd, 'outcome'> {
  readonly intent: IntentKey;
  /** Absent: the asker was never told of it. */
  readonly entries?: number;
  /** What was asked for, if the asker was never told of it: then the book is asked whether it has it. */
  readonly asked?: FundingRequest;
  /** The sends that the asker knows of, if the intent is to end only if there are no others. */
  readonly heard?: readonly HeardSends[];
  /** The order that it ended with, and when it was known so. UTC ISO time. */
  readonly order?: Order;
  readonly readAt: string;
  /** Whose balance, of what, is read afterwards. Absent: none. */
  readonly balance?: Omit<BalanceArgument, 'provider'>;
}

export interface EndedFunding {
  /** `never-admitted`: the book has nothing of it. */
  readonly recorded: Ended['is'] | 'never-admitted';
  readonly entries?: number;
  /** Each send of an intent that was `sent-elsewhere`. */
  readonly attempts?: readonly AttemptRecord[];
  readonly balance?: Balance;
}

export interface BalanceArgument extends AtProvider<ClientIds> {
  readonly asset: string;
}

/** How the workflow of an intent stands. `another`: what has the id moves no money of its own. */
export type FundingSoFar =
  { readonly is: 'under-way' | 'stopped' | 'another' } | { readonly is: 'ended'; readonly result: FundingResult };

/** Which flows that wait for a provider are to be listed, beside those that told its watch. */
export interface ListWaitingArgument {
  readonly provider: string;
  /** Whether every flow that is under way at the provider is meant. */
  readonly everyFlow: boolean;
  readonly limit: number;
}

/** Flows that are to read their provider again. */
export interface WakeArgument {
  readonly workflowIds: readonly string[];
}
