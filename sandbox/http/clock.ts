/** The sandbox's own time. It can be moved, so that expiry and clock skew can be seen without waiting for them. */
export class Clock {
  private offsetMs = 0;

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.offsetMs;
  }

  /** UTC with seconds and `Z`, without a fraction, as in `2024-06-01T10:00:00Z`. */
  timestamp(): string {
    return new Date(this.now()).toISOString().replace(/\.\d{3}Z$/, 'Z');
  }

  /** Today in UTC, as in `2024-06-01`. */
  date(): string {
    return this.timestamp().slice(0, 10);
  }

  moveTo(offsetMs: number): void {
    this.offsetMs = offsetMs;
  }

  get offset(): number {
    return this.offsetMs;
  }
}
