import { WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import type { FundingProgress, FundingRequest } from '../../contract/funding';
import { connectGangway, type FundingInput, type Gangway } from '../../client';
import { DECISION_UPDATES, fundingProgress } from '../../contract/messages';
import { resetTo } from '../setup/reset';
import { containing, eventually, matching, Rig } from '../setup/rig';
import type { fundAccount } from '../../workflows';
import { z } from 'zod';

const { approve, reject, resolve } = DECISION_UPDATES;

const HOUR = 3_600_000;
/** The first event after the first workflow task, in which the check is made. */
const FIRST_TASK = 5;
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const POLICY = [
  { asset: 'USD', from: '1000', approvers: 2, expiresAfterMs: HOUR },
  { asset: 'USD', from: '5000', approvers: 2, expiresAfterMs: 1_000 },
  { asset: 'AED', within: '24h', from: '5000', approvers: 1 },
  { asset: 'BHD', within: '24h', fromNumber: 2, refuse: true },
];

let rig: Rig;
let gangway: Gangway;

beforeAll(async () => {
  rig = await Rig.start({
    env: { GANGWAY_APPROVALS: JSON.stringify(POLICY), GANGWAY_REQUESTER_SECRETS: SECRET },
  });
  const { address, namespace } = rig.server;
  gangway = await connectGangway({ address, namespace, requesterSecrets: [SECRET] });
  await (await rig.onboard(rig.application('large'))).result();
});
afterAll(async () => {
  await gangway.close();
  await rig.close();
});

function deposit(
  fundingId: string,
  but: Omit<Partial<FundingRequest>, 'provider'> = {},
): FundingRequest & FundingInput {
  return {
    provider: 'coinmena',
    fundingId,
    kind: 'deposit',
    partnerClientId: 'large',
    asset: 'USD',
    amount: '1000',
    ...but,
  };
}

/** Starts it as an edge that has authenticated ops-1. */
async function fund(request: FundingInput): Promise<WorkflowHandle<typeof fundAccount>> {
  const { workflowId } = await gangway.fund(request, { requestedBy: 'ops-1' });
  return rig.client.workflow.getHandle<typeof fundAccount>(workflowId);
}

async function asked(handle: WorkflowHandle): Promise<FundingProgress> {
  const progress = await rig.parked<FundingProgress>(handle);
  expect(progress).toMatchObject({ stage: 'awaiting-approval', parked: { reason: 'APPROVAL_REQUIRED' } });
  return progress;
}

async function expired(handle: WorkflowHandle): Promise<FundingProgress> {
  return await eventually(async () => {
    const progress = await handle.query(fundingProgress);
    return progress.parked?.reason === 'APPROVAL_EXPIRED' ? progress : undefined;
  });
}

async function refusalOf(answer: Promise<unknown>): Promise<string> {
  const error = await answer.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof WorkflowUpdateFailedError)) throw new Error('was not refused', { cause: error });
  return error.cause?.message ?? '';
}

const by = (who: string) => ({ by: who, reason: 'invoice checked' });

test('a large movement waits until two others have approved it; who, when and why is kept', async () => {
  const handle = await fund(deposit('large-1'));
  expect((await asked(handle)).parked).toMatchObject({ accepts: ['approve', 'reject'] });
  expect(await rig.ordersOf('large-1')).toEqual([]);

  const send = async (who: string) => await handle.executeUpdate(approve, { args: [by(who)] });
  expect(await refusalOf(send('ops-1'))).toContain('ops-1 asked for this movement');
  expect(await send('ops-2')).toBe('accepted: 1 more must approve it');
  expect(await refusalOf(send('ops-2'))).toContain('ops-2 has approved it already');
  const retry = handle.executeUpdate(resolve, { args: [{ action: 'retry', ...by('ops-3') }] });
  expect(await refusalOf(retry)).toContain('it waits for approval');
  expect(await handle.query(fundingProgress)).toMatchObject({
    approval: { needed: 2, requestedBy: 'ops-1', approvals: [{ by: 'ops-2', reason: 'invoice checked' }] },
  });
  expect(await send('ops-3')).toBe('accepted: the movement begins');

  const { outcome, decisions } = await handle.result();
  expect(outcome).toBe('completed');
  expect(decisions).toMatchObject([
    { action: 'approve', by: 'ops-2', reason: 'invoice checked', at: expect.stringMatching(/Z$/) },
    { action: 'approve', by: 'ops-3', reason: 'invoice checked', at: expect.stringMatching(/Z$/) },
  ]);
  expect(await rig.ordersOf('large-1')).toHaveLength(1);
});

test('one person rejects it: it ends, and nothing has moved', async () => {
  const handle = await fund(deposit('large-2'));
  await asked(handle);
  expect(await handle.executeUpdate(reject, { args: [by('ops-1')] })).toContain('accepted');
  expect(await handle.result()).toMatchObject({ outcome: 'abandoned', decisions: [{ action: 'reject', by: 'ops-1' }] });
  expect(await rig.ordersOf('large-2')).toEqual([]);
});

test('if nobody says who asked for it, one more must approve', async () => {
  const handle = await rig.fund(deposit('large-3'));
  expect((await asked(handle)).approval).toMatchObject({ needed: 3 });
  for (const who of ['ops-1', 'ops-2', 'ops-3']) await handle.executeUpdate(approve, { args: [by(who)] });
  expect(await handle.result()).toMatchObject({ outcome: 'completed' });
});

test('a name that anybody may have typed takes no approver off, whatever proof is typed beside it', async () => {
  const proven = await gangway.fund(deposit('proven'), { requestedBy: 'ops-9' });
  const history = await rig.client.workflow.getHandle(proven.workflowId).fetchHistory();
  const payload = history.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
  const { requesterProof } = z
    .object({ requesterProof: z.string() })
    .parse(JSON.parse(Buffer.from(payload ?? []).toString()));
  await gangway.cancel({ id: proven.workflowId }, by('ops-9'));
  const typed: readonly Partial<FundingRequest>[] = [
    { requestedBy: 'ops-9' },
    { requestedBy: 'ops-9', requesterProof: '0'.repeat(64) },
    // Of another intent, whose history whoever starts workflows can read.
    { requestedBy: 'ops-9', requesterProof },
  ];
  for (const [index, but] of typed.entries()) {
    const handle = await rig.fund(deposit(`typed-${index}`, but));
    expect((await asked(handle)).approval).toMatchObject({ needed: 3, requestedBy: 'ops-9' });
    expect(await refusalOf(handle.executeUpdate(approve, { args: [by('OPS-9')] }))).toContain(
      'asked for this movement',
    );
    await gangway.cancel({ id: handle.workflowId }, by('ops-1'));
    await handle.result();
  }
});

test('a small movement waits for nobody, and refuses approvals', async () => {
  const handle = await fund(deposit('small-1', { amount: '999.99', partnerClientId: 'nobody' }));
  expect(await rig.parked(handle)).toMatchObject({ parked: { reason: 'CLIENT_UNKNOWN' } });
  expect(await refusalOf(handle.executeUpdate(approve, { args: [by('ops-2')] }))).toBe('nothing waits for approval');
  await gangway.cancel({ id: handle.workflowId }, by('ops-1'));
  expect(await handle.result()).toMatchObject({ outcome: 'cancelled' });
});

test('time to approve runs out: a person asks anew or gives it up; what was approved before is worth nothing', async () => {
  const handle = await fund(deposit('large-4', { amount: '5000' }));
  await asked(handle);
  expect(await expired(handle)).toMatchObject({
    stage: 'parked',
    parked: { accepts: expect.arrayContaining(['retry', 'abandon']) },
  });
  expect(await refusalOf(handle.executeUpdate(approve, { args: [by('ops-2')] }))).toBe('nothing waits for approval');
  await handle.executeUpdate(resolve, { args: [{ action: 'abandon', ...by('ops-1') }] });
  expect(await handle.result()).toMatchObject({ outcome: 'abandoned' });
  expect(await rig.ordersOf('large-4')).toEqual([]);
});

test('whoever asked for it cancels it while it waits for approval', async () => {
  const handle = await fund(deposit('large-5'));
  await asked(handle);
  await gangway.cancel({ id: handle.workflowId }, by('ops-1'));
  expect(await handle.result()).toMatchObject({ outcome: 'cancelled' });
  expect(await rig.ordersOf('large-5')).toEqual([]);
});

test('approvals outlive a worker, and the facade finds and gives them', async () => {
  const handle = await fund(deposit('large-6'));
  await asked(handle);
  await gangway.approve({ id: 'large-6', provider: 'coinmena' }, by('ops-2'));
  await rig.stopWorker();
  await rig.startWorker();
  const waiting = await eventually(async () => {
    const flows = await gangway.list({ code: 'APPROVAL_REQUIRED', provider: 'coinmena', partnerClientId: 'large' });
    return flows.find(({ fundingId }) => fundingId === 'large-6');
  });
  expect(waiting).toMatchObject({ stage: 'awaiting-approval', needsAttention: 'APPROVAL_REQUIRED' });
  await expect(gangway.approve({ id: handle.workflowId }, by('ops-2'))).rejects.toMatchObject({ code: 'REFUSED' });
  await gangway.approve({ id: handle.workflowId }, by('ops-4'));
  expect(await handle.result()).toMatchObject({ outcome: 'completed' });
  expect(await gangway.status({ id: handle.workflowId })).toMatchObject({ state: 'done' });
});

test('movements below a limit wait for approval once their sum is not; the verdict outlives a retry and a reset', async () => {
  const below = { asset: 'AED', amount: '2499.99' };
  for (const id of ['sum-1', 'sum-2']) {
    expect(await (await fund(deposit(id, below))).result()).toMatchObject({ outcome: 'completed' });
  }
  const third = await fund(deposit('sum-3', below));
  const limit = { within: '24h', from: { by: 'sum', sum: '5000' }, sum: '7499.97', number: 3 };
  expect(await asked(third)).toMatchObject({
    parked: { because: containing('come to 7499.97 AED, and from 5000 on they are over the limit') },
    approval: { needed: 1, limit },
  });
  // A run that knows nothing of the first check is told the same, and counts nothing twice.
  await resetTo(rig, third, FIRST_TASK);
  expect(await asked(third)).toMatchObject({ approval: { limit }, approvalPolicy: { asks: { limit } } });
  expect(await rig.ordersOf('sum-3')).toEqual([]);
  await third.executeUpdate(approve, { args: [by('ops-2')] });
  expect(await third.result()).toMatchObject({ outcome: 'completed' });
  expect(await rig.ordersOf('sum-3')).toHaveLength(1);

  // One that is rejected counts no longer; all that was sent does.
  const fourth = await fund(deposit('sum-4', { ...below, amount: '0.01' }));
  await asked(fourth);
  await fourth.executeUpdate(reject, { args: [by('ops-2')] });
  expect(await fourth.result()).toMatchObject({ outcome: 'abandoned' });
  const fifth = await fund(deposit('sum-5', { ...below, amount: '0.01' }));
  expect(await asked(fifth)).toMatchObject({ approval: { limit: { sum: '7499.98', number: 4 } } });
  await fifth.executeUpdate(reject, { args: [by('ops-2')] });
  await fifth.result();
});

test('a movement over a limit that refuses ends at once, and nothing has moved', async () => {
  const first = await fund(deposit('number-1', { asset: 'BHD', amount: '1' }));
  expect(await first.result()).toMatchObject({ outcome: 'completed' });
  const second = await fund(deposit('number-2', { asset: 'BHD', amount: '1' }));
  await expect(second.result()).rejects.toMatchObject({
    cause: {
      type: 'LIMIT_EXCEEDED',
      details: [{ outcome: 'not-applied', fields: [{ field: 'amount', problem: containing('it is number 2') }] }],
    },
  });
  expect(await rig.ordersOf('number-2')).toEqual([]);
  expect(await gangway.status({ id: second.workflowId })).toMatchObject({
    state: 'failed',
    failure: { code: 'LIMIT_EXCEEDED' },
  });
});

test('the policy that the first check read holds for the life of the intent, whatever the worker is told later', async () => {
  const frozen = await fund(deposit('frozen', { amount: '5000' }));
  const first = await expired(frozen);
  expect(first.approvalPolicy).toMatchObject({
    sha256: matching(/^[0-9a-f]{64}$/),
    asks: { approvers: 2, expiresAfterMs: 1_000 },
    requesterProven: true,
  });
  await rig.stopWorker();
  rig.env['GANGWAY_APPROVALS'] = JSON.stringify([{ asset: 'USD', from: '9000', approvers: 1 }]);
  await rig.startWorker();
  const retried = by('ops-1');
  await frozen.executeUpdate(resolve, { args: [{ action: 'retry', ...retried }] });
  const again = await eventually(async () => {
    const progress = await expired(frozen);
    return progress.approval?.askedAt === first.approval?.askedAt ? undefined : progress;
  });
  expect(again).toMatchObject({ approval: { needed: 2 }, approvalPolicy: first.approvalPolicy });
  await frozen.executeUpdate(resolve, { args: [{ action: 'abandon', ...retried }] });
  expect(await frozen.result()).toMatchObject({ outcome: 'abandoned', approvalPolicy: first.approvalPolicy });
  expect(await gangway.status({ id: frozen.workflowId })).toMatchObject({ approvalPolicy: first.approvalPolicy });
  expect(await rig.ordersOf('frozen')).toEqual([]);

  // The check that passes first freezes it, a policy that asks for nothing included.
  const later = await fund(deposit('later', { amount: '5000' }));
  const { approvalPolicy } = await later.result();
  expect(approvalPolicy).toEqual({ sha256: matching(/^[0-9a-f]{64}$/), requesterProven: true });
  expect(approvalPolicy?.sha256).not.toBe(first.approvalPolicy?.sha256);
});
