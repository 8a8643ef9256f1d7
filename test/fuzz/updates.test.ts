import type { WorkflowHandle } from '@temporalio/client';
import fc from 'fast-check';
import type { FundingProgress } from '../../contract/funding';
import type { OnboardingProgress } from '../../contract/onboarding';
import type { PersonsDecision } from '../../contract/progress';
import { inLanes } from '../../system/in-lanes';
import { Rig } from '../setup/rig';
import { taskFailures } from '../setup/task-failures';
import { draw, shown, spoiled, type Json } from './fuzz';
import { nestedText, updateText } from './raw';

/** What anybody may type into an update's form: it is refused or taken, and never breaks the workflow. */
let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start();
  await (await rig.onboard(rig.application('payer'))).result();
});
afterAll(async () => {
  await rig.close();
});

const BY = { by: 'ops-1', reason: 'tried' };
const DOCUMENT: Json = { type: 'bank_statement', front: { uri: 'file:///nowhere' } };

const by = (more: Json): string => JSON.stringify({ ...BY, ...(typeof more === 'object' ? more : {}) });
/** As text, with something nested under `name`. */
const deep = (name: string): string =>
  JSON.stringify({ ...BY, [name]: 0 }).replace(`"${name}":0`, `"${name}":${nestedText(60_000)}`);

/** Each is refused: otherwise it would be kept with its gap or its surplus, or would break its reader. */
const REFUSED: readonly (readonly [update: string, request: string])[] = [
  ['resolve', 'null'],
  ['resolve', '[]'],
  ['resolve', by({ action: 'retry', evidence: 5 })],
  ['resolve', by({ action: 'retry', evidence: { a: 1 } })],
  ['resolve', by({ action: 'retry', at: 'yesterday' })],
  ['resolve', by({ action: 'retry', more: 'x'.repeat(10_000) })],
  ['resolve', by({ action: 'retry', reason: `x${' '.repeat(10_000)}` })],
  ['resolve', deep('more')],
  ['resolve', deep('evidence')],
  ['cancel', by({ action: 'markCompleted' })],
  ['cancel', by({ by: ['ops-1'] })],
  ['cancel', deep('reason')],
  ['amend', by({ patch: { documents: [null] } })],
  ['amend', by({ patch: { documents: [5, 'x'] } })],
  ['amend', by({ patch: { documents: [[]] } })],
  ['amend', by({ patch: { documents: [{ type: { a: 1 } }] } })],
  ['amend', by({ patch: { applicant: [] } })],
  ['amend', by({ patch: { ['x'.repeat(50_000)]: 1 } })],
  ['amend', `{"by":"ops-1","reason":"tried","patch":{"applicant":${nestedText(60_000)}}}`],
  ['amend', `{"by":"ops-1","reason":"tried","patch":{"documents":[${nestedText(60_000)}]}}`],
  ['amend', '{"by":"ops-1","reason":"tried","patch":{"applicant":{"__proto__":{"name":"x"}}}}'],
  ['amend', '{"by":"ops-1","reason":"tried","patch":{"__proto__":{"documents":[]}}}'],
];

const anyUpdate: fc.Arbitrary<readonly [string, Json]> = fc.oneof(
  fc.tuple(fc.constant('resolve'), spoiled({ ...BY, action: 'retry', evidence: 'ticket-1' })),
  fc.tuple(fc.constant('cancel'), spoiled({ ...BY })),
  fc.tuple(
    fc.constant('amend'),
    spoiled({ ...BY, patch: { applicant: { birthDate: '2019-01-01' }, documents: [DOCUMENT] } }),
  ),
);

async function parkedFunding(id: string): Promise<WorkflowHandle> {
  const handle = await rig.fund({
    provider: 'coinmena',
    fundingId: id,
    kind: 'withdrawal',
    partnerClientId: 'payer',
    asset: 'USD',
    amount: '999.00',
  });
  await rig.parked(handle);
  return handle;
}

/** Waits before the client exists, so that data may still be amended. */
async function parkedBefore(id: string): Promise<WorkflowHandle> {
  const application = rig.application(id);
  const handle = await rig.onboard({
    ...application,
    applicant: { ...application.applicant, birthDate: '2019-01-01' },
  });
  await rig.parked(handle);
  return handle;
}

/** Waits once the client exists. */
async function parkedAfter(id: string): Promise<WorkflowHandle> {
  await rig.fault({ operation: 'create-client', match: { partner_client_id: id }, kind: 'client-inactive' });
  const handle = await rig.onboard(rig.application(id));
  await rig.parked(handle);
  return handle;
}

const KINDS = [
  ['a funding', parkedFunding],
  ['an onboarding without a client yet', parkedBefore],
  ['an onboarding with a client', parkedAfter],
] as const;

type Answer = 'accepted' | 'refused' | 'ended';

async function send(handle: WorkflowHandle, update: string, request: string): Promise<Answer> {
  try {
    return await updateText(rig, handle.workflowId, update, request);
  } catch (error) {
    const { status } = await handle.describe();
    if (status.name !== 'RUNNING') return 'ended';
    throw new Error(`${update} ${shown(request)}`, { cause: error });
  }
}

async function decisions(handle: WorkflowHandle): Promise<readonly PersonsDecision[]> {
  return (await handle.query<FundingProgress | OnboardingProgress>('progress')).decisions;
}

describe.each(KINDS)('%s that is parked', (name, park) => {
  const id = name.replaceAll(' ', '-');

  test('refuses what is misshapen, and goes on', async () => {
    const handle = await park(`${id}-refuses`);
    const wrong = await inLanes(4, REFUSED, async ([update, request]) => {
      const answer = await send(handle, update, request);
      return answer === 'refused' ? [] : [`${update} ${shown(request)} was ${answer}`];
    });
    expect(wrong.flat()).toEqual([]);
    expect(await taskFailures(handle)).toEqual([]);
    expect(await decisions(handle)).toEqual([]);
    await handle.executeUpdate('resolve', { args: [{ ...BY, action: 'abandon' }] });
    expect(await handle.result()).toMatchObject({ outcome: 'abandoned' });
  });

  test('refuses or takes anything else that is typed', async () => {
    let parks = 0;
    let handle = await park(`${id}-${parks}`);
    const all = [handle];
    for (const [update, request] of draw(anyUpdate, 40)) {
      const answer = await send(handle, update, JSON.stringify(request));
      const ended = answer === 'ended' || (await handle.describe()).status.name !== 'RUNNING';
      if (!ended) continue;
      parks += 1;
      handle = await park(`${id}-${parks}`);
      all.push(handle);
    }
    for (const each of all) {
      expect(await taskFailures(each)).toEqual([]);
      const texts = (await decisions(each)).map((decision) => Object.entries(decision));
      const odd = texts.flat().filter(([field, value]) => typeof value !== 'string' || !FIELDS.includes(field));
      expect(odd).toEqual([]);
      await each.executeUpdate('resolve', { args: [{ ...BY, action: 'abandon' }] }).catch(() => undefined);
    }
  });
});

const FIELDS = ['action', 'by', 'reason', 'evidence', 'at'];
