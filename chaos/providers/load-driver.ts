import { setTimeout as sleep } from 'node:timers/promises';
import type { Gangway } from '../../client';
import { readApplication, readFundingInput, readReceivingRequest } from '../../client/flow/requests';
import { fundingWorkflowId, onboardingWorkflowId } from '../../contract/ids';
import type { EventLog } from '../events';
import { inLanes } from '../collect';
import { untilTaken } from '../persistence';
import type { Callers } from '../recovery';
import { Turnstile } from '../turnstile';
import type { Control } from './control';
import type { PlantedOrder } from './evidence';
import type { ChaosKit, Plan, PlannedArrival, PlannedIntent } from './kit';

export interface LoadDriverParts {
  readonly kit: ChaosKit;
  readonly plan: Plan;
  readonly gangway: Gangway;
  readonly control: Control;
  readonly log: EventLog;
}

type Start = () => Promise<{ readonly started: string }>;

const READY_POLL_MS = 500;

/** Asks for everything at its time, and keeps asking while Temporal is away; a client's money comes after the client. */
export class LoadDriver implements Callers {
  readonly planted: PlantedOrder[] = [];
  private readonly starts = new Map<string, Start>();
  private readonly turnstile = new Turnstile();
  private givenUp = false;
  private readonly underWay = new Set<string>();
  private readonly clients = new Map<string, Promise<boolean>>();

  constructor(private readonly parts: LoadDriverParts) {}

  /** Workflows of what was asked for. */
  get asked(): ReadonlySet<string> {
    return new Set(this.starts.keys());
  }

  get waiting(): number {
    return this.underWay.size;
  }

  /** The workflows whose start is under way. */
  get left(): readonly string[] {
    return [...this.underWay];
  }

  /** Resolves when everything was taken, or given up. */
  async run(startedAt: number): Promise<void> {
    const { applications, intents, arrivals } = this.parts.plan;
    const until = (atMs: number): Promise<void> => sleep(Math.max(0, startedAt + atMs - Date.now()));
    for (const application of applications) {
      const workflowId = onboardingWorkflowId(application.provider, application.partnerClientId);
      const taken = this.counted(workflowId, async () => this.parts.gangway.onboard(readApplication(application)));
      this.clients.set(
        application.partnerClientId,
        taken.then(() => this.ready(workflowId)),
      );
    }
    await Promise.all([
      ...intents.map(async (intent) => {
        await until(intent.atMs);
        await this.ask(intent);
      }),
      ...arrivals.map(async (arrival) => {
        await until(arrival.atMs);
        await this.expect(arrival);
      }),
      ...arrivals.map(async (arrival) => {
        await until(arrival.wiredAtMs);
        await this.wire(arrival);
      }),
    ]);
  }

  async pausedFor(work: () => Promise<void>): Promise<void> {
    await this.turnstile.shutFor(work);
  }

  async askAgain(isKept: (workflowId: string) => boolean): Promise<number> {
    const again = [...this.starts].filter(([workflowId]) => !isKept(workflowId));
    await inLanes(again, ([workflowId, start]) => this.deliver(workflowId, start));
    return again.length;
  }

  /** Ends every waiting. */
  giveUp(): void {
    this.givenUp = true;
  }

  private async ask(intent: PlannedIntent): Promise<void> {
    const { kit, gangway, control } = this.parts;
    const { request, twice } = intent;
    const workflowId = fundingWorkflowId(request.provider, request.fundingId);
    if (!(await this.isReady(request.partnerClientId))) return;
    for (const orderId of (await kit.plant?.(intent, control)) ?? []) this.planted.push({ orderId, workflowId });
    const start = (): Promise<void> => this.counted(workflowId, async () => gangway.fund(readFundingInput(request)));
    await Promise.all(twice ? [start(), start()] : [start()]);
  }

  private async expect({ request }: PlannedArrival): Promise<void> {
    if (!(await this.isReady(request.partnerClientId))) return;
    const workflowId = fundingWorkflowId(request.provider, request.fundingId);
    await this.counted(workflowId, async () => this.parts.gangway.receive(readReceivingRequest(request)));
  }

  private async wire(arrival: PlannedArrival): Promise<void> {
    if (!(await this.isReady(arrival.request.partnerClientId))) return;
    await this.parts.kit.wire?.(arrival, this.parts.control);
    this.parts.log.note(`money was wired in for ${arrival.request.fundingId}`, undefined, 'wired in');
  }

  private async isReady(partnerClientId: string): Promise<boolean> {
    return await (this.clients.get(partnerClientId) ?? Promise.resolve(true));
  }

  /** Whether the client's onboarding ended ready before everything was given up. */
  private async ready(workflowId: string): Promise<boolean> {
    while (!this.givenUp) {
      const state = await this.parts.gangway.status({ id: workflowId }).then(
        (status) => status.state,
        () => 'unread',
      );
      if (state === 'done') return true;
      if (state === 'abandoned' || state === 'failed') return false;
      await sleep(READY_POLL_MS);
    }
    return false;
  }

  private async counted(workflowId: string, start: Start): Promise<void> {
    this.underWay.add(workflowId);
    this.starts.set(workflowId, start);
    try {
      await this.deliver(workflowId, () => this.turnstile.pass(start));
    } finally {
      this.underWay.delete(workflowId);
    }
  }

  private async deliver(workflowId: string, start: Start): Promise<void> {
    const { log } = this.parts;
    try {
      const { started } = await untilTaken(start, () => this.givenUp);
      log.note(`start delivered: ${started}`, workflowId, `start ${started}`);
    } catch (error) {
      log.note(`start ended with ${String(error)}`, workflowId, 'undelivered');
    }
  }
}
