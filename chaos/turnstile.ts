/** Lets work through unless it is shut; it shuts once all that it let through has ended. */
export class Turnstile {
  private shut: Promise<void> | undefined;
  private readonly inside = new Set<Promise<unknown>>();

  async pass<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.shut !== undefined) await this.shut;
    const done = work();
    this.inside.add(done);
    try {
      return await done;
    } finally {
      this.inside.delete(done);
    }
  }

  /** Does `work` while nothing is let through. */
  async shutFor(work: () => Promise<void>): Promise<void> {
    while (this.shut !== undefined) await this.shut;
    const done = Promise.allSettled(this.inside).then(work);
    // Whoever waits is let through also if the work failed.
    this.shut = done.catch(() => undefined);
    try {
      await done;
    } finally {
      this.shut = undefined;
    }
  }
}
