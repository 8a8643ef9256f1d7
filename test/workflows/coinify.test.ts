import { createHmac, randomUUID } from 'node:crypto';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { runCommandLine } from '../../client/cli/command-line';
import { readGatewayConfig } from '../../client/gateway/config';
import { startGateway, type RunningGateway } from '../../client/gateway/serve';
import type { FundingProgress, FundingRequest } from '../../contract/funding';
import { DECISION_UPDATES } from '../../contract/messages';
import type { ParkReason } from '../../contract/progress';
import { TEST_WEBHOOK_SECRET } from '../../sandbox/coinify';
import type { fundAccount } from '../../workflows';
import { containing, eventually, matching, Rig } from '../setup/rig';
import { STALLED_MS } from '../setup/http-timeouts';

const { resolve } = DECISION_UPDATES;

/**
 * Payouts at a provider that shows an order by its own id only, refuses a repeat, settles later, and tells what it likes
 * by webhook. Everything real but the provider, whose book is the judge; webhooks come over the real gateway.
 */

const LOST_AFTER_COMMIT = ['reset', { when: 'after-commit' }] as const;

let rig: Rig;
let gateway: RunningGateway;

/**
 * Payouts whose answer is lost and of which no webhook comes: each waits for the whole settle window, some twice. They
 * wait beside each other, from the start.
 */
const mute = new Map<string, WorkflowHandle<typeof fundAccount>>();

beforeAll(async () => {
  rig = await Rig.start({ provider: 'coinify' });
  const config = readGatewayConfig({
    ...rig.env,
    GANGWAY_GATEWAY_PORT: '0',
    GANGWAY_CALLBACK_PROVIDERS: 'coinify',
    GANGWAY_LOG_LEVEL: 'ERROR',
  });
  gateway = await startGateway(config, { version: '0', log: { write: () => undefined } });
  await rig.control('POST', '/settings', { webhook_url: `${gateway.url}/callbacks/coinify` });
  for (const ref of ['mute-1', 'mute-2', 'forged-1']) {
    await silence(ref);
    await strike(ref, 'createWithdrawal', ...LOST_AFTER_COMMIT);
    mute.set(ref, await rig.fund(payout(ref)));
  }
  await strike('unsent-1', 'createWithdrawal', 'reset', { when: 'before-commit' });
  mute.set('unsent-1', await rig.fund(payout('unsent-1')));
});
afterAll(async () => {
  await gateway.stop();
  await rig.close();
});

function muted(ref: string): WorkflowHandle<typeof fundAccount> {
  const handle = mute.get(ref);
  if (handle === undefined) throw new Error(`${ref} was not started`);
  return handle;
}

function payout(fundingId: string, but: Partial<FundingRequest> = {}): FundingRequest {
  return {
    provider: 'coinify',
    fundingId,
    kind: 'withdrawal',
    partnerClientId: 'payee-1',
    asset: 'USD',
    amount: '30.00',
    details: {
      finalCurrency: 'USDC',
      address: '0x8c58D12ce7219B6F53B1803d00b7021CB8e9A4c6',
      customerEmail: 'layla@example.com',
    },
    ...but,
  };
}

const text = z.string();
const book = z.object({ withdrawals: z.array(z.object({ id: text, orderId: text, state: text, baseAmount: text })) });

/** What the provider's book holds of an intent's refs. */
async function withdrawalsOf(fundingId: string) {
  const { withdrawals } = book.parse(await rig.control('GET', '/ledger'));
  return withdrawals.filter(({ orderId }) => orderId === fundingId || orderId.startsWith(`${fundingId}~`));
}

async function completedOnce(fundingId: string): Promise<void> {
  const withdrawals = await withdrawalsOf(fundingId);
  expect(withdrawals.filter(({ state }) => state === 'completed')).toHaveLength(1);
}

/** Of one intent's refs only, so that intents can run beside each other. */
async function strike(ref: string, operation: string, kind: string, params: object = {}, times = 1): Promise<void> {
  await rig.fault({ operation, kind, params, times, match: { partner_order_ref: ref } });
}

/** No webhook about a ref comes, until `endSilence`. */
async function silence(ref: string): Promise<void> {
  const match = { partner_order_ref: ref };
  await rig.fault({ id: `silence-${ref}`, operation: 'callback', kind: 'callback-lost', times: null, match });
}

async function endSilence(ref: string): Promise<void> {
  await rig.control('DELETE', `/faults/silence-${ref}`);
}

/** The progress of a workflow that waits for a person for this reason. */
async function parked(handle: WorkflowHandle, reason: ParkReason) {
  return await eventually(async () => {
    const progress = await handle.query<FundingProgress>('progress');
    return progress.parked?.reason === reason ? progress : undefined;
  });
}

const BY_OPS = { by: 'ops-1', reason: 'looked at it' };

describe('a payout', () => {
  test('completes by polling if no webhook ever comes, and says how little that means', async () => {
    await silence('polled-1');
    const result = await (await rig.fund(payout('polled-1'))).result();
    expect(result).toMatchObject({
      outcome: 'completed',
      adopted: false,
      refs: [{ ref: 'polled-1', sent: 1, state: 'completed' }],
      order: {
        state: 'completed',
        received: { asset: 'USDC', amount: '29.7' },
        transactionId: matching(/^0x[0-9a-f]{64}$/),
      },
      completedMeans: containing('initiated'),
    });
    expect(result.balanceAfter).toBeUndefined();
    await completedOnce('polled-1');
  });

  test('that Coinify cancels, which nobody is told, is found by polling; it goes out again by a person only', async () => {
    await silence('cancelled-1');
    await strike('cancelled-1', 'createWithdrawal', 'outcome', { state: 'cancelled', after_ms: 100 });
    const handle = await rig.fund(payout('cancelled-1'));
    await parked(handle, 'ORDER_CANCELLED');
    expect(await withdrawalsOf('cancelled-1')).toMatchObject([{ state: 'cancelled' }]);
    await handle.executeUpdate(resolve, { args: [{ action: 'useFreshRef', ...BY_OPS }] });
    expect(await handle.result()).toMatchObject({
      outcome: 'completed',
      refs: [
        { ref: 'cancelled-1', state: 'cancelled' },
        { ref: 'cancelled-1~2', state: 'completed' },
      ],
      decisions: [{ action: 'useFreshRef' }],
    });
    await completedOnce('cancelled-1');
  });

  test('that is cancelled on purpose is given up by a person, and never made', async () => {
    await strike('cancelled-2', 'createWithdrawal', 'outcome', { state: 'cancelled', after_ms: 100 });
    const handle = await rig.fund(payout('cancelled-2'));
    await parked(handle, 'ORDER_CANCELLED');
    await handle.executeUpdate(resolve, { args: [{ action: 'abandon', ...BY_OPS }] });
    expect(await handle.result()).toMatchObject({ outcome: 'abandoned', refs: [{ state: 'cancelled' }] });
    expect(await withdrawalsOf('cancelled-2')).toMatchObject([{ state: 'cancelled' }]);
  });

  test('in a state that nobody documented waits until it is final', async () => {
    await strike('odd-1', 'createWithdrawal', 'outcome', { state: 'pending_review', after_ms: 0 });
    const handle = await rig.fund(payout('odd-1'));
    await eventually(async () => {
      const { order } = await handle.query<FundingProgress>('progress');
      return order?.status === 'pending_review' ? order : undefined;
    });
    await rig.control('POST', '/withdrawals/odd-1', { state: 'completed' });
    expect(await handle.result()).toMatchObject({ outcome: 'completed', refs: [{ sent: 1 }] });
  });

  test('of more than the merchant holds asks a person, and goes on once it is there', async () => {
    await rig.control('POST', '/balances', { currency: 'EUR', amount: '0' });
    const handle = await rig.fund(payout('poor-1', { asset: 'EUR' }));
    await parked(handle, 'INSUFFICIENT_FUNDS');
    await rig.control('POST', '/balances', { currency: 'EUR', amount: '30' });
    await handle.executeUpdate(resolve, { args: [{ action: 'retry', ...BY_OPS }] });
    expect(await handle.result()).toMatchObject({ outcome: 'completed' });
    await completedOnce('poor-1');
  });
});

describe('an answer that is lost', () => {
  test('before the commit: the same order id is sent again, and pays once', async () => {
    const result = await muted('unsent-1').result();
    expect(result).toMatchObject({ outcome: 'completed', refs: [{ ref: 'unsent-1', sent: 2, state: 'completed' }] });
    await completedOnce('unsent-1');
  });

  test.each([
    ['lost-2', 'reset', { when: 'after-commit' }],
    ['lost-3', 'status', { status: 500, commit: 'before' }],
    ['lost-4', 'truncated', {}],
    ['lost-5', 'wrong-types', {}],
    ['lost-6', 'stall', { when: 'after-commit', ms: STALLED_MS }],
  ])('after the commit (%s, %s): the webhook tells the id, nothing is sent again', async (ref, kind, params) => {
    await strike(ref, 'createWithdrawal', kind, params);
    const result = await (await rig.fund(payout(ref))).result();
    expect(result).toMatchObject({ outcome: 'completed', adopted: true, refs: [{ ref, sent: 1, state: 'completed' }] });
    await completedOnce(ref);
  });

  test('and never a webhook: a repeat is refused, so it exists, and a person is asked; a late one ends it', async () => {
    const handle = muted('mute-1');
    const { parked: question, refs } = await parked(handle, 'ORDER_UNFINDABLE');
    expect(question).toMatchObject({ because: matching(/\S/), todo: containing('markCompleted') });
    expect(refs).toMatchObject([{ ref: 'mute-1', sent: 2, state: 'unknown' }]);
    expect(await withdrawalsOf('mute-1')).toMatchObject([{ state: 'completed' }]);

    await endSilence('mute-1');
    await rig.control('POST', '/events/mute-1', { event: 'created' });
    expect(await handle.result()).toMatchObject({
      outcome: 'completed',
      adopted: true,
      refs: [{ ref: 'mute-1', sent: 2, state: 'completed' }],
    });
    await completedOnce('mute-1');
  });

  test('and never a webhook: a person who saw it at the provider says so, with evidence', async () => {
    const handle = muted('mute-2');
    await parked(handle, 'ORDER_UNFINDABLE');
    const fresh = handle.executeUpdate(resolve, { args: [{ action: 'useFreshRef', ...BY_OPS }] });
    await expect(fresh).rejects.toMatchObject({ cause: { message: containing('could pay twice') } });
    const evidence = 'dashboard, withdrawal of 30 USD';
    await handle.executeUpdate(resolve, { args: [{ action: 'markCompleted', ...BY_OPS, evidence }] });
    expect(await handle.result()).toMatchObject({
      outcome: 'marked-completed',
      decisions: [{ by: 'ops-1', evidence }],
    });
    await completedOnce('mute-2');
  });
});

describe('webhooks change when, and never what', () => {
  test.each([
    ['hook-1', 'come before the answer', 'createWithdrawal', 'stall', { when: 'after-commit', ms: 800 }],
    ['hook-2', 'come twice', 'callback', 'callback-duplicated', { copies: 5 }],
    ['hook-3', 'come late', 'callback', 'callback-late', { ms: 3_000 }],
    ['hook-4', 'come in the wrong order', 'callback', 'callback-reordered', {}],
    ['hook-5', 'are of another secret', 'callback', 'callback-bad-signature', {}],
    ['hook-6', 'never come', 'callback', 'callback-lost', {}],
  ])('%s: they %s', async (ref, _, operation, kind, params) => {
    await strike(ref, operation, kind, params, 10);
    const result = await (await rig.fund(payout(ref))).result();
    expect(result).toMatchObject({
      outcome: 'completed',
      adopted: false,
      refs: [{ ref, sent: 1, state: 'completed' }],
      order: { ref, amount: '30.00', state: 'completed' },
    });
    expect(await withdrawalsOf(ref)).toHaveLength(1);
  });

  test('one that names another withdrawal is believed by nobody', async () => {
    const { order: another } = await (await rig.fund(payout('honest-1'))).result();
    const handle = muted('forged-1');
    const told = await deliver({ id: another?.orderId, orderId: 'forged-1' }, randomUUID());
    expect(told.status).toBe(200);
    await parked(handle, 'ORDER_UNFINDABLE');
    await endSilence('forged-1');
    await rig.control('POST', '/events/forged-1', { event: 'completed' });
    const result = await handle.result();
    expect(result).toMatchObject({ outcome: 'completed', refs: [{ ref: 'forged-1' }] });
    expect(result.order?.orderId).not.toBe(another?.orderId);
    await completedOnce('forged-1');
  });

  test('the same event again is answered alike and told to nobody', async () => {
    const id = randomUUID();
    const answers = [
      await deliver({ id: randomUUID(), orderId: 'nobody-1' }, id),
      await deliver({ id: randomUUID(), orderId: 'nobody-1' }, id),
      await deliver({ id: randomUUID(), orderId: 'nobody-1' }, id, 'not-the-secret'),
    ];
    expect(answers.map(({ status, headers }) => [status, headers.get('idempotent-replayed')])).toEqual([
      [200, null],
      [200, 'true'],
      [401, null],
    ]);
  });
});

/** Sends an event to the gateway, as Coinify would. */
async function deliver(context: object, id: string, secret = TEST_WEBHOOK_SECRET): Promise<Response> {
  const body = JSON.stringify({ id, time: '2026-01-01T00:00:00.000Z', event: 'withdrawal.completed', context });
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-coinify-webhook-signature': signature };
  return await fetch(`${gateway.url}/callbacks/coinify`, { method: 'POST', headers, body });
}

/** Runs a command line in this process, and returns what it says. */
async function said(...args: readonly string[]): Promise<string> {
  const chunks: string[] = [];
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    chunks.push(String(chunk));
    return true;
  });
  const outside = process.env['TEMPORAL_ADDRESS'];
  try {
    process.env['TEMPORAL_ADDRESS'] = rig.server.address;
    await runCommandLine(args);
    expect(process.exitCode ?? 0).toBe(0);
    return chunks.join('');
  } finally {
    spy.mockRestore();
    process.exitCode = undefined;
    if (outside === undefined) delete process.env['TEMPORAL_ADDRESS'];
    else process.env['TEMPORAL_ADDRESS'] = outside;
  }
}

test('the command line says what the address receives, in which transaction, and what completed means', async () => {
  await (await rig.fund(payout('told-1'))).result();
  const status = await said('status', 'told-1', '--provider', 'coinify');
  expect(status).toMatch(/^Receives: {2}29\.7 USDC, transaction 0x[0-9a-f]{64}$/m);
  expect(status).toMatch(/^Completed: .*initiated/m);
  const json: unknown = JSON.parse(await said('status', 'told-1', '--provider', 'coinify', '--json'));
  expect(json).toMatchObject({ state: 'done', completedMeans: containing('initiated') });
});

describe('what Coinify lacks is refused at the start', () => {
  async function refusalOf(handle: WorkflowHandle): Promise<ApplicationFailure> {
    const failure: unknown = await handle.result().catch((error: unknown) => error);
    const cause = failure instanceof WorkflowFailedError ? failure.cause : undefined;
    if (cause instanceof ApplicationFailure) return cause;
    throw new Error('it was not refused');
  }

  test('a deposit', async () => {
    const { details: _details, ...deposit } = payout('in-1', { kind: 'deposit' });
    const refused = await refusalOf(await rig.fund(deposit));
    expect(refused).toMatchObject({ type: 'CAPABILITY_MISSING', message: containing('has no deposit call') });
  });

  test('an onboarding', async () => {
    const refused = await refusalOf(await rig.onboard(rig.application('payee-2')));
    expect(refused).toMatchObject({
      type: 'CAPABILITY_MISSING',
      message: containing('has no call that creates a client'),
    });
  });

  test('an address of another network, before anything is sent', async () => {
    const details = { ...payout('astray-1').details, address: '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa' };
    const refused = await refusalOf(await rig.fund(payout('astray-1', { details })));
    expect(refused).toMatchObject({ type: 'INVALID_REQUEST', message: containing('details.address') });
    expect(refused.message).not.toContain('1A1zP1');
    expect(await withdrawalsOf('astray-1')).toEqual([]);
  });
});

/**
 * How many payouts the storm has. For a long one: `GANGWAY_STORM=200 npx jest test/workflows/coinify -t storm`.
 */
const STORM = Number(process.env['GANGWAY_STORM'] ?? '5');
/** More than it takes on however busy a machine. */
const STORM_MS = 240_000 + 3_000 * STORM;

test(
  'in a storm of all of it, no payout is made twice and none is lost',
  async () => {
    const ids = Array.from({ length: STORM }, (_, index) => `storm-${index}`);
    const often = { probability: 0.2, times: null };
    const rules = [
      { operation: 'createWithdrawal', kind: 'reset', params: { when: 'after-commit' } },
      { operation: 'createWithdrawal', kind: 'reset', params: { when: 'before-commit' } },
      { operation: 'createWithdrawal', kind: 'status', params: { status: 500, commit: 'before' } },
      { operation: 'createWithdrawal', kind: 'late-duplicate', params: { ms: 4_000 } },
      { operation: 'createWithdrawal', kind: 'outcome', params: { state: 'cancelled', after_ms: 300 } },
      { operation: 'getWithdrawal', kind: 'status', params: { status: 502, body: 'html' } },
      { operation: 'getWithdrawal', kind: 'lookup-misses', params: {} },
      { operation: 'callback', kind: 'callback-lost', params: {} },
      { operation: 'callback', kind: 'callback-duplicated', params: {} },
      { operation: 'callback', kind: 'callback-reordered', params: {} },
    ];
    await rig.control('POST', '/seed', { seed: 12 });
    for (const [index, rule] of rules.entries()) await rig.fault({ id: `storm-rule-${index}`, ...rule, ...often });
    const handles = await Promise.all(ids.map((id) => rig.fund(payout(id, { policy: { maxRefs: 9 } }))));
    // People answer what is asked of them: what no webhook told, one may tell now.
    await Promise.all(handles.map(answerAll));
    const { faults } = z.object({ faults: z.record(text, z.number()) }).parse(await rig.control('GET', '/ledger'));
    const struck = Object.entries(faults).filter(([rule, fired]) => rule.startsWith('storm-rule') && fired > 0);
    expect(struck.length).toBeGreaterThan(rules.length / 2);
    for (const index of rules.keys()) await rig.control('DELETE', `/faults/storm-rule-${index}`);
    const results = await Promise.all(handles.map((handle) => handle.result()));
    expect(results.map(({ outcome }) => outcome)).toEqual(ids.map(() => 'completed'));
    for (const id of ids) await completedOnce(id);
  },
  2 * STORM_MS,
);

/** Tells Coinify's events about the last ref of an intent again, and looks again, until it has ended. */
async function answerAll(handle: WorkflowHandle<typeof fundAccount>): Promise<void> {
  await eventually(async () => {
    if ((await handle.describe()).status.name !== 'RUNNING') return true;
    const { parked: question, refs } = await handle.query<FundingProgress>('progress');
    if (question === undefined) return undefined;
    const ref = refs.at(-1)?.ref ?? '';
    const known = await withdrawalsOf(ref);
    if (known.some(({ orderId }) => orderId === ref)) await rig.control('POST', `/events/${ref}`, { event: 'created' });
    // What Coinify cancelled is paid all the same: a person says so.
    const action = question.reason === 'ORDER_CANCELLED' ? 'useFreshRef' : 'retry';
    await handle.executeUpdate(resolve, { args: [{ action, ...BY_OPS }] }).catch(() => undefined);
    return undefined;
  }, STORM_MS);
}
