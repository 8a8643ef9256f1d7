import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { toApplicationFailure } from '../../activities/failure';
import { capabilityMissing, documentOutOfReach, documentUnreadable, invalidRequest } from '../../activities/refusal';
import { ERROR_CODES, ERROR_RULES, type ErrorCode, type FailureDetails } from '../../contract/errors';
import type { ProviderSemantics } from '../../contract/provider';
import { ProviderError } from '../../providers/provider-error';

const TRANSIENT: readonly ErrorCode[] = [
  'UNREACHABLE',
  'OUTCOME_UNKNOWN',
  'RATE_LIMITED',
  'AUTH',
  'CONTRACT_DRIFT',
  'BOOK_UNAVAILABLE',
];
const NOTHING: ProviderSemantics = {
  provider: 'model',
  capabilities: [],
  repeatedRef: 'rejects',
  orderLookup: 'by-ref',
  settlement: 'in-call',
  settleWindowMs: 0,
  maxRefLength: 255,
  maxAmountDecimals: 8,
  immutableAfterCreate: [],
};
const SECRET = 'John Doe 1234567890 X-Signature';

function providerError(code: ErrorCode, more: Partial<FailureDetails> = {}): ProviderError {
  const { httpStatus = 409, providerCode = '2020', requestId = 'r-1', retryAfterMs, fields } = more;
  return new ProviderError(code, {
    provider: 'coinmena',
    operation: 'deposit',
    httpStatus,
    providerCode,
    requestId,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(fields === undefined ? {} : { fields }),
    cause: new Error(SECRET),
  });
}

describe('toApplicationFailure', () => {
  test.each(ERROR_CODES)('%s: type, message, details, retry and category', (code) => {
    const error = providerError(code);
    const failure = toApplicationFailure(error, 'submitOrder');
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure.type).toBe(code);
    expect(failure.message).toBe(error.message);
    expect(failure.details).toEqual([
      {
        code,
        outcome: ERROR_RULES[code].outcome,
        provider: 'coinmena',
        operation: 'deposit',
        httpStatus: 409,
        providerCode: '2020',
        requestId: 'r-1',
      },
    ]);
    expect(failure.nonRetryable).toBe(!TRANSIENT.includes(code));
    expect(failure.category).toBe(TRANSIENT.includes(code) ? undefined : ApplicationFailureCategory.BENIGN);
    expect(failure.cause).toBeUndefined();
    expect(JSON.stringify(failure) + failure.message + (failure.stack ?? '')).not.toContain(SECRET);
  });

  test('a pause that the provider asked for has its unit', () => {
    const failure = toApplicationFailure(providerError('RATE_LIMITED', { retryAfterMs: 30_000 }), 'readBalance');
    expect(failure.nextRetryDelay).toBe('30000ms');
    expect(failure.details).toMatchObject([{ retryAfterMs: 30_000 }]);
  });

  test('refused credentials are tried again, slowly; other trouble at the pace of the policy', () => {
    expect(toApplicationFailure(providerError('AUTH'), 'fetchClient').nextRetryDelay).toBe('10000ms');
    expect(toApplicationFailure(providerError('UNREACHABLE'), 'fetchClient').nextRetryDelay).toBeUndefined();
  });

  test('an answer that will not change has no delay', () => {
    const failure = toApplicationFailure(providerError('REFUSED', { retryAfterMs: 1000 }), 'createClient');
    expect(failure.nextRetryDelay).toBeUndefined();
    expect(failure.nonRetryable).toBe(true);
  });

  test('an outcome surer than the code’s own is kept', () => {
    const error = new ProviderError('RATE_LIMITED', { provider: 'p', operation: 'o', outcome: 'not-applied' });
    expect(toApplicationFailure(error, 'submitOrder').details).toMatchObject([{ outcome: 'not-applied' }]);
  });

  test('refusals of our own name what is wrong, and nothing was sent', () => {
    const fields = [{ field: 'funding.0.amount', problem: 'must be greater than 0' }];
    const refusals = [
      [invalidRequest(fields), 'INVALID_REQUEST', true],
      [capabilityMissing(NOTHING, ['withdrawal', 'deposit']), 'CAPABILITY_MISSING', true],
      [documentUnreadable(fields), 'DOCUMENT_UNREADABLE', true],
      [documentOutOfReach(fields), 'UNREACHABLE', false],
    ] as const;
    for (const [refusal, code, nonRetryable] of refusals) {
      const failure = toApplicationFailure(refusal, 'checkFunding');
      expect(failure).toMatchObject({ type: code, nonRetryable });
      expect(failure.details).toEqual([{ code, outcome: 'not-applied', fields: refusal.fields }]);
    }
    expect(toApplicationFailure(invalidRequest(fields), 'x').message).toContain('funding.0.amount must be greater');
    expect(capabilityMissing(NOTHING, ['withdrawal', 'deposit']).message).toContain(
      'has no withdrawal call; has no deposit call',
    );
  });

  test('a thousand wrong fields make neither a long message nor long details', () => {
    const fields = Array.from({ length: 1000 }, (_, index) => ({ field: `f${index}`, problem: 'is wrong' }));
    const failure = toApplicationFailure(invalidRequest(fields), 'checkApplication');
    expect(failure.message).toContain('and 980 more');
    expect(failure.message.length).toBeLessThan(1000);
    expect(failure.details).toEqual([expect.objectContaining({ fields: fields.slice(0, 100) })]);
  });

  describe('what nobody foresaw', () => {
    class StrangeError extends Error {}

    test.each([
      ['an error', new StrangeError(`${SECRET}\nsecond line ${SECRET}`), 'StrangeError'],
      ['a text', SECRET, 'string'],
      ['an object', { SECRET }, 'object'],
      ['nothing', undefined, 'undefined'],
    ])('%s: unknown, retryable, and silent about what it choked on', (_name, thrown, named) => {
      const failure = toApplicationFailure(thrown, 'submitOrder');
      expect(failure).toMatchObject({ type: 'OUTCOME_UNKNOWN', nonRetryable: false });
      expect(failure.details).toEqual([{ code: 'OUTCOME_UNKNOWN', outcome: 'unknown', operation: 'submitOrder' }]);
      expect(failure.message).toContain(`in submitOrder: unexpected ${named}`);
      expect(JSON.stringify(failure) + (failure.stack ?? '')).not.toContain(SECRET);
      expect(failure.cause).toBeUndefined();
    });

    test('the places in the code are kept, to find the bug by', () => {
      const failure = toApplicationFailure(new StrangeError('x'), 'readBalance');
      expect(failure.stack).toContain('failure.test.ts');
    });
  });
});
