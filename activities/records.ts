import { activityInfo } from '@temporalio/activity';
import type { BatchRequest, BatchRow, BegunRow, RanRow } from '../contract/batch';
import { fundingWorkflowId, onboardingWorkflowId } from '../contract/ids';
import type { Application, ClientIds, ClientState, FiledDocument, InspectedDocument } from '../contract/onboarding';
import type { DecisionRecord } from '../contract/records';
import { BookUnavailable } from '../contract/send-log';
import { SEND_LOG_MS } from '../contract/timeouts';
import type { ActivityDeps } from './deps';
import { bookUnavailable } from './refusal';

/**
 * Enters what a person decided, or was refused.
 *
 * @throws Refusal BOOK_UNAVAILABLE: it is to be told again
 */
export function recordDecision({ records }: ActivityDeps) {
  return async (decision: DecisionRecord): Promise<void> => {
    await answered(() => records?.decided(decision));
  };
}

/**
 * Enters that the flow which this activity is of was started, and who asked for it.
 *
 * @throws Refusal BOOK_UNAVAILABLE: it is to be told again
 */
export async function recordStart(
  { records }: ActivityDeps,
  requestedBy: string | undefined,
  proven: boolean,
): Promise<void> {
  const execution = activityInfo().workflowExecution;
  if (records === undefined || execution === undefined) return;
  const { workflowId: subject, runId } = execution;
  const start = { subject, runId, proven, ...(requestedBy === undefined ? {} : { requestedBy }) };
  await answered(() => records.started(start));
}

/**
 * Enters what a client is found by, as its application says it now.
 *
 * @throws Refusal BOOK_UNAVAILABLE: it is to be told again
 */
export async function indexClient(
  { blindIndex }: ActivityDeps,
  { provider, partnerClientId, applicant }: Application,
): Promise<void> {
  await answered(() => blindIndex?.register({ provider, partnerClientId }, applicant));
}

/**
 * Enters that a batch has begun.
 *
 * @throws Refusal BOOK_UNAVAILABLE: it is to be told again
 */
export function recordBatch({ records }: ActivityDeps) {
  return async (batch: BatchRequest): Promise<void> => {
    await answered(() => records?.begunBatch(batch));
  };
}

/**
 * Enters what came of a row of the batch that this activity is of, once it is no longer under way.
 *
 * @throws Refusal BOOK_UNAVAILABLE: the row is to be looked at again
 */
export async function recordRow(
  { records }: ActivityDeps,
  row: BatchRow | BegunRow,
  { result }: RanRow,
): Promise<void> {
  const batch = activityInfo().workflowExecution?.workflowId;
  if (records === undefined || batch === undefined || result.outcome === 'under-way') return;
  const { line, id, outcome, code } = result;
  const flow = flowOf(row, batch);
  await answered(() => records.ranRow({ batch, line, id, flow, outcome, ...(code === undefined ? {} : { code }) }));
}

function flowOf(row: BatchRow | BegunRow, batch: string): string {
  if ('workflowId' in row) return row.workflowId;
  const provider = batch.split('/')[1] ?? '';
  return row.flow === 'funding' ? fundingWorkflowId(provider, row.id) : onboardingWorkflowId(provider, row.id);
}

async function answered<Answer>(ask: () => Promise<Answer> | undefined): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof BookUnavailable ? bookUnavailable() : error;
  }
}

interface Seen extends ClientIds {
  readonly provider: string;
}

/**
 * Enters a client as its provider has just shown it. A book that cannot be told does not undo what the provider did, and the
 * next read tells it: the answer stands.
 */
export async function sawClient({ records }: ActivityDeps, client: Seen, state?: ClientState): Promise<void> {
  const { provider, partnerClientId } = client;
  const readAt = new Date().toISOString();
  await inPassing(() =>
    records?.sawClient({ provider, partnerClientId, readAt, ...(state === undefined ? {} : { state }) }),
  );
}

/** Enters a document that is on file. The answer stands, as with a client. */
export async function filedDocument(
  { records }: ActivityDeps,
  { provider, partnerClientId }: Seen,
  document: FiledDocument,
): Promise<void> {
  await inPassing(() => records?.filed({ provider, partnerClientId }, document));
}

/**
 * Whether the book knows such a document to have been on file, whatever Temporal has forgotten since.
 *
 * @throws Refusal BOOK_UNAVAILABLE: nothing is known then
 */
export async function wasFiled(
  { records }: ActivityDeps,
  { provider, partnerClientId }: Seen,
  { type, front }: InspectedDocument,
): Promise<boolean> {
  const asked = { type, sha256: front.sha256 };
  return (await answered(() => records?.wasFiled({ provider, partnerClientId }, asked))) === true;
}

async function inPassing(tell: () => Promise<void> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((settle) => {
    timer = setTimeout(settle, SEND_LOG_MS);
  });
  try {
    await Promise.race([tell(), late]);
  } catch (error) {
    if (!(error instanceof BookUnavailable)) throw error;
  } finally {
    clearTimeout(timer);
  }
}
