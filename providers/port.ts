import type { z } from 'zod';
import type { FieldProblem } from '../contract/errors';
import type { Balance, FundingKind, Intent, Order } from '../contract/funding';
import type { DecimalText } from '../contract/money';
import type { Applicant, ClientState, InspectedDocument } from '../contract/onboarding';
import type { ProviderSemantics } from '../contract/provider';

/**
 * What a provider's folder gives to the rest: a module (data, and a way to make a connector) and a connector. Nothing
 * here or below knows Temporal. A connector never retries: Temporal is the only retry layer.
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
export interface NewClient {
  readonly partnerClientId: string;
  readonly applicant: Applicant;
}

/** A client found at the provider, compared with the application without giving away what it holds. */
export interface ComparedClient {
  readonly state: ClientState;
  /** Fields (dotted paths of the application) in which the provider's record differs; empty for the same person. */
  readonly differing: readonly string[];
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

export interface OrderRequest {
  readonly kind: FundingKind;
  readonly partnerClientId: string;
  readonly asset: string;
  readonly amount: DecimalText;
  readonly ref: string;
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

/**
 * A provider's connector. A method exists exactly where its capability is declared. Every method throws
 * ProviderError (provider-error.ts) and nothing else.
 */
export interface ProviderConnector {
  /** Rules of the provider that can be checked before anything is written: age, countries, visa, document types. */
  checkApplication(application: NewClient, documents: readonly InspectedDocument[]): Promise<readonly FieldProblem[]>;
  /** Creates a client. One write, sent once. */
  createClient?(client: NewClient): Promise<ClientState>;
  /** Reads a client; undefined where the provider has none. */
  readClient?(partnerClientId: string, options?: CallOptions): Promise<ClientState | undefined>;
  /** Reads a client and compares it with an application; undefined where the provider has none. */
  compareClient?(client: NewClient, options?: CallOptions): Promise<ComparedClient | undefined>;
  /** Sets a client active. */
  activateClient?(partnerClientId: string): Promise<ClientState>;
  /** Uploads a document. One write, sent once; not idempotent. */
  uploadDocument?(partnerClientId: string, document: DocumentContent, options?: CallOptions): Promise<ListedDocument>;
  /** Every document on file for a client. */
  listDocuments?(partnerClientId: string, options?: CallOptions): Promise<readonly ListedDocument[]>;
  /** The document on file that has the same type and content, if there is one. */
  findDocument?(
    partnerClientId: string,
    document: InspectedDocument,
    options?: CallOptions,
  ): Promise<ListedDocument | undefined>;
  /** Submits a deposit or a withdrawal. One write, sent once; never aborted. */
  submitOrder?(order: OrderRequest): Promise<Order>;
  /** The order under a ref; undefined where the provider has none. */
  findOrder?(ref: string, options?: CallOptions): Promise<Order | undefined>;
  /** A client's balance in one asset. */
  readBalance?(partnerClientId: string, asset: string, options?: CallOptions): Promise<Balance>;
  /**
   * Refuses what can be known before a money call: client unknown, unverified or inactive; asset not eligible;
   * for a withdrawal, available balance below the amount.
   */
  checkFunding?(intent: Intent, options?: CallOptions): Promise<void>;
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

/** A provider's folder, as data. */
export interface ProviderModule<Config = unknown> {
  readonly semantics: ProviderSemantics;
  /** Reads the provider's settings from environment variables; secrets may be given as files. */
  readonly configSchema: z.ZodType<Config>;
  /** Requests a second the provider allows, for its task queue; undefined where no limit is known. */
  readonly requestsPerSecond: number | undefined;
  /** The longest a call may take under these settings, in milliseconds; a worker refuses more than an attempt has. */
  callTimeoutMs?(config: Config): number;
  /** What is not stated anywhere and relied on all the same; for `doctor`. */
  readonly assumptions?: readonly ProviderAssumption[];
  /** Tries the settings against the provider with harmless reads; for `doctor`. Never throws. */
  diagnose?(config: Config): Promise<readonly Finding[]>;
  create(config: Config): ProviderConnector;
}
