import type { Order, Terms } from '../../../contract/funding';
import type { JsonObject } from '../../../contract/json';
import { sameAmount } from '../../../contract/money';
import type { OpenOrder, OrderRequest, QuoteRequest } from '../../../contract/order-requests';
import type { CallOptions } from '../../port';
import { canonicalJson } from '../canonical-json';
import { canonicalAccountNumber } from '../../destinations';
import type { OceafinApi } from '../client';
import { differingAccount } from '../destinations';
import { contentReference, idempotencyKey } from '../idempotency';
import type { BankAccountDetails, FiatWithdrawalDetails } from '../inputs';
import { isUsable, toEvidenceOf, toOrder } from '../mapping';
import { customerIdOf, driftIn, failure } from '../refusals';
import type { WireFiatWithdrawal } from '../wire/fiat-withdrawals';
import {
  draftReference,
  orderReference,
  requireCovered,
  requireRef,
  termsOf,
  withdrawalTerms,
  type OrderRoute,
} from './order-route';

/** Money out to a bank account: account, capability, quote, draft with evidence, submission (Product Workflows page). */
export class FiatWithdrawalRoute implements OrderRoute {
  readonly #api: OceafinApi['fiatWithdrawals'];
  readonly #details: FiatWithdrawalDetails;

  constructor(api: OceafinApi, details: FiatWithdrawalDetails) {
    this.#api = api.fiatWithdrawals;
    this.#details = details;
  }

  /** Asks for terms; before, names the bank account and activates the currency, each under a key of its own. */
  async quote(request: QuoteRequest): Promise<Terms> {
    const operation = 'createFiatWithdrawalQuote';
    const customerId = customerIdOf(request, operation);
    const { asset, amount, partnerClientId, ref, number } = request;
    const bankAccountId = await this.#bankAccountId(customerId, request);
    await this.#activate(customerId, request, bankAccountId);
    const quote = await this.#api.quote(
      customerId,
      { currency: asset, amount, bankAccountId },
      idempotencyKey(partnerClientId, 'fiat-withdrawal:quote', `${ref}:${number}`),
    );
    if (quote.currency !== asset || !sameAmount(quote.amount, amount)) throw driftIn(operation, ['amount', 'asset']);
    requireCovered(quote, operation);
    return withdrawalTerms(request, { ...quote, feeAsset: quote.feeCurrency });
  }

  async submit(request: OrderRequest): Promise<Order> {
    const operation = 'createFiatWithdrawal';
    const terms = termsOf(request, operation);
    const { authorization, purpose } = this.#details;
    const drafted = await this.#api.draft(
      customerIdOf(request, operation),
      {
        quoteId: terms.quoteId,
        partnerReference: request.ref,
        ...(purpose === undefined ? {} : { purpose }),
        authorizationEvidence: toEvidenceOf('FIAT_WITHDRAWAL', request, authorization),
      },
      idempotencyKey(request.partnerClientId, 'fiat-withdrawal:create', draftReference(request, terms)),
    );
    return requireRef(fiatWithdrawalOrder(drafted, request), request, operation);
  }

  async get(orderId: string, request: OrderRequest, options?: CallOptions): Promise<Order> {
    return fiatWithdrawalOrder(await this.#api.get(orderId, options), request);
  }

  async listed(request: OrderRequest, options?: CallOptions): Promise<readonly Order[]> {
    const all = await this.#api.list(customerIdOf(request, 'listFiatWithdrawals'), options);
    return all
      .filter(({ partnerReference }) => partnerReference === request.ref)
      .map((one) => fiatWithdrawalOrder(one, request));
  }

  async confirm(order: OpenOrder): Promise<void> {
    const { partnerClientId, ref } = order.request;
    const key = idempotencyKey(partnerClientId, 'fiat-withdrawal:submit', orderReference(order));
    await this.#api.submit(order.orderId, { partnerReference: ref }, key);
  }

  async supplyInformation(order: OpenOrder, information: JsonObject): Promise<void> {
    const reference = orderReference(order, information);
    const key = idempotencyKey(order.request.partnerClientId, 'fiat-withdrawal:inform', reference);
    await this.#api.addInformation(order.orderId, { additionalInformation: information }, key);
  }

  async #bankAccountId(customerId: string, request: OrderRequest): Promise<string> {
    const { bankAccountId, bankAccount } = this.#details;
    if (bankAccountId !== undefined) return bankAccountId;
    if (bankAccount === undefined) throw failure('INVALID_REQUEST', 'createBankAccount');
    const account: BankAccountDetails & { readonly currency: string } = {
      ...bankAccount,
      accountNumber: canonicalAccountNumber(bankAccount.accountNumber),
      currency: request.asset,
    };
    const reference = contentReference(canonicalJson(account));
    const key = idempotencyKey(request.partnerClientId, 'bank-account:create', reference);
    const created = await this.#api.createBankAccount(customerId, account, key);
    const differing = differingAccount(created, request.asset, bankAccount);
    if (differing.length > 0) throw driftIn('createBankAccount', differing);
    return created.bankAccountId;
  }

  /** Activates withdrawals in a currency, if they are not active yet. */
  async #activate(customerId: string, { asset, partnerClientId }: OrderRequest, bankAccountId: string): Promise<void> {
    const operation = 'activateFiatWithdrawalCapability';
    const { routes } = await this.#api.capabilities(customerId);
    const route = routes.find(({ currency }) => currency === asset);
    if (route === undefined) throw failure('ASSET_INELIGIBLE', operation);
    if (isUsable(route.status)) return;
    const { activationInformation } = this.#details;
    const key = idempotencyKey(partnerClientId, 'fiat-withdrawal-capability:activate', asset);
    const activation = await this.#api.activate(customerId, { currency: asset, bankAccountId }, key);
    if (isUsable(activation.status)) return;
    if (activationInformation === undefined) throw failure('STATE_INVALID', operation);
    const content = `${activation.activationId}:${contentReference(canonicalJson(activationInformation))}`;
    const informed = await this.#api.addActivationInformation(
      activation.activationId,
      { additionalInformation: activationInformation },
      idempotencyKey(partnerClientId, 'fiat-withdrawal-capability:inform', content),
    );
    if (!isUsable(informed.status)) throw failure('STATE_INVALID', operation);
  }
}

/** A fiat withdrawal as an order. */
export function fiatWithdrawalOrder(wire: WireFiatWithdrawal, request: OrderRequest): Order {
  return toOrder(wire.withdrawalId, { ...wire, asset: wire.currency, feeAsset: wire.feeCurrency }, request);
}
