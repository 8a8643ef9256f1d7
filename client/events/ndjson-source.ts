import { linesOf, type Line } from '../../inputs/lines';
import { MAX_EVENT_BYTES, type DeadReason, type EventSource, type SourcedEvent } from './event-source';

/** Where the events go that can never be taken. */
export interface DeadLetters {
  keep(line: Line, reason: DeadReason): Promise<void>;
}

interface Waiting {
  readonly line: Line;
  readonly delivery: number;
  readonly dueAtMs: number;
}

/**
 * Events as NDJSON: one JSON document per line. A stream delivers nothing twice by itself, so a line that could not be
 * taken is kept here until it can be; no further line is read meanwhile.
 */
export class NdjsonSource implements EventSource {
  private readonly lines: AsyncGenerator<Line>;
  private nextLine: Promise<IteratorResult<Line>> | undefined;
  private readonly putBack: Waiting[] = [];
  /** Lines that were delivered and not ended yet. */
  private open = 0;
  private wake: () => void = () => undefined;

  constructor(
    private readonly input: AsyncIterable<Buffer> & { destroy(): unknown },
    private readonly deadLetters: DeadLetters,
  ) {
    this.lines = linesOf(input, MAX_EVENT_BYTES);
  }

  async *events(stop: AbortSignal): AsyncGenerator<SourcedEvent> {
    stop.addEventListener('abort', () => this.wake(), { once: true });
    let ended = false;
    while (!stop.aborted) {
      const woken = new Promise<void>((settle) => {
        this.wake = settle;
      });
      const [first] = this.putBack;
      if (first !== undefined) {
        if (!(await comesBeforeAbort(first.dueAtMs, stop))) return;
        this.putBack.shift();
        yield this.deliver(first.line, first.delivery + 1);
      } else if (ended) {
        if (this.open === 0) return;
        await woken;
      } else {
        this.nextLine ??= this.lines.next();
        const next = await Promise.race([this.nextLine, woken]);
        if (next === undefined) continue;
        this.nextLine = undefined;
        if (next.done === true) ended = true;
        else yield this.deliver(next.value, 1);
      }
    }
  }

  close(): Promise<void> {
    this.input.destroy();
    this.nextLine?.catch(() => undefined);
    return Promise.resolve();
  }

  private deliver(line: Line, delivery: number): SourcedEvent {
    this.open += 1;
    const end = (): void => {
      this.open -= 1;
      this.wake();
    };
    return {
      at: `line ${line.number}`,
      bytes: line.bytes,
      delivery,
      accepted: async () => {
        await Promise.resolve();
        end();
      },
      putBack: async (afterMs) => {
        await Promise.resolve();
        this.putBack.push({ line, delivery, dueAtMs: Date.now() + afterMs });
        end();
      },
      putAside: async (reason) => {
        await this.deadLetters.keep(line, reason);
        end();
      },
    };
  }
}

/** Waits for a time; false if it was told to stop first. */
async function comesBeforeAbort(atMs: number, stop: AbortSignal): Promise<boolean> {
  if (stop.aborted) return false;
  return await new Promise((settle) => {
    const stopped = (): void => {
      clearTimeout(timer);
      settle(false);
    };
    const timer = setTimeout(
      () => {
        stop.removeEventListener('abort', stopped);
        settle(true);
      },
      Math.max(0, atMs - Date.now()),
    );
    stop.addEventListener('abort', stopped, { once: true });
  });
}
