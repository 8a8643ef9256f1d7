import { z } from 'zod';
import type { FundingProgress, FundingRequest } from '../../contract/funding';
import { DECISION_UPDATES } from '../../contract/messages';
import { TEST_USERS } from '../../sandbox/backoffice';
import { eventually, Rig } from '../setup/rig';

const { resolve } = DECISION_UPDATES;

/**
 * What a person is shown about an order that nobody finds: the look-alikes that were seen, even if the history was
 * renewed before the question, or they could not be read once more.
 */

/** Shorter than in production: the look-ups of a transfer that never shows are waited for. */
jest.mock('../../providers/backoffice/assumptions', () => {
  const actual: { readonly SETTLE_WINDOW_MS: object } = jest.requireActual('../../providers/backoffice/assumptions');
  return { ...actual, SETTLE_WINDOW_MS: { ...actual.SETTLE_WINDOW_MS, value: 1_000 } };
});

/** Every look-up makes a history that is long. */
const LONG_HISTORY_EVENTS = 10;
const [USER] = TEST_USERS;

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start({ provider: 'backoffice', longHistoryEvents: LONG_HISTORY_EVENTS });
});
afterAll(() => rig.close());

test('look-alikes outlast a renewed history, and a look-up that could not read them', async () => {
  const request: FundingRequest = {
    provider: 'backoffice',
    fundingId: 'kept-1',
    kind: 'deposit',
    partnerClientId: USER,
    asset: 'usd',
    amount: '10.25',
  };
  const planted = await rig.control('POST', '/transfers', { user_id: USER, type: 'Deposit', amount: '10.25' });
  const { id } = z.object({ id: z.number() }).parse(planted);
  await rig.fault({ operation: 'deposit', kind: 'reset', params: { when: 'before-commit' } });
  const handle = await rig.fund(request);
  const current = () => rig.client.workflow.getHandle(handle.workflowId);

  const first = await rig.parked<FundingProgress>(current());
  expect(first.parked).toMatchObject({ reason: 'ORDER_UNFINDABLE' });
  expect(first.parked.evidence?.join('\n')).toContain(`Order ${id} is like it`);

  await rig.fault({ operation: 'account-history', kind: 'status', params: { status: 500 }, times: null });
  await eventually(async () => {
    try {
      return await current().executeUpdate(resolve, {
        args: [{ action: 'retry', by: 'ops-1', reason: 'looks again' }],
      });
    } catch {
      return undefined;
    }
  });
  const evidence = await eventually(async () => {
    const { parked } = await current().query<FundingProgress>('progress');
    return parked === undefined || parked.since === first.parked.since ? undefined : (parked.evidence ?? []).join('\n');
  });
  expect(evidence).toContain(`Order ${id} is like it`);
  expect(evidence).toContain('could not be read');

  const end = { action: 'abandon', by: 'ops-1', reason: 'it never arrived' } as const;
  await eventually(async () => {
    try {
      return await current().executeUpdate(resolve, { args: [end] });
    } catch {
      return undefined;
    }
  });
  expect(await current().result()).toMatchObject({ outcome: 'abandoned', refs: [{ sent: 1 }] });
});
