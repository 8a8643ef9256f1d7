import { createActivities, type Activities } from '../../activities';
import { createDocumentStore } from '../../activities/documents/store';
import type { ReceivedDeposit } from '../../contract/receiving';
import { oceafin } from '../../providers/oceafin';
import { OceafinConnector } from '../../providers/oceafin/connector';
import { startOceafinSandbox, type RunningSandbox } from '../../sandbox/oceafin';
import { configFor } from '../providers/oceafin-fixtures';
import { at, control } from '../sandbox/signing';
import { failureOf, run } from './rig';
import { newOwnBook, type OwnBook } from '../setup/test-book';

let sandbox: RunningSandbox;
let connector: OceafinConnector;
let activities: Activities;
let book: OwnBook;
let providerClientId: string;

const CLIENT = 'payee-1';
const SINCE = '2026-01-01T00:00:00.000Z';

beforeAll(async () => {
  sandbox = await startOceafinSandbox();
  connector = new OceafinConnector(configFor(sandbox.url));
  const { semantics, inputs } = oceafin;
  const served = { semantics, connector, ...(inputs === undefined ? {} : { inputs }) };
  book = await newOwnBook();
  activities = createActivities({
    providers: new Map([['oceafin', served]]),
    documents: createDocumentStore({}),
    sends: book.sends,
  });
  const planted = await control(sandbox.controlUrl, 'POST', '/customers', {
    partner_customer_ref: CLIENT,
    status: 'APPROVED',
  });
  providerClientId = String(at(planted.json, 'customerId'));
});
afterAll(async () => {
  await connector.close();
  await sandbox.close();
  await book.drop();
});

async function wire(amount: string, currency = 'SGD'): Promise<string> {
  const body = { partner_customer_ref: CLIENT, currency, amount };
  return String(at((await control(sandbox.controlUrl, 'POST', '/deposits', body)).json, 'depositId'));
}

function listed(amount: string): Promise<readonly ReceivedDeposit[]> {
  const key = { provider: 'oceafin', partnerClientId: CLIENT, providerClientId, asset: 'SGD', ref: 'r' };
  return run(activities.listReceivedDeposits, { ...key, amount, since: SINCE });
}

test('deposits of the amount come first and whole; of the others, the latest ten', async () => {
  const ours = [await wire('50.00'), await wire('50.0')];
  await wire('50.00', 'USD');
  for (let cents = 10; cents < 22; cents += 1) await wire(`1.${cents}`);
  const found = await listed('50');
  expect(found.slice(0, 2).map(({ depositId }) => depositId)).toEqual(expect.arrayContaining(ours));
  expect(found.slice(2)).toHaveLength(10);
  expect(found.every(({ asset }) => asset === 'SGD')).toBe(true);
});

describe('what is expected is checked before anything is asked', () => {
  const right = {
    provider: 'oceafin',
    fundingId: 'in-1',
    partnerClientId: CLIENT,
    providerClientId: 'c-1',
    asset: 'SGD',
    amount: '1.00',
  };

  test('a right one is answered with what the provider is like', async () => {
    const { semantics } = await run(activities.checkReceiving, { input: right });
    expect(semantics.capabilities).toContain('receive-deposit');
  });

  test.each([
    ['no amount', { ...right, amount: undefined }, 'amount'],
    ['more decimals than the provider takes', { ...right, amount: '1.123456789' }, 'amount'],
    [
      'an id that leaves no room for the number of an application',
      { ...right, fundingId: 'x'.repeat(62) },
      'fundingId',
    ],
    ['no id of the provider', { ...right, providerClientId: undefined }, 'providerClientId'],
    ['details that it does not know', { ...right, details: { nonsense: 1 } }, 'details.nonsense'],
    ['another provider', { ...right, provider: 'elsewhere' }, 'provider'],
    ['no object at all', 7, 'the input'],
  ])('%s is named', async (_what, input, field) => {
    expect(await failureOf(activities.checkReceiving, { input })).toMatchObject({
      code: 'INVALID_REQUEST',
      nonRetryable: true,
      fields: [{ field }],
    });
  });
});
