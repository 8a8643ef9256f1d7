import { Connection, ServiceError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { fromTemporal } from '../../client/flow/from-temporal';
import { fromWorker } from '../../client/flow/from-worker';
import { testTemporalAddress } from '../setup/temporal';

const WORKFLOW = 'funding/coinmena/dep-1';
const lateUpdate: Error = new WorkflowUpdateRPCTimeoutOrCancelledError('too late');

/** A call that ended with a gRPC status, as the SDK throws it. */
function ended(code: number, details: string): ServiceError {
  const cause = Object.assign(new Error(details), { code, details });
  return new ServiceError('a call failed', { cause });
}

const late: Error = ended(4, 'Deadline exceeded');

let connection: Connection;
let away: Connection;

beforeAll(async () => {
  connection = await Connection.connect({ address: testTemporalAddress() });
  // Nothing listens on a port that only the system may open.
  away = Connection.lazy({ address: '127.0.0.1:1' });
});
afterAll(async () => {
  await connection.close();
  await away.close();
});

test.each([
  ['a message that nobody took', lateUpdate],
  ['a question that nobody answered', late],
  ['a queue that nobody reads', ended(9, 'no poller seen for task queue recently, worker may be down')],
])('%s is no worker, if Temporal itself answers', async (_what, error) => {
  const told = await fromWorker({ connection, namespace: 'default' }, error, WORKFLOW);
  expect(told).toMatchObject({ code: 'NO_WORKER', workflowId: WORKFLOW });
  expect(told.message).not.toMatch(/start a server/i);
});

test.each([
  ['a message', lateUpdate],
  ['a question', late],
])('%s that Temporal did not take, because it is away, blames no worker', async (_what, error) => {
  const told = await fromWorker({ connection: away, namespace: 'default' }, error, WORKFLOW);
  expect(told.code).toBe('TEMPORAL_UNREACHABLE');
});

test('what Temporal answers by itself blames no worker when it comes late', () => {
  expect(fromTemporal(late, WORKFLOW).code).toBe('TEMPORAL_UNREACHABLE');
});
