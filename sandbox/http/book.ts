import type { z } from 'zod';
import { noJournal, openFileJournal, type Journal } from './journal';

/** What changes build up, live and on replay alike. */
export interface BookState<Change> {
  apply(change: Change): void;
}

/**
 * The book of a sandbox: a state, and the journal of the changes that made it. A change checks and commits in one go,
 * without waiting in between, so that two requests can never both pass a check that only one may pass.
 */
export class Book<Change, State extends BookState<Change>> {
  private journal: Journal = noJournal;

  private constructor(
    private readonly blank: () => State,
    private current: State,
  ) {}

  /**
   * @param dataFile the journal; undefined keeps everything in memory
   * @throws JournalUnreadable, or the system's error if the file cannot be opened
   */
  static async open<Change, State extends BookState<Change>>(
    dataFile: string | undefined,
    change: z.ZodType<Change>,
    blank: () => State,
  ): Promise<Book<Change, State>> {
    const book = new Book<Change, State>(blank, blank());
    if (dataFile !== undefined) {
      book.journal = await openFileJournal(dataFile, (line) => {
        book.current.apply(change.parse(line));
      });
    }
    return book;
  }

  get state(): State {
    return this.current;
  }

  /** Takes effect at once; is kept when a later `durable` has resolved. */
  commit(change: Change): void {
    this.current.apply(change);
    this.journal.append(change);
  }

  /**
   * Resolves when everything committed before is on the disk. Every answer waits for it, reads included: a crash must
   * not undo what was shown to somebody.
   */
  durable(): Promise<void> {
    return this.journal.settled();
  }

  async reset(): Promise<void> {
    this.current = this.blank();
    this.journal.clear();
    await this.journal.settled();
  }

  close(): Promise<void> {
    return this.journal.close();
  }
}
