import type { WorkflowHandle } from '@temporalio/client';
import { z } from 'zod';
import type { OnboardingInput } from '../../client/inputs';
import type { OnboardingProgress } from '../../contract/onboarding';
import { resetTo, type SaidSince } from '../setup/reset';
import { eventually, Rig } from '../setup/rig';
import { BY } from './scenario';
import { oceafin } from './scenarios/oceafin';

/** An onboarding that is taken back to before its uploads: the sandbox's ledger is the judge of what is on file. */

let rig: Rig;

const content = z.object({
  documents: z.array(
    z.object({ partner_client_id: z.string(), type: z.string(), front: z.object({ sha256: z.string() }) }),
  ),
});

/** What is on file for a client: a type and a hash each, in order. */
async function onFile(partnerClientId: string): Promise<readonly string[]> {
  const { documents } = content.parse(await rig.control('GET', '/ledger'));
  return documents
    .filter(({ partner_client_id: id }) => id === partnerClientId)
    .map(({ type, front }) => `${type} ${front.sha256}`)
    .toSorted();
}

/** The hash of a document is its file's name. */
function expectedOf(documents: OnboardingInput['documents']): readonly string[] {
  return documents.map(({ type, front }) => `${type} ${/([0-9a-f]{64})\.pdf$/.exec(front.uri)?.[1] ?? ''}`).toSorted();
}

/** The number of the first event that schedules an activity. */
async function scheduledAt(handle: WorkflowHandle, activity: string): Promise<number | undefined> {
  const { events } = await handle.fetchHistory();
  const event = events?.find(
    ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name === activity,
  );
  return event?.eventId == null ? undefined : Number(event.eventId);
}

async function resetToUploads(handle: WorkflowHandle, saidSince?: SaidSince): Promise<WorkflowHandle> {
  const upload = await scheduledAt(handle, 'uploadDocument');
  if (upload === undefined) throw new Error('nothing was uploaded');
  return await resetTo(rig, handle, upload, saidSince);
}

/** An onboarding that waits for a person once everything is on file. */
async function overdue(application: OnboardingInput): Promise<WorkflowHandle> {
  await rig.fault({
    operation: 'create-client',
    match: { partner_client_id: application.partnerClientId },
    kind: 'client-status',
    params: { status: 'pending' },
  });
  const handle = await rig.onboard({ ...application, policy: { verificationDeadlineMs: 1_000 } });
  await asks(handle, 'VERIFICATION_OVERDUE');
  return handle;
}

async function asks(handle: WorkflowHandle, reason: string): Promise<void> {
  await eventually(async () => {
    const { parked } = await handle.query<OnboardingProgress>('progress');
    return parked?.reason === reason ? true : undefined;
  });
}

async function amend(handle: WorkflowHandle, documents: OnboardingInput['documents']): Promise<void> {
  await handle.executeUpdate('amend', { args: [{ patch: { documents }, ...BY }] });
}

async function verified(handle: WorkflowHandle, id: string): Promise<unknown> {
  await rig.control('POST', `/clients/${id}`, { status: 'verified' });
  await handle.signal('providerHasNews');
  return await handle.result();
}

describe('at CoinMENA', () => {
  beforeAll(async () => {
    rig = await Rig.start();
  });
  afterEach(() => rig.clearFaults());
  afterAll(() => rig.close());

  test('each document is filed once, and the answers of the run before are taken', async () => {
    const application = rig.application('again-1');
    const handle = await rig.onboard(application);
    const first = await handle.result();
    const ids = first.documents.map(({ providerDocumentId }) => providerDocumentId);
    const again = await resetToUploads(handle);
    expect(await again.result()).toMatchObject({
      outcome: 'ready',
      documents: ids.map((providerDocumentId) => ({ providerDocumentId, how: 'found' })),
    });
    const third = await resetToUploads(again);
    expect(await third.result()).toMatchObject({ outcome: 'ready' });
    expect(await onFile('again-1')).toEqual(expectedOf(application.documents));
  });

  test('also where no file on record can be read to compare', async () => {
    const application = rig.application('again-2');
    const handle = await rig.onboard(application);
    await handle.result();
    await rig.fault({ operation: 'download-file', kind: 'status', params: { status: 403, body: 'html' }, times: null });
    expect(await (await resetToUploads(handle)).result()).toMatchObject({ outcome: 'ready' });
    expect(await onFile('again-2')).toEqual(expectedOf(application.documents));
  });

  test('what was on its way when it was reset is looked for, and not sent beside it', async () => {
    const application = rig.application('again-3');
    await rig.fault({
      operation: 'upload-document',
      match: { partner_client_id: 'again-3' },
      kind: 'stall',
      params: { when: 'after-commit', ms: 3_000 },
      times: 2,
    });
    const handle = await rig.onboard(application);
    await eventually(async () => {
      const filed = await onFile('again-3');
      return filed.length === application.documents.length ? true : undefined;
    });
    expect(await (await resetToUploads(handle)).result()).toMatchObject({ outcome: 'ready' });
    expect(await onFile('again-3')).toEqual(expectedOf(application.documents));
  }, 60_000);

  test('what was on its way beside one that had ended, and is handed out again, is not sent beside it', async () => {
    const application = rig.application('again-4');
    await rig.fault({
      operation: 'upload-document',
      match: { partner_client_id: 'again-4' },
      kind: 'stall',
      params: { when: 'after-commit', ms: 4_000 },
      times: 1,
    });
    const handle = await rig.onboard(application);
    // The workflow task that takes the first answer.
    const answered = await eventually(async () => {
      const { events = [] } = await handle.fetchHistory();
      const upload = await scheduledAt(handle, 'uploadDocument');
      const tasks = (events ?? []).filter(
        (event) => event.workflowTaskCompletedEventAttributes != null && Number(event.eventId) > (upload ?? Infinity),
      );
      return tasks[0]?.eventId == null ? undefined : Number(tasks[0].eventId);
    });
    expect(await (await resetTo(rig, handle, answered + 1)).result()).toMatchObject({ outcome: 'ready' });
    expect(await onFile('again-4')).toEqual(expectedOf(application.documents));
  }, 60_000);

  test('an upload that never arrived in the run before is sent, once looks have not shown it', async () => {
    const application = rig.application('again-5');
    await rig.fault({
      operation: 'upload-document',
      match: { partner_client_id: 'again-5' },
      kind: 'reset',
      params: { when: 'before-commit' },
      times: 2,
    });
    const handle = await rig.onboard(application);
    await eventually(async () => await scheduledAt(handle, 'fetchDocument'));
    expect(await (await resetToUploads(handle)).result()).toMatchObject({ outcome: 'ready' });
    expect(await onFile('again-5')).toEqual(expectedOf(application.documents));
  }, 60_000);

  test('what the run before had amended is known too, and what is amended with other content is filed', async () => {
    const id = 'again-6';
    const application = rig.application(id);
    const handle = await overdue(application);
    const [newer, newest] = ['newer', 'newest'].map((which) =>
      rig.document('proof_of_address', `a ${which} bill of ${id}`),
    );
    if (newer === undefined || newest === undefined) throw new Error('unreachable');
    await amend(handle, [newer]);
    await eventually(async () => ((await onFile(id)).length === 3 ? true : undefined));
    await asks(handle, 'VERIFICATION_OVERDUE');
    // Where no file can be read, only what the runs know tells an older bill from a newer one.
    await rig.fault({ operation: 'download-file', kind: 'status', params: { status: 403, body: 'html' }, times: null });

    const again = await resetToUploads(handle, 'is forgotten');
    await asks(again, 'VERIFICATION_OVERDUE');
    expect(await onFile(id)).toEqual(expectedOf([...application.documents, newer]));
    await amend(again, [newest]);
    await eventually(async () => ((await onFile(id)).length === 4 ? true : undefined));
    await asks(again, 'VERIFICATION_OVERDUE');
    expect(await onFile(id)).toEqual(expectedOf([...application.documents, newer, newest]));
    expect(await verified(again, id)).toMatchObject({
      outcome: 'ready',
      documents: [
        { type: 'government_id', how: 'found' },
        { type: 'proof_of_address', how: 'uploaded' },
      ],
    });
  }, 60_000);
});

describe('at Oceafin', () => {
  beforeAll(async () => {
    rig = await Rig.start(oceafin.rig);
  });
  afterAll(() => rig.close());

  test('each document is filed once, because the provider answers a repeat with the first', async () => {
    const end = await oceafin.prepare(rig);
    const handle = await rig.onboard(rig.application('again-1'));
    await handle.result();
    expect(await (await resetToUploads(handle)).result()).toMatchObject({ outcome: 'ready' });
    const { documents } = await oceafin.book(rig);
    const types = documents.filter(({ clientId }) => clientId === 'again-1').map(({ type }) => type);
    expect(types.length).toBeGreaterThan(0);
    expect(new Set(types).size).toBe(types.length);
    await end();
  });
});
