import { ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import { answerProblem, discrepancyWorkflowId, type DiscrepancyName } from '../../contract/discrepancies';
import { idProblem } from '../../contract/ids';
import { settleDiscrepancy } from '../../contract/messages';
import {
  cutOffMs,
  dayProblem,
  RECONCILE_DUE_WORKFLOW_TYPE,
  RECONCILIATION_DUE,
  RECONCILIATION_WORKFLOW_TYPE,
  reconciliationScheduleId,
  reconciliationWorkflowId,
  type DiscrepancyDecision,
  type ReconcileDayArgument,
  type ReconciledDay,
  type ReconcileDueRequest,
} from '../../contract/reconciliation';
import { PROVIDER } from '../../contract/search-attributes';
import { providerTaskQueue } from '../../contract/task-queues';
import type { ProviderSemantics } from '../../contract/provider';
import { fromTemporal } from '../flow/from-temporal';
import { sendUpdate } from '../flow/steer';
import type { TemporalAccess } from '../flow/temporal-access';
import { invalidRequest } from '../gangway-error';

const MINUTE_MS = 60_000;
const MINUTES_A_DAY = 1_440;
/** A server that was away for so long still starts the days that it missed, one after another. */
const CATCH_UP = '7 days';

/** Starts reconciliations of a provider's days, and schedules them. */
export class Reconciliations {
  constructor(private readonly temporal: TemporalAccess) {}

  /**
   * Reconciles a UTC day that is over, and answers what was found. Harmless when repeated: one at a time, and a day that is closed
   * is answered as it was closed.
   *
   * @throws GangwayError INVALID_REQUEST, CAPABILITY_MISSING, TEMPORAL_UNREACHABLE; what the provider answered
   */
  async run(request: ReconcileDayArgument): Promise<ReconciledDay> {
    const { provider, day } = request;
    const problems = problemsOf({ provider: idProblem(provider), day: dayProblem(day) });
    if (problems.length > 0) throw invalidRequest(problems);
    const workflowId = reconciliationWorkflowId(request);
    try {
      const handle = await this.temporal.client.workflow.start<
        (argument: ReconcileDayArgument) => Promise<ReconciledDay>
      >(RECONCILIATION_WORKFLOW_TYPE, {
        taskQueue: providerTaskQueue(provider),
        workflowId,
        args: [request],
        workflowIdConflictPolicy: 'USE_EXISTING',
        staticSummary: `Reconciliation of ${provider}, ${day}`,
        typedSearchAttributes: [{ key: PROVIDER, value: provider }],
      });
      return await handle.result();
    } catch (error) {
      throw fromTemporal(error, workflowId);
    }
  }

  /**
   * Answers the question about a discrepancy. No answer moves money.
   *
   * @param decision who, why, and where the proof is; `answer` is one of those that its class takes
   * @returns the workflow's sentence
   * @throws GangwayError INVALID_REQUEST; REFUSED with the reason; UNKNOWN_ID; NO_WORKER; TEMPORAL_UNREACHABLE
   */
  async settle(name: DiscrepancyName, decision: DiscrepancyDecision): Promise<string> {
    const problems = problemsOf({
      provider: idProblem(name.provider),
      id: idProblem(name.id),
      decision: answerProblem(decision),
    });
    if (problems.length > 0) throw invalidRequest(problems);
    return await sendUpdate(this.temporal, discrepancyWorkflowId(name), settleDiscrepancy, decision);
  }

  /**
   * Has each day of a provider reconciled when it is over. Done already, it changes nothing but the time of the day.
   *
   * @returns the schedule's id, and when in the UTC day it starts, such as `00:10`
   * @throws GangwayError INVALID_REQUEST, TEMPORAL_UNREACHABLE
   */
  async schedule(
    provider: string,
    semantics: Pick<ProviderSemantics, 'settleWindowMs'>,
  ): Promise<{ readonly scheduleId: string; readonly at: string }> {
    const problems = problemsOf({ provider: idProblem(provider) });
    if (problems.length > 0) throw invalidRequest(problems);
    const day = '1970-01-01';
    const minutes = Math.ceil((cutOffMs(day, semantics) - Date.parse('1970-01-02')) / MINUTE_MS);
    const [hour, minute] = [Math.floor(minutes / 60) % 24, minutes % 60];
    const daysBefore = 1 + Math.floor(minutes / MINUTES_A_DAY);
    const scheduleId = reconciliationScheduleId(provider);
    const spec = { calendars: [{ hour, minute }], timezone: 'UTC' };
    const action = {
      type: 'startWorkflow' as const,
      workflowType: RECONCILE_DUE_WORKFLOW_TYPE,
      workflowId: `${RECONCILIATION_DUE}/${provider}`,
      taskQueue: providerTaskQueue(provider),
      args: [{ provider, daysBefore }] satisfies [ReconcileDueRequest],
    };
    const policies = { overlap: ScheduleOverlapPolicy.BUFFER_ALL, catchupWindow: CATCH_UP } as const;
    const { schedule } = this.temporal.client;
    try {
      const handle = schedule.getHandle(scheduleId);
      const isThere = await handle.describe().then(
        () => true,
        (error: unknown) => {
          if (error instanceof ScheduleNotFoundError) return false;
          throw error;
        },
      );
      if (isThere) await handle.update((before) => ({ ...before, spec, action, policies }));
      else await schedule.create({ scheduleId, spec, action, policies });
    } catch (error) {
      throw fromTemporal(error);
    }
    return { scheduleId, at: `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}` };
  }
}

function problemsOf(fields: Readonly<Record<string, string | undefined>>) {
  return Object.entries(fields).flatMap(([field, problem]) => (problem === undefined ? [] : [{ field, problem }]));
}
