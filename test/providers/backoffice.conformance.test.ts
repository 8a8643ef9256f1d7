import type { ErrorCode, Outcome } from '../../contract/errors';
import type { Order } from '../../contract/funding';
import type { OpenOrder, OrderRequest, OrderSearch } from '../../contract/order-requests';
import { BackofficeConnector } from '../../providers/backoffice/connector';
import { commentOf } from '../../providers/backoffice/tokens';
import { startBackofficeSandbox, type RunningSandbox } from '../../sandbox/backoffice';
import { eventually } from '../setup/eventually';
import { at, control as speak } from '../sandbox/signing';
import { configFor, intent, OTHER_USER, request, searchFor, TOKEN_SECRET, USER } from './backoffice-fixtures';
import { providerErrorOf } from './coinmena-fixtures';
import { STALLED_MS } from '../setup/http-timeouts';

/** The connector against the sandbox, over HTTP: what a real installation would show it. The ledger is the judge. */
let sandbox: RunningSandbox;
let connector: BackofficeConnector;

beforeAll(async () => {
  sandbox = await startBackofficeSandbox({ openingBalances: { usd: '1000' }, settleMs: 20 });
  connector = new BackofficeConnector(configFor(sandbox.url));
});
afterAll(async () => {
  await connector.close();
  await sandbox.close();
});
beforeEach(async () => {
  await control('/reset');
});

async function control(path: string, value: object = {}): Promise<unknown> {
  const { status, text, json } = await speak(sandbox.controlUrl, 'POST', path, value);
  if (status !== 200) throw new Error(`control ${path}: ${status} ${text}`);
  return json;
}

function fault(operation: string, kind: string, params: object = {}, more: object = {}): Promise<unknown> {
  return control('/faults', { operation, kind, params, ...more });
}

interface Ledger {
  readonly transfers: readonly {
    readonly transferId: number;
    readonly ref: string;
    readonly type: string;
    readonly status: string;
    readonly amount: string;
  }[];
  readonly balances: readonly { readonly userId: string; readonly asset: string; readonly total: string }[];
  readonly requests: Readonly<Record<string, number>>;
}

async function ledger(): Promise<Ledger> {
  const { text } = await speak(sandbox.controlUrl, 'GET', '/ledger');
  const book: Ledger = JSON.parse(text);
  return book;
}

async function total(asset = 'usd'): Promise<string | undefined> {
  const { balances } = await ledger();
  return balances.find((holding) => holding.userId === USER && holding.asset === asset)?.total;
}

async function expectError(
  calling: Promise<unknown>,
  code: ErrorCode,
  outcome: Exclude<Outcome, 'applied'>,
): Promise<void> {
  const error = await providerErrorOf(calling);
  expect({ code: error.code, outcome: error.outcome }).toEqual({ code, outcome });
}

/** The one order that a look-up shows, if it shows any. */
async function find(search: OrderSearch): Promise<Order | undefined> {
  const [order, ...others] = await connector.orders.find(search);
  expect(others).toEqual([]);
  return order;
}

/** The order once it is settled, as the look-up shows it. */
function settled(order: OrderRequest): Promise<Order> {
  return eventually(async () => {
    const found = await find(searchFor(order));
    return found?.state === 'open' ? undefined : found;
  });
}

const withdrawal = (over: Partial<OrderRequest> = {}): OrderRequest =>
  request({ kind: 'withdrawal', ref: 'wd-1', ...over });

async function openWithdrawal(order: OrderRequest = withdrawal()): Promise<OpenOrder> {
  const { orderId } = await connector.orders.submit(order);
  return { orderId, request: order };
}

describe('a deposit', () => {
  test('is pending first, shows nowhere, and is then found completed by the token in its comment', async () => {
    await fault('deposit', 'slow', { ms: null });
    const order = request();
    await connector.orders.check(intent());
    const answered = await connector.orders.submit(order);
    expect(answered).toMatchObject({
      ref: 'dep-1',
      kind: 'deposit',
      state: 'open',
      status: 'Pending',
      amount: '10.25',
      partnerClientId: USER,
      fee: '0',
      feeAsset: 'usd',
    });
    expect(answered.awaits).toBeUndefined();
    expect(await find(searchFor(order))).toBeUndefined();
    expect(await find(searchFor(order, { orderId: answered.orderId, answered: true }))).toBeUndefined();
    await control(`/transfers/${answered.orderId}`, { status: 'Completed' });
    expect(await find(searchFor(order))).toMatchObject({
      orderId: answered.orderId,
      ref: 'dep-1',
      state: 'completed',
    });
    expect(await total()).toBe('1010.25');
  });

  test('settles by itself, and moves its money once', async () => {
    const order = request();
    await connector.orders.submit(order);
    expect(await settled(order)).toMatchObject({ state: 'completed', amount: '10.25' });
    expect(await total()).toBe('1010.25');
  });

  test('that failed moved nothing', async () => {
    await fault('deposit', 'outcome', { status: 'Failed', error_details: 'No' });
    const order = request();
    await connector.orders.submit(order);
    expect(await settled(order)).toMatchObject({ state: 'failed', status: 'Failed' });
    expect(await total()).toBe('1000');
  });

  test('of a status that no document names is open', async () => {
    await control('/settings', { list_shows: ['Pending', 'Completed'] });
    await fault('deposit', 'outcome', { status: 'UnderReview' });
    const order = request();
    await connector.orders.submit(order);
    const found = await eventually(async () => {
      const shown = await find(searchFor(order));
      return shown?.status === 'Pending' ? undefined : shown;
    });
    expect(found).toMatchObject({ state: 'open', status: 'UnderReview' });
  });

  test.each(['1', '10.10', '0.00000001', '9007199.12345678', '123456789012345', '0.1'])(
    'of %s arrives to the last digit, as a number',
    async (amount) => {
      const order = request({ asset: 'btc', amount });
      await connector.orders.submit(order);
      await settled(order);
      const { transfers } = await ledger();
      expect(transfers.map((transfer) => transfer.amount)).toEqual([amount === '10.10' ? '10.1' : amount]);
    },
  );

  test('sent twice is paid twice: nothing but its token tells them apart', async () => {
    await connector.orders.submit(request());
    await connector.orders.submit(request());
    expect((await ledger()).transfers).toHaveLength(2);
  });
});

describe('a deposit or withdrawal that is refused', () => {
  test.each([
    ['an unknown user', { partnerClientId: '00000000-0000-0000-0000-000000000000' }, 'CLIENT_UNKNOWN'],
    ['a user that is no GUID', { partnerClientId: 'somebody' }, 'INVALID_REQUEST'],
    ['more digits than a number carries', { amount: '1234567890123456' }, 'INVALID_REQUEST'],
    ['nine decimals', { amount: '0.123456789' }, 'INVALID_REQUEST'],
  ] as const)('%s: by the check and by the submit alike', async (_, over, code) => {
    await expectError(connector.orders.check(intent(over)), code, 'not-applied');
    await expectError(connector.orders.submit(request(over)), code, 'not-applied');
    expect((await ledger()).transfers).toHaveLength(0);
  });

  test('an asset that does not exist', async () => {
    await expectError(connector.orders.submit(request({ asset: 'xyz' })), 'INVALID_REQUEST', 'not-applied');
  });

  test('more than there is', async () => {
    await expectError(connector.orders.submit(withdrawal({ amount: '1000.01' })), 'INSUFFICIENT_FUNDS', 'not-applied');
  });

  test('a conversion, which the back office has not', async () => {
    await expectError(connector.orders.submit(request({ kind: 'conversion' })), 'CAPABILITY_MISSING', 'not-applied');
  });
});

describe('a withdrawal', () => {
  test('moves no money before it is confirmed, and its money once', async () => {
    const order = withdrawal();
    const answered = await connector.orders.submit(order);
    expect(answered).toMatchObject({ state: 'open', status: 'AwaitingConfirmation', awaits: 'confirmation' });
    expect(await find(searchFor(order))).toMatchObject({
      orderId: answered.orderId,
      awaits: 'confirmation',
    });
    expect(await total()).toBe('1000');
    await connector.orders.confirm({ orderId: answered.orderId, request: order });
    expect(await settled(order)).toMatchObject({ state: 'completed', orderId: answered.orderId });
    expect(await total()).toBe('989.75');
  });

  test.each(['empty', 'callback', 'transfer'])(
    'may be confirmed and cancelled whatever is answered: %s',
    async (answer) => {
      await control('/settings', { step_answer: answer });
      const confirmed = withdrawal();
      await connector.orders.confirm(await openWithdrawal(confirmed));
      expect(await settled(confirmed)).toMatchObject({ state: 'completed' });
      const cancelled = withdrawal({ ref: 'wd-2' });
      await connector.orders.cancel(await openWithdrawal(cancelled));
      expect(await settled(cancelled)).toMatchObject({ state: 'cancelled', status: 'Canceled' });
      expect(await total()).toBe('989.75');
    },
  );

  test('that was confirmed cannot be confirmed or cancelled again', async () => {
    await fault('withdraw-confirm', 'slow', { ms: null });
    const open = await openWithdrawal();
    await connector.orders.confirm(open);
    await expectError(connector.orders.confirm(open), 'STATE_INVALID', 'not-applied');
    await expectError(connector.orders.cancel(open), 'STATE_INVALID', 'not-applied');
    expect((await ledger()).transfers).toMatchObject([{ status: 'AwaitingConfirmation' }]);
  });

  test('of another user, or that does not exist, is not found', async () => {
    const open = await openWithdrawal();
    const others = { ...open, request: withdrawal({ partnerClientId: OTHER_USER }) };
    await expectError(connector.orders.confirm(others), 'NOT_FOUND', 'not-applied');
    await expectError(connector.orders.cancel({ ...open, orderId: '1' }), 'NOT_FOUND', 'not-applied');
  });

  test('whose cancellation fails has not failed', async () => {
    const open = await openWithdrawal();
    await control('/settings', { step_answer: 'callback' });
    await fault('withdraw-cancel', 'cancel-fails');
    await connector.orders.cancel(open);
    expect(await find(searchFor(open.request))).toMatchObject({
      state: 'open',
      status: 'AwaitingConfirmation',
      awaits: 'confirmation',
    });
    await fault('withdraw-cancel', 'cancel-fails', { how: 'refused' });
    await expectError(connector.orders.cancel(open), 'STATE_INVALID', 'not-applied');
    await connector.orders.cancel(open);
    expect(await settled(open.request)).toMatchObject({ state: 'cancelled', status: 'Canceled' });
  });

  test('that fails after it was confirmed moved nothing', async () => {
    await fault('withdraw-confirm', 'outcome', { status: 'Failed' });
    const open = await openWithdrawal();
    await connector.orders.confirm(open);
    expect(await settled(open.request)).toMatchObject({ state: 'failed' });
    expect(await total()).toBe('1000');
  });

  test('of too much may be taken, and fail once it is confirmed', async () => {
    await control('/settings', { too_little: 'failed' });
    const open = await openWithdrawal(withdrawal({ amount: '5000' }));
    await connector.orders.confirm(open);
    expect(await settled(open.request)).toMatchObject({ state: 'failed' });
    expect(await total()).toBe('1000');
  });
});

const LOST = [
  ['reset after it was done', 'reset', { when: 'after-commit' }],
  ['no answer in time', 'stall', { when: 'after-commit', ms: STALLED_MS }],
  ['half an answer', 'truncated', {}],
  ['half an answer, and the line dropped', 'truncated', { end: 'cut' }],
  ['500 after it was done', 'status', { status: 500, commit: 'before' }],
  ['504 after it was done', 'status', { status: 504, body: 'html', commit: 'before' }],
  ['a web page for an answer', 'wrong-content-type', {}],
] as const;

describe('an answer that is lost', () => {
  test.each(LOST)('to a deposit (%s): unknown, then found by its token', async (_, kind, params) => {
    await fault('deposit', kind, params);
    const order = request();
    await expectError(connector.orders.submit(order), 'OUTCOME_UNKNOWN', 'unknown');
    expect(await settled(order)).toMatchObject({ state: 'completed', ref: 'dep-1', amount: '10.25' });
    expect((await ledger()).transfers).toHaveLength(1);
  });

  test.each(LOST)('to a withdrawal (%s): unknown, then found awaiting confirmation', async (_, kind, params) => {
    await fault('withdraw', kind, params);
    const order = withdrawal();
    await expectError(connector.orders.submit(order), 'OUTCOME_UNKNOWN', 'unknown');
    const found = await find(searchFor(order));
    expect(found).toMatchObject({ state: 'open', awaits: 'confirmation', ref: 'wd-1' });
    await connector.orders.confirm({ orderId: found?.orderId ?? '', request: order });
    expect(await settled(order)).toMatchObject({ state: 'completed' });
    expect(await total()).toBe('989.75');
  });

  test.each(LOST.filter(([, kind]) => kind === 'reset' || kind === 'stall' || kind === 'status'))(
    'to a confirmation (%s): unknown, and what came of it is read',
    async (_, kind, params) => {
      await fault('withdraw-confirm', kind, params);
      const open = await openWithdrawal();
      await expectError(connector.orders.confirm(open), 'OUTCOME_UNKNOWN', 'unknown');
      expect(await settled(open.request)).toMatchObject({ state: 'completed' });
      expect(await total()).toBe('989.75');
    },
  );

  test.each([
    ['reset before it was done', 'reset', { when: 'before-commit' }],
    ['500 and nothing done', 'status', { status: 500 }],
  ])('and nothing was done (%s): unknown, then absent', async (_, kind, params) => {
    await fault('deposit', kind, params);
    await expectError(connector.orders.submit(request()), 'OUTCOME_UNKNOWN', 'unknown');
    expect(await find(searchFor(request()))).toBeUndefined();
    expect(await connector.orders.suspects(searchFor(request()))).toEqual([]);
  });

  test('too many requests: unknown, for want of a document that says otherwise', async () => {
    await fault('deposit', 'status', { status: 429, retry_after: 3 });
    const error = await providerErrorOf(connector.orders.submit(request()));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', outcome: 'unknown', retryAfterMs: 3000 });
  });

  test('an answer of wrong types is drift, then found', async () => {
    await fault('deposit', 'wrong-types', { fields: ['amount'] });
    await expectError(connector.orders.submit(request()), 'CONTRACT_DRIFT', 'unknown');
    expect(await settled(request())).toMatchObject({ state: 'completed' });
  });

  test('unknown new fields change nothing', async () => {
    await fault('*', 'extra-fields', {}, { times: null });
    await connector.orders.submit(request());
    expect(await settled(request())).toMatchObject({ state: 'completed' });
  });
});

describe('the look-up', () => {
  test.each([
    ['none', 'heeded', USER],
    ['data', 'ignored', OTHER_USER],
  ])(
    'reads every page of the list, wrapped in %s, its filters %s',
    async (wrapper, filters, owner) => {
      await control('/settings', { wrapper, filters });
      await connector.orders.submit(request());
      await settled(request());
      for (let made = 0; made < 501; made += 1) {
        await control('/transfers', { user_id: owner, type: 'Deposit', amount: '1', comment: `other-${made}` });
      }
      const before = (await ledger()).requests['transfers'] ?? 0;
      expect(await find(searchFor(request()))).toMatchObject({ state: 'completed', ref: 'dep-1' });
      // Two pages, and one that shows nothing new.
      expect(((await ledger()).requests['transfers'] ?? 0) - before).toBe(3);
    },
    30_000,
  );

  test('finds none of another ref, secret, or time', async () => {
    await connector.orders.submit(request());
    await settled(request());
    expect(await find(searchFor(request({ ref: 'dep-2' })))).toBeUndefined();
    const other = new BackofficeConnector(configFor(sandbox.url, { BACKOFFICE_TOKEN_SECRET: 'x'.repeat(40) }));
    expect(await other.orders.find(searchFor(request()))).toEqual([]);
    await other.close();
    const later = { firstSentAt: new Date(Date.now() + 600_000).toISOString() };
    expect(await find(searchFor(request(), later))).toBeUndefined();
    const soon = { firstSentAt: new Date(Date.now() + 200_000).toISOString() };
    expect(await find(searchFor(request(), soon))).toMatchObject({ state: 'completed' });
  });

  test('takes a token for ours even if people wrote more beside it, and never a part of it', async () => {
    const comment = commentOf('dep-1', TOKEN_SECRET);
    const plant = (text: string) =>
      control('/transfers', { user_id: USER, type: 'Deposit', amount: '10.25', comment: text });
    for (const text of ['dep-1 gw:other', comment.slice(0, -1), `${comment}-`]) await plant(text);
    expect(await find(searchFor(request()))).toBeUndefined();
    await plant(`${comment} checked by Ann`);
    expect(await find(searchFor(request()))).toMatchObject({ state: 'completed', ref: 'dep-1' });
  });

  test('shows every order that carries the token, in no order', async () => {
    await fault('deposit', 'outcome', { status: 'Failed' });
    await connector.orders.submit(request());
    await connector.orders.submit(request());
    const found = await eventually(async () => {
      const orders = await connector.orders.find(searchFor(request()));
      return orders.length === 2 && orders.every(({ state }) => state !== 'open') ? orders : undefined;
    });
    expect(found.map(({ state }) => state).sort()).toEqual(['completed', 'failed']);
    expect(found).toMatchObject([{ carriesOurToken: true }, { carriesOurToken: true }]);
  });

  test('shows an order as it is, even if it is not what was asked for', async () => {
    await connector.orders.submit(request({ amount: '7' }));
    await settled(request());
    expect(await find(searchFor(request()))).toMatchObject({ amount: '7' });
  });

  test('that is refused is no absence', async () => {
    await fault('transfers', 'status', { status: 404, body: 'html' });
    await expectError(connector.orders.find(searchFor(request())), 'CONTRACT_DRIFT', 'unknown');
    await fault('transfers', 'status', { status: 404 });
    await expectError(connector.orders.find(searchFor(request())), 'CONTRACT_DRIFT', 'unknown');
    await fault('transfers', 'truncated');
    await expectError(connector.orders.find(searchFor(request())), 'OUTCOME_UNKNOWN', 'unknown');
  });
});

describe('an id', () => {
  const hidden = { list_shows: ['Completed', 'Failed', 'Canceled'], list_finds: ['Completed', 'Failed'] };

  test('that was answered shows a withdrawal that the list hides until it is confirmed', async () => {
    await control('/settings', hidden);
    const { orderId, request: order } = await openWithdrawal();
    expect(await find(searchFor(order))).toBeUndefined();
    const search = searchFor(order, { orderId, answered: true });
    expect(await find(search)).toMatchObject({ orderId, awaits: 'confirmation', idOnly: true });
    const another = searchFor(withdrawal({ amount: '3' }), { orderId, answered: true });
    // It is ours whatever it shows, so it is shown: the caller sees how it differs.
    expect(await find(another)).toMatchObject({ orderId, amount: '10.25', idOnly: true });
  });

  test('that came with news is no proof: what it names is among the suspects', async () => {
    await control('/settings', hidden);
    const { orderId, request: order } = await openWithdrawal();
    const search = searchFor(order, { orderId });
    expect(await find(search)).toBeUndefined();
    expect(await connector.orders.suspects(search)).toMatchObject([{ orderId, status: 'AwaitingConfirmation' }]);
  });

  test.each(['Completed', 'Failed', 'Canceled'])('is no proof of another’s order that is %s', async (status) => {
    const planted = await control('/transfers', { user_id: USER, type: 'Deposit', amount: '10.25', status });
    const orderId = String(at(planted, 'id'));
    expect(await find(searchFor(request(), { orderId }))).toBeUndefined();
    const answered = { orderId, answered: true };
    expect(await find(searchFor(request(), answered))).toMatchObject({ orderId, status });
  });
});

describe('the evidence of an order that does not show', () => {
  test('is what looks like it and carries no token of ours', async () => {
    const plant = (over: object) =>
      control('/transfers', { user_id: USER, type: 'Deposit', amount: '10.25', comment: '', ...over });
    const like = at(await plant({}), 'id');
    await plant({ amount: '10.26' });
    await plant({ asset: 'eur' });
    await plant({ type: 'Withdrawal' });
    await plant({ user_id: OTHER_USER });
    await plant({ age_ms: 600_000 });
    await connector.orders.submit(request({ ref: 'dep-2' }));
    await settled(request({ ref: 'dep-2' }));
    const suspects = await connector.orders.suspects(searchFor(request()));
    expect(suspects).toMatchObject([{ orderId: String(like), amount: '10.25', state: 'completed', ref: '' }]);
  });
});
