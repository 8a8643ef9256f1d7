import { approvalNeeded, DEFAULT_APPROVAL_MS, type MovementRule } from '../../contract/approval';

const payout = { provider: 'coinmena', kind: 'withdrawal', asset: 'USD', amount: '10000.00' } as const;
const rule: MovementRule = { asset: 'USD', from: '10000', approvers: 2 };

test.each<[string, MovementRule]>([
  ['of another asset', { ...rule, asset: 'EUR' }],
  ['of larger amounts', { ...rule, from: '10000.01' }],
  ['of another kind', { ...rule, kinds: ['deposit', 'conversion'] }],
  ['at another provider', { ...rule, provider: 'oceafin' }],
])('a rule %s asks for nothing', (_, other) => {
  expect(approvalNeeded([other], payout)).toBeUndefined();
});

test.each([
  ['usd', 'USD'],
  ['USD', 'usd'],
  ['Usd', 'uSD'],
])('a rule for %s holds for a movement of %s', (asset, moved) => {
  expect(approvalNeeded([{ ...rule, asset }], { ...payout, asset: moved })).toMatchObject({ approvers: 2 });
});

test('an amount that is exactly the threshold needs approval, however it is spelled', () => {
  const asked = { approvers: 2, from: '10000', expiresAfterMs: DEFAULT_APPROVAL_MS };
  for (const amount of ['10000', '10000.00', '10000.00000001', '99999999999999999999']) {
    expect(approvalNeeded([rule], { ...payout, amount })).toEqual(asked);
  }
  expect(approvalNeeded([rule], { ...payout, amount: '9999.99999999' })).toBeUndefined();
});

test('of all rules that fit, the most approvers and the shortest time hold', () => {
  const rules: readonly MovementRule[] = [
    { ...rule, from: '1', approvers: 1, expiresAfterMs: 60_000 },
    { ...rule, from: '5000', approvers: 3, kinds: ['withdrawal'] },
    { ...rule, provider: 'coinmena' },
  ];
  expect(approvalNeeded(rules, payout)).toEqual({ approvers: 3, from: '5000', expiresAfterMs: 60_000 });
  expect(approvalNeeded(rules, { ...payout, kind: 'deposit' })).toMatchObject({ approvers: 2 });
});
