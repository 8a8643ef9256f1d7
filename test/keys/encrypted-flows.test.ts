import { randomUUID } from 'node:crypto';
import { Connection, WorkflowNotFoundError } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { PostgresDataKeys } from '../../book/data-keys';
import { connectGangway, type Gangway } from '../../client';
import { fundingWorkflowId, onboardingWorkflowId } from '../../contract/ids';
import { providerTaskQueue } from '../../contract/task-queues';
import { KeyFile, newKeyLine } from '../../keys/key-file';
import { KeyFileWrapper } from '../../keys/key-wrapper';
import { openPayloadKeys, type OpenPayloadKeys } from '../../keys/open';
import { rotateKeys } from '../../keys/rotate';
import { PAYLOAD_KEY_VARIABLES, payloadKeySettings } from '../../keys/settings';
import { readWorkerConfig } from '../../worker/config';
import { startWorkerInProcess, type RunningWorkers } from '../../worker/in-process';
import { documents, runCli } from '../client/run-cli';
import { eventually, Rig } from '../setup/rig';
import { taskFailures } from '../setup/task-failures';
import { workflowBundle } from '../setup/workflow-bundle';
import { foundIn, storedOf } from './canary';
import { KeyFileOfATest } from './key-file-of-a-test';

const { keyFile: KEY_FILE, readsPlain: READS_PLAIN } = PAYLOAD_KEY_VARIABLES;

let rig: Rig;
let keyFile: KeyFileOfATest;
let keys: OpenPayloadKeys;
let gangway: Gangway;
let connection: Connection;

beforeAll(async () => {
  keyFile = new KeyFileOfATest();
  // Both, because one worker writes in clear before encryption is switched on; each test says which its worker is.
  rig = await Rig.start({ env: { [KEY_FILE]: keyFile.path, [READS_PLAIN]: 'true' } });
  connection = await Connection.connect({ address: rig.server.address });
  await rig.stopWorker();
  keys = openKeys();
  gangway = await connectGangway({ ...where(), dataConverter: keys.dataConverter });
}, 60_000);
afterAll(async () => {
  await gangway.close();
  await connection.close();
  await keys.close();
  await rig.close();
  keyFile.remove();
});

function where() {
  return { connection, address: rig.server.address, namespace: rig.server.namespace };
}

function openKeys(): OpenPayloadKeys {
  const settings = payloadKeySettings({ ...rig.env, [READS_PLAIN]: 'false' });
  if (settings === undefined) throw new Error('there is no key file');
  return openPayloadKeys(settings);
}

/** Works with a worker of its own for as long as `work` takes. */
async function withWorker<Result>(env: NodeJS.ProcessEnv, work: () => Promise<Result>): Promise<Result> {
  const worker: RunningWorkers = await startWorkerInProcess(readWorkerConfig({ ...rig.env, ...env }));
  try {
    return await work();
  } finally {
    await worker.stop();
  }
}

const ENCRYPTS = { [READS_PLAIN]: 'false' };

/** What may be found of an applicant, and of what a person wrote. */
function personalOf(partnerClientId: string): Readonly<Record<string, string>> {
  const { applicant } = rig.application(partnerClientId);
  return {
    name: applicant.name,
    email: applicant.email,
    birthDate: applicant.birthDate ?? '',
    phone: applicant.phone,
    governmentId: applicant.governmentId?.number ?? '',
    street: applicant.address.street,
    employer: 'Acme Corp',
    bankAccount: BANK_ACCOUNT,
  };
}

const BANK_ACCOUNT = 'BH67BMAG00001299123456';

/** Onboards a client, funds it, has a person abandon a withdrawal, and gives all that Temporal stores of it. */
async function wholeStory(of: Gangway, partnerClientId: string): Promise<Buffer> {
  const started = await of.onboardAndFund({
    ...rig.application(partnerClientId),
    funding: [{ fundingId: `dep-${partnerClientId}`, kind: 'deposit', asset: 'USD', amount: '1000.00' }],
  });
  expect(await started.result()).toMatchObject({ onboarding: { outcome: 'ready' } });
  const deposit = { provider: 'coinmena', id: fundingWorkflowId('coinmena', `dep-${partnerClientId}`) };
  expect(await of.follow(deposit, () => undefined)).toMatchObject({ state: 'done' });
  const fundingId = `wd-${partnerClientId}`;
  const { workflowId } = await of.fund({
    provider: 'coinmena',
    fundingId,
    partnerClientId,
    kind: 'withdrawal',
    asset: 'USD',
    amount: '99999.00',
  });
  await eventually(async () => ((await of.status({ id: workflowId })).state === 'parked' ? true : undefined));
  const reason = `the client closed ${BANK_ACCOUNT}`;
  await of.resolve({ id: workflowId }, { action: 'abandon', by: 'ops-1', reason });
  expect(await of.follow({ id: workflowId }, () => undefined)).toMatchObject({ state: 'abandoned' });
  return await storedOf(rig.client, connection, (id) => id.endsWith(partnerClientId));
}

test('in clear, everything personal is found in what Temporal stores', async () => {
  const { codePath } = await workflowBundle();
  const plain = await connectGangway({ ...where(), dataConverter: {} });
  const stored = await withWorker({ [KEY_FILE]: '', [READS_PLAIN]: '', GANGWAY_WORKFLOW_BUNDLE: codePath }, () =>
    wholeStory(plain, 'seen-1'),
  );
  const personal = personalOf('seen-1');
  expect(foundIn(stored, personal)).toEqual(Object.keys(personal));
  // What was written in clear before is refused by whoever is not told to read it.
  const again = gangway.fund({ ...DEPOSIT, fundingId: 'dep-seen-1', partnerClientId: 'seen-1', amount: '1000.00' });
  await expect(again).rejects.toMatchObject({
    code: 'PAYLOAD_REFUSED',
    message: expect.stringContaining('PAYLOAD_PLAIN'),
  });
});

test('encrypted, nothing personal is found in it, and who has the keys reads all', async () => {
  await withWorker(ENCRYPTS, async () => {
    const stored = await wholeStory(gangway, 'hidden-1');
    expect(foundIn(stored, personalOf('hidden-1'))).toEqual([]);
    // It was looked through where it is: ids are there.
    expect(foundIn(stored, { id: 'hidden-1' })).toEqual(['id']);

    const sizes = await Promise.all(['seen-1', 'hidden-1'].map(historyBytes));
    expect(sizes[1]).toBeLessThan(sizes[0] ?? 0);

    const again = await gangway.fund({
      ...DEPOSIT,
      fundingId: 'dep-hidden-1',
      partnerClientId: 'hidden-1',
      amount: '1000.00',
    });
    expect(again.started).toBe('already-done');
    const shown = await runCli(['status', 'dep-hidden-1', '--json'], { env: ofClient() });
    expect(documents(shown).at(-1)).toMatchObject({ state: 'done', order: { ref: 'dep-hidden-1', amount: '1000.00' } });
    const listed = await runCli(['list', '--json'], { env: ofClient() });
    expect(listed.stdout).toContain('onboarding/coinmena/hidden-1');
    const without = await runCli(['status', 'dep-hidden-1'], { env: { ...ofClient(), [KEY_FILE]: '' } });
    expect(without).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('Set GANGWAY_PAYLOAD_KEYS_FILE') });
    const noBook = await runCli(['status', 'dep-hidden-1'], { env: { ...ofClient(), GANGWAY_BOOK_URL: '' } });
    expect(noBook).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('GANGWAY_BOOK_URL must be set beside'),
    });
  });
});

test('what a schedule starts is read, though Temporal makes its id of the time too', async () => {
  const yesterday = new Date(Date.now() - DAY_MS).toISOString().slice(0, 10);
  await withWorker(ENCRYPTS, async () => {
    const { scheduleId } = await gangway.reconciliations.schedule('coinmena', { settleWindowMs: 300_000 });
    const schedule = rig.client.schedule.getHandle(scheduleId);
    await schedule.trigger();
    const reconciled = rig.client.workflow.getHandle(`reconciliation/coinmena/${yesterday}`);
    const ended = await eventually(async () => {
      try {
        const { status } = await reconciled.describe();
        return status.name === 'RUNNING' ? undefined : status.name;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined;
        throw error;
      }
    });
    await schedule.delete();
    expect(ended).toBe('COMPLETED');
  });
});

const DAY_MS = 86_400_000;

/** Of all workflows of a client, as Temporal counts it. */
async function historyBytes(partnerClientId: string): Promise<number> {
  const ids = [onboardingWorkflowId('coinmena', partnerClientId)].concat(
    ['dep', 'wd'].map((kind) => fundingWorkflowId('coinmena', `${kind}-${partnerClientId}`)),
  );
  const sizes = await Promise.all(
    ids.map(async (id) => (await rig.client.workflow.getHandle(id).describe()).historySize ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function ofClient(): NodeJS.ProcessEnv {
  const { GANGWAY_BOOK_URL, GANGWAY_BOOK_PASSWORD_FILE } = rig.env;
  return {
    TEMPORAL_ADDRESS: rig.server.address,
    GANGWAY_BOOK_URL,
    GANGWAY_BOOK_PASSWORD_FILE,
    [KEY_FILE]: keyFile.path,
  };
}

const DEPOSIT = { provider: 'coinmena', kind: 'deposit', asset: 'USD', amount: '5.00' } as const;

/** Starts a movement with an argument that is taken as it is. */
async function startWith(fundingId: string, input: Payload) {
  const workflowId = fundingWorkflowId('coinmena', fundingId);
  await connection.workflowService.startWorkflowExecution({
    namespace: rig.server.namespace,
    workflowId,
    workflowType: { name: 'fundAccount' },
    taskQueue: { name: providerTaskQueue('coinmena') },
    input: { payloads: [input] },
    requestId: randomUUID(),
  });
  return rig.client.workflow.getHandle(workflowId);
}

test('a payload of another workflow, one with a flipped bit and one in clear each stop the workflow with a reason, and nothing is sent', async () => {
  const codec = keys.dataConverter.payloadCodecs?.[0];
  const request = { ...DEPOSIT, fundingId: 'tampered-2', partnerClientId: 'hidden-1' };
  const plain: Payload = {
    metadata: { encoding: Buffer.from('json/plain') },
    data: Buffer.from(JSON.stringify(request)),
  };
  const home = {
    type: 'workflow',
    namespace: rig.server.namespace,
    workflowId: 'funding/coinmena/tampered-2',
  } as const;
  const [encrypted] = (await codec?.encode([plain], home)) ?? [];
  const flipped = Buffer.from(encrypted?.data ?? []);
  flipped.writeUInt8(flipped.readUInt8(40) ^ 1, 40);
  await withWorker(ENCRYPTS, async () => {
    const tampered = [
      { handle: await startWith('tampered-1', encrypted ?? {}), code: 'PAYLOAD_MOVED' },
      { handle: await startWith('tampered-2', { ...encrypted, data: flipped }), code: 'PAYLOAD_TAMPERED' },
      { handle: await startWith('tampered-3', plain), code: 'PAYLOAD_PLAIN' },
    ];
    for (const { handle, code } of tampered) {
      const [reason = ''] = await eventually(async () => {
        const reasons = await taskFailures(handle);
        return reasons.length === 0 ? undefined : reasons;
      });
      expect(reason).toMatch(new RegExp(`^${code}: A payload of funding/coinmena/tampered-\\d `));
      expect((await handle.describe()).status.name).toBe('RUNNING');
    }
  });
  expect(await rig.ordersOf('tampered-1')).toEqual([]);
  expect(await rig.ordersOf('tampered-2')).toEqual([]);
  expect(await rig.ordersOf('tampered-3')).toEqual([]);
});

test('a worker whose key file lacks a key waits, says which, and goes on once it is back', async () => {
  const { lines } = keyFile;
  const id = keyFile.ids[0] ?? '';
  const started = await gangway.fund({ ...DEPOSIT, fundingId: 'waits-1', partnerClientId: 'hidden-1' });
  keyFile.write([newKeyLine().line]);
  try {
    await withWorker(ENCRYPTS, async () => {
      const handle = rig.client.workflow.getHandle(started.workflowId);
      const [reason = ''] = await eventually(async () => {
        const reasons = await taskFailures(handle);
        return reasons.length === 0 ? undefined : reasons;
      });
      expect(reason).toMatch(/^WRAPPING_KEY_MISSING: /);
      expect(reason).toContain(`key-encryption key ${id}`);
      expect(reason).toMatch(/so do those of \d+ workflows in all/);
      expect(await rig.ordersOf('waits-1')).toEqual([]);
      keyFile.write(lines);
      expect(await started.result()).toMatchObject({ outcome: 'completed' });
    });
  } finally {
    keyFile.write(lines);
  }
});

test('keys are rotated while movements run, and none is lost', async () => {
  const former = keyFile.ids[0];
  const book = new PostgresDataKeys(rig.book.open());
  await withWorker(ENCRYPTS, async () => {
    const fundingIds = Array.from({ length: 12 }, (_, index) => `rotated-${index}`);
    const starting = fundingIds.map(async (fundingId, index) => {
      if (index === 6) keyFile.write([newKeyLine().line, ...keyFile.lines]);
      const started = await gangway.fund({ ...DEPOSIT, fundingId, partnerClientId: 'hidden-1' });
      return await started.result();
    });
    const ended = Promise.all(starting);
    const wrapper = new KeyFileWrapper(new KeyFile(keyFile.path));
    await rotateKeys(book, wrapper);
    expect((await ended).map(({ outcome }) => outcome)).toEqual(fundingIds.map(() => 'completed'));
    expect((await rotateKeys(book, wrapper)).missing).toEqual({});
    expect([...(await book.countByWrapping()).keys()]).toEqual([keyFile.ids[0]]);
    expect(keyFile.ids[0]).not.toBe(former);
    // Whoever has the new key alone reads what was encrypted before it was there.
    keyFile.write(keyFile.lines.slice(0, 1));
    const fresh = openKeys();
    const later = await connectGangway({ ...where(), dataConverter: fresh.dataConverter });
    expect(await later.status({ id: 'dep-hidden-1', provider: 'coinmena' })).toMatchObject({ state: 'done' });
    await fresh.close();
  });
});
