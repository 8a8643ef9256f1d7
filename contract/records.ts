import type { BatchRequest, RowOutcome } from './batch';
import type { ClientState, FiledDocument } from './onboarding';

/**
 * What the book keeps beside the movements (send-log.ts): who decided what, clients and their documents, batches, and with
 * what a worker started. Nothing personal. Each call may be repeated and then changes nothing.
 */
export interface Records {
  started(start: StartRecord): Promise<void>;
  decided(decision: DecisionRecord): Promise<void>;
  /** A client's onboarding has begun, or its provider was read. */
  sawClient(client: ClientRecord): Promise<void>;
  filed(client: ClientKey, document: FiledDocument): Promise<void>;
  /** Whether a document of this type, with this front file, was ever on file for the client. */
  wasFiled(client: ClientKey, document: Pick<FiledDocument, 'type' | 'sha256'>): Promise<boolean>;
  begunBatch(batch: BatchRequest): Promise<void>;
  ranRow(row: RowRecord): Promise<void>;
}

/** That a flow was started, and who asked for it. */
export interface StartRecord {
  /** The workflow id. */
  readonly subject: string;
  /** Of the run that it began as: an operator's reset begins another. */
  readonly runId: string;
  /** Absent: nobody said. */
  readonly requestedBy?: string;
  /** Whether an edge that had authenticated them says so. */
  readonly proven: boolean;
}

/** What a person decided, or tried to. */
export interface DecisionRecord {
  /** The workflow id of what it is about. */
  readonly subject: string;
  /** Of the update that it came by; unique for the subject. */
  readonly updateId: string;
  /** A DecisionName, or what is decided of a batch. */
  readonly decision: string;
  /** Of a `resolve`. */
  readonly action?: string;
  /** Which question it says that it answers. */
  readonly question?: string;
  readonly by: string;
  readonly reason: string;
  readonly evidence?: string;
  /** What the person needs a right to, for this. */
  readonly authority: DecisionAuthority;
  /** Why the flow refused it; absent if it was taken. */
  readonly refused?: string;
  /** UTC ISO time. */
  readonly at: string;
}

export type DecisionAuthority = 'approve' | 'resolve';

export interface ClientKey {
  readonly provider: string;
  readonly partnerClientId: string;
}

export interface ClientRecord extends ClientKey {
  /** Absent: the provider has not shown it. */
  readonly state?: ClientState;
  /** UTC ISO time. */
  readonly readAt: string;
}

/** What came of a row of a batch when it was looked at last. */
export interface RowRecord {
  /** The workflow id of the batch. */
  readonly batch: string;
  readonly line: number;
  readonly id: string;
  /** The workflow id of what the row asks for. */
  readonly flow: string;
  readonly outcome: RowOutcome;
  readonly code?: string;
}
