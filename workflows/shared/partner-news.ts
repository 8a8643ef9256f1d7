import { CancellationScope, ParentClosePolicy, startChild, workflowInfo } from '@temporalio/workflow';
import { eventWorkflowId, type EventData, type PartnerEvent } from '../../contract/events';
import type { News } from '../../contract/outbox';
import { deliverEvent } from '../deliver-event';
import { tellsFromTheOutbox } from '../patches';
import { records } from './activity-proxies';
import { eventTypeOf } from './event-type';
import type { FlowStage } from './next-words';

/**
 * What a workflow tells the partner, if the partner wants to be told. The check at the start read that once: later
 * configuration does not change what a running workflow does.
 */
export class PartnerNews {
  /** What is under way, one event after the other. */
  private telling: Promise<unknown> = Promise.resolve();

  /** @param told how many events were told so far; undefined if the partner is told nothing */
  constructor(
    private readonly about: Pick<EventData, 'provider' | 'partnerClientId' | 'fundingId'>,
    private told: number | undefined,
  ) {}

  get record(): { readonly told?: number } {
    return this.told === undefined ? {} : { told: this.told };
  }

  begin(tellsPartner: boolean | undefined): void {
    if (tellsPartner === true) this.told ??= 0;
  }

  /** Tells of a stage, if it is one that the partner is told of. */
  tell(stage: FlowStage, reason?: EventData['reason']): void {
    const type = eventTypeOf(stage, this.about.fundingId !== undefined);
    if (this.told === undefined || type === undefined) return;
    this.told += 1;
    const { provider, partnerClientId, fundingId } = this.about;
    const data: EventData = {
      provider,
      partnerClientId,
      ...(fundingId === undefined ? {} : { fundingId }),
      stage,
      ...(reason === undefined ? {} : { reason }),
    };
    const number = this.told;
    const timestamp = new Date().toISOString();
    if (tellsFromTheOutbox()) {
      const news: News = { ...this.lifeOf(), number, type, timestamp, data };
      this.telling = this.telling.then(() => tellFromTheBook(news));
    } else {
      // Named after the chain of runs, as all were before there was an outbox.
      const id = `evt_${workflowInfo().firstExecutionRunId}_${number}`;
      this.telling = Promise.all([this.telling, start({ id, type, timestamp, data }, 'REJECT_DUPLICATE')]);
    }
  }

  /** Waits until every event has been handed over: one that has not when the workflow ends is lost. */
  async begun(): Promise<void> {
    await this.telling;
  }

  /** An intent is one for ever; a client may be applied for again. */
  private lifeOf(): Pick<News, 'subject' | 'life'> {
    const { workflowId: subject, firstExecutionRunId: life } = workflowInfo();
    return this.about.fundingId === undefined ? { subject, life } : { subject };
  }
}

/** It is in the book before anybody is told. A cancel that comes meanwhile does not undo it. */
async function tellFromTheBook(news: News): Promise<void> {
  await CancellationScope.nonCancellable(async () => {
    const event = await records.recordEvent(news);
    // Started again, it finds in the book what was delivered.
    await start(event, 'ALLOW_DUPLICATE');
  }).catch(() => undefined);
}

/** A workflow of its own, which goes on when this one has ended. A cancel that comes meanwhile does not undo it. */
async function start(
  event: PartnerEvent,
  workflowIdReusePolicy: 'REJECT_DUPLICATE' | 'ALLOW_DUPLICATE',
): Promise<void> {
  await CancellationScope.nonCancellable(() =>
    startChild(deliverEvent, {
      args: [event],
      workflowId: eventWorkflowId(event.data.provider, event.id),
      workflowIdReusePolicy,
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `Tell the partner: ${event.type}`,
    }),
  ).catch(() => undefined);
}
