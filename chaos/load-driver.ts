import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { GangwayError, type Gangway } from '../client';
import { fundingWorkflowId, onboardingWorkflowId } from '../contract/ids';
import { providerHasNews } from '../contract/messages';
import type { ClientPapers } from './applications';
import { inLanes } from './collect';
import { stopAt, type DecisionLog } from './decisions';
import type { Delivery } from './deliveries';
import type { EventLog } from './events';
import { isRefusal, untilTaken } from './persistence';
import { PROVIDER, type LoadPlan } from './plan';
import type { SandboxControl } from './sandbox-control';
import type { Callers } from './recovery';
import { startFlow } from './starts';
import { Turnstile } from './turnstile';

export interface LoadDriverParts {
  readonly gangway: Gangway;
  readonly temporal: Client;
  readonly sandbox: SandboxControl;
  readonly plan: LoadPlan;
  readonly papers: ReadonlyMap<string, ClientPapers>;
  readonly decisions: DecisionLog;
  readonly log: EventLog;
}

const FILE_ATTEMPTS = 10;
const FILE_RETRY_MS = 2_000;

/** Delivers everything at its time, and keeps trying while Temporal is away. */
export class LoadDriver implements Callers {
  /** Requests that were taken though another request had their id. */
  readonly notRefused: { workflowId: string; what: string }[] = [];
  /** Refs under which the order of an intent was made before its workflow. */
  readonly madeBefore: string[] = [];
  private givenUp = false;
  private readonly turnstile = new Turnstile();
  /** The first start of each flow that was delivered, or begun to be. */
  private readonly starts = new Map<string, Extract<Delivery, { readonly what: 'start' }>>();
  private readonly underWay = new Set<Delivery>();
  /** The first delivery of each flow: what must come after it waits for it. */
  private readonly firsts = new Map<string, Promise<void>>();

  constructor(private readonly parts: LoadDriverParts) {}

  /** How many deliveries have begun and not ended. */
  get waiting(): number {
    return this.underWay.size;
  }

  /** What has begun and not ended, in words. */
  get left(): readonly string[] {
    return [...this.underWay].map(({ what, workflowId }) => `${what} of ${workflowId}`);
  }

  /** Delivers all; resolves when each was taken or refused. */
  async run(deliveries: readonly Delivery[], startedAt: number): Promise<void> {
    const all: Promise<void>[] = [];
    for (const delivery of deliveries) {
      const wait = startedAt + delivery.atMs - Date.now();
      if (wait > 0) await sleep(wait);
      if (this.givenUp) break;
      all.push(this.inItsTurn(delivery));
    }
    await Promise.all(all);
  }

  /** Also the movements that an onboarding starts. */
  get asked(): readonly string[] {
    const chains = this.parts.plan.clients
      .filter(({ id }) => this.starts.has(onboardingWorkflowId(PROVIDER, id)))
      .flatMap(({ chain }) => chain.map((fundingId) => fundingWorkflowId(PROVIDER, fundingId)));
    return [...this.starts.keys(), ...chains];
  }

  async pausedFor(work: () => Promise<void>): Promise<void> {
    await this.turnstile.shutFor(work);
  }

  async askAgain(isKept: (workflowId: string) => boolean): Promise<number> {
    const again = [...this.starts.values()].filter(({ workflowId }) => !isKept(workflowId));
    await inLanes(again, async (delivery) => {
      await untilTaken(
        () => this.start(delivery),
        () => this.givenUp,
      ).catch((error: unknown) => {
        this.parts.log.note(`asking again ended with ${String(error)}`, delivery.workflowId, 'undelivered');
      });
    });
    return again.length;
  }

  /** Ends every waiting for Temporal. */
  giveUp(): void {
    this.givenUp = true;
  }

  /** The same start may come twice at once; what differs from it, or cancels it, is nothing before it was taken. */
  private async inItsTurn(delivery: Delivery): Promise<void> {
    const first = this.firsts.get(delivery.workflowId);
    const isStart = delivery.what === 'start' && !delivery.differs;
    if (!isStart) await first;
    const delivered = this.deliver(delivery);
    if (isStart && first === undefined) this.firsts.set(delivery.workflowId, delivered);
    await delivered;
  }

  private async deliver(delivery: Delivery): Promise<void> {
    this.underWay.add(delivery);
    try {
      await untilTaken(
        () => this.turnstile.pass(() => this.attempt(delivery)),
        () => this.givenUp,
      );
    } catch (error) {
      this.parts.log.note(
        `delivery of ${delivery.what} ended with ${String(error)}`,
        delivery.workflowId,
        'undelivered',
      );
    } finally {
      this.underWay.delete(delivery);
    }
  }

  private async attempt(delivery: Delivery): Promise<void> {
    switch (delivery.what) {
      case 'start':
        await this.start(delivery);
        return;
      case 'cancel':
        await this.cancel(delivery);
        return;
      case 'hint':
        await this.signal(delivery);
        return;
      case 'file-comes':
        await this.bringFile(delivery);
        return;
      case 'made-before':
        await this.makeBefore(delivery);
        return;
    }
  }

  private async start(delivery: Extract<Delivery, { readonly what: 'start' }>): Promise<void> {
    const { gangway, decisions, log } = this.parts;
    const { workflowId, flow, request, differs } = delivery;
    const begunAt = Date.now();
    if (!differs && !this.starts.has(workflowId)) this.starts.set(workflowId, delivery);
    try {
      const started = await startFlow(gangway, flow, request);
      log.note(`start delivered: ${started}`, workflowId, `start ${started}`);
      if (!differs) return;
      // An onboarding that was given up lets a corrected application begin under its id.
      const isCorrected =
        flow !== 'fund' && started === 'new' && stopAt(decisions.all, workflowId, Date.now()) !== undefined;
      if (isCorrected) decisions.note(workflowId, 'corrected', begunAt);
      else this.notRefused.push({ workflowId, what: `another request under its id was ${started}` });
    } catch (error) {
      if (!(error instanceof GangwayError) || error.code !== 'ID_TAKEN') throw error;
      log.note(`start refused: ${error.message}`, workflowId, 'start refused');
    }
  }

  private async cancel(delivery: Extract<Delivery, { readonly what: 'cancel' }>): Promise<void> {
    const { gangway, temporal, decisions, log } = this.parts;
    const { workflowId, how } = delivery;
    const begunAt = Date.now();
    try {
      if (how === 'server') await temporal.workflow.getHandle(workflowId).cancel();
      else await gangway.cancel({ id: workflowId }, { by: 'ops-1', reason: 'the campaign cancels it' });
      if (how === 'update') decisions.note(workflowId, 'cancel', begunAt);
      log.note(`cancel by ${how} taken`, workflowId, `cancel by ${how} taken`);
    } catch (error) {
      if (how === 'update' && !isRefusal(error)) throw error;
      log.note(`cancel by ${how} refused: ${messageOf(error)}`, workflowId, 'cancel refused');
    }
  }

  private async signal({ workflowId }: Delivery): Promise<void> {
    try {
      await this.parts.temporal.workflow.getHandle(workflowId).signal(providerHasNews);
      this.parts.log.note('told that the provider has news', workflowId, 'hint');
    } catch (error) {
      // A hint may be lost: that is what makes it a hint.
      this.parts.log.note(`hint lost: ${messageOf(error)}`, workflowId, 'hint lost');
    }
  }

  private async bringFile({ workflowId }: Delivery): Promise<void> {
    const { gangway, papers, log } = this.parts;
    const found = papers.get(workflowId.split('/')[2] ?? '');
    if (found === undefined) return;
    for (const { path, bytes } of found.missing) writeFileSync(path, bytes);
    const flow = 'funding' in found.delivered ? 'onboardAndFund' : 'onboard';
    log.note('the missing file was put in its place', workflowId, 'file came');
    // If the first one has yet to find that the file is missing, it either finds it now or fails in a moment.
    for (let attempt = 1; attempt <= FILE_ATTEMPTS; attempt += 1) {
      const started = await startFlow(gangway, flow, found.delivered);
      log.note(`start delivered again: ${started}`, workflowId, `start ${started}`);
      if (started !== 'already-running') return;
      await sleep(FILE_RETRY_MS);
    }
  }

  private async makeBefore({ workflowId }: Delivery): Promise<void> {
    const { plan, sandbox, log } = this.parts;
    const intent = plan.intents.find(({ request }) => workflowId.endsWith(`/${request.fundingId}`));
    if (intent === undefined) return;
    const { fundingId, partnerClientId, kind, asset, amount } = intent.request;
    const { clients, balances } = await sandbox.ledger();
    const held = balances[partnerClientId]?.[asset]?.available ?? '0';
    const possible =
      clients.some(({ partner_client_id: id }) => id === partnerClientId) &&
      (kind === 'deposit' || Number(held) > Number(amount));
    if (!possible) return;
    const order = {
      partner_order_ref: fundingId,
      type: kind,
      partner_client_id: partnerClientId,
      asset_id: asset,
      amount,
    };
    await sandbox.plantOrder(order);
    this.madeBefore.push(fundingId);
    log.note('its own order was made before it', workflowId, 'made before');
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
