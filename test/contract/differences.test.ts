import fc from 'fast-check';
import { describeDifference, differencesOf, mayBeOwn, type AskedOrder } from '../../contract/differences';
import type { Order } from '../../contract/funding';

const ASKED: AskedOrder = {
  ref: 'dep-1',
  kind: 'deposit',
  partnerClientId: 'a0000000-0000-4000-8000-00000000000a',
  asset: 'USD',
  amount: '1000.00',
};

function shown(over: Partial<Order> = {}): Order {
  return { ...ASKED, orderId: '7', state: 'completed', status: 'completed', ...over };
}

const fieldsOf = (order: Order, clientIds?: 'guid'): readonly string[] =>
  differencesOf(order, ASKED, clientIds === undefined ? {} : { clientIds }).map(({ field }) => field);

test.each(['1000', '1000.00', '1000.00000000', '1E3'])('an amount spelled %s is the same', (amount) => {
  expect(fieldsOf(shown({ amount }))).toEqual([]);
});

test('an asset is the same in either case; a client only if the provider knows clients by GUIDs', () => {
  expect(fieldsOf(shown({ asset: 'usd' }))).toEqual([]);
  const partnerClientId = ASKED.partnerClientId.toUpperCase();
  expect(fieldsOf(shown({ partnerClientId }), 'guid')).toEqual([]);
  expect(fieldsOf(shown({ partnerClientId }))).toEqual(['partnerClientId']);
});

test.each<[string, Partial<Order>]>([
  ['ref', { ref: 'dep-2' }],
  ['kind', { kind: 'other' }],
  ['partnerClientId', { partnerClientId: 'b0000000-0000-4000-8000-00000000000a' }],
  ['asset', { asset: 'USDC' }],
  ['amount', { amount: '1000.00000001' }],
  ['details.address', { differs: [{ field: 'details.address', asked: 'a', shown: 'b' }] }],
])('a difference in %s is told, both sides', (field, over) => {
  const [difference, ...others] = differencesOf(shown(over), ASKED, { clientIds: 'guid' });
  expect(others).toEqual([]);
  expect(difference?.field).toBe(field);
  expect(difference?.asked).not.toBe(difference?.shown);
});

test('every amount beyond 2^53 is told from its neighbour', () => {
  const text = (value: bigint): string => `${value / 10n ** 8n}.${String(value % 10n ** 8n).padStart(8, '0')}`;
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 10n ** 30n }), (count) => {
      const order = shown({ amount: text(count) });
      expect(differencesOf(order, { ...ASKED, amount: text(count) }, {})).toEqual([]);
      expect(differencesOf(order, { ...ASKED, amount: text(count + 1n) }, {})).toEqual([
        { field: 'amount', asked: text(count + 1n), shown: text(count) },
      ]);
    }),
  );
});

test('an order may be the intent’s own if client, kind and asset agree, whatever else differs', () => {
  const of = (over: Partial<Order>): boolean => mayBeOwn(differencesOf(shown(over), ASKED, {}));
  expect(of({ amount: '995.00' })).toBe(true);
  expect(of({ differs: [{ field: 'details.address', asked: 'a', shown: 'b' }] })).toBe(true);
  expect(of({ amount: '995.00', asset: 'BHD' })).toBe(false);
  expect(of({ kind: 'withdrawal' })).toBe(false);
  expect(of({ partnerClientId: 'another' })).toBe(false);
  expect(of({ ref: 'dep-2' })).toBe(false);
});

test('it is told in one line', () => {
  expect(describeDifference({ field: 'amount', asked: '100.00', shown: '99.50' })).toBe(
    'amount: asked 100.00, shown 99.50',
  );
});
