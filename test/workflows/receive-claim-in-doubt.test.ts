import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import { LONGEST_ACTIVATION } from '../../worker/longest-activation';
import { fundingWorkflowId, receivedDepositWorkflowId } from '../../contract/ids';
import type { DepositClaim, ReceivedDeposit, ReceivingProgress, ReceivingRequest } from '../../contract/receiving';
import type { claimDeposit, receiveDeposit } from '../../workflows';
import { eventually, matching, Rig } from '../setup/rig';
import { workflowBundle } from '../setup/workflow-bundle';

/** Money that was claimed before, and whose claim cannot be read: over activities that answer as a test wants. */
const TASK_QUEUE = 'claims';
const BY = { by: 'ops-1', reason: 'a test' };

let rig: Rig;
let connection: NativeConnection;
let worker: Worker;
let working: Promise<void>;
let isOutOfReach: boolean;

beforeAll(async () => {
  rig = await Rig.start();
  await rig.stopWorker();
  connection = await NativeConnection.connect({ address: rig.server.address });
  worker = await Worker.create({
    ...LONGEST_ACTIVATION,
    connection,
    taskQueue: TASK_QUEUE,
    workflowBundle: await workflowBundle(),
    activities: {
      // No book here.
      recordDecision: () => Promise.resolve(),
      checkReceiving: () =>
        Promise.resolve({
          semantics: {
            provider: 'model',
            capabilities: ['receive-deposit'],
            repeatedRef: 'rejects',
            orderLookup: 'by-ref',
            settlement: 'later',
            settleWindowMs: 0,
            maxRefLength: 64,
            maxAmountDecimals: 8,
            immutableAfterCreate: [],
          },
          tellsPartner: false,
        }),
      fetchAccount: () =>
        Promise.resolve({ found: true, account: { accountId: 'account-1', state: 'ready', status: 'open' } }),
      listReceivedDeposits: ({ ref }: { readonly ref: string }): Promise<readonly ReceivedDeposit[]> =>
        Promise.resolve([
          { depositId: `money-of-${ref}`, asset: 'USD', amount: '100', state: 'completed', status: 'done' },
        ]),
      readDepositClaim,
    },
  });
  working = worker.run();
});
beforeEach(() => {
  isOutOfReach = true;
});
afterAll(async () => {
  worker.shutdown();
  await working;
  await connection.close();
  await rig.close();
});

async function readDepositClaim({ provider, depositId }: Omit<DepositClaim, 'fundingId'>): Promise<DepositClaim> {
  if (isOutOfReach) {
    const details = [{ code: 'UNREACHABLE', outcome: 'not-applied' }];
    throw ApplicationFailure.create({ type: 'UNREACHABLE', nonRetryable: true, details });
  }
  return await rig.client.workflow
    .getHandle<typeof claimDeposit>(receivedDepositWorkflowId(provider, depositId))
    .result();
}

/** An expected deposit whose money was claimed before it began, and whose claim cannot be read. */
async function inDoubt(claimedFor: 'itself' | 'another'): Promise<WorkflowHandle<typeof receiveDeposit>> {
  const fundingId = `in-${randomUUID()}`;
  const claim = {
    provider: 'model',
    depositId: `money-of-${fundingId}`,
    fundingId: claimedFor === 'itself' ? fundingId : 'in-another',
  };
  await rig.client.workflow.execute<typeof claimDeposit>('claimDeposit', {
    taskQueue: TASK_QUEUE,
    workflowId: receivedDepositWorkflowId(claim.provider, claim.depositId),
    args: [claim],
  });
  const request: ReceivingRequest = {
    provider: 'model',
    fundingId,
    partnerClientId: 'client-1',
    asset: 'USD',
    amount: '100',
  };
  const handle = await rig.client.workflow.start<typeof receiveDeposit>('receiveDeposit', {
    taskQueue: TASK_QUEUE,
    workflowId: fundingWorkflowId('model', fundingId),
    args: [request],
  });
  await eventually(async () => {
    const { parked } = await handle.query<ReceivingProgress>('progress');
    return parked?.reason === 'UNREACHABLE' ? true : undefined;
  });
  return handle;
}

async function readable(handle: WorkflowHandle): Promise<void> {
  isOutOfReach = false;
  await handle.executeUpdate('resolve', { args: [{ action: 'retry', ...BY }] });
}

test('a cancel is refused while the claim may be its own, and the money is its own once that is read', async () => {
  const handle = await inDoubt('itself');
  await expect(handle.executeUpdate('cancel', { args: [BY] })).rejects.toMatchObject({
    cause: { message: matching(/cancel is refused: deposit money-of-in-.* was claimed before, maybe by this intent/) },
  });
  // The server takes a cancel whatever the workflow says of it: it is kept, and not honoured.
  await handle.cancel();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect((await handle.describe()).status.name).toBe('RUNNING');
  await readable(handle);
  expect(await handle.result()).toMatchObject({ outcome: 'completed' });
});

test('a cancel that was kept is honoured once the claim is read and is another’s', async () => {
  const handle = await inDoubt('another');
  await handle.cancel();
  await readable(handle);
  await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
});
