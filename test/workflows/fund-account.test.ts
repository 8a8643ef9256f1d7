import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { FundingProgress, FundingRequest } from '../../contract/funding';
import { fundingProgress, providerHasNews } from '../../contract/messages';
import { NEEDS_ATTENTION, STAGE } from '../../contract/search-attributes';
import { containing, eventually, matching, Rig } from '../setup/rig';
import { HTTP_TIMEOUT_MS, STALLED_MS } from '../setup/http-timeouts';

let rig: Rig;
const CLIENT = 'funded';

beforeAll(async () => {
  rig = await Rig.start();
  await (await rig.onboard(rig.application(CLIENT))).result();
  await (await rig.onboard(rig.application('another'))).result();
});
afterEach(async () => {
  await rig.clearFaults();
});
afterAll(async () => {
  await rig.close();
});

function deposit(fundingId: string, but: Partial<FundingRequest> = {}): FundingRequest {
  return {
    provider: 'coinmena',
    fundingId,
    kind: 'deposit',
    partnerClientId: CLIENT,
    asset: 'USD',
    amount: '10.00',
    ...but,
  };
}

const completed = (fundingId: string, refs = [fundingId]) =>
  refs.map((ref, index) => ({ partner_order_ref: ref, status: index === refs.length - 1 ? 'completed' : 'failed' }));

describe('a reference that the provider has already (2020)', () => {
  test('of our own order that completed: adopted, no second order', async () => {
    await rig.control('POST', '/orders', {
      partner_order_ref: 'twice-1',
      type: 'deposit',
      partner_client_id: CLIENT,
      amount: '10',
    });
    const result = await (await rig.fund(deposit('twice-1'))).result();
    expect(result).toMatchObject({
      outcome: 'completed',
      adopted: true,
      refs: [{ ref: 'twice-1', state: 'completed' }],
    });
    expect(await rig.ordersOf('twice-1')).toHaveLength(1);
  });

  test.each(['failed', 'rejected'])('of our own order that %s: a fresh ref, one completed order', async (status) => {
    const id = `again-${status}`;
    await rig.control('POST', '/orders', {
      partner_order_ref: id,
      type: 'deposit',
      partner_client_id: CLIENT,
      amount: '10.00',
      status,
    });
    const result = await (await rig.fund(deposit(id))).result();
    expect(result).toMatchObject({
      outcome: 'completed',
      refs: [
        { ref: id, state: 'failed' },
        { ref: `${id}~2`, state: 'completed' },
      ],
    });
    expect(await rig.ordersOf(id)).toMatchObject([{ status }, { partner_order_ref: `${id}~2`, status: 'completed' }]);
  });

  test("of someone else's order: parked; a person may free a fresh ref", async () => {
    await rig.control('POST', '/orders', { partner_order_ref: 'taken-1', type: 'deposit', amount: '5.00' });
    const handle = await rig.fund(deposit('taken-1'));
    const progress = await rig.parked<FundingProgress>(handle);
    expect(progress).toMatchObject({
      stage: 'parked',
      parked: { reason: 'REF_TAKEN', accepts: ['retry', 'useFreshRef', 'markCompleted', 'abandon'] },
      refs: [{ ref: 'taken-1', state: 'not-ours' }],
    });
    const { typedSearchAttributes: attributes } = await handle.describe();
    expect([attributes.get(NEEDS_ATTENTION), attributes.get(STAGE)]).toEqual(['REF_TAKEN', 'parked']);
    await handle.executeUpdate('resolve', { args: [{ action: 'useFreshRef', by: 'ops-1', reason: 'not ours' }] });
    expect(await handle.result()).toMatchObject({
      outcome: 'completed',
      order: { ref: 'taken-1~2' },
      decisions: [{ action: 'useFreshRef', by: 'ops-1' }],
    });
    expect((await handle.describe()).typedSearchAttributes.get(NEEDS_ATTENTION)).toBeUndefined();
  });
});

describe('an answer that is lost', () => {
  const faults = {
    'reset after the commit': { kind: 'reset', params: { when: 'after-commit' } },
    'reset before the commit': { kind: 'reset', params: { when: 'before-commit' } },
    'stalled beyond the timeout after the commit': { kind: 'stall', params: { when: 'after-commit', ms: STALLED_MS } },
    '500 after the commit': { kind: 'status', params: { status: 500, commit: 'before' } },
    '502 in HTML without a commit': { kind: 'status', params: { status: 502, body: 'html' } },
    '429 with Retry-After': { kind: 'status', params: { status: 429, retry_after: 1 } },
    'a truncated answer': { kind: 'truncated' },
    'an answer of wrong types': { kind: 'wrong-types' },
    'late: after our timeout': { kind: 'late-duplicate', params: { ms: HTTP_TIMEOUT_MS + 1_000 } },
  };
  test.each(Object.entries(faults))('%s: one completed order', async (name, fault) => {
    const id = `lost-${name.replaceAll(/[^a-z0-9]+/gi, '-')}`;
    await rig.fault({ operation: 'deposit', match: { partner_order_ref: id }, ...fault });
    const result = await (await rig.fund(deposit(id))).result();
    expect(result).toMatchObject({ outcome: 'completed', refs: [{ ref: id, state: 'completed' }] });
    expect(await rig.ordersOf(id)).toMatchObject(completed(id));
  });

  test('a pause of a day that the provider asks for: an hour at most, shown with why and until when', async () => {
    const id = 'paused-for-a-day';
    const fault = { kind: 'status', params: { status: 429, retry_after: 86_400 } };
    await rig.fault({ operation: 'deposit', match: { partner_order_ref: id }, ...fault });
    const handle = await rig.fund(deposit(id));
    const waiting = await eventually(async () => {
      const { waiting: shown } = await handle.query(fundingProgress);
      return shown?.reason === undefined ? undefined : shown;
    });
    expect(waiting).toMatchObject({
      for: 'to check the client, the asset and the balance again',
      reason: 'RATE_LIMITED',
    });
    const hours = (Date.parse(waiting.until) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(0.9);
    expect(hours).toBeLessThan(1.2);
    await handle.signal(providerHasNews);
    expect(await handle.result()).toMatchObject({ outcome: 'completed' });
    expect(await rig.ordersOf(id)).toMatchObject(completed(id));
  });

  test('order look-ups that miss it for a while: not sent into the dark', async () => {
    await rig.fault({
      operation: 'deposit',
      match: { partner_order_ref: 'miss-1' },
      kind: 'reset',
      params: { when: 'after-commit' },
    });
    await rig.fault({
      operation: 'get-order-by-ref',
      match: { partner_order_ref: 'miss-1' },
      kind: 'lookup-misses',
      times: 3,
    });
    const result = await (await rig.fund(deposit('miss-1'))).result();
    expect(result).toMatchObject({ outcome: 'completed', adopted: true, refs: [{ sent: 1 }] });
    expect(await rig.ordersOf('miss-1')).toHaveLength(1);
  });
});

describe('our own order that differs from what was asked', () => {
  test('is asked of a person, field by field: no fresh ref, no cancel, and markCompleted ends it', async () => {
    const id = 'net-1';
    const net = { kind: 'respelt', params: { fields: ['debit'], how: 'net' }, times: null };
    for (const operation of ['deposit', 'get-order-by-ref']) {
      await rig.fault({ operation, match: { partner_order_ref: id }, ...net });
    }
    const handle = await rig.fund(deposit(id));
    const progress = await rig.parked<FundingProgress>(handle);
    expect(progress).toMatchObject({
      parked: { reason: 'ORDER_DIFFERS', accepts: ['retry', 'markCompleted'] },
      refs: [{ ref: id, sent: 1 }],
    });
    expect(JSON.stringify(progress.parked)).toMatch(/amount.*10.*9\.9/);
    const answer = { by: 'ops-1', reason: 'the fee is in it' };
    for (const action of ['useFreshRef', 'abandon']) {
      await expect(handle.executeUpdate('resolve', { args: [{ action, ...answer }] })).rejects.toThrow();
    }
    await handle.executeUpdate('resolve', {
      args: [{ action: 'markCompleted', evidence: 'statement 7', ...answer }],
    });
    expect(await handle.result()).toMatchObject({
      outcome: 'marked-completed',
      decisions: [{ action: 'markCompleted' }],
    });
    expect(await rig.ordersOf(id)).toMatchObject(completed(id));
  });
});

describe('an order that is not completed in the call', () => {
  test.each(['failed', 'rejected'])('%s twice: the third ref completes, the chain is recorded', async (status) => {
    const id = `sour-${status}`;
    await rig.fault({
      operation: 'deposit',
      match: { partner_order_ref: id },
      kind: 'order-outcome',
      params: { status },
    });
    await rig.fault({
      operation: 'deposit',
      match: { partner_order_ref: `${id}~2` },
      kind: 'order-outcome',
      params: { status },
    });
    const result = await (await rig.fund(deposit(id))).result();
    expect(result.refs).toMatchObject([
      { state: 'failed' },
      { state: 'failed' },
      { ref: `${id}~3`, state: 'completed' },
    ]);
    expect((await rig.ordersOf(id)).map((order) => order.status)).toEqual([status, status, 'completed']);
  });

  test('a status that no document names: waited for, then taken as it ends', async () => {
    await rig.fault({
      operation: 'deposit',
      match: { partner_order_ref: 'odd-1' },
      kind: 'order-outcome',
      params: { status: 'under_review' },
    });
    const handle = await rig.fund(deposit('odd-1'));
    await untilOrdered('odd-1');
    await rig.control('POST', '/orders/odd-1', { status: 'completed' });
    await handle.signal('providerHasNews');
    expect(await handle.result()).toMatchObject({ outcome: 'completed', refs: [{ ref: 'odd-1', state: 'completed' }] });
    expect(await rig.ordersOf('odd-1')).toHaveLength(1);
  });

  test('news that come while it is read for the last time before the question are looked into at once', async () => {
    await rig.fault({
      operation: 'deposit',
      match: { partner_order_ref: 'told-1' },
      kind: 'order-outcome',
      params: { status: 'open', http_status: 202 },
    });
    const handle = await rig.fund(deposit('told-1', { policy: { settlementDeadlineMs: 1_000 } }));
    await eventually(async () => (await handle.query(fundingProgress)).order);
    await rig.fault({ operation: 'get-order-by-ref', kind: 'latency', params: { ms: 800 }, times: null });
    await eventually(async () => {
      const { raw } = await handle.describe();
      return raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'fetchOrderByRef');
    });
    await handle.signal('providerHasNews');
    expect(await rig.parked(handle)).toMatchObject({ parked: { reason: 'SETTLEMENT_OVERDUE' } });
    await rig.control('POST', '/orders/told-1', { status: 'completed' });
    // Without news it would be read again after a quarter of an hour.
    expect(await handle.result()).toMatchObject({ outcome: 'completed', decisions: [] });
  });

  test('every allowed ref failed: parked, and a fresh ref only by a person', async () => {
    await rig.fault({
      operation: 'deposit',
      match: { partner_client_id: CLIENT },
      kind: 'order-outcome',
      params: { status: 'failed' },
      times: null,
    });
    const handle = await rig.fund(deposit('spent-1', { policy: { maxRefs: 2 } }));
    expect(await rig.parked(handle)).toMatchObject({ parked: { reason: 'REFS_EXHAUSTED' } });
    await rig.clearFaults();
    await handle.executeUpdate('resolve', { args: [{ action: 'useFreshRef', by: 'ops-1', reason: 'mended' }] });
    expect((await handle.result()).refs.map(({ ref, state }) => [ref, state])).toEqual([
      ['spent-1', 'failed'],
      ['spent-1~2', 'failed'],
      ['spent-1~3', 'completed'],
    ]);
  });
});

describe('a person decides', () => {
  async function parkedWithdrawal(id: string) {
    const handle = await rig.fund(deposit(id, { kind: 'withdrawal', amount: '9999999.00' }));
    await rig.parked(handle);
    return handle;
  }

  test.each([
    [{ action: 'pay-again', by: 'ops-1', reason: 'x' }, /action must be one of/],
    [{ action: 'retry', by: 'a name', reason: 'x' }, /by may hold letters/],
    [{ action: 'retry', by: 'ops-1' }, /reason must say why/],
    [{ action: 'markCompleted', by: 'ops-1', reason: 'x' }, /evidence must say/],
    [{ action: 'useFreshRef', by: 'ops-1', reason: 'x' }, /could pay twice/],
    ['retry', /one JSON object/],
    [null, /one JSON object/],
  ])('resolve is refused for %j', async (request, why) => {
    const id = `refused-${Math.abs(hash(JSON.stringify(request)))}`;
    const handle = await parkedWithdrawal(id);
    const answer = handle.executeUpdate('resolve', { args: [request] });
    await expect(answer).rejects.toBeInstanceOf(WorkflowUpdateFailedError);
    await expect(answer).rejects.toMatchObject({ cause: { message: matching(why) } });
    await handle.executeUpdate('cancel', { args: [{ by: 'ops-1', reason: 'test over' }] });
    expect(await handle.result()).toMatchObject({
      outcome: 'cancelled',
      decisions: [{ action: 'cancel', by: 'ops-1' }],
    });
    expect(await rig.ordersOf(id)).toEqual([]);
  });

  test('retry checks again, and the withdrawal goes once the balance is there', async () => {
    const handle = await rig.fund(
      deposit('later-1', { kind: 'withdrawal', partnerClientId: 'another', amount: '7.00' }),
    );
    expect(await rig.parked(handle)).toMatchObject({ parked: { reason: 'INSUFFICIENT_FUNDS' } });
    await (await rig.fund(deposit('later-2', { partnerClientId: 'another', amount: '7.00000001' }))).result();
    await handle.executeUpdate('resolve', { args: [{ action: 'retry', by: 'ops-1', reason: 'funded' }] });
    expect(await handle.result()).toMatchObject({
      outcome: 'completed',
      balanceAfter: { available: matching(/^0\.0*1$/) },
    });
  });

  test('resolve without a question, and an answer after the end, are refused', async () => {
    const handle = await rig.fund(deposit('done-1'));
    await handle.result();
    await expect(
      handle.executeUpdate('resolve', { args: [{ action: 'retry', by: 'ops-1', reason: 'x' }] }),
    ).rejects.toThrow();
  });

  test('a cancel through the server ends a parked intent as cancelled', async () => {
    const handle = await parkedWithdrawal('server-cancel-1');
    await handle.cancel();
    await expect(handle.result()).rejects.toBeInstanceOf(WorkflowFailedError);
    expect((await handle.describe()).status.name).toBe('CANCELLED');
  });

  test('a cancel through the server does not abort an order in doubt', async () => {
    await rig.fault({
      operation: 'deposit',
      match: { partner_order_ref: 'doubt-1' },
      kind: 'stall',
      params: { when: 'after-commit', ms: 3_000 },
    });
    const handle = await rig.fund(deposit('doubt-1'));
    await untilOrdered('doubt-1');
    await handle.cancel();
    expect(await handle.result()).toMatchObject({ outcome: 'completed' });
    expect(await rig.ordersOf('doubt-1')).toMatchObject(completed('doubt-1'));
  });

  test('a person is heard if a cancel through the server came while an order was open', async () => {
    await rig.fault({
      operation: 'deposit',
      match: { partner_order_ref: 'open-1' },
      kind: 'order-outcome',
      params: { status: 'open', http_status: 202 },
    });
    const handle = await rig.fund(deposit('open-1', { policy: { settlementDeadlineMs: 1_000 } }));
    await eventually(async () => (await handle.query(fundingProgress)).order);
    await handle.cancel();
    expect(await rig.parked(handle)).toMatchObject({ parked: { reason: 'SETTLEMENT_OVERDUE' } });
    await handle.executeUpdate('resolve', { args: [{ action: 'abandon', by: 'ops-1', reason: 'a test' }] });
    expect(await handle.result()).toMatchObject({ outcome: 'abandoned', decisions: [{ action: 'abandon' }] });
  });
});

describe('a request that is wrong fails at once and sends nothing', () => {
  test.each([
    ['not an object', 'free text', ['request']],
    ['nothing', null, ['request']],
    ['a list', [], ['request']],
    ['empty', {}, ['provider', 'fundingId', 'kind', 'partnerClientId', 'asset', 'amount']],
    [
      'every field wrong',
      { provider: 7, fundingId: 'a~b', kind: 'gift', partnerClientId: '', asset: {}, amount: 10 },
      ['provider', 'fundingId', 'kind', 'partnerClientId', 'asset', 'amount'],
    ],
    ['an amount below zero', deposit('bad-1', { amount: '-1' }), ['amount']],
    ['an amount with an exponent', deposit('bad-2', { amount: '1e3' }), ['amount']],
    ['nine decimals', deposit('bad-3', { amount: '1.000000001' }), ['amount']],
    ['zero', deposit('bad-4', { amount: '0.00' }), ['amount']],
    ['an id too long for its suffix', deposit('x'.repeat(254)), ['fundingId']],
    ['a field too many', { ...deposit('bad-5'), iban: 'BH00' }, ['iban']],
  ])('%s', async (name, request, fields) => {
    const before = (await rig.ledger()).orders.length;
    const handle = await rig.startRaw('fundAccount', `funding/coinmena/bad/${name.replaceAll(' ', '-')}`, request);
    const failure: unknown = await handle.result().catch((error: unknown) => error);
    const cause = failure instanceof WorkflowFailedError ? failure.cause : undefined;
    expect(cause).toBeInstanceOf(ApplicationFailure);
    expect(cause).toMatchObject({ type: 'INVALID_REQUEST', nonRetryable: true });
    for (const field of fields) expect(cause?.message).toContain(field);
    expect((await rig.ledger()).orders).toHaveLength(before);
  });

  test('under an id that is not its lock', async () => {
    const handle = await rig.startRaw('fundAccount', 'funding/coinmena/some-other', deposit('lock-1'));
    await expect(handle.result()).rejects.toMatchObject({
      cause: {
        type: 'INVALID_REQUEST',
        message: containing('workflowId must be funding/coinmena/lock-1'),
      },
    });
    expect(await rig.ordersOf('lock-1')).toEqual([]);
  });
});

test('a worker that goes away in order between two steps changes nothing', async () => {
  await rig.fault({
    operation: 'deposit',
    match: { partner_order_ref: 'roll-1' },
    kind: 'latency',
    params: { ms: 700 },
  });
  const handle = await rig.fund(deposit('roll-1'));
  await new Promise((resolve) => setTimeout(resolve, 300));
  await rig.stopWorker();
  await rig.startWorker();
  expect(await handle.result()).toMatchObject({ outcome: 'completed', adopted: false, refs: [{ sent: 1 }] });
  expect(await rig.ordersOf('roll-1')).toHaveLength(1);
});

async function untilOrdered(ref: string): Promise<void> {
  await eventually(async () => ((await rig.ordersOf(ref)).length > 0 ? true : undefined));
}

function hash(text: string): number {
  return [...Buffer.from(text)].reduce((sum, byte) => (sum * 31 + byte) | 0, 7);
}
