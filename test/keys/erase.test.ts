import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { sql } from 'kysely';
import { verifyAudit } from '../../book/audit/verify';
import { PostgresErasures } from '../../book/erasures';
import { connectGangway, type Erasure, type Gangway, type GangwayOptions } from '../../client';
import { eventWorkflowId } from '../../contract/events';
import { fundingWorkflowId, onboardingWorkflowId } from '../../contract/ids';
import { openPayloadKeys, type OpenPayloadKeys } from '../../keys/open';
import { PAYLOAD_KEY_VARIABLES, payloadKeySettings, type PayloadKeySettings } from '../../keys/settings';
import { readWorkerConfig } from '../../worker/config';
import { startWorkerInProcess } from '../../worker/in-process';
import { documents, runCli } from '../client/run-cli';
import { eventually, Rig } from '../setup/rig';
import { foundIn, storedOf } from './canary';
import { KeyFileOfATest } from './key-file-of-a-test';

const { keyFile: KEY_FILE } = PAYLOAD_KEY_VARIABLES;

let rig: Rig;
let keyFile: KeyFileOfATest;
let blindKeys: KeyFileOfATest;
let keys: OpenPayloadKeys;
let gangway: Gangway;
let connection: Connection;

beforeAll(async () => {
  [keyFile, blindKeys] = [new KeyFileOfATest(), new KeyFileOfATest()];
  rig = await Rig.start({ env: { [KEY_FILE]: keyFile.path, GANGWAY_BLIND_INDEX_KEY_FILE: blindKeys.path } });
  await rig.holdWatch();
  connection = await Connection.connect({ address: rig.server.address });
  keys = openPayloadKeys(keySettings());
  gangway = await connect();
}, 60_000);
afterAll(async () => {
  await gangway.close();
  await connection.close();
  await keys.close();
  await rig.close((workflowId) => workflowId.endsWith('stays-1'));
  keyFile.remove();
  blindKeys.remove();
});

function keySettings(): PayloadKeySettings {
  const settings = payloadKeySettings(rig.env);
  if (settings === undefined) throw new Error('there is no key file');
  return settings;
}

async function connect(but: Partial<GangwayOptions> = {}): Promise<Gangway> {
  const { address, namespace } = rig.server;
  return await connectGangway({ connection, address, namespace, payloadKeys: keySettings(), retention: [], ...but });
}

const ASKED = { by: 'ops-9', reason: 'asked to be forgotten, ticket 77' };
const BANK_ACCOUNT = 'BH67BMAG00001299123456';

function clientOf(partnerClientId: string) {
  return { provider: 'coinmena', partnerClientId } as const;
}

/** Onboards a client, moves its money, and leaves a withdrawal that waits for a person. */
async function client(partnerClientId: string): Promise<void> {
  await (await gangway.onboard(rig.application(partnerClientId))).result();
  const movement = { ...clientOf(partnerClientId), asset: 'USD' } as const;
  const deposit = await gangway.fund({
    ...movement,
    fundingId: `dep-${partnerClientId}`,
    kind: 'deposit',
    amount: '50.00',
  });
  expect(await deposit.result()).toMatchObject({ outcome: 'completed' });
  const given = await gangway.fund({
    ...movement,
    fundingId: `gone-${partnerClientId}`,
    kind: 'withdrawal',
    amount: '888.00',
  });
  await waits(given.workflowId);
  const reason = `the client closed ${BANK_ACCOUNT}`;
  await gangway.resolve({ id: given.workflowId }, { action: 'abandon', by: 'ops-1', reason });
  await given.result();
  const parked = await gangway.fund({
    ...movement,
    fundingId: `wd-${partnerClientId}`,
    kind: 'withdrawal',
    amount: '999.00',
  });
  await waits(parked.workflowId);
}

async function waits(workflowId: string): Promise<void> {
  await eventually(async () => ((await gangway.status({ id: workflowId })).state === 'parked' ? true : undefined));
}

function personalOf(partnerClientId: string): Readonly<Record<string, string>> {
  const { applicant, documents: files } = rig.application(partnerClientId);
  return {
    name: applicant.name,
    email: applicant.email,
    phone: applicant.phone,
    street: applicant.address.street,
    bankAccount: BANK_ACCOUNT,
    file: files[0]?.front.uri ?? '',
  };
}

/** Everything that the book holds of a client's subjects, as text. */
async function bookOf(partnerClientId: string): Promise<string> {
  const like = `%${partnerClientId}`;
  const { rows } = await sql<{ text: string }>`
    SELECT t::text AS text FROM book.audit AS t JOIN book.chains AS c USING (chain_id) WHERE c.subject LIKE ${like}
    UNION ALL SELECT t::text FROM book.decisions AS t WHERE subject LIKE ${like}
    UNION ALL SELECT t::text FROM book.documents AS t WHERE subject LIKE ${like}
    UNION ALL SELECT t::text FROM book.particulars AS t WHERE subject LIKE ${like}
    UNION ALL SELECT t::text FROM book.blind_indexes AS t WHERE client_id = ${partnerClientId}`.execute(
    rig.book.open(),
  );
  return rows.map(({ text }) => text).join('\n');
}

async function statusName(workflowId: string): Promise<string> {
  return (await rig.client.workflow.getHandle(workflowId).describe()).status.name;
}

function certificateOf(erasure: Erasure) {
  if (erasure.is === 'would-erase') throw new Error('nothing was erased');
  return erasure.certificate;
}

/** What of a client's histories whoever has the key file and the book can decrypt. */
async function readable(partnerClientId: string): Promise<readonly string[]> {
  const fresh = openPayloadKeys(keySettings());
  const codec = fresh.dataConverter.payloadCodecs?.[0];
  const { namespace } = rig.server;
  const read: string[] = [];
  try {
    for await (const { workflowId, runId } of rig.client.workflow.list()) {
      if (!workflowId.endsWith(partnerClientId)) continue;
      const history = await rig.client.workflow.getHandle(workflowId, runId).fetchHistory();
      const context = { type: 'workflow', namespace, workflowId } as const;
      for (const event of history.events ?? []) {
        const payloads = event.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
        const done = event.workflowExecutionCompletedEventAttributes?.result?.payloads ?? [];
        for (const payload of [...payloads, ...done]) {
          const decoded = await codec?.decode([payload], context).catch(() => undefined);
          if (decoded !== undefined) read.push(workflowId);
        }
      }
    }
  } finally {
    await fresh.close();
  }
  return read;
}

test('forgetting a client leaves nothing that can be read, and everybody else as they were', async () => {
  await client('erased-1');
  await client('stays-1');
  const personal = personalOf('erased-1');
  expect(await bookOf('erased-1')).toContain(BANK_ACCOUNT);
  expect((await readable('erased-1')).length).toBeGreaterThan(5);

  const wouldErase = await gangway.erase(clientOf('erased-1'), { ...ASKED, dryRun: true });
  const waiting = fundingWorkflowId('coinmena', 'wd-erased-1');
  expect(wouldErase).toMatchObject({ is: 'would-erase', plan: { ends: [waiting], inClear: 0 } });
  expect(await statusName(waiting)).toBe('RUNNING');
  expect(await bookOf('erased-1')).toContain(BANK_ACCOUNT);

  const erased = await gangway.erase(clientOf('erased-1'), ASKED);
  const certificate = certificateOf(erased);
  expect(erased.is).toBe('erased');
  expect(certificate).toMatchObject({
    ...clientOf('erased-1'),
    ...ASKED,
    cancelled: [waiting],
    blindIndexes: 3,
    inClear: 0,
  });
  expect(certificate.keys.length).toBeGreaterThanOrEqual(4);
  expect(certificate.documents).toBeGreaterThan(0);
  expect(certificate.words).toBeGreaterThanOrEqual(2);

  expect(await readable('erased-1')).toEqual([]);
  expect(foundIn(await storedOf(rig.client, connection, (id) => id.endsWith('erased-1')), personal)).toEqual([]);
  expect(foundIn(Buffer.from(await bookOf('erased-1')), personal)).toEqual([]);
  // Amounts, refs and decisions stay.
  const book = await bookOf('erased-1');
  for (const kept of ['999.00', 'dep-erased-1', 'abandon', 'ops-1']) expect(book).toContain(kept);
  const again = await gangway.erase(clientOf('erased-1'), { by: 'ops-2', reason: 'again' });
  expect(again).toEqual({ is: 'erased-before', certificate });

  // The one who was not forgotten.
  expect(await statusName(fundingWorkflowId('coinmena', 'wd-stays-1'))).toBe('RUNNING');
  expect(await bookOf('stays-1')).toContain(BANK_ACCOUNT);
  expect(await gangway.status({ id: onboardingWorkflowId('coinmena', 'stays-1') })).toMatchObject({ state: 'done' });
  expect((await verifyAudit(rig.book.open())).faults).toEqual([]);

  expect(await gangway.status({ id: onboardingWorkflowId('coinmena', 'erased-1') })).toMatchObject({
    failure: { code: 'PAYLOAD_REFUSED', message: expect.stringContaining('The client was forgotten') },
  });
}, 60_000);

test('who was forgotten and signs up again is another: with keys of its own, and what was before stays without the person', async () => {
  await (await gangway.onboard(rig.application('back-1'))).result();
  const deposit = { ...clientOf('back-1'), kind: 'deposit', asset: 'USD', amount: '7.00' } as const;
  await (await gangway.fund({ ...deposit, fundingId: 'dep-back-1' })).result();
  const first = certificateOf(await gangway.erase(clientOf('back-1'), ASKED));

  const started = await gangway.onboard(rig.application('back-1'));
  expect(started.started).toBe('new');
  expect(await started.result()).toMatchObject({ outcome: 'ready' });
  expect(await gangway.status({ id: onboardingWorkflowId('coinmena', 'back-1') })).toMatchObject({ state: 'done' });
  // An id of a movement is one movement for ever.
  await expect(gangway.fund({ ...deposit, fundingId: 'dep-back-1' })).rejects.toMatchObject({ code: 'ID_TAKEN' });
  expect(await (await gangway.fund({ ...deposit, fundingId: 'dep2-back-1' })).result()).toMatchObject({
    outcome: 'completed',
  });

  const second = certificateOf(await gangway.erase(clientOf('back-1'), ASKED));
  expect(second.id).not.toBe(first.id);
  expect(second.keys.filter((id) => first.keys.includes(id))).toEqual([]);
  expect(await readable('back-1')).toEqual([]);
  expect((await verifyAudit(rig.book.open())).faults).toEqual([]);
}, 60_000);

test('a chain whose movement waits, and what a partner who does not answer is being told, are ended', async () => {
  await rig.stopWorker();
  const telling = await startWorkerInProcess(
    readWorkerConfig({
      ...rig.env,
      GANGWAY_EVENTS_URL: 'http://127.0.0.1:9/events',
      GANGWAY_EVENTS_SECRETS: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
    }),
  );
  try {
    const movement = { kind: 'withdrawal', asset: 'USD', amount: '999.00' } as const;
    const funding = ['wd1-chained-1', 'wd2-chained-1'].map((fundingId) => ({ ...movement, fundingId }));
    await gangway.onboardAndFund({ ...rig.application('chained-1'), funding });
    const parked = fundingWorkflowId('coinmena', 'wd1-chained-1');
    await eventually(async () => {
      const { status } = await rig.client.workflow
        .getHandle(parked)
        .describe()
        .catch(() => ({ status: undefined }));
      return status === undefined ? undefined : true;
    });
    await waits(parked);
    const certificate = certificateOf(await gangway.erase(clientOf('chained-1'), ASKED));
    expect(certificate.cancelled).toEqual([parked]);
    expect(await statusName(onboardingWorkflowId('coinmena', 'chained-1'))).toBe('COMPLETED');
    expect(await readable('chained-1')).toEqual([]);
    const events = await rig.book
      .open()
      .selectFrom('events_out')
      .select(['event_id', 'delivered_at', 'put_aside'])
      .where('subject', 'in', [parked, onboardingWorkflowId('coinmena', 'chained-1')])
      .execute();
    expect(events.length).toBeGreaterThanOrEqual(3);
    for (const { event_id: id } of events) {
      await expect(statusName(eventWorkflowId('coinmena', id))).resolves.not.toBe('RUNNING');
    }
    // They are told again, once the partner answers.
    expect(events.filter(({ delivered_at: at, put_aside: why }) => at !== null || why !== null)).toEqual([]);
  } finally {
    await telling.stop();
    await rig.startWorker();
  }
}, 60_000);

test('money that is under way, a law and an unknown id refuse it, and nothing is destroyed', async () => {
  await (await gangway.onboard(rig.application('moves-1'))).result();
  const law = { kind: 'application', keep: '5y', law: 'AML Act, section 8' } as const;
  const bound = await connect({ retention: [law] });
  const refused = bound.erase(clientOf('moves-1'), ASKED);
  await expect(refused).rejects.toMatchObject({
    code: 'RETENTION',
    message: expect.stringMatching(/its application until 20\d\d-\d\d-\d\d \(AML Act, section 8\)/),
  });
  await rig.stopWorker();
  const next = {
    ...clientOf('moves-1'),
    fundingId: 'next-moves-1',
    kind: 'deposit',
    asset: 'USD',
    amount: '5.00',
  } as const;
  const running = await gangway.fund(next);
  await expect(gangway.erase(clientOf('moves-1'), ASKED)).rejects.toMatchObject({
    code: 'CLIENT_BUSY',
    message: expect.stringContaining('funding/coinmena/next-moves-1'),
  });
  await rig.startWorker();
  expect(await running.result()).toMatchObject({ outcome: 'completed' });
  // The book says that a send has left; nobody looks after it in Temporal.
  const { sends } = rig.book;
  const intent = {
    ...clientOf('moves-1'),
    fundingId: 'doubt-1',
    kind: 'deposit',
    asset: 'USD',
    amount: '5.00',
  } as const;
  await sends.log.admit(intent);
  await sends.log.begin({ provider: 'coinmena', fundingId: 'doubt-1', ref: 'doubt-1', number: 1 }, 'worker-7');
  await expect(gangway.erase(clientOf('moves-1'), ASKED)).rejects.toMatchObject({
    code: 'CLIENT_BUSY',
    message: expect.stringContaining('funding/coinmena/doubt-1'),
  });
  await expect(gangway.erase(clientOf('nobody'), ASKED)).rejects.toMatchObject({ code: 'UNKNOWN_ID' });
  expect(await gangway.status({ id: onboardingWorkflowId('coinmena', 'moves-1') })).toMatchObject({ state: 'done' });
}, 60_000);

test('an erasure that broke off goes on where it was, and its certificate tells all of it', async () => {
  await (await gangway.onboard(rig.application('broken-1'))).result();
  const withdrawal = { ...clientOf('broken-1'), kind: 'withdrawal', asset: 'USD', amount: '999.00' } as const;
  const { workflowId } = await gangway.fund({ ...withdrawal, fundingId: 'wd-broken-1' });
  await waits(workflowId);
  const breaks = jest.spyOn(PostgresErasures.prototype, 'erase').mockRejectedValueOnce(new Error('killed'));
  await expect(gangway.erase(clientOf('broken-1'), ASKED)).rejects.toThrow('killed');
  breaks.mockRestore();
  expect(await statusName(workflowId)).toBe('COMPLETED');
  expect(certificateOf(await gangway.erase(clientOf('broken-1'), ASKED))).toMatchObject({ cancelled: [workflowId] });
  expect(await readable('broken-1')).toEqual([]);
}, 60_000);

describe('gangway erase', () => {
  function env(but: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const { GANGWAY_BOOK_URL, GANGWAY_BOOK_PASSWORD_FILE } = rig.env;
    const book = { GANGWAY_BOOK_URL, GANGWAY_BOOK_PASSWORD_FILE };
    return { TEMPORAL_ADDRESS: rig.server.address, [KEY_FILE]: keyFile.path, ...book, ...but };
  }
  const FLAGS = ['--by', ASKED.by, '--reason', ASKED.reason];

  test('tells what it would do, does it once, and answers the same certificate', async () => {
    await (await gangway.onboard(rig.application('cli-1'))).result();
    const found = await runCli(['find', '--email', '--by', 'ops-1', '--json'], {
      env: env({ GANGWAY_BLIND_INDEX_KEY_FILE: blindKeys.path }),
      stdin: personalOf('cli-1')['email'] ?? '',
    });
    expect(documents(found)).toMatchObject([{ clients: [clientOf('cli-1')] }]);
    const dry = await runCli(['erase', 'cli-1', ...FLAGS, '--dry-run'], { env: env() });
    expect(dry).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Nothing was changed') });
    const done = await runCli(['erase', 'cli-1', ...FLAGS, '--json'], { env: env() });
    expect({ exitCode: done.exitCode, stderr: done.stderr }).toEqual({ exitCode: 0, stderr: '' });
    const again = await runCli(['erase', 'cli-1', ...FLAGS, '--json'], { env: env() });
    expect(documents(again)).toEqual([{ is: 'erased-before', certificate: documents(done)[0]?.['certificate'] }]);
  }, 60_000);

  test('reads its policy before anything else, and says which law is in the way', async () => {
    await (await gangway.onboard(rig.application('cli-2'))).result();
    const directory = mkdtempSync(join(tmpdir(), 'gangway-retention-'));
    const path = join(directory, 'retention.json');
    writeFileSync(path, JSON.stringify([{ kind: 'document', keep: '90d', law: 'Data Act' }]));
    const kept = await runCli(['erase', 'cli-2', ...FLAGS, '--json'], { env: env({ GANGWAY_RETENTION: path }) });
    rmSync(directory, { recursive: true, force: true });
    expect(kept.exitCode).toBe(2);
    expect(documents(kept)).toMatchObject([
      { error: { code: 'RETENTION', message: expect.stringContaining('(Data Act)') } },
    ]);
  }, 60_000);
});
