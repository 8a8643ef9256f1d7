import { describeQuestion } from '../../client/cli/question';
import { Output } from '../../client/cli/output';
import type { ParkedState, ParkReason } from '../../contract/progress';
import { describeProgress } from '../../workflows/shared/details';

const DIFFERS: ParkedState<ParkReason> = {
  reason: 'ORDER_DIFFERS',
  because: 'The order shows other than was asked.',
  todo: 'Ask the provider.',
  since: '2026-11-21T10:18:51.000Z',
  differences: [
    { field: 'amount', asked: '100.00', shown: '99.50' },
    { field: 'asset', asked: 'USD', shown: 'EUR|x' },
  ],
  accepts: ['retry'],
};

test('a question says in a table what differs, and both sides', () => {
  const told = describeQuestion('funding/coinmena/d-1', DIFFERS, new Output(false));
  expect(told).toMatch(/│ Field +│ Asked +│ The provider shows +│/);
  expect(told).toMatch(/│ amount +│ 100\.00 +│ 99\.50 +│/);
  expect(told).toMatch(/│ asset +│ USD +│ EUR\|x +│/);
});

test('so does what the Temporal UI shows of it', () => {
  const told = describeProgress('Deposit', { stage: 'parked', steps: [], decisions: [], parked: DIFFERS });
  expect(told).toContain('| Field | Asked | The provider shows |');
  expect(told).toContain('| `amount` | 100.00 | 99.50 |');
  expect(told).toContain('| `asset` | USD | EUR\\|x |');
});

test('a question without differences has no table', () => {
  const { differences: _differences, ...plain } = DIFFERS;
  expect(describeQuestion('funding/coinmena/d-1', plain, new Output(false))).not.toContain('Asked');
});
