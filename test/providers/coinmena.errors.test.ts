import type { ErrorCode, Outcome } from '../../contract/errors';
import { ERROR_RULES } from '../../contract/errors';
import { CODE_RULES, errorOf, errorOfTransport } from '../../providers/coinmena/errors';
import { namedFields, type Subject } from '../../providers/coinmena/fields';
import { TransportError } from '../../providers/http/transport-error';

function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return { status, headers, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) };
}

function envelope(code: number, detail: unknown = null) {
  return { code, msg: 'for people, John Doe <john@example.test>', msg_detail: detail };
}

function read(status: number, body: unknown, headers?: Readonly<Record<string, string>>, subject?: Subject) {
  return errorOf(answer(status, body, headers), { operation: 'deposit', ...(subject && { subject }) }, Date.now());
}

/** Section 3.3 of the reference, with any HTTP status that does not decide by itself. */
const CODES: readonly (readonly [number, ErrorCode, string | undefined])[] = [
  [2008, 'CLIENT_UNKNOWN', undefined],
  [2009, 'CLIENT_NOT_VERIFIED', undefined],
  [2010, 'CLIENT_INACTIVE', undefined],
  [2012, 'ASSET_INELIGIBLE', undefined],
  [2016, 'DUPLICATE_PERSON', 'applicant.governmentId.number'],
  [2020, 'DUPLICATE_REF', undefined],
  [2021, 'INVALID_REQUEST', 'applicant.birthDate'],
  [2022, 'INVALID_REQUEST', 'applicant.residency'],
  [2023, 'INVALID_REQUEST', 'applicant.citizenship'],
  [2024, 'INVALID_REQUEST', 'applicant.placeOfBirth'],
  [2025, 'INVALID_REQUEST', 'applicant.residencyVisa'],
  [2026, 'DUPLICATE_CLIENT', undefined],
  [2027, 'DUPLICATE_PERSON', 'applicant.email'],
  [2028, 'DUPLICATE_PERSON', 'applicant.phone'],
  [3005, 'INSUFFICIENT_FUNDS', undefined],
  [4008, 'REFUSED', undefined],
];

describe('codes', () => {
  test.each(CODES)('%d is %s', (code, meaning, field) => {
    for (const status of [400, 403, 404, 409, 422]) {
      const error = read(status, envelope(code));
      expect(error.code).toBe(meaning);
      expect(error.outcome).toBe(ERROR_RULES[meaning].outcome);
      expect(error.providerCode).toBe(String(code));
      expect(error.httpStatus).toBe(status);
      expect(error.fields?.map((problem) => problem.field)).toEqual(field === undefined ? undefined : [field]);
    }
  });

  test('all that are mapped are tested', () => {
    expect([...CODE_RULES.keys()].sort()).toEqual(CODES.map(([code]) => code).sort());
  });
});

const HTML = '<html><body>John Doe was here</body></html>';
type Row = readonly [string, number, unknown, ErrorCode, Exclude<Outcome, 'applied'>, Record<string, string>?];

const STATUSES: readonly Row[] = [
  ['a bad signature', 401, envelope(401), 'AUTH', 'not-applied'],
  ['a bad signature that a gateway saw', 401, HTML, 'AUTH', 'not-applied'],
  ['401 with a code of another kind', 401, envelope(2008), 'AUTH', 'not-applied'],
  ['forbidden', 403, envelope(403), 'AUTH', 'not-applied'],
  ['forbidden by a gateway', 403, HTML, 'AUTH', 'not-applied'],
  ['a validation error', 422, envelope(422), 'INVALID_REQUEST', 'not-applied'],
  ['a bad request', 400, envelope(400), 'INVALID_REQUEST', 'not-applied'],
  ['a bad request that a gateway saw', 400, HTML, 'CONTRACT_DRIFT', 'unknown'],
  ['no such record', 404, envelope(404), 'NOT_FOUND', 'not-applied'],
  ['no such page', 404, HTML, 'CONTRACT_DRIFT', 'unknown'],
  ['no such page, in other JSON', 404, { detail: 'Not Found' }, 'CONTRACT_DRIFT', 'unknown'],
  ['nothing at all', 404, '', 'CONTRACT_DRIFT', 'unknown'],
  ['an unknown code', 400 + 18, envelope(2999), 'REFUSED', 'not-applied'],
  ['an unknown conflict', 409, envelope(2999), 'REFUSED', 'not-applied'],
  ['a conflict that a gateway saw', 409, HTML, 'CONTRACT_DRIFT', 'unknown'],
  ['a body too large', 413, HTML, 'REFUSED', 'not-applied'],
  ['a slow request', 408, HTML, 'OUTCOME_UNKNOWN', 'unknown'],
  ['too many requests', 429, envelope(429), 'RATE_LIMITED', 'not-applied'],
  ['too many requests for a gateway', 429, HTML, 'RATE_LIMITED', 'not-applied'],
  ['busy', 503, HTML, 'RATE_LIMITED', 'unknown', { 'retry-after': '7' }],
  ['down', 503, HTML, 'OUTCOME_UNKNOWN', 'unknown'],
  ['failed', 500, envelope(500), 'OUTCOME_UNKNOWN', 'unknown'],
  ['failed with a code of a refusal', 500, envelope(3005), 'OUTCOME_UNKNOWN', 'unknown'],
  ['a gateway timed out', 504, HTML, 'OUTCOME_UNKNOWN', 'unknown'],
  ['a redirect', 302, '', 'CONTRACT_DRIFT', 'unknown'],
  ['an envelope of other types', 404, { code: '404', msg: 'x', msg_detail: null }, 'CONTRACT_DRIFT', 'unknown'],
  ['an envelope without its detail', 400, { code: 3005, msg: 'x' }, 'INSUFFICIENT_FUNDS', 'not-applied'],
  ['an envelope without a text', 400, { code: 3005, msg: null, msg_detail: null }, 'INSUFFICIENT_FUNDS', 'not-applied'],
  ['a code alone that a document names', 409, { code: 2020 }, 'DUPLICATE_REF', 'unknown'],
  ['a code alone that none names', 404, { code: 5 }, 'CONTRACT_DRIFT', 'unknown'],
  ['JSON that is no object', 404, 'null', 'CONTRACT_DRIFT', 'unknown'],
];

describe('statuses', () => {
  const rows = STATUSES.map(([what, status, body, code, outcome, headers]) => ({
    what,
    status,
    body,
    code,
    outcome,
    headers,
  }));

  test.each(rows)('$what: $status', ({ status, body, code, outcome, headers }) => {
    const error = read(status, body, headers);
    expect(error.code).toBe(code);
    expect(error.outcome).toBe(outcome);
    expect(error.operation).toBe('deposit');
    expect(error.provider).toBe('coinmena');
  });

  test('a pause that was asked for is kept', () => {
    expect(read(429, envelope(429), { 'retry-after': '7' }).retryAfterMs).toBe(7000);
    expect(read(429, envelope(429)).retryAfterMs).toBeUndefined();
  });

  test('a request id is kept if it looks like one', () => {
    expect(read(500, HTML, { 'x-request-id': 'req-1' }).requestId).toBe('req-1');
    expect(read(500, HTML, { 'x-request-id': 'John Doe' }).requestId).toBeUndefined();
  });

  test('nothing that a person wrote is repeated', () => {
    const detail = { email: ['john@example.test is taken'], 'John Doe': 'x' };
    for (const status of [400, 404, 409, 422, 500]) {
      const error = read(status, envelope(422, detail), {}, 'application');
      const told = `${error.message} ${JSON.stringify(error)}`;
      expect(told).not.toContain('john@example.test');
      expect(told).not.toContain('John Doe');
    }
  });
});

describe('the fields of msg_detail', () => {
  test.each([
    ['by field', { email: ['bad'], phone: 'bad' }, ['applicant.email', 'applicant.phone']],
    ['dotted', { 'address.city': ['bad'] }, ['applicant.address.city']],
    [
      'nested',
      { address: { city: ['bad'], postal_code: 'bad' } },
      ['applicant.address.city', 'applicant.address.postalCode'],
    ],
    ['whole objects', { employment: ['is required'] }, ['applicant.employment']],
    ['a list of entries', [{ field: 'birth_date', msg: 'bad' }], ['applicant.birthDate']],
    ['a list of locations', [{ loc: ['body', 'address', 'city'], type: 'x' }], ['applicant.address.city']],
    ['inside another object', { errors: [{ field: 'name' }] }, ['applicant.name']],
    ['unknown names', { ssn: ['bad'], __proto__x: 1 }, []],
    ['text', 'email is bad', []],
    ['null', null, []],
    ['a number', 7, []],
    ['nonsense', [[[[[[[[[[{ email: 1 }]]]]]]]]]], []],
  ])('%s', (_, detail, fields) => {
    expect(namedFields(detail, 'application')).toEqual(fields);
  });

  test('are those of the call', () => {
    expect(namedFields({ amount: ['bad'], partner_order_ref: [], email: [] }, 'funding')).toEqual([
      'amount',
      'fundingId',
    ]);
    expect(namedFields({ front_file: ['bad'], type: [] }, 'document')).toEqual(['front', 'type']);
  });

  test('come with a 422', () => {
    const error = read(422, envelope(422, { amount: ['must be positive'] }), {}, 'funding');
    expect(error.fields).toEqual([{ field: 'amount', problem: 'was refused by CoinMENA' }]);
  });
});

describe('no whole answer', () => {
  test('not sent is not applied', () => {
    const error = errorOfTransport(new TransportError('unreachable', 'not-sent', 'ECONNREFUSED'), { operation: 'x' });
    expect(error).toMatchObject({ code: 'UNREACHABLE', outcome: 'not-applied' });
  });

  test.each(['timeout', 'connection-lost', 'too-large', 'aborted', 'invalid-response'] as const)(
    '%s is unknown',
    (kind) => {
      const error = errorOfTransport(new TransportError(kind, 'unknown'), { operation: 'x' });
      expect(error).toMatchObject({ code: 'OUTCOME_UNKNOWN', outcome: 'unknown' });
    },
  );

  test('anything else is unknown too', () => {
    expect(errorOfTransport(new Error('bug'), { operation: 'x' })).toMatchObject({ outcome: 'unknown' });
  });
});
