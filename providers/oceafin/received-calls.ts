import type { JsonObject } from '../../contract/json';
import type { ReceivedDeposit, ReceivingAccount } from '../../contract/receiving';
import type { AccountRequest, CallOptions, ReceivedCalls } from '../port';
import { canonicalJson } from './canonical-json';
import type { OceafinApi } from './client';
import { contentReference, idempotencyKey } from './idempotency';
import { receivingDetails } from './inputs';
import { isUsable, toAppliedAccount, toReceivedDeposit, toReceivingAccount } from './mapping';
import { beforeWriting, customerIdOf, detailsAs, failure } from './refusals';
import type { WireFiatAccount } from './wire/fiat-accounts';

/** Fiat accounts, and the deposits that arrive there, as the port has them. */
export class OceafinReceived implements ReceivedCalls {
  readonly #api: OceafinApi;

  constructor(api: OceafinApi) {
    this.#api = api;
  }

  async account(request: AccountRequest, options?: CallOptions): Promise<ReceivingAccount | undefined> {
    const found = await this.#find(request, options);
    return found === undefined ? undefined : toReceivingAccount(found);
  }

  /** Applies under a key that the deposit's own reference makes. */
  async apply(request: AccountRequest): Promise<ReceivingAccount> {
    const operation = 'createFiatAccountApplication';
    const { purpose, additional } = detailsAs(receivingDetails, request.details, operation);
    const application = await this.#api.fiatAccounts.apply(
      customerIdOf(request, operation),
      {
        currency: request.asset,
        partnerReference: request.ref,
        ...(purpose === undefined ? {} : { purpose }),
        ...(additional === undefined ? {} : { additionalInformation: additional }),
      },
      idempotencyKey(request.partnerClientId, 'fiat-account:apply', request.ref),
    );
    return toAppliedAccount(application);
  }

  async instructions(request: AccountRequest, options?: CallOptions): Promise<JsonObject> {
    const operation = 'getFiatDepositInstructions';
    const all = await this.#api.fiatAccounts.depositInstructions(customerIdOf(request, operation), options);
    const found = all.find(({ currency }) => currency === request.asset);
    if (found === undefined) throw failure('NOT_FOUND', operation);
    const { currency, paymentReference, bankDetails } = found;
    return { currency, bankDetails, ...(paymentReference == null ? {} : { paymentReference }) };
  }

  async list(request: AccountRequest, since: string, options?: CallOptions): Promise<readonly ReceivedDeposit[]> {
    const deposits = await this.#api.fiatAccounts.deposits(customerIdOf(request, 'listFiatDeposits'), options);
    return deposits
      .filter(({ currency, createdAt }) => currency === request.asset && isNotBefore(createdAt, since))
      .map(toReceivedDeposit);
  }

  async supplyInformation(request: AccountRequest, information: JsonObject): Promise<void> {
    const operation = 'addFiatAccountInformation';
    const account = await beforeWriting(() => this.#find(request));
    const applicationId = account?.applicationId ?? account?.fiatAccountId;
    if (applicationId === undefined) throw failure('NOT_FOUND', operation);
    const reference = `${applicationId}:${contentReference(canonicalJson(information))}`;
    await this.#api.fiatAccounts.addInformation(
      applicationId,
      { additionalInformation: information },
      idempotencyKey(request.partnerClientId, 'fiat-account:inform', reference),
    );
  }

  /** The account of the currency that can be used; else the latest, an application included. */
  async #find(request: AccountRequest, options?: CallOptions): Promise<WireFiatAccount | undefined> {
    const all = await this.#api.fiatAccounts.list(customerIdOf(request, 'listFiatAccounts'), options);
    const ofCurrency = all.filter(({ currency }) => currency === request.asset);
    return ofCurrency.find(({ status }) => isUsable(status)) ?? ofCurrency.at(-1);
  }
}

/** A deposit whose time is not told counts: it is matched by amount, and claimed once. */
function isNotBefore(createdAt: string | null | undefined, since: string): boolean {
  const at = createdAt == null ? Number.NaN : Date.parse(createdAt);
  // Times without a fraction of a second lie up to a second back.
  return Number.isNaN(at) || at + 999 >= Date.parse(since);
}
