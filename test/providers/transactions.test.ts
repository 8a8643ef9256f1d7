import type { KnownTransaction } from '../../contract/reconciliation';
import { BackofficeConnector } from '../../providers/backoffice/connector';
import { commentOf } from '../../providers/backoffice/tokens';
import { CoinifyConnector } from '../../providers/coinify/connector';
import { CoinmenaConnector } from '../../providers/coinmena/connector';
import type { ProviderConnector } from '../../providers/port';
import { startBackofficeSandbox } from '../../sandbox/backoffice';
import { startCoinifySandbox } from '../../sandbox/coinify';
import { startCoinmenaSandbox } from '../../sandbox/coinmena';
import type { RunningSandbox } from '../../sandbox/http/two-ports';
import { controlOf } from '../conformance/kit';
import * as backoffice from './backoffice-fixtures';
import * as coinify from './coinify-fixtures';
import * as coinmena from './coinmena-fixtures';

/** What each connector shows of its provider's transactions, against its sandbox over HTTP. */
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

function kept<Opened extends RunningSandbox | ProviderConnector>(opened: Opened): Opened {
  open.unshift(opened);
  return opened;
}

const SPAN = { from: '2020-01-01T00:00:00.000Z', to: '2100-01-01T00:00:00.000Z' };

function known(ref: string, but: Partial<KnownTransaction> = {}): KnownTransaction {
  return { ref, kind: 'deposit', partnerClientId: 'client-1', asset: 'USD', amount: '10.00', ...but };
}

describe('the back office', () => {
  test('shows its whole list, ours by their comments, over several pages', async () => {
    const sandbox = kept(await startBackofficeSandbox({ openingBalances: { usd: '10000' } }));
    const connector = kept(new BackofficeConnector(backoffice.configFor(sandbox.url)));
    const control = controlOf(sandbox);
    for (let number = 0; number < 510; number += 1) {
      await control('POST', '/transfers', {
        user_id: backoffice.USER,
        type: 'Deposit',
        amount: '1.00',
        age_ms: number,
      });
    }
    const comment = commentOf('dep-1', backoffice.TOKEN_SECRET);
    const ours = { user_id: backoffice.USER, type: 'Deposit', amount: '10.25', comment, age_ms: 600 };
    await control('POST', '/transfers', ours);
    let answers = 0;
    const shown = await connector.transactions.read({ ...SPAN, known: [] }, { onAnswer: () => (answers += 1) });
    expect(shown).toMatchObject({ coverage: 'all', gaps: [] });
    expect(shown.transactions).toHaveLength(511);
    expect(answers).toBeGreaterThan(2);
    const own = shown.transactions.filter(({ ref }) => ref === 'dep-1');
    expect(own).toMatchObject([{ kind: 'deposit', amount: '10.25', asset: 'usd', state: 'completed', fee: '0' }]);
    expect(own[0]?.createdAt).toMatch(/Z$/);
    expect(shown.transactions.filter(({ ref }) => ref === '')).toHaveLength(510);
  });

  test('shows what awaits confirmation, and by its id what is pending', async () => {
    const sandbox = kept(await startBackofficeSandbox({ openingBalances: { usd: '100' }, settleMs: 600_000 }));
    const connector = kept(new BackofficeConnector(backoffice.configFor(sandbox.url)));
    await controlOf(sandbox)('POST', '/settings', { history_shows: ['Pending', 'Completed'] });
    const awaiting = await connector.orders.submit(backoffice.request({ kind: 'withdrawal', ref: 'out-1' }));
    const pending = await connector.orders.submit(backoffice.request({ ref: 'in-1' }));
    const asked = [known('in-1', { partnerClientId: backoffice.USER, orderId: pending.orderId })];
    const { transactions } = await connector.transactions.read({ ...SPAN, known: asked });
    expect(transactions).toEqual([
      expect.objectContaining({ orderId: awaiting.orderId, ref: 'out-1', state: 'open' }),
      expect.objectContaining({ orderId: pending.orderId, ref: 'in-1', state: 'open', idOnly: true }),
    ]);
  });

  test('does not take a comment for ours that it did not make', async () => {
    const sandbox = kept(await startBackofficeSandbox());
    const connector = kept(new BackofficeConnector(backoffice.configFor(sandbox.url)));
    const comment = commentOf('dep-1', 'a secret of somebody else, as long as ours is');
    await controlOf(sandbox)('POST', '/transfers', {
      user_id: backoffice.USER,
      type: 'Deposit',
      amount: '1.00',
      comment,
    });
    const { transactions } = await connector.transactions.read({ ...SPAN, known: [] });
    expect(transactions.map(({ ref }) => ref)).toEqual(['']);
  });
});

test('CoinMENA shows each known order by its reference, and of an unknown one nothing', async () => {
  const sandbox = kept(await startCoinmenaSandbox());
  const connector = kept(new CoinmenaConnector(coinmena.configFor(sandbox.url)));
  for (const ref of ['in-1', 'in-2']) {
    await controlOf(sandbox)('POST', '/orders', { partner_order_ref: ref, type: 'deposit', amount: '10.00' });
  }
  const search = { ...SPAN, known: [known('in-2'), known('in-1'), known('in-3')] };
  const shown = await connector.transactions.read(search);
  expect(shown).toMatchObject({ coverage: 'asked', gaps: [], unasked: new Set() });
  expect(shown.transactions).toEqual([
    expect.objectContaining({ ref: 'in-2', state: 'completed', amount: '10.00', asset: 'USD' }),
    expect.objectContaining({ ref: 'in-1' }),
  ]);
});

test.each([
  { list: 'true', refs: ['out-1', 'out-2'], unasked: [] },
  { list: 'false', refs: ['out-1'], unasked: ['out-2'] },
])(
  'Coinify shows each withdrawal by its id; without one, as a list by order id is there: $list',
  async ({ list, refs, unasked }) => {
    const sandbox = kept(await startCoinifySandbox({ settleMs: 3_600_000, findByOrderId: true }));
    const config = coinify.configFor(sandbox.url, { COINIFY_FIND_BY_ORDER_ID: list });
    const connector = kept(new CoinifyConnector(config));
    const { orderId } = await connector.orders.submit(coinify.request('out-1'));
    await connector.orders.submit(coinify.request('out-2'));
    const withdrawal = { kind: 'withdrawal' as const, partnerClientId: 'user_1', amount: '30.00' };
    const asked = [known('out-1', { ...withdrawal, orderId }), known('out-2', withdrawal)];
    const shown = await connector.transactions.read({ ...SPAN, known: asked });
    expect(shown).toMatchObject({ coverage: 'asked', gaps: [], unasked: new Set(unasked) });
    expect(shown.transactions.map(({ ref, amount, asset }) => ({ ref, amount, asset }))).toEqual(
      refs.map((ref) => ({ ref, amount: '30.00', asset: 'USD' })),
    );
  },
);
