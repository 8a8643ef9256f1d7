import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { idsOf } from './collect';
import type { DecisionLog } from './decisions';
import type { EventLog } from './events';
import type { Recovery } from './incident-runner';

/** Whoever asks Gangway for flows. */
export interface Callers {
  /** Does `work` while nothing is being asked for. */
  pausedFor(work: () => Promise<void>): Promise<void>;
  /** Asks again for everything that was asked for, except what `isKept`; gives how many that were. */
  askAgain(isKept: (workflowId: string) => boolean): Promise<number>;
  /** Workflows of all that was asked for. */
  readonly asked: Iterable<string>;
}

const LIST_ATTEMPTS = 60;
const LIST_RETRY_MS = 1_000;

/**
 * A backup of Temporal that is put back later. Then nothing that came since is known any more: callers ask again for
 * all that they cannot be sure of, as docs/operate.md tells them to.
 */
export class TemporalRecovery implements Recovery {
  private backedUpAt = 0;
  private ended: ReadonlySet<string> = new Set();

  constructor(
    private readonly temporal: Client,
    private readonly callers: Callers,
    private readonly decisions: DecisionLog,
    private readonly log: EventLog,
    /** Told, once it was restored, since when nothing is known any more. */
    private readonly undone: (since: number) => void = () => undefined,
  ) {}

  /** Notes what has ended by now: a restore takes back nothing of it that nobody has meddled with since. */
  async beforeBackup(): Promise<void> {
    this.backedUpAt = Date.now();
    const running = new Set(await this.idsOf("ExecutionStatus = 'Running'"));
    this.ended = new Set(
      (await this.idsOf("ExecutionStatus != 'Running'")).filter((workflowId) => !running.has(workflowId)),
    );
  }

  async aroundRestore(restore: () => Promise<void>): Promise<void> {
    await this.callers.pausedFor(async () => {
      const begunAt = Date.now();
      await restore();
      const isKept = (workflowId: string): boolean =>
        this.ended.has(workflowId) &&
        !this.decisions.all.some((decision) => decision.workflowId === workflowId && decision.at >= this.backedUpAt);
      for (const workflowId of this.callers.asked) {
        if (isKept(workflowId)) continue;
        this.decisions.note(workflowId, 'reset', begunAt);
        this.log.note('taken back with Temporal', workflowId, 'taken back by a restore');
      }
      this.undone(this.backedUpAt);
      const asked = await this.callers.askAgain(isKept);
      this.log.note(`${asked} flows were asked for again`);
    });
  }

  private async idsOf(query: string): Promise<readonly string[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await idsOf(this.temporal, query);
      } catch (error) {
        if (attempt >= LIST_ATTEMPTS) throw error;
      }
      await sleep(LIST_RETRY_MS);
    }
  }
}
