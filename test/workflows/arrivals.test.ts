import type { ReceivedDeposit } from '../../contract/receiving';
import { arrivalsFor } from '../../workflows/receiving/arrivals';

const EXPECTED = { asset: 'SGD', amount: '100.50' };

function deposit(depositId: string, but: Partial<ReceivedDeposit> = {}): ReceivedDeposit {
  return { depositId, asset: 'SGD', amount: '100.50', state: 'completed', status: 'COMPLETED', ...but };
}

function idsOf(deposits: readonly ReceivedDeposit[]): readonly string[] {
  return deposits.map(({ depositId }) => depositId);
}

test('a deposit of the asset and the amount matches, however the amount is spelled', () => {
  const { matching } = arrivalsFor(EXPECTED, [deposit('d-1'), deposit('d-2', { amount: '100.5' })], []);
  expect(idsOf(matching)).toEqual(['d-1', 'd-2']);
});

test.each([
  ['of another amount', { amount: '100.51' }],
  ['of the amount but for the last decimal', { amount: '100.500000001' }],
  ['of another asset', { asset: 'USD' }],
  ['that was returned', { state: 'failed', status: 'RETURNED' }],
  ['that is on its way', { state: 'open', status: 'PROCESSING' }],
] as const)('a deposit %s does not', (_what, but) => {
  expect(arrivalsFor(EXPECTED, [deposit('d-1', but)], []).matching).toEqual([]);
});

test('a deposit that another has taken does not, and is told as evidence', () => {
  const { matching, evidence } = arrivalsFor(EXPECTED, [deposit('d-1'), deposit('d-2')], ['d-1']);
  expect(idsOf(matching)).toEqual(['d-2']);
  expect(evidence).toEqual([
    'Deposit d-1 of 100.50 SGD is COMPLETED, which another expected deposit has taken.',
    'Deposit d-2 of 100.50 SGD is COMPLETED.',
  ]);
});

test('what is on its way is told apart, and deposits of other amounts are evidence', () => {
  const coming = deposit('d-1', { state: 'open', status: 'PROCESSING' });
  const other = deposit('d-2', { amount: '99.00', receivedAt: '2026-06-28T00:00:00Z' });
  const { onTheWay, evidence } = arrivalsFor(EXPECTED, [coming, other, deposit('d-3', { asset: 'USD' })], []);
  expect(idsOf(arrivalsFor(EXPECTED, [coming, deposit('d-4')], []).onTheWay)).toEqual(['d-1']);
  expect(idsOf(onTheWay)).toEqual(['d-1']);
  expect(evidence).toEqual([
    'Deposit d-1 of 100.50 SGD is PROCESSING.',
    'Deposit d-2 of 99.00 SGD of 2026-06-28T00:00:00Z is COMPLETED.',
  ]);
});
