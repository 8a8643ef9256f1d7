/** What a cache holds to. */
export interface CacheBounds {
  /** Entries at once; the one that was asked for longest ago goes first. */
  readonly most: number;
  /** How long an answer is given without asking again, in milliseconds. */
  readonly freshMs: number;
  /** How long it is still given if asking again fails for a reason that may pass, in milliseconds. */
  readonly keptMs: number;
}

interface Entry<Value> {
  readonly at: number;
  readonly value: Promise<Value>;
}

/** Remembers answers for a time. Whoever asks while an answer is under way waits for that one. */
export class TimedCache<Value> {
  private readonly entries = new Map<string, Entry<Value>>();

  /** @param mayPass whether a failure says nothing about the answer itself */
  constructor(
    private readonly bounds: CacheBounds,
    private readonly mayPass: (error: unknown) => boolean,
    private readonly now: () => number = Date.now,
  ) {}

  async get(id: string, ask: () => Promise<Value>): Promise<Value> {
    const before = this.entries.get(id);
    if (before !== undefined && this.now() - before.at < this.bounds.freshMs) {
      this.put(id, before);
      return await before.value;
    }
    const asked: Entry<Value> = { at: this.now(), value: this.askAgain(before, ask) };
    this.put(id, asked);
    try {
      return await asked.value;
    } catch (error) {
      if (this.entries.get(id) === asked) this.entries.delete(id);
      throw error;
    }
  }

  /** Holds an answer that came by another way. */
  set(id: string, value: Value): void {
    this.put(id, { at: this.now(), value: Promise.resolve(value) });
  }

  /** Forgets everything: whoever asks next asks anew. */
  clear(): void {
    this.entries.clear();
  }

  get size(): number {
    return this.entries.size;
  }

  private async askAgain(before: Entry<Value> | undefined, ask: () => Promise<Value>): Promise<Value> {
    try {
      return await ask();
    } catch (error) {
      if (before === undefined || this.now() - before.at >= this.bounds.keptMs || !this.mayPass(error)) throw error;
      return await before.value;
    }
  }

  private put(id: string, entry: Entry<Value>): void {
    this.entries.delete(id);
    this.entries.set(id, entry);
    const [oldest] = this.entries.keys();
    if (this.entries.size > this.bounds.most && oldest !== undefined) this.entries.delete(oldest);
  }
}
