import { sendLogged, type Send } from '../../activities/logged-send';
import type { Intent, Order } from '../../contract/funding';
import { sendId } from '../../contract/refs';
import type { SendLog } from '../../contract/send-log';
import { PostgresSendLog } from '../../book/send-log';
import { ProviderError } from '../../providers/provider-error';
import { anIntent, orderOf } from './intents';
import { TestBook } from './open-book';

let testBook: TestBook;
let log: SendLog;

beforeAll(async () => {
  testBook = await TestBook.start();
  log = new PostgresSendLog(testBook.open());
});
afterAll(() => testBook.close());

function sendOf({ provider, fundingId, ...asked }: Intent, count = 1, quote?: number): Send {
  return { provider, request: { ref: fundingId, ...asked }, activityId: sendId(fundingId, count, quote) };
}

/** Sends it, and tells how often it left and what the activity said. */
async function send(sent: Send, answer: () => Promise<Order>) {
  const leave = jest.fn(answer);
  const said = await sendLogged({ log, worker: 'worker-1' }, sent, leave).catch((error: unknown) => error);
  return { left: leave.mock.calls.length, said };
}

function loses(): Promise<never> {
  return Promise.reject(new ProviderError('OUTCOME_UNKNOWN', { provider: 'backoffice', operation: 'withdrawal' }));
}

test('a send is in the book before it leaves, and its order after it', async () => {
  const intent = anIntent();
  const { left } = await send(sendOf(intent), async () => {
    expect(await log.admit(intent)).toMatchObject({
      attempts: [{ ref: intent.fundingId, number: 1, state: 'sending' }],
    });
    return orderOf(intent);
  });
  expect(left).toBe(1);
  expect(await log.admit(intent)).toMatchObject({
    attempts: [{ state: 'applied', orderId: orderOf(intent).orderId }],
  });
});

test('one that a history forgot does not leave again: it is looked up', async () => {
  for (const answer of [async () => orderOf(anIntent()), loses]) {
    const intent = anIntent();
    await send(sendOf(intent), answer);
    expect(await send(sendOf(intent), async () => orderOf(intent))).toMatchObject({
      left: 0,
      said: { code: 'OUTCOME_UNKNOWN', operation: 'submitInAnotherRun' },
    });
  }
});

test('one that was certainly refused is made anew under the next number, and not under its own', async () => {
  const intent = anIntent();
  const refused = new ProviderError('INSUFFICIENT_FUNDS', { provider: 'backoffice', operation: 'withdrawal' });
  await send(sendOf(intent), () => Promise.reject(refused));
  const again = await send(sendOf(intent), async () => orderOf(intent));
  expect(again).toMatchObject({ left: 0, said: { code: 'UNREACHABLE', outcome: 'not-applied' } });
  expect(await send(sendOf(intent, 2), async () => orderOf(intent))).toMatchObject({ left: 1 });
});

test('one that was fenced never leaves, however late its worker is', async () => {
  const intent = anIntent();
  await log.admit(intent);
  await log.fence({ provider: intent.provider, fundingId: intent.fundingId, ref: intent.fundingId, number: 1 });
  expect(await send(sendOf(intent), async () => orderOf(intent))).toMatchObject({
    left: 0,
    said: { code: 'UNREACHABLE', outcome: 'not-applied' },
  });
});

test('another movement under the id does not leave', async () => {
  const intent = anIntent();
  await send(sendOf(intent), async () => orderOf(intent));
  const another = sendOf({ ...intent, amount: '2000.00' });
  expect(await send(another, async () => orderOf(intent))).toMatchObject({
    left: 0,
    said: { code: 'ID_TAKEN', outcome: 'not-applied' },
  });
});

test('without the book nothing leaves; what came of what left is told without it', async () => {
  const mortal = await TestBook.start();
  const intent = anIntent();
  const itsLog = new PostgresSendLog(mortal.open({ connectMs: 500 }));
  const sends = { log: itsLog, worker: 'worker-1' };
  const { order, entries } = await sendLogged(sends, sendOf(intent), async () => {
    await mortal.server.kill();
    return orderOf(intent);
  });
  expect({ order, entries }).toEqual({ order: orderOf(intent), entries: 2 });
  const leave = jest.fn();
  await expect(sendLogged(sends, sendOf(anIntent()), leave)).rejects.toMatchObject({
    code: 'BOOK_UNAVAILABLE',
    outcome: 'not-applied',
  });
  expect(leave).not.toHaveBeenCalled();
  await mortal.close();
});

test('sends with a quote are told apart by how often their ref is sent', async () => {
  const intent = anIntent();
  expect(await send(sendOf(intent, 1, 1), loses)).toMatchObject({ left: 1 });
  expect(await send(sendOf(intent, 2, 2), async () => orderOf(intent))).toMatchObject({ left: 1 });
});
