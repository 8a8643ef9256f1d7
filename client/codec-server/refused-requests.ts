import type { Decodes } from '../../contract/decodes';

/** How often the book is told of requests that were refused: whoever is refused must not be able to fill it. */
const TELL_MS = 60_000;
/** Who is told apart at once; the others are counted as nobody who is known. */
const MOST_NAMES = 100;

/** What was refused of one person, or of all who are not known, by code. */
type Counts = Map<string, number>;

/**
 * Tells the book of refused requests: of the first at once, and of those that follow once a minute, together. What the book does
 * not take is told with the next.
 */
export class RefusedRequests {
  /** By name; '' for all who are not known. */
  private waiting = new Map<string, Counts>();
  private timer: NodeJS.Timeout | undefined;
  private telling: Promise<void> = Promise.resolve();

  constructor(
    private readonly decodes: Decodes,
    private readonly tellMs = TELL_MS,
  ) {}

  note(code: string, name = ''): void {
    const key = this.waiting.has(name) || this.waiting.size < MOST_NAMES ? name : '';
    add(this.waiting, key, code, 1);
    if (this.timer !== undefined) return;
    this.tell();
    this.timer = setInterval(() => this.tellOrRest(), this.tellMs).unref();
  }

  /** Tells the rest. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    this.tell();
    await this.telling;
  }

  private tellOrRest(): void {
    if (this.waiting.size > 0) {
      this.tell();
      return;
    }
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private tell(): void {
    this.telling = this.telling.then(() => this.tellAll());
  }

  private async tellAll(): Promise<void> {
    const told = this.waiting;
    this.waiting = new Map();
    for (const [name, counts] of told) {
      try {
        await this.decodes.record({
          ...(name === '' ? {} : { reader: name }),
          workflows: [],
          refusedWorkflows: [],
          payloads: 0,
          decoded: 0,
          refused: Object.fromEntries(counts),
        });
      } catch {
        for (const [code, count] of counts) add(this.waiting, name, code, count);
      }
    }
  }
}

function add(all: Map<string, Counts>, name: string, code: string, count: number): void {
  const counts = all.get(name) ?? new Map<string, number>();
  counts.set(code, (counts.get(code) ?? 0) + count);
  all.set(name, counts);
}
