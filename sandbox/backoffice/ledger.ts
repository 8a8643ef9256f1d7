import type { Counters } from '../http/counters';
import type { NotedRefusal } from './auth';
import { refOf } from './callbacks';
import type { Sandbox } from './context';
import type { Operation } from './fault-rules';

/** The whole book, for whoever judges a run. Of a comment its first word is shown; names and addresses are not. */
export function ledgerOf({ store, faults }: Sandbox, counters: Counters<Operation, NotedRefusal>): object {
  return {
    users: store.users().map(({ userId }) => ({ userId })),
    transfers: store.transfers().map((transfer) => {
      const { transferId, transactionId, userId, asset, type, status, amount, due } = transfer;
      const ref = refOf(transfer.comment);
      const createdAt = new Date(transfer.createdAtMs).toISOString();
      const updatedAt = new Date(transfer.updatedAtMs).toISOString();
      const underWay = due !== null;
      return { transferId, transactionId, userId, ref, asset, type, status, amount, underWay, createdAt, updatedAt };
    }),
    balances: store.holdings(),
    requests: counters.byOperation(),
    faults: Object.fromEntries(faults.list().map(({ id, fired }) => [id, fired])),
  };
}
