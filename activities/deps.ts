import type { ApprovalRule } from '../contract/approval';
import type { BlindIndex } from '../contract/blind-index';
import type { BatchRow, BegunRow, RanRow } from '../contract/batch';
import type { PartnerEvent } from '../contract/events';
import type { FundingRequest } from '../contract/funding';
import type { LimitBook } from '../contract/limits';
import type { ReconciliationBook } from '../contract/reconciliation';
import type { Outbox } from '../contract/outbox';
import type { Records } from '../contract/records';
import type { SendLog } from '../contract/send-log';
import type { ProviderSemantics } from '../contract/provider';
import type { ProviderInputs } from '../inputs/provider-inputs';
import type { ProviderConnector } from '../providers/port';
import type { DocumentStore } from './documents/store';

/** A provider that this worker serves: what it declares, and its live connector. */
export interface ServedProvider {
  readonly semantics: ProviderSemantics;
  readonly connector: ProviderConnector;
  /** What its module wants of inputs beside what all take. */
  readonly inputs?: ProviderInputs;
}

/** Starts flows and watches them, for the rows of a batch. */
export interface FlowRunner {
  /**
   * Begins a row's flow, or finds it begun, and watches it until it ends, parks or `signal` is aborted.
   *
   * @throws if Temporal does not answer: the row is to be tried again
   */
  run(row: BatchRow | BegunRow, signal: AbortSignal): Promise<RanRow>;
}

/** Tells a partner of what happens. */
export interface EventSender {
  /** Sends an event once. Answers why it was not taken, in closed words, or undefined if it was. Never throws. */
  send(event: PartnerEvent, signal: AbortSignal): Promise<string | undefined>;
}

/** What the composition root hands to the activities. */
export interface ActivityDeps {
  /** By provider id. A provider that is not here has no credentials in this process, and is refused. */
  readonly providers: ReadonlyMap<string, ServedProvider>;
  readonly documents: DocumentStore;
  /** Which movements need approval, and which limits there are. Absent: none. */
  readonly approvals?: readonly ApprovalRule[];
  /** Whether an edge that had authenticated the caller vouches for the request's `requestedBy`. Absent: none can. */
  readonly provesRequester?: (request: FundingRequest) => boolean;
  /** What a send is written into before it leaves, and as whom; and what counts for the limits of the policy. */
  readonly sends: { readonly log: SendLog; readonly worker: string; readonly limits: LimitBook };
  /** What comparisons with providers read and write. Absent: this worker makes none. */
  readonly reconciliation?: ReconciliationBook;
  /** What people decide, and what is read of clients, is kept in. Absent: in nothing. */
  readonly records?: Records;
  /** What clients are found by is kept in. Absent: in nothing, and nobody is found. */
  readonly blindIndex?: BlindIndex;
  /** What partners are told is kept in, before it is told. Absent: in nothing. */
  readonly outbox?: Outbox;
  /** Absent: partners are told nothing. */
  readonly events?: EventSender;
  /** Absent: this worker runs no batches. */
  readonly flows?: FlowRunner;
}
