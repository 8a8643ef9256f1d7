import { sql } from 'kysely';
import type { BookDatabase } from '../../book/connection';
import { PostgresOutbox } from '../../book/outbox';
import type { News } from '../../contract/outbox';
import { newOwnBook, type OwnBook } from '../setup/test-book';

let own: OwnBook;
let book: BookDatabase;
let outbox: PostgresOutbox;

beforeAll(async () => {
  own = await newOwnBook();
  book = own.open();
  outbox = new PostgresOutbox(book);
});
afterAll(() => own.drop());

function newsOf(fundingId: string, number: number): News {
  return {
    subject: `funding/coinmena/${fundingId}`,
    number,
    type: 'intent.parked',
    timestamp: `2026-11-30T10:00:0${number}.000Z`,
    data: { provider: 'coinmena', partnerClientId: 'client-1', fundingId, stage: 'parked', reason: 'CLIENT_UNKNOWN' },
  };
}

async function open(id: string): Promise<readonly string[] | undefined> {
  return (await outbox.toDeliver(id))?.map((event) => event.id);
}

test('written again it is what it was', async () => {
  const news = newsOf('twice', 1);
  const first = await outbox.record(news, 'evt_twice');
  expect(first).toEqual({ id: 'evt_twice', type: news.type, timestamp: news.timestamp, data: news.data });
  expect(await outbox.record({ ...news, timestamp: '2027-01-01T00:00:00.000Z' }, 'evt_twice')).toEqual(first);
  expect(await outbox.toDeliver('evt_twice')).toEqual([first]);
});

test('what is to be delivered: the flow’s own up to the event, in order, until it was taken or put aside', async () => {
  for (const number of [1, 2, 3]) await outbox.record(newsOf('a', number), `evt_a${number}`);
  await outbox.record(newsOf('b', 1), 'evt_b1');
  expect(await open('evt_a2')).toEqual(['evt_a1', 'evt_a2']);
  await outbox.delivered('evt_a2');
  expect(await open('evt_a3')).toEqual(['evt_a1', 'evt_a3']);
  expect(await open('evt_a2')).toEqual(['evt_a1']);
  await outbox.putAside({ id: 'evt_a1', reason: 'not taken' });
  expect(await open('evt_a3')).toEqual(['evt_a3']);
  await outbox.delivered('evt_a3');
  await outbox.delivered('evt_a3');
  await outbox.putAside({ id: 'evt_a3', reason: 'too late' });
  expect(await open('evt_a3')).toEqual([]);
  expect(await open('evt_b1')).toEqual(['evt_b1']);
  expect(await open('evt_unknown')).toBeUndefined();
});

test.each([
  `DELETE FROM book.events_out`,
  `UPDATE book.events_out SET data = '{}'`,
  `UPDATE book.events_out SET delivered_at = NULL WHERE event_id = 'evt_a3'`,
])('%s: the database refuses', async (statement) => {
  await expect(sql.raw(statement).execute(book)).rejects.toMatchObject({ code: 'GW001' });
});
