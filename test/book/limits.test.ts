import { sql } from 'kysely';
import type { BookDatabase } from '../../book/connection';
import { PostgresLimits } from '../../book/limits';
import { PostgresSendLog } from '../../book/send-log';
import type { Intent } from '../../contract/funding';
import type { Judged, Verdict, WindowRule } from '../../contract/limits';
import { newOwnBook, type OwnBook } from '../setup/test-book';
import { anIntent, orderOf } from './intents';

const DAY_MS = 86_400_000;
const RULE: WindowRule = {
  asset: 'USD',
  within: '24h',
  withinMs: DAY_MS,
  from: { by: 'sum', sum: '5000' },
  over: { is: 'asked', approvers: 1, expiresAfterMs: DAY_MS },
};
const FIFTH: WindowRule = { ...RULE, from: { by: 'number', number: 5 }, over: { is: 'refused' } };

let own: OwnBook;
let book: BookDatabase;
let log: PostgresSendLog;
let limits: PostgresLimits;
let clients = 0;

beforeAll(async () => {
  own = await newOwnBook();
  book = own.open();
  log = new PostgresSendLog(book);
  limits = new PostgresLimits(book);
});
afterAll(() => own.drop());

/** Movements of a client whom nothing was counted of. */
function ofNewClient(amount: string, but: Partial<Intent> = {}): () => Intent {
  clients += 1;
  const partnerClientId = `counted-${clients}`;
  return () => anIntent({ partnerClientId, amount, ...but });
}

const judged = (intent: Intent, but: Partial<Judged> = {}): Judged => ({
  provider: intent.provider,
  fundingId: intent.fundingId,
  rules: [RULE],
  foldsClients: false,
  ...but,
});

/** Enters it and has it judged, as a check does. */
async function judge(intent: Intent, but: Partial<Judged> = {}, by = limits): Promise<Verdict['is'] | undefined> {
  await log.admit(intent);
  return (await by.judge(judged(intent, but)))?.is;
}

async function send(intent: Intent): Promise<{ provider: string; fundingId: string; ref: string; number: number }> {
  const { provider, fundingId } = intent;
  const attempt = { provider, fundingId, ref: fundingId, number: 1 };
  await log.begin(attempt, 'worker-1');
  return attempt;
}

/** Lets time pass: whatever was written of it was written so much earlier. */
async function age({ fundingId }: Intent, ms: number): Promise<void> {
  await book.connection().execute(async (one) => {
    await sql`SET session_replication_role = replica`.execute(one);
    const earlier = sql`${ms}::double precision * interval '1 millisecond'`;
    const id = sql`(SELECT intent_id FROM book.intents WHERE funding_id = ${fundingId})`;
    await sql`UPDATE book.attempts SET begun_at = begun_at - ${earlier} WHERE intent_id = ${id}`.execute(one);
    await sql`UPDATE book.intents SET ended_at = ended_at - ${earlier} WHERE intent_id = ${id}`.execute(one);
    await sql`UPDATE book.verdicts SET judged_at = judged_at - ${earlier} WHERE intent_id = ${id}`.execute(one);
    await sql`SET session_replication_role = DEFAULT`.execute(one);
  });
}

test('three movements just below a limit do not pass it; of what they are over is told', async () => {
  const next = ofNewClient('4999.99');
  expect(await judge(next())).toBe('within');
  const second = next();
  await log.admit(second);
  expect(await limits.judge(judged(second))).toEqual({
    is: 'asked',
    approvers: 1,
    expiresAfterMs: DAY_MS,
    limit: { within: '24h', from: { by: 'sum', sum: '5000' }, sum: '9999.98', number: 2 },
  });
  expect(await judge(next())).toBe('asked');
});

test('each client, asset, kind and provider is counted by itself; one spelling of an asset is another of it', async () => {
  const next = ofNewClient('4999.99');
  const first = next();
  expect(await judge(first)).toBe('within');
  for (const but of [{ asset: 'EUR' }, { kind: 'deposit' }, { provider: 'coinmena' }] as const) {
    expect(await judge({ ...next(), ...but })).toBe('within');
  }
  expect(await judge(ofNewClient('4999.99')())).toBe('within');
  const shouted = { ...next(), partnerClientId: first.partnerClientId.toUpperCase() };
  expect(await judge(shouted)).toBe('within');
  expect(await judge({ ...next(), asset: 'usd' })).toBe('asked');
  const guid = { ...next(), partnerClientId: first.partnerClientId.toUpperCase() };
  expect(await judge(guid, { rules: [FIFTH], foldsClients: true })).toBe('within');
  expect(await judge(next(), { rules: [FIFTH], foldsClients: true })).toBe('refused');
});

test('many that are judged at once over many connections let no more through than one after the other would', async () => {
  const next = ofNewClient('1250');
  const intents = Array.from({ length: 24 }, next);
  for (const intent of intents) await log.admit(intent);
  const workers = Array.from({ length: 6 }, () => new PostgresLimits(own.open()));
  const byWorker = async (intent: Intent, index: number) =>
    await (workers[index % workers.length] ?? limits).judge(judged(intent));
  // Each is judged by two workers, as it is when a check was timed out and made again.
  const verdicts = await Promise.all(
    intents.map((intent, index) => Promise.all([byWorker(intent, index), byWorker(intent, index + 1)])),
  );
  for (const [one, other] of verdicts) expect(other).toEqual(one);
  const first = verdicts.map(([one]) => one?.is);
  expect(first.filter((is) => is === 'within')).toHaveLength(3);
  expect(first.filter((is) => is === 'asked')).toHaveLength(21);
});

test('what is asked again counts once and keeps its verdict, whatever has happened since', async () => {
  const next = ofNewClient('3000');
  const [first, second] = [next(), next()];
  expect([await judge(first), await judge(second)]).toEqual(['within', 'asked']);
  expect([await judge(first), await judge(second)]).toEqual(['within', 'asked']);
  await log.end(first, { outcome: 'cancelled' });
  expect(await judge(second, { rules: [FIFTH] })).toBe('asked');
  expect(await judge(next(), { rules: [{ ...RULE, from: { by: 'number', number: 3 } }] })).toBe('within');
});

test('what is not in the book is not judged', async () => {
  expect(await limits.judge(judged(anIntent()))).toBeUndefined();
});

/** What is said of one movement more, which is given up then and counts no longer. */
async function nextIs(next: () => Intent): Promise<Verdict['is'] | undefined> {
  const intent = next();
  const is = await judge(intent);
  await log.end(intent, { outcome: 'abandoned' });
  return is;
}

describe('a movement counts no more', () => {
  test.each(['abandoned', 'cancelled'] as const)('once it was %s, and nothing of it was sent', async (outcome) => {
    const next = ofNewClient('4999.99');
    const first = next();
    await judge(first);
    expect(await nextIs(next)).toBe('asked');
    await log.end(first, { outcome });
    expect(await nextIs(next)).toBe('within');
  });

  test('if it was refused, by a limit or by the check', async () => {
    const next = ofNewClient('4000');
    const [first, refused, withdrawn] = [next(), next(), { ...next(), amount: '500' }];
    await judge(first);
    expect(await judge(refused, { rules: [{ ...RULE, over: { is: 'refused' } }] })).toBe('refused');
    expect(await judge(withdrawn)).toBe('within');
    await limits.withdraw(withdrawn);
    expect(await judge({ ...next(), amount: '999.99' })).toBe('within');
    // Asked again, it is judged anew.
    expect(await judge(withdrawn)).toBe('asked');
  });

  test('once its order failed and it was given up; before that it may be sent again', async () => {
    const next = ofNewClient('4999.99');
    const first = next();
    await judge(first);
    const attempt = await send(first);
    const order = orderOf(first, { state: 'failed', status: 'Rejected' });
    await log.settle(attempt, { outcome: 'applied', order, readAt: new Date().toISOString() });
    expect(await nextIs(next)).toBe('asked');
    await log.end(first, { outcome: 'abandoned' });
    expect(await nextIs(next)).toBe('within');
  });

  test('once the time has passed since it was sent, and not since it was asked for', async () => {
    const next = ofNewClient('4999.99');
    const first = next();
    await judge(first);
    await age(first, 2 * DAY_MS);
    expect(await nextIs(next)).toBe('asked');
    await send(first);
    await age(first, DAY_MS - 60_000);
    expect(await nextIs(next)).toBe('asked');
    await age(first, 120_000);
    expect(await nextIs(next)).toBe('within');
  });

  test('once the time has passed since the end of what was completed without a send', async () => {
    const next = ofNewClient('4999.99');
    const first = next();
    await judge(first);
    await log.end(first, { outcome: 'marked-completed' });
    expect(await nextIs(next)).toBe('asked');
    await age(first, DAY_MS + 60_000);
    expect(await nextIs(next)).toBe('within');
  });
});

test('a movement that was given up while a send was in doubt may have moved money, and counts', async () => {
  const next = ofNewClient('4999.99');
  const first = next();
  await judge(first);
  await send(first);
  await log.end(first, { outcome: 'abandoned' });
  expect(await nextIs(next)).toBe('asked');
});

test('what was sent while no rule was there counts', async () => {
  const next = ofNewClient('4999.99');
  const first = next();
  await log.admit(first);
  expect(await nextIs(next)).toBe('within');
  await send(first);
  expect(await nextIs(next)).toBe('asked');
});

test('nothing is taken back of what was sent', async () => {
  const next = ofNewClient('4999.99');
  const first = next();
  await judge(first);
  await send(first);
  await limits.withdraw(first);
  expect(await nextIs(next)).toBe('asked');
});
