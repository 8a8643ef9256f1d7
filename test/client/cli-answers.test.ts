import { connectGangway, type FundingInput, type FundingKind, type Gangway } from '../../client';
import { eventually, Rig } from '../setup/rig';
import { documents, runCli, type CliResult } from './run-cli';

const POLICY = [{ asset: 'USD', from: '1000', approvers: 1 }];
const SECRET = `whsec_${Buffer.alloc(32, 6).toString('base64')}`;
const DECISION = ['--by', 'ops-2', '--reason', 'checked'];

let rig: Rig;
let gangway: Gangway;

beforeAll(async () => {
  rig = await Rig.start({ env: { GANGWAY_APPROVALS: JSON.stringify(POLICY), GANGWAY_REQUESTER_SECRETS: SECRET } });
  const { address, namespace } = rig.server;
  gangway = await connectGangway({ address, namespace, requesterSecrets: [SECRET] });
  for (const client of ['cli', 'poor']) await (await gangway.onboard(rig.application(client))).result();
});
afterAll(async () => {
  await gangway.close();
  await rig.close();
});

function cli(...args: readonly string[]): Promise<CliResult> {
  return runCli(args, { env: { TEMPORAL_ADDRESS: rig.server.address } });
}

async function parked(fundingId: string, kind: FundingKind, amount: string, partnerClientId = 'cli'): Promise<void> {
  const movement: FundingInput = { provider: 'coinmena', partnerClientId, asset: 'USD', fundingId, kind, amount };
  const { workflowId } = await gangway.fund(movement, { requestedBy: 'ops-1' });
  await rig.parked(rig.client.workflow.getHandle(workflowId));
  await eventually(async () => {
    const flows = await gangway.list({ needsAttention: true });
    return flows.find((flow) => flow.fundingId === fundingId);
  });
}

test('a large movement is found, approved by another person, and watched to its end', async () => {
  await parked('large', 'deposit', '1000.00');
  const listed = await cli('list', '--code', 'APPROVAL_REQUIRED', '--json');
  expect(documents({ ...listed, stdout: listed.stdout.trim().slice(1, -1) })).toMatchObject([{ fundingId: 'large' }]);
  const own = await cli('approve', 'large', '--by', 'ops-1', '--reason', 'mine');
  expect(own).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('another person must') });
  const status = await cli('status', 'large');
  expect(status).toMatchObject({
    exitCode: 3,
    stdout: expect.stringContaining('npx gangway approve funding/coinmena/'),
  });
  const watching = cli('watch', 'large', '--json');
  expect((await cli('approve', 'large', ...DECISION)).stdout).toContain('accepted: the movement begins');
  const watched = await watching;
  expect(watched.exitCode).toBe(0);
  expect(documents(watched).at(-1)).toMatchObject({ event: 'result', status: { state: 'done' } });
});

test('a rejected movement ends as given up', async () => {
  await parked('rejected', 'deposit', '2000.00');
  expect((await cli('reject', 'rejected', ...DECISION)).exitCode).toBe(0);
  expect((await cli('watch', 'rejected')).exitCode).toBe(5);
  expect(await rig.ordersOf('rejected')).toEqual([]);
});

test('all that wait for one reason are listed, then answered, and only those', async () => {
  const ids = ['w-1', 'w-2', 'w-3'];
  for (const id of ids) await parked(id, 'withdrawal', '900.00', 'poor');
  await parked('held', 'deposit', '3000.00');
  const dry = await cli('retry-all', '--code', 'INSUFFICIENT_FUNDS', '--dry-run');
  expect(dry.stdout).toContain('3 would be answered with retry. Nothing was sent.');
  for (const id of ['d-1', 'd-2', 'd-3']) {
    const deposit = { provider: 'coinmena', partnerClientId: 'poor', asset: 'USD', amount: '900.00' } as const;
    await (await gangway.fund({ ...deposit, kind: 'deposit', fundingId: id })).result();
  }
  const answered = await cli('retry-all', '--code', 'INSUFFICIENT_FUNDS', '--concurrency', '2', ...DECISION, '--json');
  expect(answered.exitCode).toBe(0);
  expect(documents(answered).at(-1)).toMatchObject({
    event: 'result',
    counts: { accepted: 3, refused: 0, unknown: 0 },
  });
  for (const id of ids) {
    const status = await eventually(async () => {
      const now = await gangway.status({ id: `funding/coinmena/${id}` });
      return now.state === 'running' ? undefined : now;
    });
    expect(status).toMatchObject({ state: 'done', decisions: [{ action: 'retry', by: 'ops-2', reason: 'checked' }] });
  }
  expect(await gangway.status({ id: 'funding/coinmena/held' })).toMatchObject({ state: 'parked', decisions: [] });
  await gangway.cancel({ id: 'funding/coinmena/held' }, { by: 'ops-1', reason: 'over' });
  expect((await cli('retry-all', '--code', 'INSUFFICIENT_FUNDS', ...DECISION)).stdout).toContain('Nothing matches.');
});
