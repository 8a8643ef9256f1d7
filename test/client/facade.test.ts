import {
  connectGangway,
  type FlowEvent,
  type FundingInput,
  type Gangway,
  type OnboardAndFundInput,
  type ResolveRequest,
} from '../../client';
import { eventually, Rig } from '../setup/rig';
import { untyped } from '../setup/untyped';

let rig: Rig;
let gangway: Gangway;

beforeAll(async () => {
  rig = await Rig.start();
  gangway = await connectGangway({ address: rig.server.address, namespace: rig.server.namespace });
  await (await gangway.onboard(rig.application('facade'))).result();
});
afterAll(async () => {
  await gangway.close();
  await rig.close();
});

function deposit(fundingId: string, amount = '10.00'): FundingInput {
  return { provider: 'coinmena', fundingId, kind: 'deposit', partnerClientId: 'facade', asset: 'USD', amount };
}

describe('starting', () => {
  test('a first start is new, a second one is the same funding, running or done', async () => {
    await rig.stopWorker();
    const first = await gangway.fund(deposit('twice-1'));
    const second = await gangway.fund(deposit('twice-1'));
    await rig.startWorker();
    const result = await first.result();
    const third = await gangway.fund(deposit('twice-1', '10'));
    expect([first.started, second.started, third.started]).toEqual(['new', 'already-running', 'already-done']);
    expect(second.runId).toBe(first.runId);
    expect(await third.result()).toEqual(result);
    expect(await rig.ordersOf('twice-1')).toHaveLength(1);
  });

  test('ten starts at once start one', async () => {
    const starts = await Promise.all(Array.from({ length: 10 }, () => gangway.fund(deposit('at-once'))));
    expect(starts.filter(({ started }) => started === 'new')).toHaveLength(1);
    await starts[0]?.result();
    expect(await rig.ordersOf('at-once')).toHaveLength(1);
  });

  test('another request under the same id is refused, naming what differs', async () => {
    await (await gangway.fund(deposit('other-1'))).result();
    await expect(gangway.fund({ ...deposit('other-1'), amount: '10.01', asset: 'BHD' })).rejects.toMatchObject({
      code: 'ID_TAKEN',
      workflowId: 'funding/coinmena/other-1',
      fields: [{ field: 'amount' }, { field: 'asset' }],
    });
    expect(await rig.ordersOf('other-1')).toHaveLength(1);
  });

  test.each(['abandon', 'cancel'] as const)(
    'after %s, a corrected application starts anew, and the same one does not',
    async (how) => {
      const application = rig.application(`again-${how}`);
      await rig.fault({ operation: 'create-client', kind: 'unauthorized', times: 1 });
      const first = await gangway.onboard(application);
      await rig.parked(rig.client.workflow.getHandle(first.workflowId));
      const decision = { by: 'ops-1', reason: 'the data is wrong' };
      const flow = { id: first.workflowId };
      if (how === 'abandon') await gangway.resolve(flow, { action: 'abandon', ...decision });
      else await gangway.cancel(flow, decision);
      expect(await first.result()).toMatchObject({ outcome: how === 'abandon' ? 'abandoned' : 'cancelled' });
      const same = await gangway.onboard(application);
      expect(same).toMatchObject({ started: 'already-done', runId: first.runId });
      const corrected = { ...application, applicant: { ...application.applicant, name: 'Another Name' } };
      const starts = await Promise.all([gangway.onboard(corrected), gangway.onboard(corrected)]);
      expect(starts.filter(({ started }) => started === 'new')).toHaveLength(1);
      for (const start of starts) expect(await start.result()).toMatchObject({ outcome: 'ready', how: 'created' });
      // What is ready stays: neither of the others starts anything.
      await expect(gangway.onboard(application)).rejects.toMatchObject({ code: 'ID_TAKEN' });
      expect(await gangway.onboard(corrected)).toMatchObject({ started: 'already-done' });
    },
  );

  test('a client whose onboarding was started otherwise is refused', async () => {
    const request: OnboardAndFundInput = {
      ...rig.application('facade'),
      funding: [{ fundingId: 'x', kind: 'deposit', asset: 'USD', amount: '1' }],
    };
    await expect(gangway.onboardAndFund(request)).rejects.toMatchObject({ code: 'ID_TAKEN' });
  });

  test('what the UI started is taken for the same request', async () => {
    await (await rig.startRaw('fundAccount', 'funding/coinmena/by-form', deposit('by-form'))).result();
    expect((await gangway.fund(deposit('by-form'))).started).toBe('already-done');
    await expect(gangway.fund(deposit('by-form', '11'))).rejects.toMatchObject({ code: 'ID_TAKEN' });
  });

  test('an onboarding that failed may be started anew', async () => {
    const application = rig.application('again');
    const broken = await rig.startRaw('onboardClient', 'onboarding/coinmena/again', { ...application, applicant: 7 });
    await expect(broken.result()).rejects.toThrow();
    const started = await gangway.onboard(application);
    expect(started.started).toBe('new');
    expect(await started.result()).toMatchObject({ outcome: 'ready' });
  });

  test('the search attributes are set from the start', async () => {
    const { workflowId } = await gangway.fund(deposit('labelled'));
    const { typedSearchAttributes } = await rig.client.workflow.getHandle(workflowId).describe();
    const labels = Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
    expect(labels).toMatchObject({ Provider: 'coinmena', PartnerClientId: 'facade', FundingId: 'labelled' });
  });
});

describe('bad input', () => {
  test.each<[string, unknown, readonly string[]]>([
    ['nothing', undefined, ['the input']],
    ['a list', [], ['the input']],
    ['all fields absent', {}, ['provider', 'partnerClientId', 'fundingId', 'kind', 'asset', 'amount']],
    ['an unknown provider', { ...deposit('bad'), provider: 'nobody' }, ['provider']],
    ['a number as amount', { ...deposit('bad'), amount: 10 }, ['amount']],
    ['too many decimals for the provider', deposit('bad', '0.123456789'), ['amount']],
    ['zero', deposit('bad', '0.00'), ['amount']],
    ['the separator in an id', deposit('bad~2'), ['fundingId']],
    ['an id too long for its last ref', deposit('x'.repeat(254)), ['fundingId']],
    ['an unknown field', { ...deposit('bad'), currency: 'USD' }, ['currency']],
  ])('%s: refused by field, nothing started', async (_, request, fields) => {
    await expect(untyped(gangway).fund(request)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      fields: fields.map((field) => ({ field })),
    });
    await expect(gangway.status({ id: 'funding/coinmena/bad' })).rejects.toMatchObject({ code: 'UNKNOWN_ID' });
  });
});

describe('a batch', () => {
  test.each<[string, unknown, readonly string[]]>([
    ['nothing', undefined, ['the input']],
    ['a number as text', { provider: 'coinmena', batchId: 'b', sha256: 'a0'.repeat(32), rows: '1' }, ['rows']],
    ['an unknown provider', { provider: 'nobody', batchId: 'b', sha256: 'a0'.repeat(32), rows: 1 }, ['provider']],
  ])('%s: refused by field, nothing started', async (_, request, fields) => {
    await expect(untyped(gangway).batches.start(request, false)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      fields: fields.map((field) => ({ field })),
    });
  });
});

describe('following', () => {
  test('a chain is followed with its movements, each thing told once, its end last', async () => {
    const events: FlowEvent[] = [];
    const request: OnboardAndFundInput = {
      ...rig.application('chain'),
      funding: [
        { fundingId: 'chain-in', kind: 'deposit', asset: 'USD', amount: '5.00' },
        { fundingId: 'chain-out', kind: 'withdrawal', asset: 'USD', amount: '1.25' },
      ],
    };
    const { workflowId } = await gangway.onboardAndFund(request);
    const status = await gangway.follow({ id: workflowId }, (event) => events.push(event));
    expect(status).toMatchObject({
      kind: 'onboarding',
      state: 'done',
      client: { verified: true, active: true },
      documents: [{ how: 'uploaded' }, { how: 'uploaded' }],
      funding: [
        { state: 'done', order: { status: 'completed' } },
        { state: 'done', balanceAfter: { asset: 'USD', balance: '3.75' } },
      ],
    });
    const steps = events.flatMap((event) =>
      event.event === 'step' ? [`${event.workflowId} ${event.at} ${event.step}`] : [],
    );
    expect(new Set(steps).size).toBe(steps.length);
    const ends = events.flatMap((event) => (event.event === 'ended' ? [event.workflowId] : []));
    expect(ends).toEqual(['funding/coinmena/chain-in', 'funding/coinmena/chain-out', workflowId]);
    expect(events.at(-1)).toMatchObject({ event: 'ended', state: 'done' });
  });

  test('it stops at an open question if asked, and goes on to the end otherwise', async () => {
    const request: FundingInput = { ...deposit('broke', '99999.00'), kind: 'withdrawal' };
    const { workflowId } = await gangway.fund(request);
    const parked = await gangway.follow({ id: workflowId }, () => undefined, { untilParked: true });
    expect(parked).toMatchObject({ state: 'parked', parked: { reason: 'INSUFFICIENT_FUNDS' } });
    const ended = gangway.follow({ id: 'broke', provider: 'coinmena' }, () => undefined);
    await gangway.resolve({ id: workflowId }, { action: 'abandon', by: 'ops-1', reason: 'not wanted any more' });
    expect(await ended).toMatchObject({ state: 'abandoned', decisions: [{ by: 'ops-1', action: 'abandon' }] });
  });

  test('an aborted follower stops, and the flow goes on', async () => {
    const { workflowId } = await gangway.fund({ ...deposit('left', '99999.00'), kind: 'withdrawal' });
    const stop = new AbortController();
    const following = gangway.follow({ id: workflowId }, () => stop.abort(), { signal: stop.signal });
    expect(await following).toMatchObject({ workflowId });
    expect((await gangway.status({ id: workflowId })).endedAt).toBeUndefined();
  });

  test('without a worker it says so, and still tells what was asked', async () => {
    await rig.stopWorker();
    try {
      const events: FlowEvent[] = [];
      const stop = new AbortController();
      const { workflowId } = await gangway.fund(deposit('unattended'));
      const status = await gangway.follow(
        { id: workflowId },
        (event) => {
          events.push(event);
          stop.abort();
        },
        { signal: stop.signal },
      );
      expect(events).toEqual([{ workflowId, event: 'no-worker', taskQueue: 'gangway.coinmena' }]);
      expect(status).toMatchObject({ state: 'running', workerAnswers: false, intent: { amount: '10.00' } });
    } finally {
      await rig.startWorker();
    }
    expect(await gangway.follow({ id: 'funding/coinmena/unattended' }, () => undefined)).toMatchObject({
      state: 'done',
    });
  });
});

describe('steering', () => {
  test('a parked onboarding takes new data, and goes on with it', async () => {
    const application = rig.application('amended', {});
    const young = { ...application, applicant: { ...application.applicant, birthDate: '2020-01-01' } };
    const { workflowId } = await gangway.onboard(young);
    const parked = await gangway.follow({ id: workflowId }, () => undefined, { untilParked: true });
    expect(parked.parked?.fields).toMatchObject([{ field: 'applicant.birthDate' }]);
    const amendment = { patch: { applicant: { birthDate: '1990-01-01' } }, by: 'ops-1', reason: 'a slip of the pen' };
    expect(await gangway.amend({ id: workflowId }, amendment)).toContain('accepted');
    expect(await gangway.follow({ id: workflowId }, () => undefined)).toMatchObject({ state: 'done' });
  });

  test('a refusal comes with the workflow’s reason', async () => {
    const { workflowId } = await gangway.fund({ ...deposit('refused', '99999.00'), kind: 'withdrawal' });
    await gangway.follow({ id: workflowId }, () => undefined, { untilParked: true });
    const fresh: ResolveRequest = { action: 'useFreshRef', by: 'ops-1', reason: 'try again' };
    await expect(gangway.resolve({ id: workflowId }, fresh)).rejects.toMatchObject({
      code: 'REFUSED',
      message: expect.stringContaining('could pay twice'),
    });
  });

  test('what has ended takes no answer, what never was is unknown', async () => {
    await (await gangway.fund(deposit('ended-1'))).result();
    const answer: ResolveRequest = { action: 'retry', by: 'ops-1', reason: 'why not' };
    await expect(gangway.resolve({ id: 'funding/coinmena/ended-1' }, answer)).rejects.toMatchObject({
      code: 'REFUSED',
    });
    await expect(gangway.resolve({ id: 'funding/coinmena/never' }, answer)).rejects.toMatchObject({
      code: 'UNKNOWN_ID',
    });
  });

  test('a decision without who and why is refused before it is sent', async () => {
    await expect(untyped(gangway).cancel({ id: 'funding/coinmena/never' }, {})).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      fields: [{ field: 'by' }, { field: 'reason' }],
    });
  });
});

describe('listing', () => {
  test('finds what waits for a person', async () => {
    await gangway.fund({ ...deposit('listed', '99999.00'), kind: 'withdrawal' });
    const found = await eventually(async () =>
      (await gangway.list({ needsAttention: true, stage: 'parked', provider: 'coinmena' })).find(
        ({ fundingId }) => fundingId === 'listed',
      ),
    );
    expect(found).toMatchObject({ needsAttention: 'INSUFFICIENT_FUNDS', status: 'RUNNING', partnerClientId: 'facade' });
  });

  test('a limit is kept', async () => {
    expect(await gangway.list({ limit: 2 })).toHaveLength(2);
  });

  test.each([
    [{ stage: "x' OR 1=1" }, 'stage'],
    [{ provider: "x'" }, 'provider'],
    [{ limit: 0 }, 'limit'],
    [{ limit: Number.NaN }, 'limit'],
  ])('%j is refused', async (filter, field) => {
    await expect(untyped(gangway).list(filter)).rejects.toMatchObject({ code: 'INVALID_REQUEST', fields: [{ field }] });
  });
});

test('an id that is both a client and a funding must be said whole', async () => {
  await (await gangway.fund(deposit('facade'))).result();
  await expect(gangway.status({ id: 'facade', provider: 'coinmena' })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
  });
});

test('if no Temporal answers, one error says so', async () => {
  await expect(connectGangway({ address: '127.0.0.1:1' })).rejects.toMatchObject({ code: 'TEMPORAL_UNREACHABLE' });
});
