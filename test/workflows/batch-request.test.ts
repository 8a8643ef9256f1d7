import { ApplicationFailure } from '@temporalio/common';
import { MAX_BATCH_CONCURRENCY, MAX_ROW_LENGTH, MAX_ROWS_AT_ONCE, type BatchRequest } from '../../contract/batch';
import { addRowsProblem, requireBatchRequest } from '../../workflows/batch/request';

const REQUEST: BatchRequest = { provider: 'coinmena', batchId: 'march', sha256: 'a0'.repeat(32), rows: 100 };
const INTENT = { provider: 'coinmena', fundingId: 'dep-1' };
const ROW = { flow: 'funding', line: 1, id: 'dep-1', request: INTENT };

/** The wrong fields of a request, as the refusal names them. */
function refusalOf(request: unknown): unknown {
  try {
    requireBatchRequest(request);
    return undefined;
  } catch (error) {
    return error instanceof ApplicationFailure ? [error.type, error.details?.[0]] : error;
  }
}

function fields(...problems: readonly (readonly [field: string, problem: unknown])[]): unknown {
  const wrong = problems.map(([field, problem]) => ({ field, problem }));
  return ['INVALID_REQUEST', { code: 'INVALID_REQUEST', outcome: 'not-applied', fields: wrong }];
}

describe('the request of a batch', () => {
  test.each([
    ['as it is', REQUEST],
    ['of one row', { ...REQUEST, rows: 1 }],
    ['of as many rows as there may be', { ...REQUEST, rows: 100_000 }],
    ['with the least concurrency', { ...REQUEST, concurrency: 1 }],
    ['with the most', { ...REQUEST, concurrency: MAX_BATCH_CONCURRENCY }],
  ])('is taken %s', (_, request) => {
    expect(refusalOf(request)).toBeUndefined();
  });

  test.each<readonly [string, unknown, unknown]>([
    ['a text', 'x', fields(['request', 'must be one JSON object'])],
    ['a batch id that is none', { ...REQUEST, batchId: 'a b' }, fields(['batchId', expect.any(String)])],
    ['no provider', { ...REQUEST, provider: 5 }, fields(['provider', expect.any(String)])],
    ['half a hash', { ...REQUEST, sha256: 'a0' }, fields(['sha256', 'must be 64 lower-case hex digits'])],
    ['more than a hash', { ...REQUEST, sha256: `${'a0'.repeat(32)}0` }, fields(['sha256', expect.any(String)])],
    ['something before a hash', { ...REQUEST, sha256: `0${'a0'.repeat(32)}` }, fields(['sha256', expect.any(String)])],
    ['no rows', { ...REQUEST, rows: 0 }, fields(['rows', 'must be a whole number from 1 to 100000'])],
    ['too many rows', { ...REQUEST, rows: 100_001 }, fields(['rows', expect.any(String)])],
    ['half a row', { ...REQUEST, rows: 1.5 }, fields(['rows', expect.any(String)])],
    ['a number as text', { ...REQUEST, rows: '100' }, fields(['rows', expect.any(String)])],
    [
      'too much at once',
      { ...REQUEST, concurrency: 51 },
      fields(['concurrency', 'must be a whole number from 1 to 50']),
    ],
    ['nothing at once', { ...REQUEST, concurrency: 0 }, fields(['concurrency', expect.any(String)])],
    [
      'a field that is not known, whose name is cut',
      { ...REQUEST, ['x'.repeat(50)]: 1 },
      fields(['x'.repeat(40), 'is not known; there are provider, batchId, sha256, rows, concurrency']),
    ],
    [
      'several wrong fields',
      { ...REQUEST, sha256: '', rows: 0 },
      fields(['sha256', expect.any(String)], ['rows', expect.any(String)]),
    ],
  ])('is refused with %s', (_, request, refusal) => {
    expect(refusalOf(request)).toEqual(refusal);
  });
});

/** The longest row that is taken. */
function rowOfLength(length: number): object {
  const empty = { ...ROW, request: { ...INTENT, note: '' } };
  return { ...ROW, request: { ...INTENT, note: 'x'.repeat(length - JSON.stringify(empty).length) } };
}

describe('rows that are handed over', () => {
  test.each<readonly [string, object]>([
    ['the first', { first: 0, rows: [ROW] }],
    ['those wanted next', { first: 3, rows: [ROW] }],
    ['some once more', { first: 2, rows: [ROW, ROW] }],
    ['the last', { first: 0, rows: Array.from({ length: MAX_ROWS_AT_ONCE }, () => ROW) }],
    ['onboardings', { first: 0, rows: [{ ...ROW, flow: 'onboarding' }] }],
    ['onboardings with movements', { first: 0, rows: [{ ...ROW, flow: 'onboarding-and-funding' }] }],
    ['the longest', { first: 0, rows: [rowOfLength(MAX_ROW_LENGTH)] }],
  ])('are taken: %s', (_, added) => {
    expect(addRowsProblem(added, { ...REQUEST, rows: 50 }, 3)).toBeUndefined();
  });

  const few = { ...REQUEST, rows: 4 };
  test.each<readonly [string, unknown, string]>([
    ['nothing', null, 'must be one JSON object: {"first": 0, "rows": [...]}'],
    ['a text', 'x', 'must be one JSON object: {"first": 0, "rows": [...]}'],
    ['no first', { rows: [ROW] }, 'first must be a whole number from 0'],
    ['a first as text', { first: '0', rows: [ROW] }, 'first must be a whole number from 0'],
    ['half a first', { first: 0.5, rows: [ROW] }, 'first must be a whole number from 0'],
    ['a first before all', { first: -1, rows: [ROW] }, 'first must be a whole number from 0'],
    ['no rows', { first: 0 }, 'rows must be a list of 1 to 50'],
    ['an empty list', { first: 0, rows: [] }, 'rows must be a list of 1 to 50'],
    ['too many at once', { first: 0, rows: Array.from({ length: 51 }, () => ROW) }, 'rows must be a list of 1 to 50'],
    ['a gap', { first: 4, rows: [ROW] }, 'first must be at most 3, the number of the row that is wanted next'],
    ['more than there are', { first: 3, rows: [ROW, ROW] }, 'there are 4 rows in this batch, and these would be more'],
    ['a row that is none', { first: 0, rows: [ROW, null] }, 'rows.1 must be an object'],
    ['a row as text', { first: 0, rows: ['x'] }, 'rows.0 must be an object'],
    [
      'a row of no flow',
      { first: 0, rows: [{ ...ROW, flow: 'x' }] },
      'rows.0 must have a flow: one of funding, onboarding, onboarding-and-funding',
    ],
    ['a row without its line', { first: 0, rows: [{ ...ROW, line: 0 }] }, 'rows.0 must have its line'],
    ['a row without its id', { first: 0, rows: [{ ...ROW, id: '' }] }, 'rows.0 must have its id'],
    ['a row without its request', { first: 0, rows: [{ ...ROW, request: null }] }, 'rows.0 must have its request'],
    ['a row whose request is a text', { first: 0, rows: [{ ...ROW, request: 'x' }] }, 'rows.0 must have its request'],
    [
      'a row for another provider',
      { first: 0, rows: [{ ...ROW, request: { ...INTENT, provider: 'other' } }] },
      'rows.0 must be for coinmena, as the batch is',
    ],
    [
      'a row that is too long',
      { first: 0, rows: [rowOfLength(MAX_ROW_LENGTH + 1)] },
      'rows.0 must have at most 8000 characters',
    ],
  ])('are refused with %s', (_, added, problem) => {
    expect(addRowsProblem(added, few, 3)).toBe(problem);
  });

  test('are refused if they are nested too deeply', () => {
    const deep: unknown = JSON.parse(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`);
    expect(addRowsProblem({ first: 0, rows: [{ ...ROW, request: deep }] }, few, 3)).toBe(
      'the rows must not be nested deeper than 32 levels',
    );
  });
});
