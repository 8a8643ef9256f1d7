import { auditEntrySha256, NO_ENTRY } from '../canonical';
import type { AuditEntry } from './entries';

/** What is not as it was written: of which subject, at which of its entries, and what is wrong with it. */
export interface Fault {
  readonly subject: string;
  /** Absent if it is not about one entry. */
  readonly entry?: number;
  readonly problem: string;
}

/** The end of a chain, as the book or a root has it. */
export interface ChainHead {
  readonly entries: number;
  readonly sha256: Buffer;
}

/**
 * Follows one chain from its first entry on. What is wrong with an entry is told of that entry alone: the one after it is
 * held to what this one was, or to what it is now.
 */
export class ChainProof {
  private expected = 1;
  private previous: readonly Buffer[] = [NO_ENTRY];

  constructor(
    readonly chainId: string,
    readonly subject: string,
  ) {}

  /** The problems of the next entry; none if it is as it was written. */
  follow(entry: AuditEntry): readonly Fault[] {
    const { subject, expected, previous } = this;
    if (entry.entry !== expected) {
      this.expected = entry.entry + 1;
      this.previous = [entry.sha256];
      return [{ subject, entry: expected, problem: missing(expected, entry.entry - 1) }];
    }
    const made = previous.map((before) => auditEntrySha256({ ...entry, previous: before }));
    this.expected += 1;
    if (made.some((hash) => hash.equals(entry.sha256))) {
      this.previous = [entry.sha256];
      return [];
    }
    this.previous = [entry.sha256, ...made];
    return [{ subject, entry: entry.entry, problem: `was changed: its ${entry.action} is not what was written` }];
  }

  /** Holds the end of the chain to its head. */
  end({ entries, sha256 }: ChainHead): readonly Fault[] {
    const { subject, expected, previous } = this;
    const last = expected - 1;
    if (entries > last) return [{ subject, entry: last + 1, problem: missing(last + 1, entries) }];
    if (entries < last)
      return [{ subject, entry: entries + 1, problem: 'is there, and the head of its chain lacks it' }];
    return previous.some((hash) => hash.equals(sha256))
      ? []
      : [{ subject, entry: last, problem: 'is not the one that the head of its chain was made of' }];
  }
}

function missing(first: number, last: number): string {
  return first === last ? 'is missing' : `is missing, and all up to ${last}`;
}
