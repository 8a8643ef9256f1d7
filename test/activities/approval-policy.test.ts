import { policySha256 } from '../../activities';
import { DEFAULT_APPROVAL_MS, type MovementRule } from '../../contract/approval';

const usd: MovementRule = { asset: 'USD', from: '10000', approvers: 2, kinds: ['withdrawal', 'deposit'] };
const eur: MovementRule = { asset: 'EUR', from: '1', approvers: 1, provider: 'coinmena' };
const sha256 = policySha256([usd, eur]);

test('a policy that asks for the same has the same hash, however it is written', () => {
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  const spelled: MovementRule = {
    asset: 'usd',
    from: '10000.00',
    approvers: 2,
    kinds: ['deposit', 'withdrawal'],
    expiresAfterMs: DEFAULT_APPROVAL_MS,
  };
  expect(policySha256([eur, spelled])).toBe(sha256);
});

test.each<[string, Partial<MovementRule>]>([
  ['asset', { asset: 'USDT' }],
  ['amount', { from: '10000.01' }],
  ['number of approvers', { approvers: 1 }],
  ['kind', { kinds: ['withdrawal'] }],
  ['provider', { provider: 'coinmena' }],
  ['time', { expiresAfterMs: 1_000 }],
])('another %s has another', (_, but) => {
  expect(policySha256([{ ...usd, ...but }, eur])).not.toBe(sha256);
});

test('all kinds, named or not, are the same', () => {
  const { kinds: _kinds, ...every } = usd;
  expect(policySha256([every])).toBe(policySha256([{ ...usd, kinds: ['conversion', 'withdrawal', 'deposit'] }]));
});
