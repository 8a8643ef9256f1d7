import { canonicalRule, limitsOn } from '../../contract/approval';
import { type Count, counted, verdictOf, type WindowRule, withinMs } from '../../contract/limits';

const DAY_MS = 86_400_000;
const scope = { asset: 'USD', within: '24h', withinMs: DAY_MS };
const asksAbove: WindowRule = {
  ...scope,
  from: { by: 'sum', sum: '5000' },
  over: { is: 'asked', approvers: 1, expiresAfterMs: DAY_MS },
};
const asksThird: WindowRule = {
  ...scope,
  from: { by: 'number', number: 3 },
  over: { is: 'asked', approvers: 2, expiresAfterMs: 2 * DAY_MS },
};
const refusesAbove: WindowRule = { ...scope, from: { by: 'sum', sum: '20000' }, over: { is: 'refused' } };
const verdict = (count: Count, ...rules: readonly WindowRule[]) => verdictOf(rules.map((rule) => ({ rule, count })));

test('the movement with which the count comes to the limit is over, exactly', () => {
  const third = counted({ sum: '9999.98', number: 2 }, '4999.99');
  expect(third).toEqual({ sum: '14999.97', number: 3 });
  for (const [count, is] of [
    [{ sum: '4999.99999999', number: 9 }, 'within'],
    [{ sum: '5000.00', number: 1 }, 'asked'],
    [third, 'asked'],
  ] as const) {
    expect(verdict(count, asksAbove).is).toBe(is);
  }
  expect(verdict({ sum: '0.01', number: 2 }, asksThird)).toEqual({ is: 'within' });
  expect(verdict({ sum: '0.01', number: 3 }, asksThird)).toEqual({
    is: 'asked',
    approvers: 2,
    expiresAfterMs: 2 * DAY_MS,
    limit: { within: '24h', from: { by: 'number', number: 3 }, sum: '0.01', number: 3 },
  });
});

test('of all rules that a movement is over, the one that refuses holds; else the most approvers and the shortest time', () => {
  const count = { sum: '20000', number: 3 };
  expect(verdict(count, asksAbove, asksThird)).toMatchObject({ is: 'asked', approvers: 2, expiresAfterMs: DAY_MS });
  expect(verdict(count, asksAbove, refusesAbove, asksThird)).toEqual({
    is: 'refused',
    limit: { within: '24h', from: { by: 'sum', sum: '20000' }, ...count },
  });
  expect(verdict(count)).toEqual({ is: 'within' });
});

test('a rule is about its asset, kinds and provider; one that looks at one movement counts nothing', () => {
  const payout = { provider: 'coinmena', kind: 'withdrawal', asset: 'usd', amount: '1' } as const;
  const others: readonly WindowRule[] = [
    { ...asksAbove, asset: 'EUR' },
    { ...asksAbove, kinds: ['deposit'] },
    { ...asksAbove, provider: 'oceafin' },
  ];
  expect(limitsOn([...others, asksAbove, { asset: 'USD', from: '1', approvers: 1 }], payout)).toEqual([asksAbove]);
});

test('rules that ask for the same have one spelling, and all others have another', () => {
  expect(canonicalRule({ ...asksAbove, asset: 'usd', within: '1d', from: { by: 'sum', sum: '5000.00' } })).toBe(
    canonicalRule(asksAbove),
  );
  const rules = [
    ...[asksAbove, asksThird, refusesAbove, { ...asksAbove, withinMs: 1 }],
    ...[
      { ...refusesAbove, from: asksThird.from },
      { asset: 'USD', from: '5000', approvers: 1 },
    ],
  ];
  expect(new Set(rules.map(canonicalRule)).size).toBe(rules.length);
});

test.each([
  ['90m', 5_400_000],
  ['24h', DAY_MS],
  ['7d', 7 * DAY_MS],
  ['366d', 366 * DAY_MS],
])('%j is a time', (text, ms) => {
  expect(withinMs(text)).toBe(ms);
});

test.each(['', '24', 'h', '0h', '1.5h', '-1h', '24H', '1w', ' 1h', '367d', '99999d', '100000m'])(
  '%j is none',
  (text) => {
    expect(withinMs(text)).toBeUndefined();
  },
);
