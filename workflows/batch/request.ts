import {
  MAX_BATCH_CONCURRENCY,
  MAX_BATCH_ROWS,
  MAX_ROW_LENGTH,
  MAX_ROWS_AT_ONCE,
  type BatchRequest,
} from '../../contract/batch';
import type { FieldProblem } from '../../contract/errors';
import { idProblem } from '../../contract/ids';
import { invalidRequest, isTooDeep, requireObject, TOO_DEEP } from '../shared/failures';
import { textField } from '../shared/unchecked';

const SHA256 = /^[0-9a-f]{64}$/;
const FIELDS = ['provider', 'batchId', 'sha256', 'rows', 'concurrency'];
const FLOWS = ['funding', 'onboarding', 'onboarding-and-funding'];

/**
 * Holds a batch's request to its shape, whoever typed it.
 *
 * @throws ApplicationFailure INVALID_REQUEST with every wrong field
 */
export function requireBatchRequest(request: unknown): void {
  requireObject(request, 'request');
  const problems: FieldProblem[] = [];
  const check = (field: string, problem: string | undefined): void => {
    if (problem !== undefined) problems.push({ field, problem });
  };
  for (const field of Object.keys(request)) {
    check(field.slice(0, 40), FIELDS.includes(field) ? undefined : `is not known; there are ${FIELDS.join(', ')}`);
  }
  check('provider', idProblem(textField(request, 'provider')));
  check('batchId', idProblem(textField(request, 'batchId')));
  check('sha256', SHA256.test(textField(request, 'sha256')) ? undefined : 'must be 64 lower-case hex digits');
  check('rows', wholeNumberProblem(memberOf(request, 'rows'), MAX_BATCH_ROWS));
  const concurrency = memberOf(request, 'concurrency');
  if (concurrency !== undefined) check('concurrency', wholeNumberProblem(concurrency, MAX_BATCH_CONCURRENCY));
  if (problems.length > 0) throw invalidRequest(problems);
}

/** Why rows cannot be taken; undefined if they can. What a row asks for is checked when it is begun. */
export function addRowsProblem(
  added: unknown,
  { provider, rows: total }: BatchRequest,
  next: number,
): string | undefined {
  if (typeof added !== 'object' || added === null) return 'must be one JSON object: {"first": 0, "rows": [...]}';
  if (isTooDeep(added)) return `the rows ${TOO_DEEP}`;
  const [first, rows] = [memberOf(added, 'first'), memberOf(added, 'rows')];
  if (typeof first !== 'number' || !Number.isSafeInteger(first) || first < 0)
    return 'first must be a whole number from 0';
  if (!Array.isArray(rows) || rows.length === 0 || rows.length > MAX_ROWS_AT_ONCE) {
    return `rows must be a list of 1 to ${MAX_ROWS_AT_ONCE}`;
  }
  if (first > next) return `first must be at most ${next}, the number of the row that is wanted next`;
  if (first + rows.length > total) return `there are ${total} rows in this batch, and these would be more`;
  for (const [index, row] of rows.entries()) {
    const problem = rowProblem(row, provider);
    if (problem !== undefined) return `rows.${index} ${problem}`;
  }
  return undefined;
}

function rowProblem(row: unknown, provider: string): string | undefined {
  if (typeof row !== 'object' || row === null) return 'must be an object';
  if (!FLOWS.includes(textField(row, 'flow'))) return `must have a flow: one of ${FLOWS.join(', ')}`;
  if (wholeNumberProblem(memberOf(row, 'line'), Number.MAX_SAFE_INTEGER) !== undefined) return 'must have its line';
  if (idProblem(textField(row, 'id')) !== undefined) return 'must have its id';
  const request = memberOf(row, 'request');
  if (typeof request !== 'object' || request === null) return 'must have its request';
  if (textField(request, 'provider') !== provider) return `must be for ${provider}, as the batch is`;
  return JSON.stringify(row).length > MAX_ROW_LENGTH ? `must have at most ${MAX_ROW_LENGTH} characters` : undefined;
}

function wholeNumberProblem(value: unknown, largest: number): string | undefined {
  const fits = typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= largest;
  return fits ? undefined : `must be a whole number from 1 to ${largest}`;
}

function memberOf(value: object, name: string): unknown {
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
