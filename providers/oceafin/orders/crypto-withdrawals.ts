import type { Order, Terms } from '../../../contract/funding';
import { sameAmount } from '../../../contract/money';
import type { OpenOrder, OrderRequest, QuoteRequest } from '../../../contract/order-requests';
import type { CallOptions } from '../../port';
import { canonicalJson } from '../canonical-json';
import type { OceafinApi } from '../client';
import { differingWallet } from '../destinations';
import { contentReference, idempotencyKey } from '../idempotency';
import type { CryptoWithdrawalDetails } from '../inputs';
import { isUsable, toEvidenceOf, toOrder } from '../mapping';
import { customerIdOf, driftIn, failure } from '../refusals';
import {
  draftReference,
  orderReference,
  requireCovered,
  requireRef,
  termsOf,
  withdrawalTerms,
  type OrderRoute,
} from './order-route';

/** Money out to a wallet: beneficiary, quote, draft with evidence, submission. */
export class CryptoWithdrawalRoute implements OrderRoute {
  readonly #api: OceafinApi['crypto'];
  readonly #details: CryptoWithdrawalDetails;

  constructor(api: OceafinApi, details: CryptoWithdrawalDetails) {
    this.#api = api.crypto;
    this.#details = details;
  }

  /** Asks for terms; before, names the wallet's beneficiary, under a key of its own. */
  async quote(request: QuoteRequest): Promise<Terms> {
    const operation = 'createCryptoWithdrawalQuote';
    const customerId = customerIdOf(request, operation);
    const { asset, amount, partnerClientId, ref, number } = request;
    const beneficiaryId = await this.#beneficiaryId(customerId, request);
    const quote = await this.#api.quoteWithdrawal(
      customerId,
      { asset, amount, beneficiaryId },
      idempotencyKey(partnerClientId, 'crypto-withdrawal:quote', `${ref}:${number}`),
    );
    if (quote.asset !== asset || !sameAmount(quote.amount, amount)) throw driftIn(operation, ['amount', 'asset']);
    requireCovered(quote, operation);
    return withdrawalTerms(request, quote);
  }

  async submit(request: OrderRequest): Promise<Order> {
    const operation = 'createCryptoWithdrawal';
    const terms = termsOf(request, operation);
    const drafted = await this.#api.draftWithdrawal(
      customerIdOf(request, operation),
      {
        quoteId: terms.quoteId,
        partnerReference: request.ref,
        authorizationEvidence: toEvidenceOf('CRYPTO_WITHDRAWAL', request, this.#details.authorization),
      },
      idempotencyKey(request.partnerClientId, 'crypto-withdrawal:create', draftReference(request, terms)),
    );
    return requireRef(toOrder(drafted.withdrawalId, drafted, request), request, operation);
  }

  async get(orderId: string, request: OrderRequest, options?: CallOptions): Promise<Order> {
    return toOrder(orderId, await this.#api.withdrawal(orderId, options), request);
  }

  async listed(request: OrderRequest, options?: CallOptions): Promise<readonly Order[]> {
    const all = await this.#api.withdrawals(customerIdOf(request, 'listCryptoWithdrawals'), options);
    return all
      .filter(({ partnerReference }) => partnerReference === request.ref)
      .map((one) => toOrder(one.withdrawalId, one, request));
  }

  async confirm(order: OpenOrder): Promise<void> {
    const { partnerClientId, ref } = order.request;
    const key = idempotencyKey(partnerClientId, 'crypto-withdrawal:submit', orderReference(order));
    await this.#api.submitWithdrawal(order.orderId, { partnerReference: ref }, key);
  }

  /** No operation takes information about a crypto withdrawal. */
  async supplyInformation(): Promise<void> {
    throw failure('CAPABILITY_MISSING', 'submitCryptoWithdrawal');
  }

  async #beneficiaryId(customerId: string, { asset, partnerClientId }: OrderRequest): Promise<string> {
    const { beneficiaryId, wallet } = this.#details;
    if (beneficiaryId !== undefined) return beneficiaryId;
    if (wallet === undefined) throw failure('INVALID_REQUEST', 'createBeneficiary');
    const request = { ...wallet, asset };
    const reference = contentReference(canonicalJson(request));
    const key = idempotencyKey(partnerClientId, 'beneficiary:create', reference);
    const created = await this.#api.createBeneficiary(customerId, request, key);
    const differing = differingWallet(created, asset, wallet);
    if (differing.length > 0) throw driftIn('createBeneficiary', differing);
    if (isUsable(created.status)) return created.beneficiaryId;
    // The key's answer shows the state at the creation; syncing shows the present one.
    const syncKey = idempotencyKey(partnerClientId, 'beneficiary:sync', created.beneficiaryId);
    const synced = await this.#api.syncBeneficiary(created.beneficiaryId, {}, syncKey);
    if (!isUsable(synced.status)) throw failure('STATE_INVALID', 'syncBeneficiary');
    return created.beneficiaryId;
  }
}
