import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { ErrorCode } from '../../contract/errors';
import type { OrderRequest } from '../../contract/order-requests';
import { coinify } from '../../providers/coinify';
import { CoinifyConnector } from '../../providers/coinify/connector';
import { diagnose } from '../../providers/coinify/diagnose';
import { ProviderError } from '../../providers/provider-error';
import { startCoinifySandbox, TEST_API_KEY, type RunningSandbox } from '../../sandbox/coinify';
import { eventually } from '../setup/rig';
import { configFor, control, details, environment, request } from './coinify-fixtures';
import { startLocalServer, type LocalServer, type ReceivedRequest } from './local-server';
import { HTTP_TIMEOUT_MS, STALLED_MS } from '../setup/http-timeouts';

/** The connector against the sandbox, over HTTP: what a real provider would show it. The ledger is the judge. */
let sandbox: RunningSandbox;
let webhooks: LocalServer;
let connector: CoinifyConnector;

beforeAll(async () => {
  webhooks = await startLocalServer();
  sandbox = await startCoinifySandbox({ webhookUrl: `${webhooks.origin}/callbacks/coinify` });
  connector = new CoinifyConnector(configFor(sandbox.url, { COINIFY_HTTP_TIMEOUT_MS: String(HTTP_TIMEOUT_MS) }));
});

afterAll(async () => {
  await connector.close();
  await sandbox.close();
  await webhooks.close();
});

beforeEach(async () => {
  await control(sandbox.controlUrl, 'POST', '/reset');
  await settings({ settle_ms: 600_000, duplicates: 'reject', find_by_order_id: false });
  webhooks.received.length = 0;
});

async function settings(change: object): Promise<void> {
  await control(sandbox.controlUrl, 'POST', '/settings', change);
}

async function fault(operation: string, kind: string, params: object = {}, more: object = {}): Promise<void> {
  await control(sandbox.controlUrl, 'POST', '/faults', { operation, kind, params, ...more });
}

const text = z.string();
const ledgerSchema = z.object({
  withdrawals: z.array(z.object({ id: text, orderId: text, state: text, baseAmount: text, address: text })),
  balances: z.record(text, text),
  requests: z.record(text, z.number()),
});

async function ledger(): Promise<z.output<typeof ledgerSchema>> {
  return ledgerSchema.parse(await control(sandbox.controlUrl, 'GET', '/ledger'));
}

async function outcomeOf(work: Promise<unknown>): Promise<Pick<ProviderError, 'code' | 'outcome'> | 'answered'> {
  try {
    await work;
    return 'answered';
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    expect(JSON.stringify([error, error.message])).not.toMatch(/ada@example|sandbox_3d1b/);
    return { code: error.code, outcome: error.outcome };
  }
}

function search(ref: string, orderId?: string, over: Partial<OrderRequest> = {}) {
  return {
    ref,
    request: request(ref, over),
    firstSentAt: '2026-01-01T00:00:00.000Z',
    ...(orderId === undefined ? {} : { orderId }),
  };
}

interface Event {
  readonly id: string;
  readonly event: string;
  readonly context: { readonly id: string; readonly orderId: string; readonly state: string };
}

function eventOf({ body }: ReceivedRequest): Event {
  const event: Event = JSON.parse(body.toString());
  return event;
}

/** Every event that came and was verified, by its name. */
function eventsOf(orderId: string): readonly string[] {
  return webhooks.received
    .filter((received) => isVerified(received))
    .map(eventOf)
    .filter(({ context }) => context.orderId === orderId)
    .map(({ event }) => event);
}

const receiver = coinify.callbacks?.parse(environment());

function isVerified({ headers, body }: ReceivedRequest): boolean {
  const single = Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []));
  return receiver?.verify({ headers: Object.fromEntries(single), rawBody: body, receivedAtMs: 0 }).ok === true;
}

test('a payout is created, read by its id, and completes later with a transaction', async () => {
  const context = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`key${index}`, String(index)]));
  const given = request('pay-1', {
    details: { ...details({ context, memo: 'payout 1', subaccountId: 'fcfc4042-6051-4e24-b321-fcdbb402e94d' }) },
  });
  const created = await connector.orders.submit(given);
  expect(created).toMatchObject({ ref: 'pay-1', state: 'open', status: 'created', amount: '30.00', asset: 'USD' });
  expect(created.received).toEqual({ asset: 'USDC', amount: '29.7' });
  expect(await connector.orders.find(search('pay-1', created.orderId))).toEqual([created]);

  await control(sandbox.controlUrl, 'POST', '/withdrawals/pay-1', { state: 'completed' });
  const [completed] = await connector.orders.find(search('pay-1', created.orderId));
  expect(completed).toMatchObject({ state: 'completed', transactionId: expect.stringMatching(/^0x[0-9a-f]{64}$/) });
  expect((await ledger()).balances['USD']).toBe('999970');
});

test('it settles by itself, across a restart too', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gangway-coinify-'));
  const dataFile = join(directory, 'book.jsonl');
  try {
    const first = await startCoinifySandbox({ dataFile, settleMs: 600_000 });
    const one = new CoinifyConnector(configFor(first.url));
    const { orderId } = await one.orders.submit(request('pay-1'));
    await one.close();
    await first.close();

    const second = await startCoinifySandbox({ dataFile });
    const two = new CoinifyConnector(configFor(second.url));
    expect(await two.orders.find(search('pay-1', orderId))).toMatchObject([{ state: 'open' }]);
    await control(second.controlUrl, 'POST', '/clock', { offset_ms: 600_001 });
    expect(await two.orders.find(search('pay-1', orderId))).toMatchObject([{ state: 'completed' }]);
    await two.close();
    await second.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('a cancellation gives the money back and tells nobody: only a read shows it', async () => {
  const { orderId } = await connector.orders.submit(request('pay-1'));
  await control(sandbox.controlUrl, 'POST', '/withdrawals/pay-1', { state: 'cancelled' });
  expect(await connector.orders.find(search('pay-1', orderId))).toMatchObject([
    { state: 'cancelled', status: 'cancelled' },
  ]);
  expect((await ledger()).balances['USD']).toBe('1000000');
  // Something that is told comes after what was not.
  await connector.orders.submit(request('pay-2'));
  await eventually(() => Promise.resolve(eventsOf('pay-2').length === 0 ? undefined : true));
  expect(eventsOf('pay-1')).toEqual(['withdrawal.created']);
});

test('what is final stays so', async () => {
  await connector.orders.submit(request('pay-1'));
  await control(sandbox.controlUrl, 'POST', '/withdrawals/pay-1', { state: 'completed' });
  await expect(control(sandbox.controlUrl, 'POST', '/withdrawals/pay-1', { state: 'cancelled' })).rejects.toThrow(
    'The withdrawal is completed',
  );
});

describe('a repeated order id', () => {
  it('is refused, for ever: also after it was cancelled, and also when the money has gone', async () => {
    await connector.orders.submit(request('pay-1'));
    await control(sandbox.controlUrl, 'POST', '/withdrawals/pay-1', { state: 'cancelled' });
    await control(sandbox.controlUrl, 'POST', '/balances', { currency: 'USD', amount: '0' });
    expect(await outcomeOf(connector.orders.submit(request('pay-1')))).toEqual({
      code: 'DUPLICATE_REF',
      outcome: 'unknown',
    });
    expect((await ledger()).withdrawals).toHaveLength(1);
  });

  it('is answered with the first if the sandbox is told to', async () => {
    await settings({ duplicates: 'replay' });
    const first = await connector.orders.submit(request('pay-1'));
    expect(await connector.orders.submit(request('pay-1'))).toEqual(first);
    expect((await ledger()).withdrawals).toHaveLength(1);
  });

  it('pays twice if the sandbox is told to', async () => {
    await settings({ duplicates: 'accept' });
    await connector.orders.submit(request('pay-1'));
    await connector.orders.submit(request('pay-1'));
    expect((await ledger()).balances['USD']).toBe('999940');
  });
});

describe('a list by order id', () => {
  it('is asked for only if the setting says that it is there', async () => {
    const listing = new CoinifyConnector(configFor(sandbox.url, { COINIFY_FIND_BY_ORDER_ID: 'true' }));
    try {
      const created = await connector.orders.submit(request('pay-1'));
      expect(await connector.orders.find(search('pay-1'))).toEqual([]);
      expect(await outcomeOf(listing.orders.find(search('pay-1')))).toEqual({
        code: 'REFUSED',
        outcome: 'not-applied',
      });
      await settings({ find_by_order_id: true });
      expect(await listing.orders.find(search('pay-1'))).toEqual([created]);
      expect(await listing.orders.find(search('pay-2'))).toEqual([]);
    } finally {
      await listing.close();
    }
  });
});

describe('the sandbox refuses', () => {
  it.each([
    [
      'an address that is not of the currency',
      { details: { ...details({ finalCurrency: 'XYZ', address: 'nobody' }) } },
    ],
    ['a sub-account that is not there', { details: { ...details({ subaccountId: 'another' }) } }],
    ['a currency that it does not have', { asset: 'CHF' }],
    ['too little', { amount: '0.50' }],
    ['too much', { amount: '100000.01' }],
  ] as const)('%s', async (_, over) => {
    expect(await outcomeOf(connector.orders.submit(request('pay-1', over)))).toEqual({
      code: 'INVALID_REQUEST',
      outcome: 'not-applied',
    });
    expect((await ledger()).withdrawals).toEqual([]);
  });

  it('more than the merchant holds', async () => {
    await control(sandbox.controlUrl, 'POST', '/balances', { currency: 'USD', amount: '29.99' });
    expect(await outcomeOf(connector.orders.submit(request('pay-1')))).toEqual({
      code: 'INSUFFICIENT_FUNDS',
      outcome: 'not-applied',
    });
  });

  it('a key that is not its own, on both calls, and notes it without the key', async () => {
    const other = new CoinifyConnector(configFor(sandbox.url, { COINIFY_API_KEY: TEST_API_KEY.replace(/.$/, '7') }));
    expect(await outcomeOf(other.orders.submit(request('pay-1')))).toMatchObject({ code: 'AUTH' });
    expect(await outcomeOf(other.orders.find(search('pay-1', 'some-id')))).toMatchObject({ code: 'AUTH' });
    await other.close();
    const refusals = JSON.stringify(await control(sandbox.controlUrl, 'GET', '/refusals'));
    expect(refusals).toContain('api_key_invalid');
    expect(refusals).not.toContain('sandbox_');
  });

  it.each([
    ['an amount as a number', { baseAmount: 30 }],
    ['an amount of nothing', { baseAmount: '0.00' }],
    ['an amount with an exponent', { baseAmount: '3e1' }],
    ['a field that it does not know', { iban: 'x' }],
    ['a context of 51 keys', { context: Object.fromEntries(Array.from({ length: 51 }, (_, key) => [`k${key}`, 'v'])) }],
    ['a context that holds a number', { context: { shop: 1 } }],
    ['no mail address', { customerEmail: undefined }],
    ['no order id', { orderId: ' ' }],
  ])('%s, whoever sends it', async (_, over) => {
    const body = {
      orderId: 'pay-1',
      baseAmount: '30',
      baseCurrency: 'USD',
      finalCurrency: 'USDC',
      address: details().address,
      customerId: 'user_1',
      customerEmail: 'ada@example.com',
      ...over,
    };
    const response = await fetch(`${sandbox.url}/v1/withdrawals`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': TEST_API_KEY },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'invalid_request' });
  });
});

/** What a fault makes of a create, and whether the withdrawal is there afterwards. */
const FAULTS: readonly (readonly [
  kind: string,
  params: object,
  code: ErrorCode | 'answered',
  outcome: 'not-applied' | 'unknown',
  applied: boolean,
])[] = [
  ['latency', { ms: 50 }, 'answered', 'unknown', true],
  ['reset', { when: 'before-commit' }, 'OUTCOME_UNKNOWN', 'unknown', false],
  ['reset', { when: 'after-commit' }, 'OUTCOME_UNKNOWN', 'unknown', true],
  ['stall', { when: 'after-commit', ms: STALLED_MS }, 'OUTCOME_UNKNOWN', 'unknown', true],
  ['stall', { when: 'before-commit', ms: STALLED_MS, then: 'destroy' }, 'OUTCOME_UNKNOWN', 'unknown', false],
  ['status', { status: 500, commit: 'before' }, 'OUTCOME_UNKNOWN', 'unknown', true],
  ['status', { status: 500 }, 'OUTCOME_UNKNOWN', 'unknown', false],
  ['status', { status: 502, body: 'html', commit: 'before' }, 'OUTCOME_UNKNOWN', 'unknown', true],
  ['status', { status: 429, retry_after: 1 }, 'RATE_LIMITED', 'unknown', false],
  ['status', { status: 429, commit: 'before' }, 'RATE_LIMITED', 'unknown', true],
  ['status', { status: 503, retry_after: 1 }, 'RATE_LIMITED', 'unknown', false],
  ['status', { status: 403, body: 'html' }, 'AUTH', 'not-applied', false],
  ['status', { status: 404, body: 'html' }, 'CONTRACT_DRIFT', 'unknown', false],
  ['unauthorized', {}, 'AUTH', 'not-applied', false],
  ['truncated', {}, 'OUTCOME_UNKNOWN', 'unknown', true],
  ['truncated', { end: 'cut' }, 'OUTCOME_UNKNOWN', 'unknown', true],
  ['wrong-types', {}, 'CONTRACT_DRIFT', 'unknown', true],
  ['wrong-types', { fields: ['baseAmount'] }, 'CONTRACT_DRIFT', 'unknown', true],
  ['wrong-content-type', { body: 'html' }, 'OUTCOME_UNKNOWN', 'unknown', true],
  ['wrong-content-type', { body: 'json' }, 'answered', 'unknown', true],
  ['extra-fields', {}, 'answered', 'unknown', true],
];

describe('a create that meets', () => {
  it.each(FAULTS)('%s %j is %s, %s', async (kind, params, code, outcome, applied) => {
    await fault('createWithdrawal', kind, params);
    const found = await outcomeOf(connector.orders.submit(request('pay-1')));
    expect(found).toEqual(code === 'answered' ? code : { code, outcome });
    const { withdrawals } = await ledger();
    expect(withdrawals.map(({ orderId }) => orderId)).toEqual(applied ? ['pay-1'] : []);
    // A refused create was not applied; an applied one was not called refused.
    expect(applied && outcome === 'not-applied').toBe(false);
  });
});

describe('a read that meets', () => {
  it.each(FAULTS.filter(([kind]) => kind !== 'latency'))('%s %j changes nothing', async (kind, params, code) => {
    const { orderId } = await connector.orders.submit(request('pay-1'));
    await fault('getWithdrawal', kind, params);
    const found = await outcomeOf(connector.orders.find(search('pay-1', orderId)));
    expect(found === 'answered' ? found : found.code).toBe(code);
    expect(await connector.orders.find(search('pay-1', orderId))).toMatchObject([{ state: 'open' }]);
  });

  it('a replica that lags finds nothing for once', async () => {
    const { orderId } = await connector.orders.submit(request('pay-1'));
    await fault('getWithdrawal', 'lookup-misses');
    expect(await connector.orders.find(search('pay-1', orderId))).toEqual([]);
    expect(await connector.orders.find(search('pay-1', orderId))).toMatchObject([{ ref: 'pay-1' }]);
  });
});

describe('webhooks', () => {
  it('tell a creation and a completion, signed, each under an id of its own', async () => {
    await connector.orders.submit(request('pay-1'));
    await control(sandbox.controlUrl, 'POST', '/withdrawals/pay-1', { state: 'completed' });
    await eventually(() => Promise.resolve(eventsOf('pay-1').length < 2 ? undefined : true));
    expect(eventsOf('pay-1')).toEqual(['withdrawal.created', 'withdrawal.completed']);
    expect(new Set(webhooks.received.map((received) => eventOf(received).id)).size).toBe(2);
    expect(webhooks.received.map(({ body }) => body.toString()).join()).not.toContain('ada@example.com');
  });

  it('come twice under the same id', async () => {
    await fault('callback', 'callback-duplicated');
    await connector.orders.submit(request('pay-1'));
    await eventually(() => Promise.resolve(webhooks.received.length < 2 ? undefined : true));
    const [first, second] = webhooks.received;
    expect(second?.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true);
    expect(second?.headers['x-coinify-webhook-signature']).toBe(first?.headers['x-coinify-webhook-signature']);
  });

  it('come in the wrong order', async () => {
    await fault('callback', 'callback-reordered');
    await connector.orders.submit(request('pay-1'));
    await control(sandbox.controlUrl, 'POST', '/withdrawals/pay-1', { state: 'completed' });
    await eventually(() => Promise.resolve(eventsOf('pay-1').length < 2 ? undefined : true));
    expect(eventsOf('pay-1')).toEqual(['withdrawal.completed', 'withdrawal.created']);
  });

  it('come again until they were taken, under the same id', async () => {
    let refusals = 2;
    webhooks.answer = (_, response) => {
      response.writeHead(refusals > 0 ? 503 : 200).end();
      refusals -= 1;
    };
    await connector.orders.submit(request('pay-1'));
    await eventually(() => Promise.resolve(webhooks.received.length < 3 ? undefined : true));
    webhooks.answer = (_, response) => response.end();
    expect(new Set(webhooks.received.map((received) => eventOf(received).id)).size).toBe(1);
  });

  it('of another secret are not believed', async () => {
    await fault('callback', 'callback-bad-signature');
    await connector.orders.submit(request('pay-1'));
    await eventually(() => Promise.resolve(webhooks.received.length === 0 ? undefined : true));
    expect(webhooks.received.map(isVerified)).toEqual([false]);
  });

  it('never come', async () => {
    await fault('callback', 'callback-lost', {}, { match: { partner_order_ref: 'pay-1' }, times: null });
    await connector.orders.submit(request('pay-1'));
    await connector.orders.submit(request('pay-2'));
    await eventually(() => Promise.resolve(eventsOf('pay-2').length === 0 ? undefined : true));
    expect(eventsOf('pay-1')).toEqual([]);
  });

  it('come late, when somebody says so', async () => {
    await connector.orders.submit(request('pay-1'));
    await control(sandbox.controlUrl, 'POST', '/withdrawals/pay-1', { state: 'completed' });
    await control(sandbox.controlUrl, 'POST', '/events/pay-1', { event: 'created' });
    await eventually(() => Promise.resolve(eventsOf('pay-1').length < 3 ? undefined : true));
    expect(eventsOf('pay-1').at(-1)).toBe('withdrawal.created');
  });
});

describe('the doctor', () => {
  async function found(over: Readonly<Record<string, string | undefined>> = {}, url = sandbox.url) {
    return (await diagnose(configFor(url, over))).map(({ check, state }) => `${check} ${state}`);
  }

  it('finds nothing wrong', async () => {
    expect(await found()).toEqual(['access ok', 'webhooks ok', 'look-up ok']);
    expect((await ledger()).withdrawals).toEqual([]);
  });

  it('finds a key that is refused, a secret that is missing, and a list that is not there', async () => {
    const wrong = {
      COINIFY_API_KEY: TEST_API_KEY.replace(/.$/, '7'),
      COINIFY_WEBHOOK_SECRET: undefined,
    };
    expect(await found(wrong)).toEqual(['access fail', 'webhooks warn', 'look-up ok']);
    expect(await found({ COINIFY_FIND_BY_ORDER_ID: 'true' })).toEqual(['access ok', 'webhooks ok', 'look-up fail']);
    await settings({ find_by_order_id: true });
    expect(await found({ COINIFY_FIND_BY_ORDER_ID: 'true' })).toEqual(['access ok', 'webhooks ok', 'look-up ok']);
  });

  it('finds that nothing answers, and shows no secret', async () => {
    const findings = await diagnose(configFor('http://127.0.0.1:9'));
    expect(findings[0]).toMatchObject({ check: 'access', state: 'fail' });
    expect(JSON.stringify(findings)).not.toContain(TEST_API_KEY);
  });
});
