import fc from 'fast-check';
import {
  fundingWorkflowId,
  idProblem,
  MAX_ID_LENGTH,
  onboardingWorkflowId,
  receivedDepositWorkflowId,
} from '../../contract/ids';
import { fundingIdProblem, refForAttempt, refSymbolProblem, sendId, sendsOf, withQuote } from '../../contract/refs';
import { providerTaskQueue } from '../../contract/task-queues';

const LETTERS = [...'ABCXYZabcxyz0189'];
const id = fc
  .tuple(fc.constantFrom(...LETTERS), fc.array(fc.constantFrom(...LETTERS, '.', '_', '-'), { maxLength: 40 }))
  .map(([first, rest]) => first + rest.join(''));
const attempt = fc.integer({ min: 1, max: 99 });

test('the first attempt carries the fundingId, the next ones count up', () => {
  expect([1, 2, 10].map((n) => refForAttempt('dep-1', n))).toEqual(['dep-1', 'dep-1~2', 'dep-1~10']);
});

test('no two attempts of any intents share a ref', () => {
  fc.assert(
    fc.property(id, attempt, id, attempt, (one, n, other, m) => {
      const same = one === other && n === m;
      expect(refForAttempt(one, n) === refForAttempt(other, m)).toBe(same);
    }),
  );
  fc.assert(
    fc.property(id, attempt, attempt, (one, n, m) => {
      expect(refForAttempt(one, n) === refForAttempt(one, m)).toBe(n === m);
    }),
  );
});

test("a second attempt's ref is no fundingId that anybody could use", () => {
  fc.assert(
    fc.property(id, fc.integer({ min: 2, max: 99 }), (fundingId, n) => {
      expect(idProblem(refForAttempt(fundingId, n))).toBeDefined();
    }),
  );
});

test.each([0, -1, 1.5, NaN, Infinity, 2 ** 53])('attempt %d is none', (n) => {
  expect(() => refForAttempt('dep-1', n)).toThrow(new RangeError('attempt must be a whole number from 1'));
});

describe('a fundingId must leave room for its suffix', () => {
  test.each([
    [255, 1, 255, true],
    [253, 5, 255, true],
    [254, 5, 255, false],
    [252, 10, 255, true],
    [253, 10, 255, false],
    [255, 0, 255, true],
  ])('%d characters, %d refs, %d at the provider: %s', (length, maxRefs, maxRefLength, taken) => {
    expect(fundingIdProblem('x'.repeat(length), maxRefLength, maxRefs) === undefined).toBe(taken);
  });

  test('and says how long it may be', () => {
    expect(fundingIdProblem('x'.repeat(30), 20, 5)).toBe(
      "must have at most 18 characters, so that the reference of attempt 5 fits the provider's 20",
    );
    expect(fundingIdProblem('a~2', 255, 5)).toMatch(/^may hold letters/);
    expect(fundingIdProblem(7, 255, 5)).toBe('must be a string');
  });

  test('whatever is taken fits with every suffix that is allowed', () => {
    fc.assert(
      fc.property(id, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 120 }), (fundingId, room, maxRefs) => {
        const fits = refForAttempt(fundingId, maxRefs).length <= room;
        expect(fundingIdProblem(fundingId, room, maxRefs) === undefined).toBe(fits);
      }),
    );
  });
});

describe('ids', () => {
  test.each(['a', 'user_12345', '7', 'A.b-C_d', 'x'.repeat(MAX_ID_LENGTH)])('%s is one', (text) => {
    expect(idProblem(text)).toBeUndefined();
  });

  test.each([
    [undefined, 'must be a string'],
    [5, 'must be a string'],
    ['', 'must not be empty'],
    ['x'.repeat(MAX_ID_LENGTH + 1), 'must have at most 255 characters'],
    ['-a', "may hold letters, digits, '.', '_' and '-' only, and must begin with a letter or a digit"],
    ['.a', "may hold letters, digits, '.', '_' and '-' only, and must begin with a letter or a digit"],
    ['a/b', "may hold letters, digits, '.', '_' and '-' only, and must begin with a letter or a digit"],
    ['a~2', "may hold letters, digits, '.', '_' and '-' only, and must begin with a letter or a digit"],
    ['a b', "may hold letters, digits, '.', '_' and '-' only, and must begin with a letter or a digit"],
    ['a\n', "may hold letters, digits, '.', '_' and '-' only, and must begin with a letter or a digit"],
    ['é', "may hold letters, digits, '.', '_' and '-' only, and must begin with a letter or a digit"],
  ])('%j is none: it %s', (text, problem) => {
    expect(idProblem(text)).toBe(problem);
  });

  test('are never percent-encoded in a path, and nor are their refs', () => {
    fc.assert(
      fc.property(id, attempt, (fundingId, n) => {
        const ref = refForAttempt(fundingId, n);
        expect(encodeURIComponent(ref)).toBe(ref);
      }),
    );
  });

  test('make the locks and queues', () => {
    expect(onboardingWorkflowId('coinmena', 'c-1')).toBe('onboarding/coinmena/c-1');
    expect(fundingWorkflowId('coinmena', 'd-1')).toBe('funding/coinmena/d-1');
    expect(receivedDepositWorkflowId('coinmena', 'r-1')).toBe('received/coinmena/r-1');
    expect(providerTaskQueue('coinmena')).toBe('gangway.coinmena');
  });
});

test('a provider that takes few symbols refuses the ids that hold others, in words', () => {
  expect(refSymbolProblem('dep_1.a-b', undefined)).toBeUndefined();
  expect(refSymbolProblem('dep-1', '-~')).toBeUndefined();
  expect(refSymbolProblem('dep1', '')).toBeUndefined();
  expect(refSymbolProblem('dep_1', '-~')).toBe(
    "may hold letters, digits, '-' only: the provider's references take nothing else",
  );
});

describe('the activity id of a send', () => {
  test('says which ref is sent, how often, and with which quote', () => {
    expect(sendId('out-1', 2, 1)).toBe('submit out-1 2 quote 1');
    expect(sendId('out-1', 1, undefined)).toBe('submit out-1 1');
  });

  test('begins as all sends of its ref do, and as those of no other', () => {
    expect(sendId('out-1', 2, 1).startsWith(sendsOf('out-1'))).toBe(true);
    for (const other of ['out-11', 'out-1~2', 'out']) {
      expect(sendId(other, 1, undefined).startsWith(sendsOf('out-1'))).toBe(false);
    }
  });

  test('ends with its quote, and with no other', () => {
    expect(sendId('out-1', 1, 12).endsWith(withQuote(12))).toBe(true);
    expect(sendId('out-1', 1, 12).endsWith(withQuote(2))).toBe(false);
    expect(sendId('out-1', 1, undefined).endsWith(withQuote(1))).toBe(false);
  });
});
