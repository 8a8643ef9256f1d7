import { connectGangway, type FundingInput, type Gangway } from '../../client';
import { toldBeside } from '../../book/read/words';
import { verifyAudit } from '../../book/audit/verify';
import type { BookDatabase } from '../../book/connection';
import { PostgresSendLog } from '../../book/send-log';
import type { Intent } from '../../contract/funding';
import { TestBook } from '../book/open-book';
import { documents, runCli } from '../client/run-cli';
import { Rig } from '../setup/rig';

/** What stands beside the row. */
const REASON = toldBeside('subject', 'reason').as('reason');

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const POLICY = [{ asset: 'USD', from: '1000', approvers: 1 }];

let testBook: TestBook;
let book: BookDatabase;
let rig: Rig;
let gangway: Gangway;

beforeAll(async () => {
  testBook = await TestBook.start();
  book = testBook.open({ statementMs: 0 });
  const approvals = { GANGWAY_APPROVALS: JSON.stringify(POLICY), GANGWAY_REQUESTER_SECRETS: SECRET };
  rig = await Rig.start({ env: { ...testBook.env, ...approvals } });
  const { address, namespace } = rig.server;
  gangway = await connectGangway({ address, namespace, requesterSecrets: [SECRET] });
});
afterAll(async () => {
  await gangway.close();
  await rig.close();
  await testBook.close();
});

const by = (who: string) => ({ by: who, reason: `${who} checked it` });
const large: FundingInput = {
  provider: 'coinmena',
  fundingId: 'large-1',
  kind: 'deposit',
  partnerClientId: 'large',
  asset: 'USD',
  amount: '1000',
};

test('what a person decides, and is refused, is in the book; and so are the client, its documents and the worker', async () => {
  await (await rig.onboard(rig.application('large'))).result();
  const { workflowId } = await gangway.fund(large, { requestedBy: 'ops-1' });
  await rig.parked(rig.client.workflow.getHandle(workflowId));
  await expect(gangway.approve({ id: workflowId }, by('ops-1'))).rejects.toThrow('ops-1 asked for this movement');
  expect(await book.selectFrom('decisions').selectAll().select(REASON).execute()).toMatchObject([
    {
      subject: workflowId,
      decision: 'approve',
      decided_by: 'ops-1',
      reason: 'ops-1 checked it',
      authority: 'approve',
      refused: expect.stringContaining('ops-1 asked for this movement'),
    },
  ]);
  await gangway.approve({ id: workflowId }, by('ops-2'));
  const taken = await book.selectFrom('decisions').selectAll().where('refused', 'is', null).execute();
  expect(taken).toMatchObject([{ decision: 'approve', decided_by: 'ops-2' }]);
  expect(await rig.client.workflow.getHandle(workflowId).result()).toMatchObject({ outcome: 'completed' });

  expect(await book.selectFrom('clients').selectAll().execute()).toMatchObject([
    { subject: 'onboarding/coinmena/large', verified: true, active: true },
  ]);
  expect((await book.selectFrom('documents').selectAll().execute()).length).toBeGreaterThan(0);
  expect(await book.selectFrom('starts').selectAll().execute()).toMatchObject([
    { subject: workflowId, requested_by: 'ops-1', proven: true },
  ]);
  expect(await book.selectFrom('worker_starts').selectAll().execute()).toMatchObject([
    { providers: 'coinmena', policy_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
  ]);
  expect((await verifyAudit(book)).faults).toEqual([]);
}, 120_000);

test('a cancel that was made in Temporal itself is in the book, and who asked is not known for a movement of nobody', async () => {
  const handle = await rig.fund({ ...large, fundingId: 'cancelled-1', amount: '10', partnerClientId: 'nobody' });
  await rig.parked(handle);
  await handle.cancel();
  await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  const of = book.selectFrom('decisions').selectAll().select(REASON).where('subject', '=', handle.workflowId);
  expect(await of.execute()).toMatchObject([
    { decision: 'cancel', decided_by: 'unknown', reason: expect.stringContaining('in Temporal itself'), refused: null },
  ]);
  const starts = book.selectFrom('starts').selectAll().where('subject', '=', handle.workflowId);
  expect(await starts.execute()).toMatchObject([{ requested_by: null, proven: false }]);
  expect((await verifyAudit(book)).faults).toEqual([]);
}, 120_000);

test('what Temporal does not know any more, status tells from the book', async () => {
  const intent: Intent = {
    provider: 'coinmena',
    fundingId: 'forgotten-1',
    kind: 'deposit',
    partnerClientId: 'large',
    asset: 'USD',
    amount: '10',
  };
  const sendLog = new PostgresSendLog(book);
  await sendLog.admit(intent);
  const { address, namespace } = rig.server;
  const env = { ...testBook.env, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace };
  const open = await runCli(['status', 'forgotten-1'], { env });
  expect(open.stdout).toContain('Temporal knows nothing of it any more. From the book:');
  expect(open.stdout).toContain('It has not ended in the book, and nothing runs that would end it');
  expect(open.exitCode).toBe(1);

  await sendLog.end({ provider: 'coinmena', fundingId: 'forgotten-1' }, { outcome: 'abandoned' });
  const ended = await runCli(['status', 'forgotten-1', '--json'], { env });
  expect(documents(ended)).toMatchObject([
    { from: 'book', subject: 'funding/coinmena/forgotten-1', movement: { status: 'abandoned' } },
  ]);
  expect(ended.exitCode).toBe(5);
  const unknown = await runCli(['status', 'nobody-knows', '--json'], { env });
  expect(documents(unknown)).toMatchObject([{ error: { code: 'UNKNOWN_ID' } }]);
  expect(unknown.exitCode).toBe(2);
}, 120_000);
