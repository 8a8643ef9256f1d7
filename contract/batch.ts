import type { FieldProblem } from './errors';
import type { FundingInput } from './funding';
import type { OnboardAndFundRequest } from './onboard-and-fund';
import type { Application } from './onboarding';
import type { PersonsDecision } from './progress';

/** The one argument of `runBatch`: how many rows are to come. The rows themselves are handed over while it runs. */
export interface BatchRequest {
  readonly provider: string;
  /** The caller's own opaque reference of the batch; by default the first half of the file's hash. */
  readonly batchId: string;
  /** SHA-256 of the file that the rows are of, in lower-case hex: another file is another batch. */
  readonly sha256: string;
  /** How many rows will be handed over. */
  readonly rows: number;
  /** How many flows are under way at once. Default {@link DEFAULT_BATCH_CONCURRENCY}. */
  readonly concurrency?: number;
}

/** The most rows of one batch. */
export const MAX_BATCH_ROWS = 100_000;

export const DEFAULT_BATCH_CONCURRENCY = 20;
/** Each holds an activity slot of the worker, which the flows themselves need too. */
export const MAX_BATCH_CONCURRENCY = 50;
/** The rows that one update may hand over, and the rows that wait in the workflow at most. */
export const MAX_ROWS_AT_ONCE = 50;
export const MAX_WAITING_ROWS = 200;
/** The longest row as JSON, in characters: all waiting rows are carried along when the history is renewed. */
export const MAX_ROW_LENGTH = 8_000;

/** The stages of a batch, as search attributes. */
export const BATCH_STAGES = ['running', 'paused', 'completed'] as const;
export type BatchStage = (typeof BATCH_STAGES)[number];

/** What a row asks for: what the facade is given to start its workflow, under that workflow's own id. */
export type BatchWork =
  | { readonly flow: 'funding'; readonly request: FundingInput }
  | { readonly flow: 'onboarding'; readonly request: Application }
  | { readonly flow: 'onboarding-and-funding'; readonly request: OnboardAndFundRequest };

export type BatchRow = BatchWork & {
  /** In the file, from 1. */
  readonly line: number;
  /** The fundingId or partnerClientId. */
  readonly id: string;
};

/**
 * What came of a row. `parked`: its workflow waits for a person; `refused`: nothing was started, or the provider's
 * check refused it before anything was sent; `under-way`: neither ended nor parked when last looked at.
 */
export const ROW_OUTCOMES = ['done', 'parked', 'refused', 'failed', 'abandoned', 'cancelled', 'under-way'] as const;
export type RowOutcome = (typeof ROW_OUTCOMES)[number];

export interface RowResult {
  readonly line: number;
  readonly id: string;
  readonly outcome: RowOutcome;
  /** Why it is not done: a ParkReason or another code. */
  readonly code?: string;
  /** The wrong fields, joined by commas if there are several. */
  readonly field?: string;
  /** One sentence for a person, without anything personal. */
  readonly reason?: string;
}

export interface AddRowsRequest {
  /** The number of the first of them, counted from 0 over all rows of the batch. */
  readonly first: number;
  readonly rows: readonly BatchRow[];
}

/** Which rows the batch wants next. */
export interface RowsWanted {
  /** The number of the next row, counted from 0; the number of rows once all were handed over. */
  readonly next: number;
  /** How many it takes now. */
  readonly room: number;
}

/** A run of the batch's workflow, and the results that it holds: a history is renewed before it grows long. */
export interface BatchRun {
  readonly runId: string;
  readonly results: number;
}

export type RowCounts = Readonly<Record<RowOutcome, number>>;

export interface BatchProgress {
  readonly batchId: string;
  readonly provider: string;
  readonly rows: number;
  readonly wanted: RowsWanted;
  /** Rows that are settled, by outcome, and those `under-way`. */
  readonly counts: RowCounts;
  readonly paused: boolean;
  readonly decisions: readonly PersonsDecision[];
  /** The runs before this one, oldest first, and this one. */
  readonly runs: readonly BatchRun[];
}

export interface BatchResult {
  readonly batchId: string;
  readonly provider: string;
  readonly rows: number;
  readonly counts: RowCounts;
  readonly runs: readonly BatchRun[];
}

/** Who pauses or resumes a batch, and why. */
export interface PauseRequest {
  readonly by: string;
  readonly reason: string;
}

/** What an activity is asked about a row: begin it, or look again at what it began. */
export interface RunRowArgument {
  readonly row: BatchRow | BegunRow;
}

/** A row whose workflow was started and had neither ended nor parked. */
export interface BegunRow {
  readonly line: number;
  readonly id: string;
  readonly workflowId: string;
}

export interface RanRow {
  readonly result: RowResult;
  /** What to look at again, if the outcome is `under-way`. */
  readonly begun?: BegunRow;
}

/** The lock of a batch. */
export function batchWorkflowId(provider: string, batchId: string): string {
  return `batch/${provider}/${batchId}`;
}

/** `Batch march-payouts of 2000 rows`. */
export function batchTitle({ batchId, rows }: Pick<BatchRequest, 'batchId' | 'rows'>): string {
  return `Batch ${batchId} of ${rows} rows`;
}

/** The counts before anything has settled. */
export const NO_ROWS: RowCounts = {
  done: 0,
  parked: 0,
  refused: 0,
  failed: 0,
  abandoned: 0,
  cancelled: 0,
  'under-way': 0,
};

/** Names the wrong fields of a row in one text. */
export function fieldsText(fields: readonly FieldProblem[]): string {
  return [...new Set(fields.map(({ field }) => field))].join(', ');
}
