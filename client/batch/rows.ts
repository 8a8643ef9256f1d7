import { fieldsText, MAX_ROW_LENGTH, type BatchRow, type BatchWork, type RowResult } from '../../contract/batch';
import { describeFields } from '../../contract/errors';
import { printable } from '../../contract/printable';
import type { FileLine } from '../../inputs/batch-file/read';
import { readApplication, readFundingInput, readOnboardAndFund } from '../flow/requests';
import { GangwayError } from '../gangway-error';
import { failedUnforeseen } from '../unforeseen';

/** What a file asks for: rows that can be begun, and what is wrong with the others. */
export interface BatchRows {
  readonly rows: readonly BatchRow[];
  readonly refused: readonly RowResult[];
}

/**
 * Reads what each line asks for, before anything is started: a movement if it has a `fundingId`, an onboarding with
 * funding if it has `funding`, an onboarding otherwise.
 *
 * @param provider of lines that name none; a line that names another one is refused
 */
export function readRows(lines: readonly FileLine[], provider: string): BatchRows {
  const rows: BatchRow[] = [];
  const refused: RowResult[] = [];
  const firstLines = new Map<string, number>();
  for (const line of lines) {
    const read = readRow(line, provider);
    if ('outcome' in read) {
      refused.push(read);
      continue;
    }
    const first = firstLines.get(lockOf(read));
    if (first !== undefined) {
      refused.push(refusedRow(read, idField(read), `is the same as in line ${first}, and is begun once only`));
      continue;
    }
    firstLines.set(lockOf(read), read.line);
    rows.push(read);
  }
  return { rows, refused };
}

function lockOf({ flow, id }: BatchRow): string {
  return `${flow === 'funding' ? 'funding' : 'onboarding'} ${id}`;
}

function idField({ flow }: BatchRow): string {
  return flow === 'funding' ? 'fundingId' : 'partnerClientId';
}

function readRow(line: FileLine, provider: string): BatchRow | RowResult {
  if (!line.ok) return refusedRow({ line: line.line, id: '' }, line.field, line.problem);
  const id = idOf(line.value);
  try {
    const work = readWork(line.value, provider);
    const row: BatchRow = { line: line.line, id: ownId(work), ...work };
    const length = JSON.stringify(row).length;
    if (length <= MAX_ROW_LENGTH) return row;
    return refusedRow(row, undefined, `is longer than ${MAX_ROW_LENGTH} characters: start it by itself`);
  } catch (error) {
    if (!(error instanceof GangwayError))
      return refusedRow({ line: line.line, id }, undefined, failedUnforeseen(error));
    return {
      line: line.line,
      id,
      outcome: 'refused',
      code: error.code,
      field: fieldsText(error.fields),
      reason: `${describeFields(error.fields)}.`,
    };
  }
}

function readWork(value: unknown, batchProvider: string): BatchWork {
  const input = withProvider(value, batchProvider);
  const work = readFlow(input);
  if (work.request.provider === batchProvider) return work;
  const fields = [{ field: 'provider', problem: `must be ${batchProvider}, as the batch is` }];
  throw new GangwayError('INVALID_REQUEST', 'another provider', { fields });
}

function readFlow(input: unknown): BatchWork {
  if (has(input, 'fundingId')) return { flow: 'funding', request: readFundingInput(input) };
  if (has(input, 'funding')) return { flow: 'onboarding-and-funding', request: readOnboardAndFund(input) };
  if (has(input, 'applicant')) return { flow: 'onboarding', request: readApplication(input) };
  // Nothing tells what is missing: most files hold movements.
  return { flow: 'funding', request: readFundingInput(input) };
}

function withProvider(value: unknown, provider: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || 'provider' in value) return value;
  return { provider, ...value };
}

function has(value: unknown, field: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, field);
}

function ownId(work: BatchWork): string {
  return work.flow === 'funding' ? work.request.fundingId : work.request.partnerClientId;
}

/** How a refused line is named: by its id, even a wrong one, or not at all. */
function idOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const { fundingId, partnerClientId }: { fundingId?: unknown; partnerClientId?: unknown } = value;
  const id = fundingId ?? partnerClientId;
  return typeof id === 'string' ? printable(id, 255) : '';
}

function refusedRow(
  { line, id }: Pick<BatchRow, 'line' | 'id'>,
  field: string | undefined,
  problem: string,
): RowResult {
  const about = field ?? 'The line';
  return {
    line,
    id,
    outcome: 'refused',
    code: 'INVALID_REQUEST',
    ...(field === undefined ? {} : { field }),
    reason: `${about} ${problem}.`,
  };
}
