import type { z } from 'zod';
import type { FieldProblem } from '../contract/errors';
import type { Balance, Intent, Order, Terms } from '../contract/funding';
import type { JsonObject } from '../contract/json';
import type { Applicant, ClientIds, ClientState, InspectedDocument } from '../contract/onboarding';
import type { OpenOrder, OrderRequest, OrderSearch, QuoteRequest } from '../contract/order-requests';
import type { ProviderSemantics } from '../contract/provider';
import type { ReceivedDeposit, ReceivingAccount } from '../contract/receiving';
import type { KnownTransaction, ShownTransactions, TimeSpan } from '../contract/reconciliation';
import type { ProviderInputs } from '../inputs/provider-inputs';
import type { CallbackReceiver } from './callbacks';
import type { ProviderSetup } from './setup';

/**
 * What a provider's folder gives to the rest: a module (data, and a function that makes a connector) and a connector.
 * Nothing here or below knows Temporal. A connector never retries: only Temporal does.
 *
 * A connector's calls come in groups, each there only if the provider has any of it. Which calls a declared capability
 * or way of look-up demands is data too (providers/required-calls.ts), and every module is checked against it.
 */

/** Bounds of one call. */
export interface CallOptions {
  /**
   * Aborts the call. Given for reads and uploads only; a money call is never aborted, because an abort turns a known
   * outcome into an unknown one.
   */
  readonly signal?: AbortSignal;
}

/** What a connector was asked to send, beside the client it is for. */
export interface NewClient extends ClientIds {
  readonly applicant: Applicant;
  /** As `inputs.applicationDetails` took it. */
  readonly details?: JsonObject;
}

/** A client to be read, with what it was created from, if the provider decides over it later. */
export interface KnownClient extends ClientIds {
  readonly applicant?: Applicant;
  readonly details?: JsonObject;
}

/**
 * A client found at the provider, compared with the application without giving away what it holds. It is the same
 * person only if the provider shows something that identifies a person and it is equal (providers/identity.ts), or if
 * the provider's own answer proves that this application created it; else `differing` names the fields that speak
 * against it.
 */
export type ComparedClient =
  { readonly state: ClientState; readonly differing: readonly [] } | { readonly differing: readonly FieldProblem[] };

/** What is submitted for verification: the application, and what is on file for it. */
export interface VerificationSubmission extends NewClient {
  readonly documents: readonly SubmittedDocument[];
  /** 1 for the first submission, one more for each that carries new data: part of the key that it is sent under. */
  readonly attempt: number;
}

interface SubmittedDocument {
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

export interface Asset {
  readonly asset: string;
  readonly fiat: boolean;
  readonly published: boolean;
  readonly depositable: boolean;
  readonly withdrawable: boolean;
}

export interface ClientCalls {
  /**
   * Creates a client. One write, sent once. A client that was there before is refused with DUPLICATE_CLIENT, never
   * returned.
   */
  create?(client: NewClient): Promise<ClientState>;
  /** Reads a client; undefined if the provider has none. */
  read?(client: KnownClient, options?: CallOptions): Promise<ClientState | undefined>;
  /** Finds out whether a client under the id is the applicant; undefined if the provider has none. Changes nothing. */
  compare?(client: NewClient, options?: CallOptions): Promise<ComparedClient | undefined>;
  /** Sets a client active. One write, sent once; harmless to repeat. */
  activate?(client: ClientIds): Promise<ClientState>;
  /** Submits a client's evidence. One write, sent once, under a key that its `attempt` makes. */
  submitForVerification?(submission: VerificationSubmission): Promise<ClientState>;
}

export interface DocumentSearch extends CallOptions {
  /** Ids of documents on file that are known to be others: if a file cannot be read again, only this tells. */
  readonly others?: readonly string[];
}

export interface DocumentCalls {
  /** The largest file of a document, in bytes: a larger one is refused, and not read any further. */
  readonly maxFileBytes: number;
  /** Uploads a document. One write, sent once; not idempotent. */
  upload(client: ClientIds, document: DocumentContent, options?: CallOptions): Promise<ListedDocument>;
  /** Every document on file for a client. Left out if the provider has no such list: see the module's README. */
  list?(client: ClientIds, options?: CallOptions): Promise<readonly ListedDocument[]>;
  /** The document on file that has the same type and content, if there is one. Left out if none can be read. */
  find?(client: ClientIds, document: InspectedDocument, options?: DocumentSearch): Promise<ListedDocument | undefined>;
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
   * Submits an order. One write, sent once; never aborted. Returns the order as the provider shows it; the caller
   * compares it with what was asked. Only an answer that shows another ref is thrown, as CONTRACT_DRIFT.
   */
  submit(request: OrderRequest): Promise<Order>;
  /** The order under a ref; undefined if the provider has none. For `by-ref` providers. */
  findByRef?(ref: string, options?: CallOptions): Promise<Order | undefined>;
  /**
   * Every order under the ref that shows, and the one with the id, if that is known; none if none shows. For all other
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
export interface AccountRequest extends ClientIds {
  readonly asset: string;
  /** The fundingId of the deposit that wanted it: what the application is keyed by. */
  readonly ref: string;
  readonly details?: JsonObject;
}

export interface ReceivedCalls {
  /** The account for an asset, an applied-for one included; undefined if there is none. */
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
  read(client: ClientIds, asset: string, options?: CallOptions): Promise<Balance>;
}

/** What is read of a provider's transactions. */
export interface TransactionSearch extends TimeSpan {
  /** What the book knows of. If the provider lists nothing, each of them is read. */
  readonly known: readonly KnownTransaction[];
}

export interface TransactionReading extends CallOptions {
  /** Told after each answer: a long reading goes on. */
  readonly onAnswer?: () => void;
}

export interface TransactionCalls {
  /** Whether all of a span is shown, or only what is known. */
  readonly coverage: ShownTransactions['coverage'];
  /** The provider's transactions of a span, as they are now. Bounded; if the bound is met, it says that there is a gap. */
  read(search: TransactionSearch, options?: TransactionReading): Promise<ShownTransactions>;
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
  readonly transactions?: TransactionCalls;
  /** The ids of all assets that the provider has, published or not. Left out if it lists none. */
  assets?(): Promise<readonly string[]>;
  /** Milliseconds by which the provider's clock is ahead of ours, from an answer's Date header; for `doctor`. */
  clockSkewMs?(): Promise<number | undefined>;
  /**
   * One harmless read, let in by the same credentials as every other call. If the provider does not answer it throws
   * what any call would; whatever else it throws is an answer. All that wait for the provider are woken by it.
   */
  probe?(options?: CallOptions): Promise<void>;
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

/** A place in the code: a file, by its path from the root, and one of its exports. */
interface CodePlace {
  readonly file: string;
  readonly name: string;
}

/** A fact that no document of the provider states and that its connector relies on. */
export interface ProviderAssumption {
  readonly about: string;
  readonly value: unknown;
  /** `inferred`: reasoned from what is stated. `unknown`: nothing is stated; a choice had to be made. */
  readonly mark: 'inferred' | 'unknown';
  readonly because: string;
  /** What must change with it, if the code has it built in and does not read all of it from `value`. */
  readonly builtInto?: readonly CodePlace[];
}

/** One call over HTTP, as it is measured: nothing of it is secret, personal or an id. */
export interface Exchange {
  readonly method: string;
  /** The path as the provider documents it, without ids, such as `/v1/clients/{id}`. */
  readonly template: string;
  /** Absent if no answer came. */
  readonly status?: number;
  /** Why no whole answer came. */
  readonly failure?: string;
  readonly elapsedMs: number;
}

export interface ConnectorOptions {
  /** Told of every call, after it. */
  readonly observer?: (exchange: Exchange) => void;
}

/** A setting that lets whoever holds it move money. */
interface MoneyCredential {
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
  /** Requests per second the provider allows, for its task queue; undefined if no limit is known. */
  readonly requestsPerSecond: number | undefined;
  /** The longest a call may take under these settings, in milliseconds; a worker refuses more than an attempt has. */
  callTimeoutMs?(config: Config): number;
  /** What only this provider wants of an input. */
  readonly inputs?: ProviderInputs;
  /** How `gangway up` runs it at its sandbox; absent if it has none. */
  readonly setup?: ProviderSetup;
  /** What is not stated anywhere and relied on all the same; for `doctor`. */
  readonly assumptions?: readonly ProviderAssumption[];
  /** Tries the settings against the provider with harmless reads; for `doctor`. Never throws. */
  diagnose?(config: Config): Promise<readonly Finding[]>;
  /** What lets whoever holds it move money; a worker's alone. */
  readonly moneyCredentials: readonly MoneyCredential[];
  /**
   * What verifies the provider's callbacks, of environment variables; present exactly if the module has the capability
   * `callbacks`. It reads what they are verified with and nothing else, because whoever receives them has nothing else.
   */
  readonly callbacks?: z.ZodType<CallbackReceiver>;
  create(config: Config, options?: ConnectorOptions): ProviderConnector;
}
