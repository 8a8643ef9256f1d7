import type { WorkflowHandle } from '@temporalio/client';
import { z } from 'zod';
import { readGatewayConfig } from '../../client/gateway/config';
import { startGateway, type RunningGateway } from '../../client/gateway/serve';
import type { FundingProgress, FundingRequest } from '../../contract/funding';
import { DECISION_UPDATES } from '../../contract/messages';
import type { ParkReason } from '../../contract/progress';
import { TEST_USERS } from '../../sandbox/backoffice';
import { containing, eventually, Rig } from '../setup/rig';
import { STALLED_MS } from '../setup/http-timeouts';

const { resolve } = DECISION_UPDATES;

/**
 * Deposits and withdrawals at a provider that knows no reference: a repeat would pay again, so what was lost is found by
 * the token in its comment or asked of a person. Withdrawals are created first, and move money once confirmed.
 * Everything real but the provider, whose book is the judge; callbacks come over the real gateway.
 */

/** Shorter than in production: the look-ups of a transfer that never shows are waited for. */
jest.mock('../../providers/backoffice/assumptions', () => {
  const actual: { readonly SETTLE_WINDOW_MS: object } = jest.requireActual('../../providers/backoffice/assumptions');
  return { ...actual, SETTLE_WINDOW_MS: { ...actual.SETTLE_WINDOW_MS, value: 3_000 } };
});

const [USER] = TEST_USERS;
let rig: Rig;
let gateway: RunningGateway;

const CALLBACK_SECRET = 'only-for-callbacks-of-the-sandbox-and-tests';

beforeAll(async () => {
  rig = await Rig.start({ provider: 'backoffice' });
  const config = readGatewayConfig({
    ...rig.env,
    GANGWAY_GATEWAY_PORT: '0',
    GANGWAY_CALLBACK_PROVIDERS: 'backoffice',
    BACKOFFICE_CALLBACK_SECRET: CALLBACK_SECRET,
    GANGWAY_LOG_LEVEL: 'ERROR',
  });
  gateway = await startGateway(config, { version: '0', log: { write: () => undefined } });
  await rig.stopWorker();
  rig.env['BACKOFFICE_CALLBACK_SECRET'] = CALLBACK_SECRET;
  rig.env['BACKOFFICE_CALLBACK_URL'] = `${gateway.url}/callbacks/backoffice`;
  await rig.startWorker();
});
afterEach(() => rig.clearFaults());
afterAll(async () => {
  await gateway.stop();
  await rig.close();
});

let cents = 0;

/** Each of an amount of its own: nobody's look-alike by accident. */
function deposit(fundingId: string, but: Partial<FundingRequest> = {}): FundingRequest {
  cents += 1;
  const amount = `10.${String(cents).padStart(3, '0')}`;
  return { provider: 'backoffice', fundingId, kind: 'deposit', partnerClientId: USER, asset: 'usd', amount, ...but };
}

function withdrawal(fundingId: string, but: Partial<FundingRequest> = {}): FundingRequest {
  return deposit(fundingId, { kind: 'withdrawal', ...but });
}

const text = z.string();
const book = z.object({
  transfers: z.array(z.object({ transferId: z.number(), ref: text, type: text, status: text, amount: text })),
  requests: z.record(text, z.number()),
});

async function readBook() {
  return book.parse(await rig.control('GET', '/ledger'));
}

/** What the provider's book holds of an intent's refs. */
async function transfersOf(fundingId: string) {
  const { transfers } = await readBook();
  return transfers.filter(({ ref }) => ref === fundingId || ref.startsWith(`${fundingId}~`));
}

async function completedOnce(fundingId: string): Promise<void> {
  const transfers = await transfersOf(fundingId);
  expect(transfers.filter(({ status }) => status === 'Completed')).toHaveLength(1);
}

async function confirms(): Promise<number> {
  return (await readBook()).requests['withdraw-confirm'] ?? 0;
}

/** Of one intent's refs only. */
async function strike(ref: string, operation: string, kind: string, params: object = {}, more: object = {}) {
  await rig.fault({ operation, kind, params, match: { partner_order_ref: ref }, ...more });
}

async function silence(ref: string): Promise<void> {
  await strike(ref, 'callback', 'callback-lost', {}, { times: null });
}

/** The progress of a workflow that waits for a person for this reason. */
async function parked(handle: WorkflowHandle, reason: ParkReason) {
  return await eventually(async () => {
    const progress = await handle.query<FundingProgress>('progress');
    return progress.parked?.reason === reason ? progress : undefined;
  });
}

async function answer(handle: WorkflowHandle, action: 'retry' | 'abandon' | 'markCompleted', more: object = {}) {
  const by = { by: 'ops-1', reason: 'looked at it' };
  await handle.executeUpdate(resolve, { args: [{ action, ...by, ...more }] });
}

const LOST: readonly (readonly [name: string, kind: string, params: object])[] = [
  ['reset after the commit', 'reset', { when: 'after-commit' }],
  ['stalled beyond the timeout after the commit', 'stall', { when: 'after-commit', ms: STALLED_MS }],
  ['500 after the commit', 'status', { status: 500, commit: 'before' }],
  ['a truncated answer', 'truncated', {}],
  ['an answer of wrong types', 'wrong-types', {}],
];

describe('a deposit', () => {
  test('completes by polling if no callback ever comes', async () => {
    await silence('polled-1');
    const result = await (await rig.fund(deposit('polled-1', { amount: '12.50' }))).result();
    expect(result).toMatchObject({
      outcome: 'completed',
      adopted: false,
      refs: [{ ref: 'polled-1', sent: 1, state: 'completed' }],
      order: { state: 'completed', amount: '12.5', asset: 'usd', partnerClientId: USER },
    });
    expect(result.balanceAfter).toBeUndefined();
    await completedOnce('polled-1');
  });

  test('that failed moved nothing, and goes out under a fresh ref', async () => {
    await strike('sour-1', 'deposit', 'outcome', { status: 'Failed' });
    const result = await (await rig.fund(deposit('sour-1'))).result();
    expect(result).toMatchObject({
      outcome: 'completed',
      refs: [
        { ref: 'sour-1', state: 'failed' },
        { ref: 'sour-1~2', state: 'completed' },
      ],
    });
    await completedOnce('sour-1');
  });

  test('of an unknown user asks a person, and is sent once the user exists', async () => {
    const stranger = '0b5e2f4c-1111-4222-8333-944455556666';
    const handle = await rig.fund(deposit('stranger-1', { partnerClientId: stranger }));
    await parked(handle, 'CLIENT_UNKNOWN');
    await rig.control('POST', '/users', { user_id: stranger });
    await answer(handle, 'retry');
    expect(await handle.result()).toMatchObject({ outcome: 'completed', refs: [{ sent: 1 }] });
  });

  test.each(LOST)('whose answer is lost (%s) is found by the token in its comment', async (name, kind, params) => {
    const id = `lost-${name.replaceAll(/[^a-z0-9]+/gi, '-')}`;
    await silence(id);
    await strike(id, 'deposit', kind, params);
    const result = await (await rig.fund(deposit(id))).result();
    expect(result).toMatchObject({
      outcome: 'completed',
      adopted: true,
      refs: [{ ref: id, sent: 1, state: 'completed' }],
    });
    expect(await transfersOf(id)).toMatchObject([{ status: 'Completed' }]);
  });
});

describe('a deposit that another run of the intent has made', () => {
  test('and that the lists miss is answered from the book, and not sent', async () => {
    const request = deposit('twice-1');
    await (await rig.fund(request)).result();
    await strike('twice-1', 'transfers', 'lookup-misses');
    const result = await (await rig.fund(request)).result();
    expect(result).toMatchObject({ outcome: 'completed', refs: [{ ref: 'twice-1', state: 'completed' }] });
    expect(JSON.stringify(result.steps)).toContain('the book has its end: nothing is sent');
    expect(await transfersOf('twice-1')).toMatchObject([{ status: 'Completed' }]);
  });
});

describe('a deposit whose answer is lost and that shows nowhere', () => {
  test('is asked of a person with the evidence, and never sent again', async () => {
    await strike('absent-1', 'deposit', 'reset', { when: 'before-commit' });
    const request = deposit('absent-1');
    await rig.control('POST', '/transfers', { user_id: USER, type: 'Deposit', amount: request.amount });
    const handle = await rig.fund(request);
    const progress = await parked(handle, 'ORDER_UNFINDABLE');
    expect(progress.refs).toMatchObject([{ ref: 'absent-1', sent: 1, state: 'unknown' }]);
    expect(progress.parked?.accepts).toEqual(['retry', 'markCompleted', 'abandon']);
    const evidence = JSON.stringify(progress.parked?.evidence);
    for (const fact of ['absent-1', request.amount, 'Completed']) expect(evidence).toContain(fact);
    await answer(handle, 'retry');
    await eventually(async () =>
      (await parked(handle, 'ORDER_UNFINDABLE')).decisions.length === 1 ? true : undefined,
    );
    await answer(handle, 'abandon');
    expect(await handle.result()).toMatchObject({ outcome: 'abandoned', refs: [{ sent: 1 }] });
    expect(await transfersOf('absent-1')).toEqual([]);
  });

  test('is adopted if it shows after a person looked', async () => {
    await silence('late-1');
    await strike('late-1', 'deposit', 'reset', { when: 'after-commit' });
    await strike('late-1', 'deposit', 'slow', { ms: null });
    const handle = await rig.fund(deposit('late-1'));
    await parked(handle, 'ORDER_UNFINDABLE');
    const [pending] = await transfersOf('late-1');
    await rig.control('POST', `/transfers/${pending?.transferId}`, { status: 'Completed' });
    await answer(handle, 'retry');
    expect(await handle.result()).toMatchObject({ outcome: 'completed', adopted: true, refs: [{ sent: 1 }] });
    expect(await transfersOf('late-1')).toHaveLength(1);
  });

  test('is looked for at once when a callback comes, whatever amount it shows', async () => {
    await strike('called-1', 'deposit', 'reset', { when: 'after-commit' });
    await strike('called-1', 'deposit', 'slow', { ms: null });
    const handle = await rig.fund(deposit('called-1'));
    await parked(handle, 'ORDER_UNFINDABLE');
    const [pending] = await transfersOf('called-1');
    await rig.control('POST', `/transfers/${pending?.transferId}`, { status: 'Completed' });
    // Nobody answers: what is parked is read again when there is news, else after a quarter of an hour.
    expect(await handle.result()).toMatchObject({ outcome: 'completed', adopted: true, decisions: [] });
    await completedOnce('called-1');
  });
});

describe('a withdrawal', () => {
  test('is created, then confirmed once, then read until it is done', async () => {
    const before = await confirms();
    const result = await (await rig.fund(withdrawal('plain-1'))).result();
    expect(result).toMatchObject({
      outcome: 'completed',
      refs: [{ ref: 'plain-1', sent: 1, state: 'completed' }],
      order: { kind: 'withdrawal', state: 'completed' },
    });
    expect(await confirms()).toBe(before + 1);
    await completedOnce('plain-1');
  });

  test.each(LOST)('whose creation’s answer is lost (%s) is found, and confirmed', async (name, kind, params) => {
    const id = `gone-${name.replaceAll(/[^a-z0-9]+/gi, '-')}`;
    await silence(id);
    await strike(id, 'withdraw', kind, params);
    const result = await (await rig.fund(withdrawal(id))).result();
    expect(result).toMatchObject({ outcome: 'completed', adopted: true, refs: [{ sent: 1, state: 'completed' }] });
    expect(await transfersOf(id)).toMatchObject([{ status: 'Completed' }]);
  });

  test.each(LOST.filter(([, kind]) => kind !== 'truncated' && kind !== 'wrong-types'))(
    'whose confirmation’s answer is lost (%s) is read first',
    async (name, kind, params) => {
      const id = `unsure-${name.replaceAll(/[^a-z0-9]+/gi, '-')}`;
      await strike(id, 'withdraw-confirm', kind, params);
      const result = await (await rig.fund(withdrawal(id))).result();
      expect(result).toMatchObject({ outcome: 'completed', refs: [{ sent: 1 }] });
      expect(await transfersOf(id)).toMatchObject([{ status: 'Completed' }]);
    },
  );

  test('whose confirmation never arrived is confirmed again', async () => {
    await strike('again-1', 'withdraw-confirm', 'reset', { when: 'before-commit' });
    expect(await (await rig.fund(withdrawal('again-1'))).result()).toMatchObject({ outcome: 'completed' });
    await completedOnce('again-1');
  });

  test('that is carried out slowly is confirmed in vain, read on, and paid once', async () => {
    await strike('slow-1', 'withdraw-confirm', 'slow', { ms: 2_500 });
    const result = await (await rig.fund(withdrawal('slow-1'))).result();
    expect(result).toMatchObject({ outcome: 'completed', refs: [{ sent: 1 }] });
    await completedOnce('slow-1');
  });

  test('of more than there is asks a person, and goes on once it is there', async () => {
    const handle = await rig.fund(withdrawal('poor-1', { amount: '99999' }));
    await parked(handle, 'INSUFFICIENT_FUNDS');
    await rig.control('POST', '/balances', { user_id: USER, asset: 'usd', total: '200000' });
    await answer(handle, 'retry');
    expect(await handle.result()).toMatchObject({ outcome: 'completed' });
    await completedOnce('poor-1');
  });
});

describe('a withdrawal that is given up before it is confirmed', () => {
  beforeAll(() => rig.holdWatch());
  afterAll(() => rig.releaseWatch());

  /** Created, and not confirmed, for want of credentials at that moment. */
  async function unconfirmed(id: string): Promise<WorkflowHandle> {
    await strike(id, 'withdraw-confirm', 'unauthorized', {}, { times: 2 });
    // News of its creation would end the question at once, with another confirm.
    await silence(id);
    const handle = await rig.fund(withdrawal(id));
    await parked(handle, 'AUTH');
    return handle;
  }

  test('is cancelled at the provider first', async () => {
    const handle = await unconfirmed('stray-1');
    await answer(handle, 'abandon');
    expect(await handle.result()).toMatchObject({ outcome: 'abandoned', order: { status: 'Canceled' } });
    expect(await transfersOf('stray-1')).toMatchObject([{ status: 'Canceled' }]);
  });

  test('and whose cancellation fails has not failed: it is cancelled again', async () => {
    const handle = await unconfirmed('stray-2');
    await strike('stray-2', 'withdraw-cancel', 'cancel-fails');
    await answer(handle, 'abandon');
    expect(await handle.result()).toMatchObject({ outcome: 'abandoned', order: { status: 'Canceled' } });
    expect(await transfersOf('stray-2')).toMatchObject([{ status: 'Canceled' }]);
  });

  test('is cancelled too if it shows only then', async () => {
    const misses = ['stray-4', 'transfers', 'lookup-misses', {}, { times: null }] as const;
    await strike(...misses);
    await strike('stray-4', 'withdraw', 'reset', { when: 'after-commit' });
    const handle = await rig.fund(withdrawal('stray-4'));
    const progress = await parked(handle, 'ORDER_UNFINDABLE');
    // The account history shows it: like ours, and proof of nothing.
    const [stray] = await transfersOf('stray-4');
    expect(JSON.stringify(progress.parked?.evidence)).toContain(String(stray?.transferId));
    await rig.clearFaults();
    await answer(handle, 'abandon');
    expect(await handle.result()).toMatchObject({ outcome: 'abandoned', order: { status: 'Canceled' } });
    expect(await transfersOf('stray-4')).toMatchObject([{ status: 'Canceled' }]);
  });

  test('may complete all the same: then that is what it says', async () => {
    const handle = await unconfirmed('stray-3');
    await strike('stray-3', 'withdraw-cancel', 'cancel-fails', { how: 'refused' });
    const [open] = await transfersOf('stray-3');
    await rig.control('POST', `/transfers/${open?.transferId}`, { status: 'Completed' });
    await answer(handle, 'abandon');
    expect(await handle.result()).toMatchObject({ outcome: 'completed', order: { status: 'Completed' } });
  });
});

describe('callbacks', () => {
  const deliveries = z.object({ items: z.array(z.object({ status: z.number().nullable(), url: text })) });

  test('are taken at addresses of our own making only, and end nothing by themselves', async () => {
    await strike('forged-1', 'deposit', 'slow', { ms: null });
    const handle = await rig.fund(deposit('forged-1'));
    const ours = await eventually(async () => {
      const { items } = deliveries.parse(await rig.control('GET', '/callbacks'));
      const [transfer] = await transfersOf('forged-1');
      const { url } = items.at(-1) ?? {};
      return transfer === undefined ? undefined : url;
    });
    const post = (url: string, body: object) =>
      fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const claim = { Amount: 0, Status: 'Completed', Asset: 'usd', Type: 'Deposit', Id: 1, Fee: 0, ErrorDetails: null };
    expect((await post(ours, claim)).status).toBe(200);
    expect((await post(`${ours}x`, claim)).status).toBe(401);
    expect((await post(ours, { Status: 7 })).status).toBe(400);
    expect(await handle.query<FundingProgress>('progress')).toMatchObject({ order: { status: 'Pending' } });
    const [pending] = await transfersOf('forged-1');
    await rig.control('POST', `/transfers/${pending?.transferId}`, { status: 'Completed' });
    expect(await handle.result()).toMatchObject({ outcome: 'completed' });
    await completedOnce('forged-1');
  });

  test.each([
    ['callback-duplicated', { copies: 5 }],
    ['callback-reordered', {}],
    ['callback-late', { ms: 500 }],
  ])('%s: one transfer', async (kind, params) => {
    const id = `noisy-${kind}`;
    await strike(id, 'callback', kind, params, { times: null });
    expect(await (await rig.fund(withdrawal(id))).result()).toMatchObject({ outcome: 'completed' });
    await completedOnce(id);
  });
});

test('what the provider lacks is refused at the start, in a sentence', async () => {
  const handle = await rig.fund(deposit('swap-1', { kind: 'conversion' }));
  await expect(handle.result()).rejects.toMatchObject({ cause: { message: containing('conversion') } });
});
