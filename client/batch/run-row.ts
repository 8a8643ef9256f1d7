import { fieldsText, type BatchRow, type BegunRow, type RanRow, type RowResult } from '../../contract/batch';
import { describeFields, isErrorCode } from '../../contract/errors';
import type { ParkedState, ParkReason } from '../../contract/progress';
import { flowsOf, type FlowFailure, type FlowStatus } from '../flow/flow-status';
import { readApplication, readFundingInput, readOnboardAndFund } from '../flow/requests';
import { GangwayError, type GangwayErrorCode } from '../gangway-error';
import type { Gangway } from '../gangway';

/** How often a flow is looked at for an open question; its end is told at once. */
const LOOK_EVERY_MS = 1_000;

/**
 * Begins a row's flow, or finds it begun, and watches it until it ends, parks or `signal` is aborted.
 *
 * @throws GangwayError if Temporal does not answer: the row is to be tried again
 */
export async function runRow(gangway: Gangway, row: BatchRow | BegunRow, signal: AbortSignal): Promise<RanRow> {
  const { line, id } = row;
  try {
    const workflowId = 'workflowId' in row ? row.workflowId : await begin(gangway, row);
    const options = { untilParked: true, signal, lookEveryMs: LOOK_EVERY_MS };
    const status = await gangway.follow({ id: workflowId }, () => undefined, options);
    const result = { line, id, ...resultOf(status) };
    return result.outcome === 'under-way' ? { result, begun: { line, id, workflowId } } : { result };
  } catch (error) {
    if (!(error instanceof GangwayError) || !REFUSALS.includes(error.code)) throw error;
    return { result: { line, id, ...refusal(error) } };
  }
}

/** What a start can be refused with, for good. */
const REFUSALS: readonly GangwayErrorCode[] = ['INVALID_REQUEST', 'CAPABILITY_MISSING', 'ID_TAKEN'];

async function begin(gangway: Gangway, row: BatchRow): Promise<string> {
  switch (row.flow) {
    case 'funding':
      return (await gangway.fund(readFundingInput(row.request))).workflowId;
    case 'onboarding':
      return (await gangway.onboard(readApplication(row.request))).workflowId;
    case 'onboarding-and-funding':
      return (await gangway.onboardAndFund(readOnboardAndFund(row.request))).workflowId;
  }
}

type Came = Omit<RowResult, 'line' | 'id'>;

function refusal({ code, message, fields }: Pick<FlowFailure, 'code' | 'message' | 'fields'>): Came {
  const reason = fields.length === 0 ? message : `${describeFields(fields)}.`;
  return { outcome: 'refused', code, ...fieldOf(fieldsText(fields)), reason };
}

function resultOf(status: FlowStatus): Came {
  switch (status.state) {
    case 'done':
      return { outcome: 'done' };
    case 'running':
      return { outcome: 'under-way' };
    case 'parked':
      return parkedResult(status);
    case 'failed':
      return failedResult(status.failure);
    case 'abandoned':
    case 'cancelled':
      return { outcome: status.state, ...endedBy(status) };
  }
}

function parkedResult(status: FlowStatus): Came {
  const parked = flowsOf(status).find((flow) => flow.parked !== undefined)?.parked;
  // No worker said in time what the question is: looked at again, rather than settled without a reason.
  if (parked === undefined) return { outcome: 'under-way' };
  const { reason: code, because, todo, fields = [] } = parked;
  const named = fields.length === 0 ? FIELD_OF_REASON[code] : fieldsText(fields);
  const wrong = fields.length === 0 ? '' : ` ${describeFields(fields)}.`;
  return { outcome: 'parked', code, ...fieldOf(named), reason: `${because}${wrong} ${todo}` };
}

/** The field that a reason is about, if the provider names none. */
const FIELD_OF_REASON: Partial<Record<ParkedState<ParkReason>['reason'], string>> = {
  CLIENT_UNKNOWN: 'partnerClientId',
  CLIENT_NOT_VERIFIED: 'partnerClientId',
  CLIENT_INACTIVE: 'partnerClientId',
  ASSET_INELIGIBLE: 'asset',
  INSUFFICIENT_FUNDS: 'amount',
  REF_TAKEN: 'fundingId',
  CLIENT_TAKEN: 'partnerClientId',
};

function failedResult(failure: FlowFailure | undefined): Came {
  if (failure === undefined) return { outcome: 'failed', reason: 'Its workflow failed.' };
  // A workflow that fails with a code of ours refused its request: nothing was sent.
  if (isErrorCode(failure.code)) return refusal(failure);
  return { outcome: 'failed', code: failure.code, ...fieldOf(fieldsText(failure.fields)), reason: failure.message };
}

function endedBy(status: FlowStatus): Pick<Came, 'reason'> {
  const last = flowsOf(status)
    .findLast(({ decisions }) => decisions.length > 0)
    ?.decisions.at(-1);
  return last === undefined ? {} : { reason: `${last.by} decided: ${last.action}.` };
}

function fieldOf(field: string | undefined): Pick<Came, 'field'> {
  return field === undefined || field === '' ? {} : { field };
}
