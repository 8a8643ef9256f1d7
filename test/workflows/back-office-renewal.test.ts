import type { FundingProgress, FundingRequest } from '../../contract/funding';
import { DECISION_UPDATES } from '../../contract/messages';
import { z } from 'zod';
import { TEST_USERS } from '../../sandbox/backoffice';
import { eventually, Rig } from '../setup/rig';

const { resolve } = DECISION_UPDATES;

/** If a repeat pays again, a history that is renewed knows what the runs before it have sent. */

const LONG_HISTORY_EVENTS = 24;
const [USER] = TEST_USERS;
const AGAIN = { action: 'retry', by: 'ops-1', reason: 'is it there now?' } as const;
let rig: Rig;

beforeAll(async () => {
  rig = await Rig.start({ provider: 'backoffice', longHistoryEvents: LONG_HISTORY_EVENTS });
});
afterAll(() => rig.close());

const book = z.object({ transfers: z.array(z.object({ ref: z.string(), status: z.string() })) });

test('what the runs before a renewed one had sent in vain is no other run’s: it is sent, once', async () => {
  await rig.control('POST', '/balances', { user_id: USER, asset: 'usd', total: '1' });
  const withdrawal: FundingRequest = {
    provider: 'backoffice',
    fundingId: 'continued-1',
    kind: 'withdrawal',
    partnerClientId: USER,
    asset: 'usd',
    amount: '5.00',
  };
  const handle = await rig.fund(withdrawal);
  const { runId } = await handle.describe();
  const retry = async (): Promise<unknown> =>
    await handle.executeUpdate(resolve, { args: [AGAIN] }).catch(() => undefined);
  await eventually(async () => {
    if ((await handle.describe()).runId !== runId) return true;
    const { parked } = await handle.query<FundingProgress>('progress');
    if (parked?.reason === 'INSUFFICIENT_FUNDS') await retry();
    return undefined;
  });
  await rig.control('POST', '/balances', { user_id: USER, asset: 'usd', total: '100000' });
  await eventually(async () => {
    if ((await handle.describe()).status.name !== 'RUNNING') return true;
    await retry();
    return undefined;
  });
  const result = await handle.result();
  expect(result).toMatchObject({ outcome: 'completed' });
  expect(result.refs[0]?.sent).toBeGreaterThan(1);
  const { transfers } = book.parse(await rig.control('GET', '/ledger'));
  expect(transfers.filter(({ ref, status }) => ref === 'continued-1' && status === 'Completed')).toHaveLength(1);
});
