import { Client, Connection, type WorkflowClientInterceptor, type WorkflowHandle } from '@temporalio/client';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow';
import { z } from 'zod';
import { listFlows } from '../../client/flow/list';
import { retryAll } from '../../client/flow/retry-all';
import type { FundingProgress, FundingRequest } from '../../contract/funding';
import type { ParkReason } from '../../contract/progress';
import { eventually, matching, Rig } from '../setup/rig';

/**
 * Funding at a provider that quotes terms, drafts a withdrawal before it moves anything, answers a repeat with what it
 * answered first, and settles later. Everything real but the provider, whose book is the judge.
 */

const CLIENT = 'payer-1';
let rig: Rig;
let providerClientId: string;

beforeAll(async () => {
  const approvals = [{ asset: 'USD', from: '900', approvers: 1, expiresAfterMs: 3_600_000 }];
  rig = await Rig.start({ provider: 'oceafin', env: { GANGWAY_APPROVALS: JSON.stringify(approvals) } });
  const { client } = await (await rig.onboard(rig.application(CLIENT))).result();
  providerClientId = client?.providerClientId ?? '';
});
afterEach(async () => {
  await rig.clearFaults();
  await rig.control('POST', '/rates', { asset: 'USDT', usd: '1' });
  await rig.control('POST', '/balances', { partner_customer_ref: CLIENT, asset: 'USD', total: '10000.00' });
});
afterAll(async () => {
  await rig.close();
});

const authorization = { approvedBy: 'approver-1', approvedAt: '2026-06-01T10:00:00Z', evidenceReference: 'evidence-1' };

function withdrawal(fundingId: string, but: Partial<FundingRequest> = {}): FundingRequest {
  return {
    provider: 'oceafin',
    fundingId,
    kind: 'withdrawal',
    partnerClientId: CLIENT,
    providerClientId,
    asset: 'USD',
    amount: '100.00',
    details: {
      rail: 'fiat',
      bankAccount: {
        accountNumber: '000123456',
        accountHolderName: 'Layla Example',
        bankName: 'Example Bank',
        bankCountry: 'SG',
      },
      authorization,
    },
    ...but,
  };
}

function conversion(fundingId: string, but: Partial<FundingRequest> = {}): FundingRequest {
  return withdrawal(fundingId, { kind: 'conversion', details: { toAsset: 'USDT', authorization }, ...but });
}

const text = z.string();
const book = z.object({
  resources: z.array(
    z.looseObject({ kind: text, id: text, status: text, partnerReference: text.optional(), quoteId: text.optional() }),
  ),
});

/** What the provider's book holds of an intent's refs, quotes apart. */
async function ordersOf(fundingId: string) {
  const { resources } = book.parse(await rig.control('GET', '/ledger'));
  return resources.filter(
    ({ partnerReference: ref }) => ref === fundingId || ref?.startsWith(`${fundingId}~`) === true,
  );
}

async function completedOnce(fundingId: string): Promise<void> {
  const orders = await ordersOf(fundingId);
  expect(orders.filter(({ status }) => status === 'COMPLETED')).toHaveLength(1);
}

/** The progress of a workflow that waits for a person for this reason. */
async function parked(handle: WorkflowHandle, reason: ParkReason) {
  return await eventually(async () => {
    const progress = await handle.query<FundingProgress>('progress');
    return progress.parked?.reason === reason ? progress : undefined;
  });
}

const BY_OPS = { by: 'ops-1', reason: 'looked at it' };

describe('quote, draft, confirm, settle', () => {
  test('a withdrawal: its terms are told, its order is confirmed once and read until it completes', async () => {
    const result = await (await rig.fund(withdrawal('plain-1'))).result();
    expect(result).toMatchObject({
      outcome: 'completed',
      adopted: false,
      refs: [{ ref: 'plain-1', sent: 1, state: 'completed' }],
      terms: { number: 1, gives: { asset: 'USD', amount: '100.00' } },
      order: { state: 'completed', asset: 'USD', amount: '100.00' },
    });
    await completedOnce('plain-1');
  });

  test('a conversion: nothing to confirm, and what was received is told', async () => {
    const result = await (await rig.fund(conversion('swap-1'))).result();
    expect(result).toMatchObject({
      outcome: 'completed',
      terms: { receives: { asset: 'USDT' } },
      order: { kind: 'conversion', received: { asset: 'USDT' } },
    });
    await completedOnce('swap-1');
  });
});

describe('whatever answer is lost, the order is one', () => {
  const operations = ['createFiatWithdrawalQuote', 'createFiatWithdrawal', 'submitFiatWithdrawal', 'getFiatWithdrawal'];
  const faults: Record<string, object> = {
    'reset before the commit': { kind: 'reset', params: { when: 'before-commit' } },
    'reset after the commit': { kind: 'reset', params: { when: 'after-commit' } },
    '500 after the commit': { kind: 'status', params: { status: 500, commit: 'before' } },
  };
  const cases = operations.flatMap((operation) => Object.keys(faults).map((fault) => [operation, fault] as const));

  test.each(cases)('%s: %s', async (operation, fault) => {
    const id = `lost-${cases.findIndex(([one, other]) => one === operation && other === fault)}`;
    await rig.fault({ operation, ...faults[fault] });
    const result = await (await rig.fund(withdrawal(id))).result();
    expect(result).toMatchObject({ outcome: 'completed', refs: [{ ref: id, state: 'completed' }] });
    expect(await ordersOf(id)).toMatchObject([{ status: 'COMPLETED' }]);
  });
});

describe('a movement that others must approve', () => {
  test('shows them its terms, and goes on at terms that are not worse', async () => {
    const handle = await rig.fund(conversion('approved-1', { amount: '900.00' }));
    const asked = await parked(handle, 'APPROVAL_REQUIRED');
    expect(asked).toMatchObject({ approval: { needed: 2 }, terms: { number: 1 } });
    expect(JSON.stringify(asked.parked)).toContain('receives 900 USDT');
    expect(await ordersOf('approved-1')).toEqual([]);
    for (const by of ['ops-1', 'ops-2']) {
      await handle.executeUpdate('approve', { args: [{ by, reason: 'terms read' }] });
    }
    expect(await handle.result()).toMatchObject({
      outcome: 'completed',
      decisions: [
        { action: 'approve', by: 'ops-1' },
        { action: 'approve', by: 'ops-2' },
      ],
    });
    await completedOnce('approved-1');
  });
});

describe('a quote that expires', () => {
  // Whoever is asked for AUTH waits for the test's answer.
  beforeAll(() => rig.holdWatch());
  afterAll(() => rig.releaseWatch());

  test('is asked for anew, and the same ref is sent with the new terms if they are not worse', async () => {
    await rig.fault({ operation: 'createFiatWithdrawal', kind: 'quote-expired' });
    const result = await (await rig.fund(withdrawal('expired-1'))).result();
    expect(result).toMatchObject({
      outcome: 'completed',
      terms: { number: 2 },
      refs: [{ ref: 'expired-1', sent: 2, state: 'completed' }],
    });
    await completedOnce('expired-1');
  });

  /** Lets the first terms be agreed and not be used; then the rate changes and they expire. */
  async function worse(id: string, but: Partial<FundingRequest> = {}) {
    await rig.fault({ operation: 'createConversion', kind: 'unauthorized' });
    const handle = await rig.fund(conversion(id, but));
    await parked(handle, 'AUTH');
    await rig.control('POST', '/rates', { asset: 'USDT', usd: '1.01' });
    await rig.fault({ operation: 'createConversion', kind: 'quote-expired' });
    await handle.executeUpdate('resolve', { args: [{ action: 'retry', ...BY_OPS }] });
    return handle;
  }

  test('worse terms are shown beside those agreed, and a retry accepts them', async () => {
    const handle = await worse('worse-1');
    expect(await parked(handle, 'TERMS_CHANGED')).toMatchObject({
      parked: {
        because: matching(/Agreed: gives 100.00 USD, receives 100 USDT.* Offered now: .*receives 99\.0\d* USDT/),
        accepts: ['retry', 'markCompleted', 'abandon'],
      },
    });
    expect(await ordersOf('worse-1')).toEqual([]);
    await handle.executeUpdate('resolve', { args: [{ action: 'retry', ...BY_OPS }] });
    expect(await handle.result()).toMatchObject({
      outcome: 'completed',
      terms: { number: 2 },
      decisions: [{ action: 'retry' }, { action: 'retry', by: 'ops-1' }],
    });
    await completedOnce('worse-1');
  });

  test('who answers all that wait for AUTH accepts no terms that came meanwhile', async () => {
    await rig.fault({ operation: 'createConversion', kind: 'unauthorized' });
    const handle = await rig.fund(conversion('worse-4'));
    await parked(handle, 'AUTH');
    await rig.control('POST', '/rates', { asset: 'USDT', usd: '1.01' });
    await rig.fault({ operation: 'createConversion', kind: 'quote-expired' });
    const { address, namespace } = rig.server;
    const connection = await Connection.connect({ address });
    // It goes on between the list and the answer.
    const meanwhile: WorkflowClientInterceptor = {
      startUpdate: async (input, next) => {
        await handle.executeUpdate('resolve', { args: [{ action: 'retry', ...BY_OPS }] });
        await parked(handle, 'TERMS_CHANGED');
        // Coming to the question has taken of the answer's time.
        return await connection.withDeadline(Date.now() + 15_000, () => next(input));
      },
    };
    const client = new Client({ connection, namespace, interceptors: { workflow: [meanwhile] } });
    const temporal = { client, connection, namespace, address, converter: loadDataConverter(undefined) };
    await eventually(async () => (await listFlows(temporal, { code: 'AUTH' })).at(0));
    const answered = await retryAll(temporal, { code: 'AUTH' }, BY_OPS, {});
    await connection.close();
    expect(answered).toMatchObject([
      { workflowId: handle.workflowId, outcome: 'refused', why: matching(/TERMS_CHANGED, not AUTH/) },
    ]);
    expect(await parked(handle, 'TERMS_CHANGED')).toMatchObject({ decisions: [{ action: 'retry' }] });
    expect(await ordersOf('worse-4')).toEqual([]);
    const answer = { action: 'retry', ...BY_OPS };
    await expect(handle.executeUpdate('resolve', { args: [{ ...answer, answers: 'ALL' }] })).rejects.toMatchObject({
      cause: { message: matching(/answers must be the reason of the open question/) },
    });
    await handle.executeUpdate('resolve', { args: [{ ...answer, answers: 'TERMS_CHANGED' }] });
    await handle.result();
    await completedOnce('worse-4');
  });

  test('within the tolerance of policy nobody is asked', async () => {
    const handle = await worse('worse-2', { policy: { quoteTolerance: '0.02' } });
    expect(await handle.result()).toMatchObject({
      outcome: 'completed',
      terms: { number: 2 },
      decisions: [{ action: 'retry' }],
    });
    await completedOnce('worse-2');
  });

  test('and may be abandoned: nothing was sent', async () => {
    const handle = await worse('worse-3');
    await parked(handle, 'TERMS_CHANGED');
    await handle.executeUpdate('resolve', { args: [{ action: 'abandon', ...BY_OPS }] });
    expect(await handle.result()).toMatchObject({ outcome: 'abandoned' });
    expect(await ordersOf('worse-3')).toEqual([]);
  });
});

describe('information that the provider wants', () => {
  test('is asked of a person, checked, given, and the order goes on', async () => {
    await rig.fault({
      operation: 'submitFiatWithdrawal',
      kind: 'outcome',
      params: { status: 'ADDITIONAL_INFO_REQUIRED' },
    });
    const handle = await rig.fund(withdrawal('informed-1'));
    expect((await parked(handle, 'INFORMATION_REQUIRED')).parked?.accepts).toContain('supplyInformation');
    const supply = (information: unknown) =>
      handle.executeUpdate('supplyInformation', { args: [{ information, ...BY_OPS }] });
    await expect(supply('a letter')).rejects.toMatchObject({ cause: { message: matching(/one JSON object/) } });
    await expect(supply({ amount: 1.5 })).rejects.toMatchObject({ cause: { message: matching(/whole numbers/) } });
    await supply({ sourceOfFunds: 'salary' });
    expect(await handle.result()).toMatchObject({
      outcome: 'completed',
      decisions: [{ action: 'supplyInformation', by: 'ops-1' }],
    });
    await completedOnce('informed-1');
  });
});

describe('news', () => {
  // Whoever is asked for AUTH waits for the test's answer.
  beforeAll(() => rig.holdWatch());
  afterAll(() => rig.releaseWatch());

  test('of whatever anybody says wake the workflow, and change nothing', async () => {
    await (await rig.fund(withdrawal('news-of-1'))).result();
    const [another] = await ordersOf('news-of-1');
    await rig.fault({ operation: 'createFiatWithdrawal', kind: 'reset', params: { when: 'after-commit' } });
    await rig.fault({ operation: 'submitFiatWithdrawal', kind: 'unauthorized', times: null });
    const handle = await rig.fund(withdrawal('news-1'));
    await parked(handle, 'AUTH');
    const hints = [
      undefined,
      null,
      7,
      'x',
      [],
      {},
      { orderId: 7 },
      { orderId: '../etc' },
      { orderId: 'x'.repeat(5_000) },
    ];
    for (const hint of [...hints, { orderId: another?.id }]) await handle.signal('providerHasNews', hint);
    expect(await parked(handle, 'AUTH')).toMatchObject({ order: { state: 'open' }, refs: [{ ref: 'news-1' }] });
    await rig.clearFaults();
    await handle.executeUpdate('resolve', { args: [{ action: 'retry', ...BY_OPS }] }).catch((error: unknown) => {
      // The last hint had it look again just then.
      expect(error).toMatchObject({ cause: { message: matching(/nothing is parked/) } });
    });
    expect(await handle.result()).toMatchObject({ outcome: 'completed', refs: [{ ref: 'news-1' }] });
    expect(await ordersOf('news-1')).toMatchObject([{ status: 'COMPLETED' }]);
  });
});

describe('a confirm that is refused', () => {
  // Whoever is asked for AUTH waits for the test's answer.
  beforeAll(() => rig.holdWatch());
  afterAll(() => rig.releaseWatch());

  test('parks with the refusal, and goes on once the reason has gone', async () => {
    await rig.fault({ operation: 'submitFiatWithdrawal', kind: 'unauthorized' });
    const handle = await rig.fund(withdrawal('refused-1'));
    await parked(handle, 'AUTH');
    await rig.control('POST', '/balances', { partner_customer_ref: CLIENT, asset: 'USD', total: '1.00' });
    await handle.executeUpdate('resolve', { args: [{ action: 'retry', ...BY_OPS }] });
    expect(await parked(handle, 'NOT_CONFIRMED')).toMatchObject({ order: { awaits: 'confirmation' } });
    await rig.control('POST', '/balances', { partner_customer_ref: CLIENT, asset: 'USD', total: '500.00' });
    await handle.executeUpdate('resolve', { args: [{ action: 'retry', ...BY_OPS }] });
    expect(await handle.result()).toMatchObject({ outcome: 'completed', refs: [{ sent: 1 }] });
    await completedOnce('refused-1');
  });

  test('and may be abandoned: what was drafted moves nothing', async () => {
    await rig.fault({ operation: 'submitFiatWithdrawal', kind: 'unauthorized', times: null });
    const handle = await rig.fund(withdrawal('refused-2'));
    await parked(handle, 'AUTH');
    await handle.executeUpdate('resolve', { args: [{ action: 'abandon', ...BY_OPS }] });
    expect(await handle.result()).toMatchObject({ outcome: 'abandoned', order: { state: 'open' } });
    expect(await ordersOf('refused-2')).toMatchObject([{ status: 'DRAFT' }]);
  });
});
