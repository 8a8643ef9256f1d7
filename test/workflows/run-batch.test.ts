import { randomUUID } from 'node:crypto';
import { NativeConnection, Worker } from '@temporalio/worker';
import { LONGEST_ACTIVATION } from '../../worker/longest-activation';
import {
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type WorkflowHandle,
} from '@temporalio/client';
import {
  batchWorkflowId,
  type AddRowsRequest,
  type BatchProgress,
  type BatchRequest,
  type BatchResult,
  type RanRow,
  type RunRowArgument,
} from '../../contract/batch';
import { addRows, BATCH_WORKFLOW_TYPE, pauseBatch, resumeBatch } from '../../contract/messages';
import { eventually, Rig } from '../setup/rig';
import { workflowBundle } from '../setup/workflow-bundle';

/** The batch's own rules, over an activity that answers as a test wants. When the rig closes, every history is replayed. */
const TASK_QUEUE = 'batches';
const BY = { by: 'ops-1', reason: 'a test' };

type RunBatch = (request: BatchRequest) => Promise<BatchResult>;

let rig: Rig;
let connection: NativeConnection;
let worker: Worker;
let working: Promise<void>;
let runRow: (argument: RunRowArgument) => RanRow;

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
      runBatchRow: (argument: RunRowArgument) => Promise.resolve(runRow(argument)),
      // No book here.
      recordBatch: () => Promise.resolve(),
      recordDecision: () => Promise.resolve(),
    },
  });
  working = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await working;
  await connection.close();
  await rig.close();
});

async function start(rows: number): Promise<WorkflowHandle<RunBatch>> {
  const batchId = randomUUID();
  const workflowId = batchWorkflowId('coinmena', batchId);
  await rig.client.workflow.start<RunBatch>(BATCH_WORKFLOW_TYPE, {
    taskQueue: TASK_QUEUE,
    workflowId,
    args: [{ provider: 'coinmena', batchId, sha256: 'a'.repeat(64), rows }],
  });
  // Of any run: the history is renewed.
  return rig.client.workflow.getHandle<RunBatch>(workflowId);
}

function rowFrom(first: number): AddRowsRequest {
  const [id, line] = [`row-${first}`, first + 2];
  const movement = {
    provider: 'coinmena',
    kind: 'deposit',
    partnerClientId: 'c-1',
    asset: 'USD',
    amount: '1',
  } as const;
  return { first, rows: [{ line, id, flow: 'funding', request: { ...movement, fundingId: id } }] };
}

function done({ row: { line, id } }: RunRowArgument): RanRow {
  return { result: { line, id, outcome: 'done' } };
}

/** Starts a batch of one row whose flow goes on, and waits until it waits to look at it again. */
async function startLong(): Promise<WorkflowHandle<RunBatch>> {
  runRow = ({ row: { line, id } }) => ({
    result: { line, id, outcome: 'under-way' },
    begun: { line, id, workflowId: 'funding/coinmena/row-0' },
  });
  const handle = await start(1);
  await handle.executeUpdate(addRows, { args: [rowFrom(0)] });
  await eventually(async () => {
    const { events } = await handle.fetchHistory();
    return events?.some(({ timerStartedEventAttributes: timer }) => timer != null) === true ? true : undefined;
  });
  return handle;
}

test('a row that had not ended is looked at again, even if it is the only one', async () => {
  const handle = await startLong();
  runRow = done;
  expect(await handle.result()).toMatchObject({ counts: { done: 1 } });
}, 60_000);

test('a batch that is cancelled at the server ends at once, also while a row is to be looked at again', async () => {
  const handle = await startLong();
  await handle.cancel();
  await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
});

test('a batch renews its history by what it has done, and every row is done, paused and resumed or not', async () => {
  runRow = done;
  const rows = 80;
  const handle = await start(rows);
  for (let next = 0; next < rows; next = await handOver(handle, next)) {
    if (next % 10 > 0) continue;
    await handle.executeUpdate(pauseBatch, { args: [BY] });
    await handle.executeUpdate(resumeBatch, { args: [BY] });
  }
  const { counts, runs } = await handle.result();
  expect(counts).toMatchObject({ done: rows });
  expect(runs.map(({ results }) => results).reduce((sum, results) => sum + results)).toBe(rows);
  expect(runs.length).toBeGreaterThan(1);
}, 60_000);

/** Hands the next row over and waits until it is settled. A batch that renews its history takes it a moment later. */
async function handOver(handle: WorkflowHandle, next: number): Promise<number> {
  const taken = await eventually(async () => {
    try {
      const wanted = await handle.executeUpdate(addRows, { args: [rowFrom(next)] });
      return wanted.next > next ? wanted.next : undefined;
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError || error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
        return undefined;
      }
      throw error;
    }
  });
  return await eventually(async () => {
    const { counts } = await handle.query<BatchProgress>('progress');
    return counts['under-way'] === 0 ? taken : undefined;
  });
}
