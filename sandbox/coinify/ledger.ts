import type { Operation } from '../../providers/coinify/layout';
import type { Counters } from '../http/counters';
import type { NotedRefusal } from './auth';
import type { Sandbox } from './context';

/** The whole book, for whoever judges a run: every withdrawal, the merchant's balances, and what came in. Without mail. */
export function ledgerOf({ store, faults }: Sandbox, counters: Counters<Operation, NotedRefusal>): object {
  return {
    withdrawals: store.withdrawals().map(({ customerEmail: _mail, context: _context, memo: _memo, ...shown }) => shown),
    balances: store.balances(),
    requests: counters.byOperation(),
    faults: Object.fromEntries(faults.list().map(({ id, fired }) => [id, fired])),
  };
}
