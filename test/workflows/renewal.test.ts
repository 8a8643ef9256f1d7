import { type WorkflowHandle } from '@temporalio/client';
import type { FundingProgress, FundingRequest, FundingResult } from '../../contract/funding';
import { DECISION_UPDATES } from '../../contract/messages';
import type { OnboardingProgress } from '../../contract/onboarding';
import { eventually, Rig } from '../setup/rig';

const { cancel, resolve } = DECISION_UPDATES;

/** A server that calls every history long: each answer and each look-up renews it (continue-as-new). */
const LONG_HISTORY_EVENTS = 15;
const BY = { by: 'ops-1', reason: 'a test' };

let rig: Rig;

beforeAll(async () => {
  rig = await Rig.start({ longHistoryEvents: LONG_HISTORY_EVENTS });
});
afterEach(async () => {
  await rig.clearFaults();
});
afterAll(async () => {
  await rig.close();
});

function deposit(fundingId: string, partnerClientId: string): FundingRequest {
  return { provider: 'coinmena', fundingId, kind: 'deposit', partnerClientId, asset: 'USD', amount: '10.00' };
}

async function renewals(handle: WorkflowHandle): Promise<number> {
  const runs = rig.client.workflow.list({
    query: `WorkflowId = '${handle.workflowId}' AND ExecutionStatus = 'ContinuedAsNew'`,
  });
  let count = 0;
  for await (const { status } of runs) count += status.name === 'CONTINUED_AS_NEW' ? 1 : 0;
  return count;
}

/** A retry that a renewal turned away is sent again, as it says. */
async function retryUntilTaken(handle: WorkflowHandle): Promise<void> {
  await eventually(async () => {
    try {
      return await handle.executeUpdate(resolve, { args: [{ action: 'retry', ...BY }] });
    } catch {
      return undefined;
    }
  });
}

async function onboarded(clientId: string): Promise<string> {
  await (await rig.onboard(rig.application(clientId))).result();
  return clientId;
}

describe('a funding whose history is renewed', () => {
  test('keeps its refs, decisions and steps, and moves its money once', async () => {
    await onboarded('renewed');
    const match = { partner_order_ref: 'renewed-1' };
    await rig.fault({ operation: 'deposit', match, kind: 'unauthorized', times: 4 });
    const handle = await rig.fund(deposit('renewed-1', 'renewed'));
    for (let round = 0; round < 4; round += 1) {
      await rig.parked<FundingProgress>(handle);
      await retryUntilTaken(handle);
    }
    const result = await rig.client.workflow.getHandle<() => Promise<FundingResult>>(handle.workflowId).result();
    expect(result).toMatchObject({ outcome: 'completed', refs: [{ ref: 'renewed-1', sent: 5, state: 'completed' }] });
    expect(result.decisions.map(({ action }) => action)).toEqual(['retry', 'retry', 'retry', 'retry']);
    expect(await rig.ordersOf('renewed-1')).toMatchObject([{ status: 'completed' }]);
    expect(await renewals(handle)).toBeGreaterThan(0);
  });

  test.each(['update', 'server'])('keeps a cancel by %s that came while it was looking again', async (how) => {
    const client = `cancelled-${how}`;
    const handle = await rig.fund(deposit(`renewed-${how}`, client));
    const current = rig.client.workflow.getHandle(handle.workflowId);
    // Retried until the history is so long that the next question renews it.
    await eventually(async () => {
      await rig.parked<FundingProgress>(handle);
      if ((await current.describe()).historyLength > LONG_HISTORY_EVENTS) return true;
      await retryUntilTaken(handle);
      return undefined;
    });
    // Looking again takes its time, in an activity that is seen: the cancel comes while it runs. What it meets first is not
    // said of the provider, which would be waited for instead.
    await rig.fault({ operation: 'get-client', kind: 'status', times: 2, params: { status: 404, body: 'html' } });
    await rig.fault({ operation: 'get-client', kind: 'latency', times: null, params: { ms: 800 } });
    await retryUntilTaken(handle);
    await eventually(async () => ((await current.describe()).raw.pendingActivities?.length === 1 ? true : undefined));
    if (how === 'server') await current.cancel();
    else await current.executeUpdate(cancel, { args: [BY] });
    const ended = await eventually(async () => {
      const { status, historyLength } = await current.describe();
      return status.name === 'RUNNING' && historyLength > LONG_HISTORY_EVENTS ? undefined : status.name;
    });
    expect(ended).toBe(how === 'server' ? 'CANCELLED' : 'COMPLETED');
  });
});

describe('an onboarding whose history is renewed', () => {
  test('keeps what it filed and creates one client', async () => {
    const application = rig.application('renewed-client', { policy: { verificationDeadlineMs: 1_000 } });
    await rig.fault({ operation: 'create-client', kind: 'client-status', params: { status: 'pending' } });
    const handle = await rig.onboard(application);
    for (let round = 0; round < 3; round += 1) {
      await rig.parked<OnboardingProgress>(handle);
      await retryUntilTaken(handle);
    }
    await rig.parked<OnboardingProgress>(handle);
    await rig.control('POST', '/clients/renewed-client', { status: 'verified' });
    await retryUntilTaken(handle);
    const result = await rig.client.workflow.getHandle(handle.workflowId).result();
    expect(result).toMatchObject({ outcome: 'ready', documents: [{ how: 'uploaded' }, { how: 'uploaded' }] });
    const { documents } = await rig.ledger();
    expect(documents.filter(({ partner_client_id: id }) => id === 'renewed-client')).toHaveLength(2);
    expect(await renewals(handle)).toBeGreaterThan(0);
  });

  test('keeps a cancel that cannot be honoured yet, and is renewed all the same', async () => {
    await rig.fault({ operation: 'create-client', kind: 'client-status', params: { status: 'pending' } });
    await rig.fault({ operation: 'upload-document', kind: 'latency', times: 2, params: { ms: 800 } });
    const application = rig.application('renewed-held', { policy: { verificationDeadlineMs: 3_000 } });
    const handle = await rig.onboard(application);
    const current = rig.client.workflow.getHandle(handle.workflowId);
    await eventually(async () => ((await current.describe()).raw.pendingActivities?.length === 2 ? true : undefined));
    await current.cancel();
    // The client may exist: the cancel waits for the question, through renewals.
    expect(await current.result()).toMatchObject({ outcome: 'cancelled', how: 'created' });
    expect(await renewals(handle)).toBeGreaterThan(0);
  });

  test('asks its question, if what leads to it fills a history by itself', async () => {
    // Another client is the same person; the first send is in doubt, so every refusal is followed by look-ups.
    await onboarded('renewed-twin');
    const { applicant } = rig.application('renewed-twin');
    await rig.fault({ operation: 'create-client', kind: 'reset', params: { when: 'before-commit' }, times: 1 });
    const handle = await rig.onboard({ ...rig.application('renewed-double'), applicant });
    for (let round = 0; round < 2; round += 1) {
      const { parked } = await rig.parked<OnboardingProgress>(handle);
      expect(parked).toMatchObject({ reason: 'DUPLICATE_PERSON' });
      await retryUntilTaken(handle);
    }
    await rig.parked<OnboardingProgress>(handle);
    // Each run goes on from where the one before stood: nothing that led to the question happens again.
    expect(await renewals(handle)).toBeGreaterThan(2);
  });
});
