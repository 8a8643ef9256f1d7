import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { temporal as proto } from '@temporalio/proto';
import { GangwayError, type Gangway } from '../client';
import { readFundingInput } from '../client/flow/requests';
import type { FundingResult } from '../contract/funding';
import { GRPC, grpcStatus } from '../temporal/grpc-status';
import type { DecisionLog } from './decisions';
import type { EventLog } from './events';
import type { Meddling, ResetPlan } from './meddling';
import { isRefusal, untilTaken } from './persistence';

export interface MeddlerParts {
  readonly temporal: Client;
  readonly gangway: Gangway;
  /** What a flow was asked for with. */
  readonly requestOf: (workflowId: string) => object | undefined;
  readonly decisions: DecisionLog;
  readonly log: EventLog;
}

const ATTEMPTS = 60;
const RETRY_MS = 700;
const SENDING_FOR_AT_MOST_MS = 15_000;
const SENDING_POLL_MS = 40;
const COMPLETED_POLL_MS = 5_000;
const FORGOTTEN_POLL_MS = 200;
const EXCLUDES_EVERYTHING = [
  proto.api.enums.v1.ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL,
  proto.api.enums.v1.ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_UPDATE,
];

/**
 * Somebody with access to Temporal who takes flows back to an earlier moment, ends them by hand and makes the server
 * forget them at any time; and callers who ask again, or change their minds.
 */
export class Meddler {
  /** Flows that were ended by hand and stay so. */
  readonly leftTerminated = new Set<string>();
  /** What was started although the flow had been ended by hand, or was answered unclearly. */
  readonly notRefused: { workflowId: string; what: string }[] = [];
  private over = false;

  constructor(private readonly parts: MeddlerParts) {}

  /** Resolves when all was done, or given up. */
  async run(meddlings: readonly Meddling[], startedAt: number): Promise<void> {
    const all: Promise<void>[] = [];
    for (const meddling of meddlings) {
      const wait = startedAt + meddling.atMs - Date.now();
      if (wait > 0) await sleep(wait);
      if (this.over) break;
      all.push(this.meddle(meddling));
    }
    await Promise.all(all);
  }

  /** Nothing more is begun. */
  end(): void {
    this.over = true;
  }

  private async meddle(meddling: Meddling): Promise<void> {
    const { workflowId } = meddling;
    try {
      switch (meddling.what) {
        case 'reset':
          await this.reset(workflowId, meddling);
          return;
        case 'terminate':
          await this.terminate(workflowId, meddling);
          return;
        case 'forget':
          await this.forget(workflowId);
          return;
        case 'ask-again':
          await this.askAgain(workflowId);
          return;
        case 'cancel':
          await this.cancel(workflowId);
          return;
      }
    } catch (error) {
      const kind = `meddling lost ${meddling.what}`;
      this.parts.log.note(`${meddling.what} came to nothing: ${messageOf(error)}`, workflowId, kind);
    }
  }

  private async reset(workflowId: string, plan: ResetPlan): Promise<void> {
    const { temporal, decisions, log } = this.parts;
    await this.persistently(async () => {
      if (plan.whileSending) await this.untilSending(workflowId, 'reset while sending');
      const runId = await this.runOf(workflowId, plan);
      const { events } = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
      const points = (events ?? []).flatMap(({ eventId, workflowTaskCompletedEventAttributes: completed }) =>
        completed == null ? [] : [eventId],
      );
      const eventId = points[Math.round(plan.point * (points.length - 1))];
      // It has not begun: there is nothing to go back to.
      if (eventId == null) throw new Error('it has not begun');
      const begunAt = Date.now();
      try {
        await temporal.workflowService.resetWorkflowExecution({
          namespace: temporal.options.namespace,
          workflowExecution: { workflowId, runId },
          reason: 'the campaign takes it back',
          workflowTaskFinishEventId: eventId,
          requestId: randomUUID(),
          ...(plan.reapplies ? {} : { resetReapplyExcludeTypes: EXCLUDES_EVERYTHING }),
        });
      } finally {
        // Even if its answer was lost: it may have been done.
        decisions.note(workflowId, 'reset', begunAt);
      }
      this.leftTerminated.delete(workflowId);
      log.note(`reset to event ${String(eventId)} of ${points.length} moments in run ${runId}`, workflowId, 'reset');
    });
  }

  private async runOf(workflowId: string, { earlierRun, point }: ResetPlan): Promise<string> {
    const { temporal } = this.parts;
    const { runId: current } = await temporal.workflow.getHandle(workflowId).describe();
    if (!earlierRun) return current;
    const runs: string[] = [];
    for await (const { runId } of temporal.workflow.list({ query: `WorkflowId = '${workflowId}'` })) runs.push(runId);
    return runs[Math.round(point * (runs.length - 1))] ?? current;
  }

  /** Until a send is under way, or for a while. */
  private async untilSending(workflowId: string, kind: string): Promise<void> {
    const end = Date.now() + SENDING_FOR_AT_MOST_MS;
    const handle = this.parts.temporal.workflow.getHandle(workflowId);
    while (Date.now() < end) {
      const { raw } = await handle.describe();
      const sends = (raw.pendingActivities ?? []).some(
        ({ activityType }) => activityType?.name?.startsWith('submit') === true,
      );
      if (sends) {
        this.parts.log.count(kind);
        return;
      }
      if (raw.workflowExecutionInfo?.closeTime != null) return;
      await sleep(SENDING_POLL_MS);
    }
  }

  private async terminate(
    workflowId: string,
    { whileSending, resumes }: Extract<Meddling, { readonly what: 'terminate' }>,
  ): Promise<void> {
    const { temporal, log } = this.parts;
    const handle = temporal.workflow.getHandle(workflowId);
    if (whileSending) await this.persistently(() => this.untilSending(workflowId, 'terminated while sending'));
    try {
      await this.persistently(async () => {
        await handle.terminate('the campaign ends it by hand');
      }, isNotFound);
    } catch (error) {
      // It had ended: by itself, or by an attempt before, whose answer was lost.
      if (!isNotFound(error)) throw error;
    }
    if (!(await this.isTerminated(workflowId))) return;
    this.leftTerminated.add(workflowId);
    log.note('ended by hand', workflowId, 'terminated');
    await this.askAfterTermination(workflowId);
    if (resumes !== undefined) await this.reset(workflowId, { ...resumes, whileSending: false });
  }

  /** False even if it never began. */
  private async isTerminated(workflowId: string): Promise<boolean> {
    const handle = this.parts.temporal.workflow.getHandle(workflowId);
    try {
      return (await this.persistently(() => handle.describe(), isNotFound)).status.name === 'TERMINATED';
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  /** The same request again must say that it was ended by hand, and start nothing. */
  private async askAfterTermination(workflowId: string): Promise<void> {
    const { gangway, log } = this.parts;
    const request = this.parts.requestOf(workflowId);
    if (request === undefined) return;
    const again = await untilTaken(
      async () => gangway.fund(readFundingInput(request)),
      () => this.over,
    );
    const { started } = again;
    log.note(`asked for again after it was ended by hand: ${started}`, workflowId, `asked again ${started}`);
    if (started === 'new') this.notRefused.push({ workflowId, what: 'a flow that was ended by hand was started anew' });
    if (started !== 'already-done') return;
    const told = await again.result().then(
      ({ outcome }) => outcome,
      (error: unknown) => (error instanceof GangwayError ? error.code : String(error)),
    );
    if (told !== 'ENDED_BY_TEMPORAL' && told !== 'TEMPORAL_UNREACHABLE') {
      this.notRefused.push({ workflowId, what: `a flow that was ended by hand is answered with ${told}` });
    }
  }

  private async forget(workflowId: string): Promise<void> {
    const { temporal, decisions, log } = this.parts;
    while (!(await this.persistently(() => this.hasCompleted(workflowId)))) {
      if (this.over) return;
      await sleep(COMPLETED_POLL_MS);
    }
    const begunAt = Date.now();
    await this.persistently(async () => {
      for await (const { runId } of temporal.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
        try {
          await temporal.workflowService.deleteWorkflowExecution({
            namespace: temporal.options.namespace,
            workflowExecution: { workflowId, runId },
          });
        } catch (error) {
          // Gone already, and still in the list: that follows after.
          if (grpcStatus(error) !== GRPC.NOT_FOUND) throw error;
        }
      }
    });
    // The server deletes in its own time, and until then answers with what it still has.
    decisions.note(workflowId, 'forgotten', begunAt);
    while (!(await this.persistently(() => this.isForgotten(workflowId)))) {
      if (this.over) return;
      await sleep(FORGOTTEN_POLL_MS);
    }
    log.note('forgotten by the server', workflowId, 'forgotten');
    await this.askAgain(workflowId);
  }

  private async hasCompleted(workflowId: string): Promise<boolean> {
    const handle = this.parts.temporal.workflow.getHandle<() => Promise<FundingResult>>(workflowId);
    const { status } = await handle.describe();
    return status.name === 'COMPLETED' && /^(marked-)?completed$/.test((await handle.result()).outcome);
  }

  private async isForgotten(workflowId: string): Promise<boolean> {
    try {
      await this.parts.temporal.workflow.getHandle(workflowId).describe();
      return false;
    } catch (error) {
      if (isNotFound(error)) return true;
      throw error;
    }
  }

  private async askAgain(workflowId: string): Promise<void> {
    const { gangway, log } = this.parts;
    const request = this.parts.requestOf(workflowId);
    if (request === undefined) return;
    const { started } = await untilTaken(
      async () => gangway.fund(readFundingInput(request)),
      () => this.over,
    );
    log.note(`asked for again: ${started}`, workflowId, `asked again ${started}`);
  }

  private async cancel(workflowId: string): Promise<void> {
    const { gangway, decisions, log } = this.parts;
    const begunAt = Date.now();
    try {
      await untilTaken(
        () => gangway.cancel({ id: workflowId }, { by: 'ops-2', reason: 'the caller thinks better of it' }),
        () => this.over,
      );
      decisions.note(workflowId, 'cancel', begunAt);
      log.note('cancel taken', workflowId, 'cancel by update taken');
    } catch (error) {
      if (!isRefusal(error)) throw error;
      log.note(`cancel refused: ${messageOf(error)}`, workflowId, 'cancel refused');
    }
  }

  /** Tries again while Temporal is away, or the flow has yet to begin. */
  private async persistently<Result>(
    work: () => Promise<Result>,
    isFinal: (error: unknown) => boolean = () => false,
  ): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (isFinal(error) || attempt >= ATTEMPTS || this.over) throw error;
      }
      await sleep(RETRY_MS);
    }
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof WorkflowNotFoundError;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
