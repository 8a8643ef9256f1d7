import type { ClientKey } from './records';

/** Forgetting a client: what is asked, what the book has of the client, and what is left as a certificate. */

/** Who has a client forgotten, and why. Both stay for ever: nothing personal belongs there. */
export interface ErasureRequest {
  /** An opaque operator id. */
  readonly by: string;
  readonly reason: string;
  /** Tells what would be done, and does nothing. Default: false. */
  readonly dryRun?: boolean;
}

/** What a person's cancel says that was made for an erasure. The certificate says why: this is erased with the rest. */
export const CANCELLED_TO_FORGET = 'the client is being forgotten';

/** That a client was forgotten. It stands in the audit of the client, and names nothing that is personal. */
export interface ErasureCertificate extends ClientKey {
  readonly id: string;
  readonly by: string;
  readonly reason: string;
  /** UTC ISO time. */
  readonly erasedAt: string;
  /** Ids of the data keys that were destroyed: what they encrypted is gone for good, wherever there is a copy. */
  readonly keys: readonly string[];
  /** Workflow ids of what only waited for a person, and was ended for this. */
  readonly cancelled: readonly string[];
  /** Workflow ids of ended batches that held rows of the client: they cannot be read any more, the other rows' flows can. */
  readonly batches: readonly string[];
  /** How many documents' handles were removed. */
  readonly documents: number;
  /** How many texts of people were removed. */
  readonly words: number;
  /** How many texts stay, because an earlier version wrote them into the audit itself. */
  readonly wordsKept: number;
  readonly blindIndexes: number;
  /** How many flows Temporal has in clear, until it forgets them itself: no key could be destroyed. */
  readonly inClear: number;
}

/** What is the client's, as an erasure has to know it. */
export interface HeldOfClient {
  /** Workflow ids of everything of the client's that has a key or is in the book. */
  readonly subjects: readonly string[];
  /** Those of them with a key that is not destroyed. */
  readonly withKey: readonly string[];
  /** Those of them that had a key at any time. */
  readonly everWithKey: readonly string[];
  /** Workflow ids of batches in which rows of the client ran. */
  readonly batches: readonly string[];
  readonly movements: readonly HeldMovement[];
  /** When what the law may have kept was last added to, by kind. UTC ISO times. */
  readonly latest: Readonly<Partial<Record<RetainedKind, string>>>;
  readonly documents: number;
  readonly words: number;
  readonly wordsKept: number;
  readonly blindIndexes: number;
  /** Subjects with a secret that marks, and the hash of what was asked, were made with. */
  readonly secrets: number;
  /** The last time that the client was forgotten. */
  readonly erasure?: ErasureCertificate;
}

export interface HeldMovement {
  readonly workflowId: string;
  /** Whether a send may have left of which it is not known that it ended. */
  readonly underWay: boolean;
}

/** What a law may have kept. */
export const RETAINED_KINDS = ['application', 'document', 'movement', 'decision'] as const;
export type RetainedKind = (typeof RETAINED_KINDS)[number];

/** For how long a law has something kept, counted from when the last of it was added. */
export interface RetentionRule {
  readonly kind: RetainedKind;
  /** Days or calendar years, such as `90d` or `5y`. */
  readonly keep: string;
  /** The law's name, as whoever asks is told it. */
  readonly law: string;
  /** Absent: at every provider. */
  readonly provider?: string;
}

const KEEP = /^([1-9]\d{0,4})([dy])$/;
const MOST_YEARS = 100;
const DAY_MS = 86_400_000;
const DAYS_A_YEAR = 366;

/** Until when something is kept that was added at `from`; undefined if `keep` is no time, or longer than 100 years. */
export function keptUntil(from: Date, keep: string): Date | undefined {
  const [, count = '', unit] = KEEP.exec(keep) ?? [];
  const number = Number(count);
  if (unit === 'd') return number > MOST_YEARS * DAYS_A_YEAR ? undefined : new Date(from.getTime() + number * DAY_MS);
  if (unit !== 'y' || number > MOST_YEARS) return undefined;
  const until = new Date(from);
  until.setUTCFullYear(until.getUTCFullYear() + number);
  return until;
}
