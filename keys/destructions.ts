import type { DataKeyBook } from '../contract/data-keys';

/** For how long a key that was destroyed may still be used by a process that reaches the book, in milliseconds. */
export const NOTICED_WITHIN_MS = 1_000;

/**
 * Notices that keys were destroyed: asks the book at most once a second, and only while keys are asked for. While the book is away
 * nobody waits for it: what a process has, it has until its cache runs out.
 */
export class Destructions {
  private seen: string | undefined;
  private askedAt = Number.NEGATIVE_INFINITY;
  private asking: Promise<void> | undefined;
  private isAway = false;

  /** @param noticed called whenever keys were destroyed */
  constructor(
    private readonly book: Pick<DataKeyBook, 'destructions'>,
    private readonly noticed: () => void,
    private readonly now: () => number = Date.now,
  ) {}

  /** Once it has answered, what was destroyed a second ago is known. */
  async look(): Promise<void> {
    if (this.asking === undefined && this.now() - this.askedAt < NOTICED_WITHIN_MS) return;
    this.asking ??= this.ask();
    if (!this.isAway) await this.asking;
  }

  private async ask(): Promise<void> {
    const askedAt = this.now();
    try {
      const destructions = await this.book.destructions();
      if (this.seen !== undefined && this.seen !== destructions) this.noticed();
      this.seen = destructions;
      this.isAway = false;
    } catch {
      this.isAway = true;
    } finally {
      this.askedAt = askedAt;
      this.asking = undefined;
    }
  }
}
