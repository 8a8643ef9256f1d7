import type { Operation } from '../../providers/oceafin/layout/operations';
import type { Counters } from '../http/counters';
import type { NotedRefusal } from './auth';
import type { Sandbox } from './context';
import { view } from './resources';

/**
 * The whole book, for whoever judges a run: every customer, file, resource and holding, and what came in. Without names
 * and other personal data.
 */
export function ledgerOf({ store, faults }: Sandbox, counters: Counters<Operation, NotedRefusal>): object {
  const refOf = (customerId: string): string => store.customer(customerId)?.partnerCustomerRef ?? '';
  return {
    customers: store.customers().map(({ customerId, partnerCustomerRef, customerType, status, createdAt }) => ({
      customerId,
      partnerCustomerRef,
      customerType,
      status,
      createdAt,
    })),
    files: store.files().map(({ fileAssetId, customerId, documentType, side, sha256, bytes }) => ({
      fileAssetId,
      partnerCustomerRef: refOf(customerId),
      documentType,
      side,
      sha256,
      bytes,
    })),
    resources: store.resources().map((resource) => ({
      kind: resource.kind,
      id: resource.id,
      partnerCustomerRef: refOf(resource.customerId),
      ...view(resource),
    })),
    balances: store.holdings().map(({ customerId, asset, total, available }) => ({
      partnerCustomerRef: refOf(customerId),
      asset,
      total,
      available,
    })),
    requests: counters.byOperation(),
    faults: Object.fromEntries(faults.list().map(({ id, fired }) => [id, fired])),
  };
}
