import type { ColumnType, Generated } from 'kysely';
import type { RowOutcome } from '../contract/batch';
import type { EventData, EventType } from '../contract/events';
import type { FundingKind, FundingResult, OrderState } from '../contract/funding';
import type { Verdict } from '../contract/limits';
import type { DecimalText } from '../contract/money';
import type { BothSides, DiscrepancyClass, DiscrepancyState, ShownTransactions } from '../contract/reconciliation';
import type { AttemptState } from '../contract/send-log';

/**
 * The tables of the book, as statements see them; the migrations make them (migrations/). Times are set by the database,
 * which is one clock for all workers. Nothing in it is meant to be personal: ids are opaque, and of what was asked there is a hash.
 * What people wrote, and handles of documents, stand apart (`particulars`): they can be erased.
 */
export interface BookSchema {
  readonly intents: IntentTable;
  readonly attempts: AttemptTable;
  readonly orders: OrderTable;
  readonly order_reads: OrderReadTable;
  readonly verdicts: VerdictTable;
  readonly reconciliation_runs: ReconciliationRunTable;
  readonly reconciled_transactions: ReconciledTransactionTable;
  readonly discrepancies: DiscrepancyTable;
  readonly decisions: DecisionTable;
  readonly clients: ClientTable;
  readonly documents: DocumentTable;
  readonly batches: BatchTable;
  readonly batch_rows: BatchRowTable;
  readonly worker_starts: WorkerStartTable;
  readonly events_out: EventOutTable;
  readonly starts: StartTable;
  readonly data_keys: DataKeyTable;
  readonly data_key_destructions: DataKeyDestructionTable;
  readonly particular_secrets: ParticularSecretTable;
  readonly particulars: ParticularTable;
  readonly erasures: ErasureTable;
  readonly erased_subjects: ErasedSubjectTable;
  readonly blind_indexes: BlindIndexTable;
  readonly askings: AskingTable;
  readonly decodes: DecodeTable;
  readonly chains: ChainTable;
  readonly audit: AuditTable;
}

/** Never changed once written. */
type Fixed<T> = ColumnType<T, T, never>;
/** Set by the database when the row is written. */
type Written<T> = ColumnType<T, never, never>;

/** One wish to move money, for ever: one row a provider and funding id. */
interface IntentTable {
  readonly intent_id: Written<string>;
  readonly provider: Fixed<string>;
  readonly funding_id: Fixed<string>;
  readonly client_id: Fixed<string>;
  readonly kind: Fixed<FundingKind>;
  readonly asset: Fixed<string>;
  readonly amount: Fixed<DecimalText>;
  /** SHA-256 of all that was asked, in its canonical form (canonical.ts); the database makes it with the subject's secret. */
  readonly asked_sha256: Fixed<Buffer>;
  /** How many entries the book has of it: one more with each change to it or to what belongs to it. */
  readonly entries: Generated<number>;
  readonly outcome: ColumnType<FundingResult['outcome'] | null, never, FundingResult['outcome']>;
  /** The order that it completed by. */
  readonly order_id: ColumnType<string | null, never, string | null>;
  readonly admitted_at: Written<Date>;
  readonly ended_at: ColumnType<Date | null, never, Date>;
}

/** One send of a ref, written before it leaves. */
interface AttemptTable {
  readonly intent_id: Fixed<string>;
  readonly ref: Fixed<string>;
  /** How often the ref is sent, with this send; from 1. */
  readonly send_number: Fixed<number>;
  readonly state: AttemptState;
  /** The claim under which it was begun: the worker, and one execution of it. Null if it was fenced first. */
  readonly worker: Fixed<string | null>;
  readonly error_code: ColumnType<string | null, never, string | null>;
  readonly order_id: ColumnType<string | null, never, string | null>;
  readonly begun_at: Written<Date>;
  readonly settled_at: ColumnType<Date | null, never, Date>;
}

/** The provider's record of an attempt, as it was read last. */
interface OrderTable {
  readonly intent_id: Fixed<string>;
  readonly order_id: Fixed<string>;
  readonly ref: Fixed<string>;
  readonly state: OrderState;
  /** The provider's own word. */
  readonly status: string;
  readonly asset: string;
  readonly amount: DecimalText;
  readonly received_asset: string | null;
  readonly received_amount: DecimalText | null;
  readonly fee: DecimalText | null;
  readonly fee_asset: string | null;
  readonly vat: DecimalText | null;
  /** SHA-256 of the order as it was read, in its canonical form. */
  readonly read_sha256: Buffer;
  /** When it was read so, by the reader's clock: an older read changes nothing. */
  readonly read_at: Date;
  /** How many of its reads showed something new; from 1. */
  readonly version: number;
}

/** The history of an order: one row each time that a read showed something new. */
interface OrderReadTable {
  readonly intent_id: Fixed<string>;
  readonly order_id: Fixed<string>;
  readonly version: Fixed<number>;
  readonly state: Fixed<OrderState>;
  readonly status: Fixed<string>;
  readonly amount: Fixed<DecimalText>;
  readonly fee: Fixed<DecimalText | null>;
  readonly vat: Fixed<DecimalText | null>;
  readonly read_sha256: Fixed<Buffer>;
  readonly read_at: Fixed<Date>;
}

/** What the limits of the policy said of an intent. Which limit it is over is told only where it is over one. */
interface VerdictTable {
  readonly intent_id: Fixed<string>;
  readonly verdict: Verdict['is'] | 'withdrawn';
  readonly approvers: number | null;
  readonly expires_after_ms: ColumnType<string | null, number | null, number | null>;
  readonly within: string | null;
  readonly from_sum: DecimalText | null;
  readonly from_number: number | null;
  readonly counted_sum: DecimalText | null;
  readonly counted_number: number | null;
  readonly judged_at: ColumnType<Date, never, Date>;
}

/** One comparison with a provider: the one of a day that was closed never changes. Days are UTC, such as `2026-06-01`. */
interface ReconciliationRunTable {
  readonly provider: Fixed<string>;
  readonly business_date: ColumnType<Date, string, never>;
  readonly from_at: Date;
  readonly to_at: Date;
  readonly watermark: Date;
  readonly coverage: ShownTransactions['coverage'];
  readonly counted: number;
  readonly matched: number;
  readonly waiting: number;
  readonly closed: boolean;
  readonly ran_at: Written<Date>;
}

/** The day that has seen a transaction of the provider first, and the one that it is dated by. */
interface ReconciledTransactionTable {
  readonly provider: Fixed<string>;
  readonly transaction_id: Fixed<string>;
  readonly dated_on: ColumnType<Date, string, never>;
  readonly business_date: ColumnType<Date, string, never>;
}

/** What both sides differ in, for ever; and where it stands. */
interface DiscrepancyTable {
  readonly provider: Fixed<string>;
  readonly discrepancy_id: Fixed<string>;
  readonly class: Fixed<DiscrepancyClass>;
  /** What differs: a ref, an order, an asset. */
  readonly about: Fixed<string>;
  readonly funding_id: Fixed<string | null>;
  readonly transaction_id: Fixed<string | null>;
  readonly sides: ColumnType<readonly BothSides[], string, never>;
  readonly dated_on: ColumnType<Date, string, never>;
  readonly first_seen_on: ColumnType<Date, string, never>;
  readonly last_seen_on: ColumnType<Date, string, string>;
  readonly state: DiscrepancyState;
  readonly answer: ColumnType<string | null, never, string>;
  readonly answered_by: ColumnType<string | null, never, string>;
  readonly reason: ColumnType<string | null, never, string>;
  readonly evidence: ColumnType<string | null, never, string | null>;
  readonly first_seen_at: Written<Date>;
  readonly closed_at: ColumnType<Date | null, never, Date | null>;
}

/** What a person decided, or tried to, about the flow that `subject` is the workflow id of. */
interface DecisionTable {
  readonly subject: Fixed<string>;
  /** Of the update that it came by: told twice, it is one decision. */
  readonly update_id: Fixed<string>;
  readonly decision: Fixed<string>;
  /** Of a `resolve`. */
  readonly action: Fixed<string | null>;
  /** Which question it says that it answers. */
  readonly question: Fixed<string | null>;
  readonly decided_by: Fixed<string>;
  readonly reason: Fixed<string>;
  readonly evidence: Fixed<string | null>;
  /** What the person needs a right to, for this. */
  readonly authority: Fixed<string>;
  /** Why the flow refused it; null if it was taken. */
  readonly refused: Fixed<string | null>;
  readonly decided_at: Fixed<Date>;
}

/** A client as its provider showed it last. */
interface ClientTable {
  /** The workflow id of its onboarding. */
  readonly subject: Fixed<string>;
  readonly provider: Fixed<string>;
  readonly client_id: Fixed<string>;
  readonly provider_client_id: string | null;
  /** The provider's own word; null while the provider has not shown it. */
  readonly status: string | null;
  readonly verified: boolean;
  readonly active: boolean;
  readonly rejected: boolean;
  readonly version: Generated<number>;
  readonly begun_at: Written<Date>;
  /** An older read changes nothing. */
  readonly read_at: Date;
}

interface DocumentTable {
  /** The workflow id of the onboarding. */
  readonly subject: Fixed<string>;
  readonly type: Fixed<string>;
  readonly provider_document_id: Fixed<string>;
  /** Of the front file, in hex. */
  readonly sha256: Fixed<string>;
  readonly how: Fixed<'uploaded' | 'found'>;
  readonly filed_at: Written<Date>;
}

interface BatchTable {
  /** The workflow id of the batch. */
  readonly subject: Fixed<string>;
  readonly provider: Fixed<string>;
  readonly batch_id: Fixed<string>;
  /** Of the file that was uploaded, in hex. */
  readonly file_sha256: Fixed<string>;
  readonly row_count: Fixed<number>;
  readonly begun_at: Written<Date>;
}

/** What came of a row of a batch when it was looked at last. */
interface BatchRowTable {
  readonly subject: Fixed<string>;
  readonly line: Fixed<number>;
  readonly id: Fixed<string>;
  /** The workflow id of what it asks for. */
  readonly flow: Fixed<string>;
  readonly outcome: RowOutcome;
  readonly code: string | null;
  readonly version: Generated<number>;
  readonly recorded_at: Written<Date>;
}

/** With what a worker started. */
interface WorkerStartTable {
  readonly subject: Written<string>;
  readonly start_id: Written<string>;
  readonly worker: Fixed<string>;
  readonly providers: Fixed<string>;
  /** Its approval rules in their one spelling; empty if it has none. */
  readonly policy: Fixed<string>;
  readonly policy_sha256: Fixed<string | null>;
  /** What else of its settings says what may happen, as JSON; never a secret. */
  readonly settings: Fixed<string>;
  readonly started_at: Written<Date>;
}

/** An event for the partner: here before it is told. */
interface EventOutTable {
  /** In the order of which those of a subject are told. */
  readonly event_no: Written<string>;
  readonly event_id: Fixed<string>;
  /** The workflow id of the flow that it is about. */
  readonly subject: Fixed<string>;
  readonly type: Fixed<EventType>;
  readonly data: ColumnType<EventData, string, never>;
  readonly happened_at: Fixed<Date>;
  readonly written_at: Written<Date>;
  readonly delivered_at: ColumnType<Date | null, never, Date>;
  readonly put_aside_at: ColumnType<Date | null, never, Date>;
  /** Why it is told no more. */
  readonly put_aside: ColumnType<string | null, never, string>;
}

/** That a movement was started, and who asked for it. */
interface StartTable {
  /** The workflow id. */
  readonly subject: Fixed<string>;
  /** Of the workflow that it was started as: a reset is another. */
  readonly run_id: Fixed<string>;
  /** Null if nobody said. */
  readonly requested_by: Fixed<string | null>;
  /** Whether an edge that had authenticated them says so. */
  readonly proven: Fixed<boolean>;
  readonly started_at: Written<Date>;
}

/** A key that a workflow's payloads are encrypted with, wrapped by a key that is not in the book. */
interface DataKeyTable {
  readonly key_id: Fixed<string>;
  /** The workflow id. */
  readonly subject: Fixed<string>;
  /** With the client's id: whose it is. Null if nobody's, or if it is not known. */
  readonly provider: string | null;
  readonly client_id: string | null;
  /** The id of the key that has wrapped it. */
  readonly wrapped_by: string;
  /** Null once it is destroyed. */
  readonly wrapped_key: Buffer | null;
  readonly created_at: Written<Date>;
  readonly rewrapped_at: ColumnType<Date | null, never, Date>;
  readonly destroyed_at: ColumnType<Date | null, never, Date>;
}

/** How often data keys were destroyed: whoever holds some asks this, and lets go of them all if it has changed. */
interface DataKeyDestructionTable {
  readonly number: Written<string>;
}

/** What the marks of a subject are made with. With it everything goes that could say what they stood for. */
interface ParticularSecretTable {
  readonly subject: Written<string>;
  readonly secret: Written<Buffer>;
}

/** What people wrote, and handles of documents: the rows and the audit have the mark in its place. */
interface ParticularTable {
  readonly subject: Written<string>;
  readonly mark: Written<string>;
  readonly told: Written<string>;
}

/** That a client was forgotten: the certificate. */
interface ErasureTable {
  readonly erasure_id: Fixed<string>;
  /** The workflow id of the client's onboarding. */
  readonly subject: Fixed<string>;
  readonly provider: Fixed<string>;
  readonly client_id: Fixed<string>;
  readonly erased_by: Fixed<string>;
  readonly reason: Fixed<string>;
  /** Ids of the keys that were destroyed. */
  readonly data_keys: Fixed<string[]>;
  /** Workflow ids of what waited for a person, and was ended for this. */
  readonly cancelled: Fixed<string[]>;
  /** Workflow ids of batches whose keys went with the client's rows in them. */
  readonly batches: Fixed<string[]>;
  readonly documents: Fixed<number>;
  readonly words: Fixed<number>;
  /** Words that an earlier version wrote into the audit itself, where they stay. */
  readonly words_kept: Fixed<number>;
  readonly blind_indexes: Fixed<number>;
  /** How many flows of the client Temporal has in clear. */
  readonly in_clear: Fixed<number>;
  readonly erased_at: Written<Date>;
}

/** That what stood beside a subject is gone, and which marks stand for nothing from then on. */
interface ErasedSubjectTable {
  readonly erasure_id: Fixed<string>;
  readonly subject: Fixed<string>;
  readonly erased_by: Fixed<string>;
  readonly marks: Fixed<string[]>;
}

/** By what a client is found, as a keyed hash. */
interface BlindIndexTable {
  readonly provider: string;
  readonly client_id: string;
  readonly field: 'email' | 'phone' | 'government-id';
  readonly key_version: string;
  readonly digest: Buffer;
  readonly written_at: Written<Date>;
}

/** That somebody asked for a client by what only the client knows. */
interface AskingTable {
  readonly subject: Written<string>;
  readonly asking_id: Written<string>;
  readonly asked_by: Fixed<string>;
  readonly field: Fixed<string>;
  /** Beyond what one may ask in an hour. */
  readonly refused: Fixed<boolean>;
  /** Onboardings, by their workflow ids. */
  readonly found: Fixed<string[]>;
  readonly asked_at: Written<Date>;
}

/** That somebody has read payloads through the codec server, or tried to. */
interface DecodeTable {
  readonly decode_id: Written<string>;
  /** `decodes/` and the day, UTC. */
  readonly subject: Written<string>;
  /** Null: nobody who is known. */
  readonly reader: Fixed<string | null>;
  readonly workflows: Fixed<readonly string[]>;
  readonly refused_workflows: Fixed<readonly string[]>;
  readonly payloads: Fixed<number>;
  readonly decoded: Fixed<number>;
  /** Numbers by code. */
  readonly refused: ColumnType<Readonly<Record<string, number>>, string, never>;
  readonly asked_at: Written<Date>;
}

/** The chain of what a subject was, and its end. */
interface ChainTable {
  readonly chain_id: Written<string>;
  readonly subject: Fixed<string>;
  readonly entries: Written<number>;
  readonly head_sha256: Written<Buffer>;
}

/** One entry of a chain, written by the database itself with the change that it tells of (migrations/0002-audit.ts). */
interface AuditTable {
  readonly chain_id: Written<string>;
  /** From 1. */
  readonly entry: Written<number>;
  readonly at: Written<Date>;
  readonly actor: Written<string>;
  readonly action: Written<string>;
  readonly of_table: Written<string>;
  /** The row as it was from then on: JSON, every value as text. */
  readonly content: Written<string>;
  readonly sha256: Written<Buffer>;
}
