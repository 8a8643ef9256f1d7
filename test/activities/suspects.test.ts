import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities } from '../../activities';
import { createDocumentStore } from '../../activities/documents/store';
import type { FetchedOrders } from '../../activities/arguments';
import { backoffice } from '../../providers/backoffice';
import { startBackofficeSandbox, type RunningSandbox } from '../../sandbox/backoffice';
import { configFor, request, searchFor, USER } from '../providers/backoffice-fixtures';
import { control } from '../sandbox/signing';
import { newOwnBook, type OwnBook } from '../setup/test-book';

/** What a look-up that finds nothing shows a person. */

let sandbox: RunningSandbox;
let book: OwnBook;
let connector: ReturnType<typeof backoffice.create>;

beforeAll(async () => {
  sandbox = await startBackofficeSandbox();
  book = await newOwnBook();
  connector = backoffice.create(configFor(sandbox.url));
});
beforeEach(() => command('/reset'));
afterAll(async () => {
  await connector.close();
  await sandbox.close();
  await book.drop();
});

async function command(path: string, body: object = {}): Promise<void> {
  const { status, text } = await control(sandbox.controlUrl, 'POST', path, body);
  if (status !== 200) throw new Error(text);
}

function plant(): Promise<void> {
  return command('/transfers', { user_id: USER, type: 'Deposit', amount: '10.25' });
}

async function find(): Promise<FetchedOrders> {
  const { findOrder } = createActivities({
    providers: new Map([['backoffice', { semantics: backoffice.semantics, connector }]]),
    documents: createDocumentStore({ roots: [] }),
    sends: book.sends,
  });
  const argument = { provider: 'backoffice', ...searchFor(request()) };
  const found: FetchedOrders = await new MockActivityEnvironment().run(findOrder, argument);
  return found;
}

test('nothing if nothing looks like it', async () => {
  expect(await find()).toEqual({ orders: [] });
});

test('what looks like it, and no more than a person can look at', async () => {
  await plant();
  expect(await find()).toMatchObject({ orders: [], suspects: [{ amount: '10.25', status: 'Completed' }] });
  for (let made = 0; made < 24; made += 1) await plant();
  const many = await find();
  expect(many.suspects).toHaveLength(20);
});

test('an order that is found hides all of them', async () => {
  await plant();
  await connector.orders?.submit(request());
  await command('/clock', { offset_ms: 1_000 });
  expect(await find()).toMatchObject({ orders: [{ ref: 'dep-1', state: 'completed' }] });
});

test('the look-up does not fail if only they cannot be read', async () => {
  await plant();
  await command('/faults', { operation: 'account-history', kind: 'status', params: { status: 500 } });
  expect(await find()).toEqual({ orders: [], suspectsUnread: true });
  expect(await find()).toMatchObject({ orders: [], suspects: [{}] });
});
