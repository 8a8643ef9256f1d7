import type { FundingResult, Intent, Order } from './funding';
import type { ErrorCode } from './errors';

/**
 * The send log: what is written of a movement outside Temporal, before and after it is sent, so that what a history forgot
 * or never knew is still answered. Every answer is a value; only that the book cannot be reached is thrown.
 */

/**
 * The operation in a failure that tells of a send which was not made, because another may have been: which one is in doubt is
 * then not the send that failed.
 */
export const SENT_BY_ANOTHER_RUN = 'submitInAnotherRun';

/** The operation in a failure that tells of a send which was not made, because the book has the intent's end. */
export const ENDED_IN_THE_BOOK = 'submitAfterTheEnd';

/** An intent, by what is unique for ever. */
export type IntentKey = Pick<Intent, 'provider' | 'fundingId'>;

/** What the asker knows to be in the book of an intent: a book that has fewer entries was restored to an earlier moment. */
export interface KnownEntries {
  /** The `entries` of the last answer about the intent; absent: none is known. */
  readonly entries?: number;
}

/** One send of one ref of an intent. */
export interface AttemptKey extends IntentKey, KnownEntries {
  readonly ref: string;
  /** How often the ref is sent, with this send; from 1. */
  readonly number: number;
}

/**
 * `sending`: it may have left, and nothing is known of it. `fenced`: it never left and never may. The others are what its
 * sender was told.
 */
export type AttemptState = 'sending' | 'fenced' | 'applied' | 'not-applied' | 'unknown';

/** A send, as the book has it. */
export interface AttemptRecord {
  readonly ref: string;
  readonly number: number;
  readonly state: AttemptState;
  /** When it entered the book. UTC ISO time. Absent in what was read of a book before it told. */
  readonly begunAt?: string;
  readonly errorCode?: string;
  readonly orderId?: string;
}

/** How an intent ended. */
export interface IntentEnd {
  readonly outcome: FundingResult['outcome'];
  readonly orderId?: string;
}

/** How often a ref was sent, as far as the asker knows. */
export interface HeardSends {
  readonly ref: string;
  readonly sent: number;
}

/** The sends that may have been applied and of which the asker, who knows of those it has `heard` of, does not. */
export function unheardSends(
  attempts: readonly AttemptRecord[],
  heard: readonly HeardSends[],
): readonly AttemptRecord[] {
  return attempts.filter(
    (attempt) => mayBeApplied(attempt) && !heard.some(({ ref, sent }) => ref === attempt.ref && sent >= attempt.number),
  );
}

/** Whether an order may have come of a send. */
export function mayBeApplied({ state }: AttemptRecord): boolean {
  return state === 'sending' || state === 'applied' || state === 'unknown';
}

/** The book was restored to an earlier moment, or is another one: what it lacks proves nothing. */
interface BookBehind {
  readonly is: 'behind';
}

/** How an intent ended, with its orders as they were read last: what it is answered with once all else has forgotten it. */
export interface RecordedEnd extends IntentEnd {
  readonly orders: readonly Order[];
}

/** An intent, as the book has it. */
export interface RecordedIntent {
  readonly entries: number;
  /** Every send of it so far, in the order in which they began. */
  readonly attempts: readonly AttemptRecord[];
  /** Present if it has ended: it is answered so for ever. */
  readonly end?: RecordedEnd;
}

export type Admission =
  | ({ readonly is: 'admitted' } & RecordedIntent)
  /** Something else was asked under the id before. */
  | { readonly is: 'taken' }
  | BookBehind;

export type Begin =
  /** It is in the book: it may leave, once. */
  | { readonly is: 'begun'; readonly entries: number }
  /** It was begun before, by a run that this one knows nothing of, say: it must not leave again. */
  | { readonly is: 'sent-before'; readonly entries: number; readonly attempt: AttemptRecord }
  /** It was given up before it began, or its intent has ended: it must not leave. */
  | { readonly is: 'fenced'; readonly entries: number }
  | BookBehind;

export type Fence =
  /** It never left, and never will. */
  | { readonly is: 'never-sent'; readonly entries: number }
  /** It began: what is known of it. */
  | { readonly is: 'begun'; readonly entries: number; readonly attempt: AttemptRecord }
  | BookBehind;

/** What came of a send. */
export type Settlement =
  | { readonly outcome: 'applied'; readonly order: Order; readonly readAt: string }
  | { readonly outcome: 'not-applied' | 'unknown'; readonly errorCode: ErrorCode };

export type Recorded =
  | { readonly is: 'recorded'; readonly entries: number }
  /** What is in the book says otherwise, and stands. */
  | { readonly is: 'contradicted'; readonly entries: number }
  | BookBehind;

/** What came of recording an end. */
export type Ended =
  | Recorded
  /** The intent was sent without the asker's knowledge, and may have moved: it has not ended. Each send of it so far. */
  | { readonly is: 'sent-elsewhere'; readonly entries: number; readonly attempts: readonly AttemptRecord[] };

/**
 * Each call may be repeated: but for `begin`, which lets a send leave once, it then changes nothing and answers the same.
 */
export interface SendLog {
  /** Enters the intent, or finds it: the same request, the same record; another under its id is refused, for ever. */
  admit(intent: Intent, known?: KnownEntries): Promise<Admission>;
  /**
   * Before a send leaves. Answers `begun` to one caller alone.
   *
   * @param claim who begins it: the worker, and what this one execution alone has. An answer that was lost is asked for again
   *   under the same claim, and by nobody else: what was begun under it is answered as `begun`
   */
  begin(attempt: AttemptKey, claim: string): Promise<Begin>;
  /** After it. */
  settle(attempt: AttemptKey, settlement: Settlement): Promise<Recorded>;
  /** In place of it, if it is not known whether it began: between this and `begin` one comes first, and holds. */
  fence(attempt: AttemptKey): Promise<Fence>;
  /** What a look-up showed of an order of the intent. `readAt`: UTC ISO time; an older read than the last changes nothing. */
  see(intent: IntentKey & KnownEntries, order: Order, readAt: string): Promise<Recorded>;
  /**
   * How the intent ended. From then on nothing of it may leave.
   *
   * @param heard the sends that whoever ends it knows of, if it is to end only if there are no others
   */
  end(intent: IntentKey & KnownEntries, end: IntentEnd, heard?: readonly HeardSends[]): Promise<Ended>;
  /** What the book has of an intent, if the same was asked for; it is not entered. */
  find(intent: Intent): Promise<RecordedIntent | undefined>;
}

/**
 * Thrown if the book could not be asked, or did not answer: whether it took what it was told is not known. Nothing may
 * leave for a provider; the call is made again.
 */
export class BookUnavailable extends Error {
  override readonly name = 'BookUnavailable';
  readonly code = 'BOOK_UNAVAILABLE';

  /** @param why in closed words, such as an SQLSTATE: what a database says may quote what it was told */
  constructor(why: string) {
    super(`BOOK_UNAVAILABLE: ${why}`);
  }
}
