/**
 * Calls a function when the earliest of the moments it knows has come, and asks it for the next one. Moments are the
 * sandbox's own time: whoever moves the clock calls `look`.
 */
export class Due {
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  /**
   * @param settle does what is due, and returns in how many milliseconds the next thing is; undefined if nothing waits
   */
  constructor(private readonly settle: () => number | undefined) {}

  look(): void {
    if (this.closed) return;
    clearTimeout(this.timer);
    const next = this.settle();
    if (next === undefined) return;
    this.timer = setTimeout(() => this.look(), Math.min(Math.max(next, 1), LONGEST_TIMER_MS));
    this.timer.unref();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }
}

const LONGEST_TIMER_MS = 60_000;
