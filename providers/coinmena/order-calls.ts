import type { Intent, Order } from '../../contract/funding';
import { amountProblem, covers } from '../../contract/money';
import type { OrderRequest } from '../../contract/order-requests';
import type { Asset, CallOptions } from '../port';
import type { CoinmenaBalances } from './balance-calls';
import type { CoinmenaApi } from './client';
import { toClientState, toOrder } from './mapping';
import { driftIn, failure, getClient } from './refusals';
import { MAX_AMOUNT_DECIMALS, MAX_ASSET_ID_LENGTH } from './rules';
import type { WireOrder } from './schemas';

interface OrderCallsParts {
  readonly api: CoinmenaApi;
  readonly balances: CoinmenaBalances;
  readonly assets: () => Promise<ReadonlyMap<string, Asset>>;
}

/** Deposits and withdrawals, as the port has them. */
export class CoinmenaOrders {
  readonly #api: CoinmenaApi;
  readonly #balances: CoinmenaBalances;
  readonly #assets: OrderCallsParts['assets'];

  constructor({ api, balances, assets }: OrderCallsParts) {
    this.#api = api;
    this.#balances = balances;
    this.#assets = assets;
  }

  /**
   * Submits a deposit or a withdrawal, once.
   *
   * @throws ProviderError CAPABILITY_MISSING if it is neither; CONTRACT_DRIFT (outcome unknown) if the order that is answered shows another reference
   */
  async submit(request: OrderRequest): Promise<Order> {
    const operation = operationOf(request);
    const order = readOrder(operation, await this.#api[operation](request));
    if (order.ref !== request.ref) throw driftIn(operation, ['ref']);
    return order;
  }

  async findByRef(ref: string, options?: CallOptions): Promise<Order | undefined> {
    const found = await this.#api.orderByRef(ref, options);
    if (found === undefined) return undefined;
    const order = readOrder('orderByRef', found);
    if (order.ref !== ref) throw driftIn('orderByRef', ['ref']);
    return order;
  }

  async check(intent: Intent, options?: CallOptions): Promise<void> {
    const operation = 'checkFunding';
    requireFundable(intent, operation);
    const [client, assets] = await Promise.all([getClient(this.#api, intent.partnerClientId, options), this.#assets()]);
    if (client === undefined) throw failure('CLIENT_UNKNOWN', operation);
    const { verified, active } = toClientState(client);
    if (!verified) throw failure('CLIENT_NOT_VERIFIED', operation);
    if (!active) throw failure('CLIENT_INACTIVE', operation);
    if (!isEligible(assets.get(intent.asset), intent)) throw failure('ASSET_INELIGIBLE', operation);
    if (intent.kind === 'deposit') return;
    const { available } = await this.#balances.read(intent, intent.asset, options);
    if (!covers(available, intent.amount)) throw failure('INSUFFICIENT_FUNDS', operation);
  }
}

/** @throws ProviderError CAPABILITY_MISSING */
function operationOf({ kind }: Pick<OrderRequest, 'kind'>): 'deposit' | 'withdraw' {
  switch (kind) {
    case 'deposit':
      return 'deposit';
    case 'withdrawal':
      return 'withdraw';
    case 'conversion':
      throw failure('CAPABILITY_MISSING', 'submit');
  }
}

function readOrder(operation: string, wire: WireOrder): Order {
  const order = toOrder(wire);
  if (order === undefined) throw driftIn(operation, ['amount', 'asset']);
  return order;
}

/** Limits of the Funding page that need no call. */
function requireFundable({ amount, asset }: Intent, operation: string): void {
  const amountFault = amountProblem(amount, MAX_AMOUNT_DECIMALS);
  const fields = [
    ...(amountFault === undefined ? [] : [{ field: 'amount', problem: amountFault }]),
    ...(asset.length <= MAX_ASSET_ID_LENGTH
      ? []
      : [{ field: 'asset', problem: `must have at most ${MAX_ASSET_ID_LENGTH} characters` }]),
  ];
  if (fields.length > 0) throw failure('INVALID_REQUEST', operation, fields);
}

/** Published, fiat, and flagged for the operation (Funding page, Asset Eligibility). */
function isEligible(asset: Asset | undefined, { kind }: Intent): boolean {
  if (asset === undefined || !asset.published || !asset.fiat) return false;
  switch (kind) {
    case 'deposit':
      return asset.depositable;
    case 'withdrawal':
      return asset.withdrawable;
    case 'conversion':
      return false;
  }
}
