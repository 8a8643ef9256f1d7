import { sql } from 'kysely';
import { BookUnavailable, type AttemptKey, type SendLog } from '../../contract/send-log';
import type { BookDatabase } from '../../book/connection';
import { PostgresSendLog } from '../../book/send-log';
import { anIntent, orderOf } from './intents';
import { TestBook } from './open-book';

let testBook: TestBook;
let book: BookDatabase;
let log: SendLog;

beforeAll(async () => {
  testBook = await TestBook.start();
  book = testBook.open();
  log = new PostgresSendLog(book);
});
afterAll(() => testBook.close());

const NOON = '2026-11-30T12:00:00.000Z';
const UTC = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const LATER = '2026-11-30T12:00:01.000Z';

async function admitted(): Promise<{ intent: ReturnType<typeof anIntent>; first: AttemptKey }> {
  const intent = anIntent();
  await log.admit(intent);
  return {
    intent,
    first: { provider: intent.provider, fundingId: intent.fundingId, ref: intent.fundingId, number: 1 },
  };
}

function attemptOf({ ref, number }: AttemptKey): object {
  return { ref, number, begunAt: expect.stringMatching(UTC) };
}

/** How many rows all tables have, and how many entries all intents. */
async function size(): Promise<unknown> {
  const { rows } = await sql`
    SELECT (SELECT count(*) FROM book.intents) AS intents, (SELECT sum(entries) FROM book.intents) AS entries,
      (SELECT count(*) FROM book.attempts) AS attempts, (SELECT count(*) FROM book.orders) AS orders,
      (SELECT count(*) FROM book.order_reads) AS reads`.execute(book);
  return rows[0];
}

describe('admit', () => {
  test('enters an intent once, and answers the same request the same', async () => {
    const intent = anIntent();
    const first = await log.admit(intent);
    const before = await size();
    expect(first).toEqual({ is: 'admitted', entries: 1, attempts: [] });
    expect(await log.admit(intent)).toEqual(first);
    expect(await size()).toEqual(before);
  });

  test('takes the same amount in another spelling, and fields in another order, for the same request', async () => {
    const intent = anIntent({ amount: '1000.00', details: { iban: 'X1', branch: { code: '7', city: 'M' } } });
    await log.admit(intent);
    const { provider, fundingId, kind, partnerClientId, asset } = intent;
    const again = { details: { branch: { city: 'M', code: '7' }, iban: 'X1' }, amount: '1E3' };
    expect(await log.admit({ ...again, asset, partnerClientId, kind, fundingId, provider })).toMatchObject({
      is: 'admitted',
    });
  });

  test.each([
    ['amount', { amount: '1000.01' }],
    ['asset', { asset: 'AED' }],
    ['kind', { kind: 'deposit' }],
    ['client', { partnerClientId: 'client-2' }],
    ['destination', { details: { iban: 'X2' } }],
    ["provider's client", { providerClientId: '2' }],
  ] as const)('refuses another %s under the same id, for ever', async (_, but) => {
    const intent = anIntent({ details: { iban: 'X1' } });
    await log.admit(intent);
    await log.end(intent, { outcome: 'abandoned' });
    expect(await log.admit({ ...intent, ...but })).toEqual({ is: 'taken' });
  });

  test('the same id at another provider is another intent', async () => {
    const intent = anIntent({ provider: 'coinmena' });
    await log.admit(intent);
    expect(await log.admit({ ...intent, provider: 'oceafin', amount: '2' })).toMatchObject({
      is: 'admitted',
      entries: 1,
    });
  });

  test('answers what became of it', async () => {
    const { intent, first } = await admitted();
    const order = orderOf(intent);
    await log.begin(first, 'worker-1');
    await log.settle(first, { outcome: 'applied', order, readAt: NOON });
    await log.end(intent, { outcome: 'completed', orderId: order.orderId });
    expect(await log.admit(intent)).toEqual({
      is: 'admitted',
      entries: 4,
      attempts: [
        {
          ref: intent.fundingId,
          number: 1,
          state: 'applied',
          orderId: order.orderId,
          begunAt: expect.stringMatching(UTC),
        },
      ],
      end: { outcome: 'completed', orderId: order.orderId, orders: [order] },
    });
  });

  test('keeps nothing of where the money goes but a hash', async () => {
    const intent = anIntent({ details: { iban: 'AE070331234567890123456', name: 'Layla Haddad' } });
    await log.admit(intent);
    const { rows } = await sql<{ row: string }>`SELECT intents::text AS row FROM book.intents`.execute(book);
    const all = rows.map(({ row }) => row).join('\n');
    expect(all).toContain(intent.fundingId);
    expect(all).not.toMatch(/Layla|AE0703/);
  });
});

describe('begin', () => {
  test('lets a send leave once', async () => {
    const { first } = await admitted();
    expect(await log.begin(first, 'worker-1')).toEqual({ is: 'begun', entries: 2 });
    const before = await size();
    const attempt = { ref: first.ref, number: 1, state: 'sending' };
    // Whoever began it asks again, because the answer was lost.
    expect(await log.begin(first, 'worker-1')).toEqual({ is: 'begun', entries: 2 });
    expect(await log.begin(first, 'worker-2')).toEqual({
      is: 'sent-before',
      entries: 2,
      attempt: { ...attempt, begunAt: expect.stringMatching(UTC) },
    });
    expect(await size()).toEqual(before);
    expect(await log.begin({ ...first, number: 2 }, 'worker-1')).toEqual({ is: 'begun', entries: 3 });
  });

  test('lets none leave of an intent that is not in the book', async () => {
    const { provider, fundingId } = anIntent();
    expect(await log.begin({ provider, fundingId, ref: fundingId, number: 1 }, 'worker-1')).toEqual({ is: 'behind' });
  });

  test('says what came of the send before', async () => {
    const { first } = await admitted();
    await log.begin(first, 'worker-1');
    await log.settle(first, { outcome: 'not-applied', errorCode: 'INSUFFICIENT_FUNDS' });
    expect(await log.begin(first, 'worker-1')).toMatchObject({ is: 'sent-before' });
    expect(await log.begin(first, 'worker-2')).toMatchObject({
      is: 'sent-before',
      attempt: { state: 'not-applied', errorCode: 'INSUFFICIENT_FUNDS' },
    });
  });
});

describe('fence', () => {
  test('proves of a send that was not begun that it never leaves', async () => {
    const { first } = await admitted();
    expect(await log.fence(first)).toEqual({ is: 'never-sent', entries: 2 });
    expect(await log.fence(first)).toEqual({ is: 'never-sent', entries: 2 });
    expect(await log.begin(first, 'late')).toEqual({ is: 'fenced', entries: 2 });
    expect(await log.settle(first, { outcome: 'unknown', errorCode: 'OUTCOME_UNKNOWN' })).toEqual({
      is: 'contradicted',
      entries: 2,
    });
  });

  test('proves nothing of one that was begun, and says what is known of it', async () => {
    const { intent, first } = await admitted();
    await log.begin(first, 'worker-1');
    expect(await log.fence(first)).toMatchObject({ is: 'begun', attempt: { state: 'sending' } });
    await log.settle(first, { outcome: 'applied', order: orderOf(intent), readAt: NOON });
    expect(await log.fence(first)).toMatchObject({
      is: 'begun',
      attempt: { state: 'applied', orderId: orderOf(intent).orderId },
    });
  });

  test('is of one send alone', async () => {
    const { first } = await admitted();
    await log.fence(first);
    expect(await log.begin({ ...first, number: 2 }, 'worker-1')).toMatchObject({ is: 'begun' });
    expect(await log.begin({ ...first, ref: `${first.ref}~2` }, 'worker-1')).toMatchObject({ is: 'begun' });
  });
});

describe('settle', () => {
  test('what is certain stands; what is unknown gives way to it', async () => {
    const { intent, first } = await admitted();
    await log.begin(first, 'worker-1');
    const unknown = { outcome: 'unknown', errorCode: 'OUTCOME_UNKNOWN' } as const;
    const applied = { outcome: 'applied', order: orderOf(intent), readAt: NOON } as const;
    expect(await log.settle(first, unknown)).toEqual({ is: 'recorded', entries: 3 });
    expect(await log.settle(first, unknown)).toEqual({ is: 'recorded', entries: 3 });
    expect(await log.settle(first, applied)).toEqual({ is: 'recorded', entries: 4 });
    const before = await size();
    expect(await log.settle(first, applied)).toEqual({ is: 'recorded', entries: 4 });
    expect(await log.settle(first, unknown)).toEqual({ is: 'contradicted', entries: 4 });
    expect(await log.settle(first, { outcome: 'not-applied', errorCode: 'REFUSED' })).toMatchObject({
      is: 'contradicted',
    });
    expect(await size()).toEqual(before);
  });
});

describe('see', () => {
  test('keeps the history of an order, and leaves out what is not new or is older', async () => {
    const { intent } = await admitted();
    const open = orderOf(intent, { state: 'open', status: 'Pending' });
    const done = orderOf(intent, { fee: '0E-8', feeAsset: 'USD', vat: '0.05' });
    expect(await log.see(intent, open, NOON)).toEqual({ is: 'recorded', entries: 2 });
    expect(await log.see(intent, open, LATER)).toEqual({ is: 'recorded', entries: 2 });
    expect(await log.see(intent, done, LATER)).toEqual({ is: 'recorded', entries: 3 });
    expect(await log.see(intent, open, NOON)).toEqual({ is: 'recorded', entries: 3 });
    const reads = await book
      .selectFrom('order_reads')
      .select(['version', 'state', 'status', 'amount', 'fee', 'vat'])
      .where('order_id', '=', open.orderId)
      .orderBy('version')
      .execute();
    expect(reads).toEqual([
      { version: 1, state: 'open', status: 'Pending', amount: '1000.00', fee: null, vat: null },
      { version: 2, state: 'completed', status: 'Completed', amount: '1000.00', fee: '0.00000000', vat: '0.05' },
    ]);
  });
});

describe('end', () => {
  test('is for ever', async () => {
    const { intent } = await admitted();
    expect(await log.end(intent, { outcome: 'cancelled' })).toEqual({ is: 'recorded', entries: 2 });
    expect(await log.end(intent, { outcome: 'cancelled' })).toEqual({ is: 'recorded', entries: 2 });
    expect(await log.end(intent, { outcome: 'completed' })).toEqual({ is: 'contradicted', entries: 2 });
  });
});

describe('an intent that is given up', () => {
  test('ends only if whoever ends it knows of every send that may have been applied', async () => {
    const { intent, first } = await admitted();
    const second = { ...first, ref: `${intent.fundingId}~2` };
    await log.begin(first, 'worker-1');
    await log.settle(first, { outcome: 'not-applied', errorCode: 'INSUFFICIENT_FUNDS' });
    await log.fence({ ...first, number: 2 });
    await log.begin(second, 'worker-1');
    const told = await log.end(intent, { outcome: 'cancelled' }, [{ ref: first.ref, sent: 2 }]);
    expect(told).toEqual({
      is: 'sent-elsewhere',
      entries: 5,
      attempts: [
        { ...attemptOf(first), state: 'not-applied', errorCode: 'INSUFFICIENT_FUNDS' },
        { ...attemptOf({ ...first, number: 2 }), state: 'fenced' },
        { ...attemptOf(second), state: 'sending' },
      ],
    });
    expect(await log.find(intent)).toMatchObject({ entries: 5 });
    expect(await log.end(intent, { outcome: 'cancelled' }, [{ ref: second.ref, sent: 1 }])).toMatchObject({
      is: 'recorded',
      entries: 6,
    });
    expect(await log.end(intent, { outcome: 'cancelled' }, [])).toMatchObject({ is: 'recorded', entries: 6 });
  });

  test('lets nothing leave from then on, and may still be told that nothing will', async () => {
    const { intent, first } = await admitted();
    await log.end(intent, { outcome: 'cancelled' }, []);
    expect(await log.begin(first, 'late')).toEqual({ is: 'fenced', entries: 2 });
    expect(await log.find(intent)).toMatchObject({ attempts: [], end: { outcome: 'cancelled' } });
    expect(await log.fence(first)).toMatchObject({ is: 'never-sent' });
    expect(await log.begin({ ...first, number: 2, entries: 9 }, 'late')).toEqual({ is: 'behind' });
  });

  test('is found by what was asked for alone, and not entered by being looked for', async () => {
    const intent = anIntent();
    expect(await log.find(intent)).toBeUndefined();
    await log.admit(intent);
    expect(await log.find(intent)).toEqual({ entries: 1, attempts: [] });
    expect(await log.find({ ...intent, amount: '7' })).toBeUndefined();
  });
});

describe('a book that has fewer entries than the history knows', () => {
  test('proves nothing, and lets nothing leave', async () => {
    const { intent, first } = await admitted();
    const known = { entries: 3 };
    expect(await log.admit(intent, known)).toEqual({ is: 'behind' });
    expect(await log.admit(anIntent(), known)).toEqual({ is: 'behind' });
    expect(await log.begin({ ...first, ...known }, 'worker-1')).toEqual({ is: 'behind' });
    expect(await log.fence({ ...first, ...known })).toEqual({ is: 'behind' });
    expect(await log.settle({ ...first, ...known }, { outcome: 'unknown', errorCode: 'OUTCOME_UNKNOWN' })).toEqual({
      is: 'behind',
    });
    expect(await log.end({ ...intent, ...known }, { outcome: 'cancelled' })).toEqual({ is: 'behind' });
    // Nothing of it was written.
    expect(await log.admit(intent)).toEqual({ is: 'admitted', entries: 1, attempts: [] });
  });
});

test('the database itself refuses to forget, and to change what is certain', async () => {
  const { intent, first } = await admitted();
  await log.fence(first);
  await log.end(intent, { outcome: 'cancelled' });
  const refused = [
    'DELETE FROM book.intents',
    'DELETE FROM book.attempts',
    'TRUNCATE book.intents CASCADE',
    "UPDATE book.intents SET amount = '1'",
    "UPDATE book.intents SET outcome = 'completed' WHERE outcome = 'cancelled'",
    "UPDATE book.attempts SET state = 'sending'",
    'UPDATE book.order_reads SET version = version',
  ];
  await log.see(intent, orderOf(intent), NOON);
  for (const statement of refused) {
    await expect(sql.raw(statement).execute(book)).rejects.toMatchObject({ code: 'GW001' });
  }
});

test('a book that is not there is told in closed words', async () => {
  const elsewhere = await TestBook.start();
  const there = new PostgresSendLog(elsewhere.open({ connectMs: 500 }));
  await elsewhere.close();
  const { provider, fundingId } = anIntent();
  const gone = there.begin({ provider, fundingId, ref: fundingId, number: 1 }, 'worker-1');
  await expect(gone).rejects.toBeInstanceOf(BookUnavailable);
  await expect(gone).rejects.toMatchObject({ code: 'BOOK_UNAVAILABLE' });
});
