/** How long a nonce is remembered: longer than any provider lets a delivery be late. */
const REMEMBERED_MS = 60 * 60_000;
const MOST_REMEMBERED = 50_000;

/**
 * The nonces of callbacks that were taken, in this process's memory only. If another process, or an earlier one, took a
 * delivery, the event's own id keeps it from being passed on again.
 */
export class NonceMemory {
  /** By nonce, in the order they came: until when it is remembered. */
  private readonly until = new Map<string, number>();

  constructor(private readonly now: () => number = Date.now) {}

  has(provider: string, nonce: string): boolean {
    const until = this.until.get(keyOf(provider, nonce));
    return until !== undefined && until > this.now();
  }

  remember(provider: string, nonce: string): void {
    this.until.set(keyOf(provider, nonce), this.now() + REMEMBERED_MS);
    for (const [key, until] of this.until) {
      if (until > this.now() && this.until.size <= MOST_REMEMBERED) return;
      this.until.delete(key);
    }
  }
}

function keyOf(provider: string, nonce: string): string {
  return `${provider} ${nonce}`;
}
