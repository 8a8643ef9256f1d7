import { setTimeout as sleep } from 'node:timers/promises';
import type { Arena } from './arena';
import type { EventLog } from './events';
import type { Incident } from './incidents';

/** What a backup and a restore of Temporal are to everybody else. */
export interface Recovery {
  /** Called before the database is copied. */
  beforeBackup(): Promise<void>;
  /** Has `restore` put the database back while nobody asks for anything, and everything that it lacks asked for again. */
  aroundRestore(restore: () => Promise<void>): Promise<void>;
}

/** Makes things break at their times, and mends them. */
export class IncidentRunner {
  private over = false;
  private readonly underWay: Promise<void>[] = [];
  /** A server that is down is not killed again. */
  private serverTurn = Promise.resolve();
  private readonly workerTurns = new Map<number, Promise<void>>();

  constructor(
    private readonly arena: Arena,
    private readonly recovery: Recovery,
    private readonly log: EventLog,
  ) {}

  async run(incidents: readonly Incident[], startedAt: number): Promise<void> {
    for (const incident of incidents) {
      const wait = startedAt + incident.atMs - Date.now();
      if (wait > 0) await sleep(wait);
      if (this.over) break;
      this.underWay.push(this.happen(incident));
    }
    await Promise.all(this.underWay);
  }

  /** No more of it: every line is open, everyone is up. */
  async end(): Promise<void> {
    this.over = true;
    await Promise.all(this.underWay);
    for (const { links } of this.arena.workers) {
      await links.server.set({ is: 'open' });
      await links.provider.set({ is: 'open' });
    }
  }

  private async happen(incident: Incident): Promise<void> {
    switch (incident.what) {
      case 'worker-kill':
        await Promise.all(incident.workers.map((worker) => this.killWorker(worker, incident.downMs)));
        return;
      case 'worker-freeze':
        await this.inTurn(incident.worker, async () => {
          this.log.note(`worker ${incident.worker} frozen for ${incident.forMs} ms`, undefined, 'freeze');
          await this.arena.workers[incident.worker]?.process.freeze(incident.forMs);
        });
        return;
      case 'server-kill':
        await this.inServerTurn(async () => {
          this.log.note(`the Temporal server killed, down for ${incident.downMs} ms`, undefined, 'server kill');
          await this.arena.server.killAndRestart(incident.downMs);
          this.log.note('the Temporal server is up again');
        });
        return;
      case 'server-backup':
        await this.inServerTurn(async () => {
          await this.recovery.beforeBackup();
          await this.arena.server.backUp();
          this.log.note('Temporal was backed up');
        });
        return;
      case 'server-restore':
        await this.inServerTurn(async () => {
          await this.recovery.aroundRestore(() => this.restoreServer());
        });
        return;
      case 'link':
        await this.breakLink(incident);
    }
  }

  /** While every worker is down: what one remembers of a workflow would be written into a history that is older. */
  private async restoreServer(): Promise<void> {
    let startAgain = (): void => undefined;
    const restored = new Promise<void>((resolve) => {
      startAgain = resolve;
    });
    const down = this.arena.workers.map(
      ({ process }, worker) =>
        new Promise<void>((isDown) => {
          void this.inTurn(worker, async () => {
            await process.kill();
            isDown();
            await restored;
            void process.start().catch(() => undefined);
          });
        }),
    );
    await Promise.all(down);
    try {
      await this.arena.server.restore();
      this.log.note('Temporal was restored from its backup', undefined, 'restore');
    } finally {
      startAgain();
    }
  }

  private async killWorker(worker: number, downMs: number): Promise<void> {
    await this.inTurn(worker, async () => {
      const place = this.arena.workers[worker];
      if (place === undefined) return;
      this.log.note(`worker ${worker} killed, down for ${downMs} ms`, undefined, 'worker kill');
      await place.process.kill();
      await sleep(downMs);
      // Not waited for: while the server is down, or its line is cut, a worker does not get ready.
      void place.process.start().catch(() => undefined);
    });
  }

  private async inServerTurn(work: () => Promise<void>): Promise<void> {
    this.serverTurn = this.serverTurn.then(work);
    await this.serverTurn;
  }

  private async inTurn(worker: number, work: () => Promise<void>): Promise<void> {
    const turn = (this.workerTurns.get(worker) ?? Promise.resolve()).then(work);
    this.workerTurns.set(worker, turn);
    await turn;
  }

  private async breakLink(incident: Extract<Incident, { readonly what: 'link' }>): Promise<void> {
    const { link, worker, state, forMs } = incident;
    const proxy = this.arena.workers[worker]?.links[link];
    this.log.note(
      `line of worker ${worker} to the ${link}: ${state.is} for ${forMs} ms`,
      undefined,
      `line ${state.is}`,
    );
    await proxy?.set(state);
    await sleep(forMs);
    await proxy?.set({ is: 'open' });
  }
}
