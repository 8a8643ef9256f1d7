import type { CoinmenaCounters } from './counters';
import type { Sandbox } from './context';
import type { FileRecord } from './records';

/**
 * The whole book, for whoever judges a run: every client, document, order and holding, and what came in. Without
 * names and other personal data.
 */
export function ledgerOf(sandbox: Sandbox, counters: CoinmenaCounters): object {
  const { store, faults } = sandbox;
  return {
    clients: store.clients().map(({ id, status, active, profile, created_at, verified_at }) => ({
      id,
      partner_client_id: profile.partner_client_id,
      status,
      active,
      created_at,
      verified_at,
    })),
    documents: store.documents().map((document) => ({
      id: document.id,
      partner_client_id: document.partner_client_id,
      type: document.type,
      front: fileEntry(document.front),
      back: document.back === null ? null : fileEntry(document.back),
      created_at: document.created_at,
    })),
    orders: store.orders().map((order) => ({
      id: order.id,
      order_no: order.order_no,
      partner_client_id: order.partner_client_id,
      partner_order_ref: order.partner_order_ref,
      type: order.type,
      status: order.status,
      asset_id: order.asset_id,
      amount: order.amount,
      created_at: order.created_at,
      transitioned_at: order.transitioned_at,
    })),
    balances: balances(sandbox, (owner) => owner !== null),
    partner_balances: balances(sandbox, (owner) => owner === null)[''] ?? {},
    requests: counters.byOperation(),
    faults: Object.fromEntries(faults.list().map(({ id, fired }) => [id, fired])),
  };
}

function fileEntry(file: FileRecord): object {
  return { sha256: file.sha256, mime: file.mime, bytes: file.bytes };
}

type Balances = Record<string, Record<string, { readonly balance: string; readonly available: string }>>;

/** By client and asset, plain decimals; the partner account stands under ''. */
function balances(sandbox: Sandbox, include: (owner: string | null) => boolean): Balances {
  const byOwner: Balances = {};
  for (const { owner, asset_id: assetId, balance, available } of sandbox.store.holdings()) {
    if (include(owner)) (byOwner[owner ?? ''] ??= {})[assetId] = { balance, available };
  }
  return byOwner;
}
