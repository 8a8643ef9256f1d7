import type { z } from 'zod';
import type { FieldProblem } from '../contract/errors';
import type { Balance, FundingKind, Intent, Order, Terms } from '../contract/funding';
import type { JsonObject } from '../contract/json';
import type { DecimalText } from '../contract/money';
import type { Applicant, ClientState, InspectedDocument } from '../contract/onboarding';
import type { ProviderSemantics } from '../contract/provider';
import type { ReceivedDeposit, ReceivingAccount } from '../contract/receiving';
import type { CallbackReceiver } from './callbacks';

/**
 * What a provider's folder gives to the rest: a module (data, and a way to make a connector) and a connector. Nothing
 * here or below knows Temporal. A connector never retries: Temporal is the only retry layer.
 *
 * A connector's calls come in groups, each there only where the provider has any of it. Which calls a declared
 * capability or way of look-up demands is data too (providers/required-calls.ts), and every module is held to it.
 */

/** Bounds of one call. */
export interface CallOptions {
  /**
   * Aborts the call. Given for reads and uploads only; a money call is never aborted, because an abort turns a known
   * outcome into an unknown one.
   */
  readonly signal?: AbortSignal;
}

/** A client, by the caller's id and, once it is known, by the provider's own. */
export interface ClientRef {
  readonly partnerClientId: string;
  readonly providerClientId?: string;
}

/** What a connector was asked to send, beside the client it is for. */
export interface NewClient extends ClientRef {
  readonly applicant: Applicant;
  /** As `inputs.applicationDetails` took it. */
  readonly details?: JsonObject;
}

/** A client to be read. What it was created from is given where the provider decides over it later. */
export interface KnownClient extends ClientRef {
  readonly applicant?: Applicant;
  readonly details?: JsonObject;
}

/**
 * A client found at the provider, compared with the application without giving away what it holds. It is the same person
 * only where the provider shows something that identifies a person and it is equal (providers/identity.ts), or where the
 * provider's own answer proves that this application created it; else `differing` says what stands against it.
 */
export type ComparedClient =
  { readonly state: ClientState; readonly differing: readonly [] } | { readonly differing: readonly FieldProblem[] };

/** What is submitted for verification: the application, and what is on file for it. */
export interface VerificationSubmission extends NewClient {
  readonly documents: readonly SubmittedDocument[];
  /** 1 for the first submission, one more for each that carries new data: part of the key that it is sent under. */
  readonly attempt: number;
}

export interface SubmittedDocument {
  readonly type: string;
  readonly providerDocumentId: string;
}

export interface UploadedFile {
  readonly bytes: Buffer;
  readonly mime: string;
}

/** A document with its bytes, as an upload wants it. */
export interface DocumentContent {
  readonly type: string;
  readonly front: UploadedFile;
  readonly back?: UploadedFile;
}

/** A document on file. Presigned URLs stay inside the connector. */
export interface ListedDocument {
  readonly providerDocumentId: string;
  readonly type: string;
  readonly createdAt?: string;
}

export interface OrderRequest extends ClientRef {
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
  /** Of a confirm: 1, one more after each that was refused. Part of the key where a key's refusals are kept. */
  readonly attempt?: number;
}

export interface Asset {
  readonly asset: string;
  readonly fiat: boolean;
  readonly published: boolean;
  readonly depositable: boolean;
  readonly withdrawable: boolean;
}

export interface Country {
  readonly id: string;
  readonly name?: string;
}

export interface ClientCalls {
  /** Creates a client. One write, sent once. What was there before is refused with DUPLICATE_CLIENT, never answered. */
  create?(client: NewClient): Promise<ClientState>;
  /** Reads a client; undefined where the provider has none. */
  read?(client: KnownClient, options?: CallOptions): Promise<ClientState | undefined>;
  /** Finds out whether a client under the id is the applicant; undefined where the provider has none. Changes none. */
  compare?(client: NewClient, options?: CallOptions): Promise<ComparedClient | undefined>;
  /** Sets a client active. One write, sent once; harmless to repeat. */
  activate?(client: ClientRef): Promise<ClientState>;
  /** Submits a client's evidence. One write, sent once, under a key that its `attempt` makes. */
  submitForVerification?(submission: VerificationSubmission): Promise<ClientState>;
}

export interface DocumentSearch extends CallOptions {
  /** Ids of documents on file that are known to be others: where a file cannot be read again, nothing else would tell. */
  readonly others?: readonly string[];
}

export interface DocumentCalls {
  /** Uploads a document. One write, sent once; not idempotent. */
  upload(client: ClientRef, document: DocumentContent, options?: CallOptions): Promise<ListedDocument>;
  /** Every document on file for a client. Left out where the provider has no such list: see the module's README. */
  list?(client: ClientRef, options?: CallOptions): Promise<readonly ListedDocument[]>;
  /** The document on file that has the same type and content, if there is one. Left out where none can be read. */
  find?(client: ClientRef, document: InspectedDocument, options?: DocumentSearch): Promise<ListedDocument | undefined>;
}

export interface OrderCalls {
  /**
   * Refuses what can be known before a money call: client unknown, unverified or inactive; asset not eligible;
   * available balance below the amount.
   */
  check?(intent: Intent, options?: CallOptions): Promise<void>;
  /** Asks for terms. Binds nobody, so it may be asked again, under the next number. */
  quote?(request: QuoteRequest): Promise<Terms>;
  /**
   * Submits an order. One write, sent once; never aborted. Answers the order as it shows: in what it is not what was asked,
   * the caller compares. Only an answer that shows another ref is none, and is thrown as CONTRACT_DRIFT.
   */
  submit(request: OrderRequest): Promise<Order>;
  /** The order under a ref; undefined where the provider has none. Of `by-ref` providers. */
  findByRef?(ref: string, options?: CallOptions): Promise<Order | undefined>;
  /**
   * Every order under the ref that shows, and the one of the id where that is known; none where none shows. Of all other
   * providers. Answers what it found, in no order: whether it is the intent's order, the caller compares.
   */
  find?(search: OrderSearch, options?: CallOptions): Promise<readonly Order[]>;
  /**
   * Orders like the one that does not show, of which none can be told to be it: for a person who must decide. Of
   * `by-listing` providers whose lists may hide what they accepted.
   */
  suspects?(search: OrderSearch, options?: CallOptions): Promise<readonly Order[]>;
  /** Confirms an order that awaits it. One write, sent once; what came of it is read afterwards. */
  confirm?(order: OpenOrder): Promise<void>;
  /** Cancels an order that awaits confirmation. One write, sent once; what came of it is read afterwards. */
  cancel?(order: OpenOrder): Promise<void>;
  /** Gives an order under way what the provider asked for. One write, sent once. */
  supplyInformation?(order: OpenOrder, information: JsonObject): Promise<void>;
}

/** Where a deposit of an asset is to arrive. */
export interface AccountRequest extends ClientRef {
  readonly asset: string;
  /** The fundingId of the deposit that wanted it: what the application is keyed by. */
  readonly ref: string;
  readonly details?: JsonObject;
}

export interface ReceivedCalls {
  /** The account for an asset, an applied-for one included; undefined where there is none. */
  account(request: AccountRequest, options?: CallOptions): Promise<ReceivingAccount | undefined>;
  /** Applies for an account. One write, sent once. */
  apply(request: AccountRequest): Promise<ReceivingAccount>;
  /** How to wire money in, for a person's eyes only: personal, never kept in a history or a log. */
  instructions(request: AccountRequest, options?: CallOptions): Promise<JsonObject>;
  /** Deposits of an asset that arrived at or after a UTC ISO time. */
  list(request: AccountRequest, since: string, options?: CallOptions): Promise<readonly ReceivedDeposit[]>;
  /** Gives an account's application what the provider asked for. One write, sent once. */
  supplyInformation?(request: AccountRequest, information: JsonObject): Promise<void>;
}

export interface BalanceCalls {
  /** A client's balance in one asset. */
  read(client: ClientRef, asset: string, options?: CallOptions): Promise<Balance>;
}

/** A provider's connector. Every call throws ProviderError (provider-error.ts) and nothing else. */
export interface ProviderConnector {
  /** Rules of the provider that can be checked before anything is written: age, countries, visa, document types. */
  checkApplication?(application: NewClient, documents: readonly InspectedDocument[]): Promise<readonly FieldProblem[]>;
  readonly clients?: ClientCalls;
  readonly documents?: DocumentCalls;
  readonly orders?: OrderCalls;
  readonly received?: ReceivedCalls;
  readonly balances?: BalanceCalls;
  /** Milliseconds by which the provider's clock is ahead of ours, from an answer's Date header; for `doctor`. */
  clockSkewMs?(): Promise<number | undefined>;
  close(): Promise<void>;
}

/** What `doctor` found at one check. Holds nothing secret. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly found: string;
  /** What to do about it. */
  readonly todo?: string;
}

/** A fact that no document of the provider states and that its connector relies on. */
export interface ProviderAssumption {
  readonly about: string;
  readonly value: unknown;
  /** `inferred`: reasoned from what is stated. `unknown`: nothing is stated; a choice had to be made. */
  readonly mark: 'inferred' | 'unknown';
  readonly because: string;
}

/**
 * What a provider wants of an input beside what all take. Every edge checks with it, and says all that is wrong at
 * once. What reaches a connector was checked, and is JSON still: parse it there with the same schema for its type.
 */
export interface ProviderInputs {
  /** Fields of an applicant that are optional elsewhere and not here. */
  readonly requiredApplicantFields?: readonly (keyof Applicant)[];
  /** Of `Application.details`. Without one, details are refused. A schema that demands a field demands the details. */
  readonly applicationDetails?: z.ZodType;
  /** Of `Intent.details`, by kind, and of an expected deposit's under `receive`. Without one, details are refused. */
  readonly movementDetails?: Partial<Record<FundingKind | 'receive', z.ZodType>>;
  /** Of `{ asset, details }`, by kind: which details an asset cannot have. Asked of details that fit their own schema. */
  readonly detailsUnderAsset?: Partial<Record<FundingKind | 'receive', z.ZodType>>;
  /**
   * Where a movement's money goes, in words for the people who approve it; undefined where it names no place. A wallet's
   * address whole, a bank account by its last characters: what is told is kept, and read by whoever asks.
   */
  destinationOf?(intent: Pick<Intent, 'kind' | 'details'>): string | undefined;
  /** Of the information that an order under way is given. Without one, it is refused. */
  readonly information?: z.ZodType;
}

/** A setting that lets whoever holds it move money. */
export interface MoneyCredential {
  /** Itself, and with `_FILE` behind it the file that holds it. */
  readonly variable: string;
  /** A private key has no holder but its worker; a shared secret is the provider's too. */
  readonly kind: 'private-key' | 'shared-secret';
}

/** A provider's folder, as data. */
export interface ProviderModule<Config = unknown> {
  /** As the provider calls itself. */
  readonly name: string;
  readonly semantics: ProviderSemantics;
  /** Reads the provider's settings from environment variables; secrets may be given as files. */
  readonly configSchema: z.ZodType<Config>;
  /** Requests a second the provider allows, for its task queue; undefined where no limit is known. */
  readonly requestsPerSecond: number | undefined;
  /** The longest a call may take under these settings, in milliseconds; a worker refuses more than an attempt has. */
  callTimeoutMs?(config: Config): number;
  /** What only this provider wants of an input. */
  readonly inputs?: ProviderInputs;
  /** What is not stated anywhere and relied on all the same; for `doctor`. */
  readonly assumptions?: readonly ProviderAssumption[];
  /** Tries the settings against the provider with harmless reads; for `doctor`. Never throws. */
  diagnose?(config: Config): Promise<readonly Finding[]>;
  /** What lets whoever holds it move money; a worker's alone. */
  readonly moneyCredentials: readonly MoneyCredential[];
  /**
   * What verifies the provider's callbacks, of environment variables; present exactly where the capability `callbacks` is.
   * It reads what they are verified with and nothing else, because whoever receives them has nothing else.
   */
  readonly callbacks?: z.ZodType<CallbackReceiver>;
  create(config: Config): ProviderConnector;
}
