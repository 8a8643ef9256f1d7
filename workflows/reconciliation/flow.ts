import { defineSearchAttributeKey } from '@temporalio/common';
import {
  getExternalWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  setCurrentDetails,
  sleep,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { discrepancyWorkflowId, type DiscrepancyName } from '../../contract/discrepancies';
import type { FieldProblem } from '../../contract/errors';
import { idProblem } from '../../contract/ids';
import { discrepancyChanged } from '../../contract/messages';
import {
  dayAfter,
  dayProblem,
  reconciliationWorkflowId,
  type ReconcileDayArgument,
  type ReconciledDay,
  type ReconcileDueRequest,
} from '../../contract/reconciliation';
import { PROVIDER } from '../../contract/search-attributes';
import { WorkflowExecutionAlreadyStartedError } from '../../contract/temporal';
import { discrepancies, reconciling } from '../shared/activity-proxies';
import { failureOf, invalidRequest, refusal, requireObject } from '../shared/failures';
import { requireLock } from '../shared/lock';
import { textField } from '../shared/unchecked';
import { describeDay } from './details';
import { askDiscrepancy } from './discrepancy';

/** How often a day of which pages were missing is read again, and after which pause. */
const MOST_READS = 3;
const PAUSE = '30m';

/**
 * Reconciles a day of a provider: reads it, compares it with the book and writes down what was found. If pages were missing it
 * reads again, later; the day stays open if they are still missing then.
 *
 * Its id must be `reconciliation/<provider>/<day>`.
 *
 * @throws ApplicationFailure INVALID_REQUEST if the request is wrong or the day is not over; CAPABILITY_MISSING
 */
export async function reconcileProvider(request: ReconcileDayArgument): Promise<ReconciledDay> {
  const { provider, day, dryRun } = checked(request);
  const asked: ReconcileDayArgument = { provider, day, ...(dryRun === true ? { dryRun } : {}) };
  requireLock(reconciliationWorkflowId(asked), 'the lock of the day');
  for (let reads = 1; ; reads += 1) {
    const reconciled = await reconcileDay(asked);
    setCurrentDetails(describeDay(reconciled));
    if (dryRun === true) return reconciled;
    await askAbout(provider, reconciled.run.watermark);
    if (reconciled.run.closed || reads === MOST_READS) return reconciled;
    await sleep(PAUSE);
  }
}

/** So many questions are begun or ended in one run, which a history holds; those that are left are found by the next one. */
const MOST_ASKED = 1_000;
const AT_ONCE = 100;

/** Asks about what is open and not asked about yet, and tells those that are asked about what is gone. */
async function askAbout(provider: string, since: string): Promise<void> {
  await forEach({ provider, states: ['open'] }, async (id) => {
    await ask({ provider, id });
  });
  await forEach({ provider, states: ['gone'], closedSince: since }, async (id) => {
    await tell({ provider, id });
  });
}

type Asked = Pick<Parameters<typeof discrepancies.listDiscrepancies>[0], 'provider' | 'states' | 'closedSince'>;

async function forEach(asked: Asked, work: (id: string) => Promise<void>): Promise<void> {
  let after = '';
  for (let done = 0; done < MOST_ASKED; done += AT_ONCE) {
    const ids = await discrepancies.listDiscrepancies({ ...asked, after, limit: AT_ONCE });
    await Promise.all(ids.map(work));
    const last = ids.at(-1);
    if (last === undefined || ids.length < AT_ONCE) return;
    after = last;
  }
}

async function ask(name: DiscrepancyName): Promise<void> {
  try {
    await startChild(askDiscrepancy, {
      args: [name],
      workflowId: discrepancyWorkflowId(name),
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `Discrepancy ${name.id} at ${name.provider}`,
      typedSearchAttributes: [{ key: PROVIDER, value: name.provider }],
    });
  } catch (error) {
    // It is asked about already.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/** One that has ended, or that nobody asks about, need not be told. */
async function tell(name: DiscrepancyName): Promise<void> {
  try {
    await getExternalWorkflowHandle(discrepancyWorkflowId(name)).signal(discrepancyChanged);
  } catch (error) {
    if (isCancellation(error)) throw error;
  }
}

/** What the activity refuses is told as what it is, with its fields. */
async function reconcileDay(asked: ReconcileDayArgument): Promise<ReconciledDay> {
  try {
    return await reconciling.reconcileDay(asked);
  } catch (error) {
    throw refusal(failureOf(error));
  }
}

/** When a schedule's run was due: also of one that comes late. */
const DUE_AT = defineSearchAttributeKey('TemporalScheduledStartTime', 'DATETIME');

/** Started by a schedule: reconciles a day before the one that it was due on, under the lock of that day. */
export async function reconcileWhenDue(request: ReconcileDueRequest): Promise<string> {
  requireObject(request, 'request');
  const provider = textField(request, 'provider');
  const problem = idProblem(provider);
  if (problem !== undefined) throw invalidRequest([{ field: 'provider', problem }]);
  const { typedSearchAttributes, startTime } = workflowInfo();
  const dueAt = typedSearchAttributes.get(DUE_AT) ?? startTime;
  const day = dayAfter(dueAt.toISOString().slice(0, 10), -daysBefore(request));
  const workflowId = reconciliationWorkflowId({ provider, day });
  try {
    await startChild(reconcileProvider, {
      args: [{ provider, day }],
      workflowId,
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `Reconciliation of ${provider}, ${day}`,
      typedSearchAttributes: [{ key: PROVIDER, value: provider }],
    });
  } catch (error) {
    // Somebody reconciles it already.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return workflowId;
}

/** At least the day before: the one that it is due on is not over. */
function daysBefore({ daysBefore: days }: ReconcileDueRequest): number {
  return Number.isSafeInteger(days) && days >= 1 ? days : 1;
}

function checked(request: ReconcileDayArgument): ReconcileDayArgument {
  requireObject(request, 'request');
  const [provider, day] = [textField(request, 'provider'), textField(request, 'day')];
  const problems = [
    { field: 'provider', problem: idProblem(provider) },
    { field: 'day', problem: dayProblem(day) },
  ].flatMap(({ field, problem }): FieldProblem[] => (problem === undefined ? [] : [{ field, problem }]));
  if (problems.length > 0) throw invalidRequest(problems);
  return { provider, day, ...(request.dryRun === true ? { dryRun: true } : {}) };
}
