import { CancellationScope, ParentClosePolicy, startChild, workflowInfo } from '@temporalio/workflow';
import { eventWorkflowId, type EventData, type EventType, type PartnerEvent } from '../../contract/events';
import { deliverEvent } from '../deliver-event';
import { eventTypeOf } from './event-type';
import type { FlowStage } from './next-words';

/**
 * What a workflow tells the partner, if the partner wants to be told. The check at the start read that once: later
 * configuration does not change what a running workflow does.
 */
export class PartnerNews {
  private readonly starting: Promise<void>[] = [];

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
    this.starting.push(start(this.event(type, data, this.told)));
  }

  /** Waits until every event has been handed over: one that has not when the workflow ends is lost. */
  async begun(): Promise<void> {
    await Promise.all(this.starting);
  }

  /** Named after the chain of runs, so that an onboarding that failed and was started anew tells under other ids. */
  private event(type: EventType, data: EventData, number: number): PartnerEvent {
    const id = `evt_${workflowInfo().firstExecutionRunId}_${number}`;
    return { id, type, timestamp: new Date().toISOString(), data };
  }
}

/** A workflow of its own, which goes on when this one has ended. A cancel that comes meanwhile does not undo it. */
async function start(event: PartnerEvent): Promise<void> {
  await CancellationScope.nonCancellable(() =>
    startChild(deliverEvent, {
      args: [event],
      workflowId: eventWorkflowId(event.data.provider, event.id),
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `Tell the partner: ${event.type}`,
    }),
  ).catch(() => undefined);
}
