import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { z } from 'zod';
import { fundingWorkflowId } from '../../contract/ids';
import type { ReceivingProgress, ReceivingRequest, ReceivingResult } from '../../contract/receiving';
import type { receiveDeposit } from '../../workflows';
import { containing, eventually, Rig } from '../setup/rig';
import { STALLED_MS } from '../setup/http-timeouts';

/** Deposits that a provider has no call for: the money is wired in, and its arrival is observed. */

const CLIENT = 'payee-1';
const BY_OPS = { by: 'ops-1', reason: 'asked the bank' };

let rig: Rig;
let providerClientId: string;
beforeAll(async () => {
  rig = await Rig.start({ provider: 'oceafin' });
  providerClientId = await onboarded(CLIENT);
});
afterEach(async () => {
  await rig.clearFaults();
});
afterAll(async () => {
  await rig.close();
});

/** The provider's id of a client that it has approved. */
async function onboarded(partnerClientId: string): Promise<string> {
  const { client } = await (await rig.onboard(rig.application(partnerClientId))).result();
  return client?.providerClientId ?? '';
}

function expected(fundingId: string, asset: string, amount: string, but: Partial<ReceivingRequest> = {}) {
  return { provider: 'oceafin', fundingId, partnerClientId: CLIENT, providerClientId, asset, amount, ...but };
}

async function receive(request: ReceivingRequest): Promise<WorkflowHandle<typeof receiveDeposit>> {
  const workflowId = fundingWorkflowId(request.provider, request.fundingId);
  await rig.startRaw('receiveDeposit', workflowId, request);
  return rig.client.workflow.getHandle<typeof receiveDeposit>(workflowId);
}

/** Money is wired in. Answers with its id. */
async function wire(currency: string, amount: string, status = 'COMPLETED'): Promise<string> {
  const planted = await rig.control('POST', '/deposits', { partner_customer_ref: CLIENT, currency, amount, status });
  return z.object({ depositId: z.string() }).parse(planted).depositId;
}

async function applications(): Promise<number> {
  const { resources } = z
    .object({ resources: z.array(z.object({ kind: z.string() })) })
    .parse(await rig.control('GET', '/ledger'));
  return resources.filter(({ kind }) => kind === 'fiatAccountApplication').length;
}

async function at(handle: WorkflowHandle, stage: ReceivingProgress['stage']): Promise<ReceivingProgress> {
  return await eventually(async () => {
    const progress = await handle.query<ReceivingProgress>('progress');
    return progress.stage === stage ? progress : undefined;
  });
}

async function outcomeOf(handle: WorkflowHandle<typeof receiveDeposit>): Promise<ReceivingResult['outcome'] | 'open'> {
  const { status } = await handle.describe();
  return status.name === 'RUNNING' ? 'open' : (await handle.result()).outcome;
}

test('an account is applied for, the money arrives and is taken', async () => {
  const handle = await receive(expected('in-1', 'SGD', '1000.00'));
  await at(handle, 'awaiting-money');
  const depositId = await wire('SGD', '1000.00');
  await handle.signal('providerHasNews');
  expect(await handle.result()).toMatchObject({
    outcome: 'completed',
    account: { state: 'ready' },
    deposit: { depositId, asset: 'SGD', amount: '1000.00', state: 'completed' },
    decisions: [],
  });
  expect(await rig.client.workflow.getHandle(`received/oceafin/${depositId}`).result()).toEqual({
    provider: 'oceafin',
    depositId,
    fundingId: 'in-1',
  });
});

test('bank coordinates are in no history', async () => {
  const handle = await receive(expected('in-secret', 'SGD', '7.00'));
  await at(handle, 'awaiting-money');
  await wire('SGD', '7.00');
  await handle.signal('providerHasNews');
  await handle.result();
  const history = historyToJSON(await handle.fetchHistory());
  const payloads = [...history.matchAll(/"data": ?"([A-Za-z0-9+/=]+)"/g)].map(([, data = '']) =>
    Buffer.from(data, 'base64').toString('utf8'),
  );
  expect(payloads.join('')).toContain('in-secret');
  expect(payloads.join('')).not.toMatch(/Sandbox Bank|SANDSGS0XXX|accountNumber/);
});

test('one arrival completes one of two deposits of the same amount, the second arrival the other', async () => {
  const handles = [
    await receive(expected('twin-1', 'SGD', '55.00')),
    await receive(expected('twin-2', 'SGD', '55.00')),
  ];
  await Promise.all(handles.map((handle) => at(handle, 'awaiting-money')));
  const first = await wire('SGD', '55.00');
  await Promise.all(handles.map((handle) => handle.signal('providerHasNews')));
  const told = await eventually(async () => {
    const outcomes = await Promise.all(handles.map(outcomeOf));
    const waiting = handles[outcomes.indexOf('open')];
    if (waiting === undefined || !outcomes.includes('completed')) return undefined;
    const { steps } = await waiting.query<ReceivingProgress>('progress');
    return steps.some(({ step }) => step.includes('another expected deposit has taken it')) ? waiting : undefined;
  });
  const second = await wire('SGD', '55.00');
  await told.signal('providerHasNews');
  const results = await Promise.all(handles.map((handle) => handle.result()));
  expect(results.map(({ outcome }) => outcome)).toEqual(['completed', 'completed']);
  expect(new Set(results.map(({ deposit }) => deposit?.depositId))).toEqual(new Set([first, second]));
});

test('money of another amount is not taken, and is shown to whoever is asked when the time is over', async () => {
  const handle = await receive(expected('short-1', 'SGD', '80.00', { policy: { arrivalDeadlineMs: 2_000 } }));
  await at(handle, 'awaiting-money');
  const depositId = await wire('SGD', '79.50');
  const progress = await rig.parked<ReceivingProgress>(handle);
  expect(progress.parked).toMatchObject({
    reason: 'DEPOSIT_OVERDUE',
    accepts: ['retry', 'markCompleted', 'abandon'],
    evidence: expect.arrayContaining([containing(`Deposit ${depositId} of 79.50 SGD`)]),
  });
  await expect(handle.executeUpdate('resolve', { args: [{ action: 'useFreshRef', ...BY_OPS }] })).rejects.toMatchObject(
    { cause: { message: containing('useFreshRef') } },
  );
  await handle.executeUpdate('resolve', {
    args: [{ action: 'markCompleted', evidence: 'the bank kept 0.50', ...BY_OPS }],
  });
  expect(await handle.result()).toMatchObject({
    outcome: 'marked-completed',
    decisions: [{ action: 'markCompleted', by: 'ops-1', evidence: 'the bank kept 0.50' }],
  });
});

test('money that is on its way is told, and taken once it has arrived', async () => {
  const handle = await receive(expected('slow-1', 'SGD', '12.00'));
  await at(handle, 'awaiting-money');
  const depositId = await wire('SGD', '12.00', 'PROCESSING');
  await handle.signal('providerHasNews');
  await eventually(async () => {
    const { steps } = await handle.query<ReceivingProgress>('progress');
    return steps.find(({ step }) => step.includes('on its way'));
  });
  await rig.control('POST', `/resources/${depositId}`, { status: 'COMPLETED' });
  await handle.signal('providerHasNews');
  expect(await handle.result()).toMatchObject({ outcome: 'completed', deposit: { depositId } });
});

describe('an application for an account', () => {
  const faults = {
    'reset after the commit': { kind: 'reset', params: { when: 'after-commit' } },
    'reset before the commit': { kind: 'reset', params: { when: 'before-commit' } },
    'stalled beyond the timeout': { kind: 'stall', params: { when: 'after-commit', ms: STALLED_MS } },
  };
  // A currency each, because a client has one account per currency.
  test.each([
    ['USD', 'reset after the commit'],
    ['EUR', 'reset before the commit'],
    ['HKD', 'stalled beyond the timeout'],
  ] as const)('in %s whose answer is lost is made once: %s', async (asset, name) => {
    const before = await applications();
    const id = `lost-${asset}`;
    await rig.fault({ id, operation: 'createFiatAccountApplication', ...faults[name] });
    const handle = await receive(expected(id, asset, '10.00'));
    await at(handle, 'awaiting-money');
    expect((await applications()) - before).toBe(1);
    await handle.executeUpdate('cancel', { args: [BY_OPS] });
    expect(await handle.result()).toMatchObject({ outcome: 'cancelled', decisions: [{ action: 'cancel' }] });
  });

  test('that is refused is asked about, and made again under a number of its own', async () => {
    const partnerClientId = 'payee-2';
    const client = { partnerClientId, providerClientId: await onboarded(partnerClientId) };
    await rig.fault({
      operation: 'createFiatAccountApplication',
      match: { partner_client_id: partnerClientId },
      kind: 'status',
      params: { status: 409, code: 'PARTNER_RESOURCE_STATE_INVALID' },
    });
    const handle = await receive(expected('refused-1', 'USD', '10.00', client));
    expect(await rig.parked(handle)).toMatchObject({ parked: { reason: 'STATE_INVALID' } });
    await handle.executeUpdate('resolve', { args: [{ action: 'retry', ...BY_OPS }] });
    const { steps } = await at(handle, 'awaiting-money');
    expect(steps.flatMap(({ ref }) => (ref === undefined ? [] : [ref]))).toEqual(['refused-1', 'refused-1~2']);
    await handle.executeUpdate('cancel', { args: [BY_OPS] });
    await handle.result();
  });

  test.each([
    ['MISSING_INFO_REQUIRED', 'INFORMATION_REQUIRED'],
    ['REJECTED', 'ACCOUNT_REFUSED'],
  ])('that becomes %s parks as %s, and may be given up', async (status, reason) => {
    const partnerClientId = `payee-${status}`;
    const client = { partnerClientId, providerClientId: await onboarded(partnerClientId) };
    const match = { partner_client_id: partnerClientId };
    await rig.fault({ operation: 'createFiatAccountApplication', match, kind: 'outcome', params: { status } });
    const id = `application-${status}`;
    const handle = await receive(expected(id, 'EUR', '10.00', client));
    expect(await rig.parked<ReceivingProgress>(handle)).toMatchObject({
      parked: { reason },
      account: { status },
    });
    await handle.executeUpdate('resolve', { args: [{ action: 'abandon', ...BY_OPS }] });
    expect(await handle.result()).toMatchObject({ outcome: 'abandoned', account: { status } });
  });
});

test('what the provider asks for about the account is given to it, once it fits', async () => {
  const partnerClientId = 'payee-asked';
  const client = { partnerClientId, providerClientId: await onboarded(partnerClientId) };
  const match = { partner_client_id: partnerClientId };
  const params = { status: 'ADDITIONAL_INFO_REQUIRED' };
  await rig.fault({ operation: 'createFiatAccountApplication', match, kind: 'outcome', params });
  const handle = await receive(expected('asked-1', 'SGD', '10.00', client));
  expect(await rig.parked<ReceivingProgress>(handle)).toMatchObject({
    parked: { reason: 'INFORMATION_REQUIRED', accepts: ['retry', 'markCompleted', 'abandon', 'supplyInformation'] },
  });
  const supply = (information: unknown) =>
    handle.executeUpdate('supplyInformation', { args: [{ information, ...BY_OPS }] });
  await expect(supply('what')).rejects.toMatchObject({ cause: { message: containing('information') } });
  await rig.fault({ operation: 'addFiatAccountInformation', kind: 'reset', params: { when: 'after-commit' } });
  await supply({ sourceOfFunds: 'SALARY' });
  await at(handle, 'awaiting-money');
  await expect(supply({ sourceOfFunds: 'SALARY' })).rejects.toMatchObject({
    cause: { message: containing('nothing to supply') },
  });
  await handle.executeUpdate('cancel', { args: [BY_OPS] });
  expect(await handle.result()).toMatchObject({
    outcome: 'cancelled',
    decisions: [{ action: 'supplyInformation' }, { action: 'cancel' }],
  });
});

describe('what is wrong is refused at the start', () => {
  test('every wrong field is named', async () => {
    const handle = await receive(expected('wrong-1', 'SGD', '1e3', { details: { nonsense: 1 } }));
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: 'INVALID_REQUEST', message: containing('amount') },
    });
  });

  test("a client without the provider's own id, if it knows no other", async () => {
    const { providerClientId: _id, ...request } = expected('wrong-2', 'SGD', '10.00');
    const handle = await receive(request);
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: 'INVALID_REQUEST', message: containing('providerClientId is required') },
    });
  });

  test('another id than the lock of the intent', async () => {
    await rig.startRaw('receiveDeposit', 'something-else', expected('wrong-3', 'SGD', '10.00'));
    await expect(rig.client.workflow.getHandle('something-else').result()).rejects.toMatchObject({
      cause: { message: containing('workflowId must be funding/oceafin/wrong-3') },
    });
  });

  test('a claim under another id than the lock of the money', async () => {
    const claim = { provider: 'oceafin', depositId: 'd-1', fundingId: 'in-1' };
    await rig.startRaw('claimDeposit', 'received/oceafin/d-2', claim);
    await expect(rig.client.workflow.getHandle('received/oceafin/d-2').result()).rejects.toMatchObject({
      cause: { message: containing('must be received/oceafin/d-1') },
    });
  });

  test('and one under the right one is told as it was asked', async () => {
    const claim = { provider: 'oceafin', depositId: 'd-3', fundingId: 'in-1' };
    await rig.startRaw('claimDeposit', 'received/oceafin/d-3', claim);
    expect(await rig.client.workflow.getHandle('received/oceafin/d-3').result()).toEqual(claim);
  });

  test('a movement of money in by a call that the provider does not have', async () => {
    const funding = [{ fundingId: 'call-1', kind: 'deposit', asset: 'SGD', amount: '10.00' } as const];
    const handle = await rig.onboardAndFund({ ...rig.application('payee-3'), funding });
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: 'CAPABILITY_MISSING', message: containing('use `gangway receive`') },
    });
  });
});
