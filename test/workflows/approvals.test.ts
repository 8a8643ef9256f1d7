import { WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import type { FundingProgress, FundingRequest } from '../../contract/funding';
import { connectGangway, type Gangway } from '../../client';
import { approve, fundingProgress, reject, resolve } from '../../contract/messages';
import { eventually, Rig } from '../setup/rig';

const HOUR = 3_600_000;
const POLICY = [
  { asset: 'USD', from: '1000', approvers: 2, expiresAfterMs: HOUR },
  { asset: 'USD', from: '5000', approvers: 2, expiresAfterMs: 1_000 },
];

let rig: Rig;
let gangway: Gangway;

beforeAll(async () => {
  rig = await Rig.start({ env: { GANGWAY_APPROVALS: JSON.stringify(POLICY) } });
  gangway = await connectGangway({ address: rig.server.address, namespace: rig.server.namespace });
  await (await rig.onboard(rig.application('large'))).result();
});
afterAll(async () => {
  await gangway.close();
  await rig.close();
});

function deposit(fundingId: string, but: Partial<FundingRequest> = {}): FundingRequest {
  return {
    provider: 'coinmena',
    fundingId,
    kind: 'deposit',
    partnerClientId: 'large',
    asset: 'USD',
    amount: '1000',
    requestedBy: 'ops-1',
    ...but,
  };
}

async function asked(handle: WorkflowHandle): Promise<FundingProgress> {
  const progress = await rig.parked<FundingProgress>(handle);
  expect(progress).toMatchObject({ stage: 'awaiting-approval', parked: { reason: 'APPROVAL_REQUIRED' } });
  return progress;
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
  const handle = await rig.fund(deposit('large-1'));
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
  const handle = await rig.fund(deposit('large-2'));
  await asked(handle);
  expect(await handle.executeUpdate(reject, { args: [by('ops-1')] })).toContain('accepted');
  expect(await handle.result()).toMatchObject({ outcome: 'abandoned', decisions: [{ action: 'reject', by: 'ops-1' }] });
  expect(await rig.ordersOf('large-2')).toEqual([]);
});

test('where nobody says who asked for it, one more must approve', async () => {
  const { requestedBy: _nobody, ...request } = deposit('large-3');
  const handle = await rig.fund(request);
  expect((await asked(handle)).approval).toMatchObject({ needed: 3 });
  for (const who of ['ops-1', 'ops-2', 'ops-3']) await handle.executeUpdate(approve, { args: [by(who)] });
  expect(await handle.result()).toMatchObject({ outcome: 'completed' });
});

test('a small movement waits for nobody, and refuses approvals', async () => {
  const handle = await rig.fund(deposit('small-1', { amount: '999.99', partnerClientId: 'nobody' }));
  expect(await rig.parked(handle)).toMatchObject({ parked: { reason: 'CLIENT_UNKNOWN' } });
  expect(await refusalOf(handle.executeUpdate(approve, { args: [by('ops-2')] }))).toBe('nothing waits for approval');
  await gangway.cancel({ id: handle.workflowId }, by('ops-1'));
  expect(await handle.result()).toMatchObject({ outcome: 'cancelled' });
});

test('time to approve runs out: a person asks anew or gives it up; what was approved before is worth nothing', async () => {
  const handle = await rig.fund(deposit('large-4', { amount: '5000' }));
  await asked(handle);
  const expired = await eventually(async () => {
    const progress = await handle.query(fundingProgress);
    return progress.parked?.reason === 'APPROVAL_EXPIRED' ? progress : undefined;
  });
  expect(expired).toMatchObject({ stage: 'parked', parked: { accepts: expect.arrayContaining(['retry', 'abandon']) } });
  expect(await refusalOf(handle.executeUpdate(approve, { args: [by('ops-2')] }))).toBe('nothing waits for approval');
  await handle.executeUpdate(resolve, { args: [{ action: 'abandon', ...by('ops-1') }] });
  expect(await handle.result()).toMatchObject({ outcome: 'abandoned' });
  expect(await rig.ordersOf('large-4')).toEqual([]);
});

test('whoever asked for it cancels it while it waits for approval', async () => {
  const handle = await rig.fund(deposit('large-5'));
  await asked(handle);
  await gangway.cancel({ id: handle.workflowId }, by('ops-1'));
  expect(await handle.result()).toMatchObject({ outcome: 'cancelled' });
  expect(await rig.ordersOf('large-5')).toEqual([]);
});

test('approvals outlive a worker, and the facade finds and gives them', async () => {
  const handle = await rig.fund(deposit('large-6'));
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
