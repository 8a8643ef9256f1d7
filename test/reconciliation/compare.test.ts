import fc from 'fast-check';
import type { Finding } from '../../contract/reconciliation';
import { compare } from '../../reconciliation/compare';
import { aPair, booksOf, DAY, DAY_BEFORE, HARMLESS, PLANTS, type Pair, type Plant } from './world';

const plants: readonly (readonly [string, Plant])[] = Object.entries(PLANTS);
const harmless = Object.entries(HARMLESS);

function pairs(count: number): readonly Pair[] {
  return Array.from({ length: count }, (_, number) => aPair(number));
}

/** What a person is asked about. */
function asked(findings: readonly Finding[]): readonly string[] {
  return findings.filter((one) => one.class !== 'in_flight').map((one) => `${one.class} ${one.subject}`);
}

test('both sides agree: everything is counted, and nothing is found', () => {
  const { counted, matched, waiting, findings } = compare(booksOf(pairs(100)));
  expect({ counted, matched, waiting, findings }).toEqual({ counted: 100, matched: 100, waiting: 0, findings: [] });
});

test.each(plants)('%s is found in its class, and nothing beside it', (_, plant) => {
  const all = pairs(20);
  const subject = plant.into(all[7] ?? aPair(7));
  expect(asked(compare(booksOf(all)).findings)).toEqual([`${plant.class} ${subject}`]);
});

test.each(plants)('%s is told with both sides, which are not the same', (_, plant) => {
  const all = pairs(3);
  plant.into(all[1] ?? aPair(1));
  const [finding] = compare(booksOf(all)).findings;
  expect(finding?.sides).not.toEqual([]);
  for (const { ours, theirs } of finding?.sides ?? []) expect(ours).not.toBe(theirs);
  expect([DAY, DAY_BEFORE]).toContain(finding?.datedOn);
});

test.each(harmless)('%s: nobody is asked', (_, change) => {
  const all = pairs(20);
  change(all[7] ?? aPair(7));
  expect(asked(compare(booksOf(all)).findings)).toEqual([]);
});

test('whatever is planted among whatever is harmless is found in its class, and none is invented', () => {
  const kinds = fc.constantFrom(...plants.map(([name]) => name), ...harmless.map(([name]) => name), 'agrees');
  fc.assert(
    fc.property(fc.array(kinds, { maxLength: 60 }), fc.infiniteStream(fc.nat(1000)), (planted, order) => {
      const all = planted.map((kind, number) => {
        const pair = aPair(number);
        const plant = plants.find(([name]) => name === kind)?.[1];
        HARMLESS[kind]?.(pair);
        return { pair, expected: plant === undefined ? undefined : `${plant.class} ${plant.into(pair)}` };
      });
      const books = booksOf(all.map(({ pair }) => pair));
      const found = compare(books);
      expect(asked(found.findings).toSorted()).toEqual(all.flatMap(({ expected }) => expected ?? []).toSorted());
      const shuffled = <Item>(items: readonly Item[]): readonly Item[] =>
        items
          .map((item) => ({ item, at: Number(order.next().value) }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ item }) => item);
      const { transactions } = books.theirs;
      const other = {
        ...books,
        ours: shuffled(books.ours),
        theirs: { ...books.theirs, transactions: shuffled(transactions) },
      };
      expect(compare(other)).toEqual(found);
    }),
    { numRuns: 300 },
  );
});

test('10,000 transactions with each kind planted: each is found in its class, and none invented', () => {
  const all = pairs(10_000);
  const expected = plants.map(([, plant], index) => `${plant.class} ${plant.into(all[index * 500 + 3] ?? aPair(0))}`);
  const { findings, counted } = compare(booksOf(all));
  expect(counted).toBeGreaterThanOrEqual(9_990);
  expect(asked(findings).toSorted()).toEqual(expected.toSorted());
});

test('what was sent within the grace is waited for; after it, it is missing', () => {
  const [pair = aPair(0)] = pairs(1);
  pair.theirs = [];
  const soon = compare(booksOf([pair], { watermark: `${DAY}T12:29:59.000Z` }));
  expect([soon.waiting, asked(soon.findings)]).toEqual([1, []]);
  const then = compare(booksOf([pair], { watermark: `${DAY}T12:30:01.000Z` }));
  expect([then.waiting, asked(then.findings)]).toEqual([0, ['missing_at_provider pay-0']]);
});

test('a page is missing: that is told, and nothing is called missing for it', () => {
  const all = pairs(5);
  const [first = aPair(0), second = aPair(1)] = all;
  first.theirs = [];
  PLANTS['an amount changed in its last place'].into(second);
  const books = booksOf(all);
  const found = compare({ ...books, theirs: { ...books.theirs, gaps: ['page 3 of 5 could not be read'] } });
  expect(asked(found.findings)).toEqual(['feed_gap feed', 'amount tx-1']);
});

test('where only what is known was read, what the book lacks cannot be told, and is not', () => {
  const all = pairs(3);
  PLANTS['an order that only the provider has'].into(all[0] ?? aPair(0));
  PLANTS['a completed order that the provider has not'].into(all[1] ?? aPair(1));
  const books = booksOf(all);
  const found = compare({ ...books, theirs: { ...books.theirs, coverage: 'asked' } });
  expect(asked(found.findings)).toEqual(['missing_at_provider pay-1']);
});

test('a list that shows a transaction twice, as it was and as it is, means the newer one', () => {
  const [pair = aPair(0)] = pairs(1);
  const [order] = pair.theirs;
  if (order === undefined) throw new Error('a pair has an order');
  pair.theirs = [order, { ...order, state: 'open', status: 'Pending', updatedAt: `${DAY}T00:00:00.000Z` }];
  expect(compare(booksOf([pair])).findings).toEqual([]);
});

test('what a closed day has seen is not late; nor is what was waited for when it was closed', () => {
  const early = aPair(0, DAY_BEFORE);
  expect(asked(compare(booksOf([early])).findings)).toEqual(['late tx-0']);
  expect(asked(compare(booksOf([early], { seen: new Set(['tx-0']) })).findings)).toEqual([]);
  const waited = { closed: new Map([[DAY_BEFORE, `${DAY_BEFORE}T12:10:00.000Z`]]) };
  expect(asked(compare(booksOf([early], waited)).findings)).toEqual([]);
});

test('of an order that shows no time, an intent that is under way is waited for; one that was given up is not', () => {
  const all = pairs(2);
  const [open = aPair(0), ended = aPair(1)] = all;
  PLANTS['settled, and nobody noticed'].into(open);
  PLANTS['settled after it was given up'].into(ended);
  for (const pair of all) {
    pair.theirs = pair.theirs.map(({ createdAt: _created, updatedAt: _updated, ...order }) => order);
  }
  expect(asked(compare(booksOf(all)).findings)).toEqual(['status tx-1']);
});

test('what is dated outside of the span is judged on its own day', () => {
  const tomorrow = aPair(0, '2026-06-03');
  PLANTS['an amount changed in its last place'].into(tomorrow);
  expect(compare(booksOf([tomorrow]))).toMatchObject({ counted: 0, findings: [] });
});

test('one identity in either case is one client where the provider says so', () => {
  const [pair = aPair(0)] = pairs(1);
  pair.theirs = pair.theirs.map((order) => ({ ...order, partnerClientId: order.partnerClientId.toUpperCase() }));
  expect(asked(compare(booksOf([pair])).findings)).toEqual(['currency_or_party tx-0']);
  expect(asked(compare(booksOf([pair], { spelling: { clientIds: 'guid' } })).findings)).toEqual([]);
});

test('what was held, and what moved, must make what is held', () => {
  const all = pairs(2);
  const span = { asset: 'USD', opening: '1000', from: `${DAY}T00:00:00.000Z`, to: '2026-06-03T00:00:00.000Z' };
  const withClosing = (closing: string) => compare(booksOf(all, { balances: [{ ...span, closing }] })).findings;
  // 100.10 and 101.10 came in, at 0.50 and 0.05 each.
  expect(asked(withClosing('1200.10'))).toEqual([]);
  expect(asked(withClosing('1200.11'))).toEqual(['balance USD']);
});
