import { setTimeout as sleep } from 'node:timers/promises';
import type { EventLog } from './events';

const LOOK_EVERY_MS = 1_000;

/**
 * Somebody who goes round again and again. A round that fails is noted: Temporal or the provider is away for a while.
 */
export abstract class Rounds {
  protected working = false;
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly who: string,
    private readonly log: EventLog,
  ) {}

  start(): void {
    this.working = true;
    this.loop = this.work();
  }

  /** Waits for the round that is under way. */
  async stop(): Promise<void> {
    this.working = false;
    await this.loop;
  }

  protected abstract round(): Promise<void>;

  private async work(): Promise<void> {
    while (this.working) {
      try {
        await this.round();
      } catch (error) {
        this.log.note(`${this.who}: ${String(error)}`);
      }
      await sleep(LOOK_EVERY_MS);
    }
  }
}
