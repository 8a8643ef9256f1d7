import type { CallOptions } from '../../port';
import { canonicalBody } from '../canonical-json';
import type { AdditionalInformation } from '../wire/fiat-accounts';
import {
  activation,
  bankAccount,
  bankAccounts,
  fiatWithdrawal,
  fiatWithdrawalQuote,
  fiatWithdrawals,
  withdrawalCapabilities,
  type ActivateWithdrawalCapability,
  type CreateBankAccount,
  type DraftFiatWithdrawal,
  type QuoteFiatWithdrawal,
  type SubmitWithdrawal,
  type WireActivation,
  type WireBankAccount,
  type WireFiatWithdrawal,
  type WireFiatWithdrawalQuote,
  type WireWithdrawalCapabilities,
} from '../wire/fiat-withdrawals';
import type { Caller } from './caller';

/** Bank accounts, and money out to them: capability, quote, approval draft, submission (Product Workflows page). */
export class FiatWithdrawalsApi {
  constructor(private readonly caller: Caller) {}

  async bankAccounts(customerId: string, options?: CallOptions): Promise<readonly WireBankAccount[]> {
    return await this.caller.list('listBankAccounts', bankAccounts, { customerId }, options);
  }

  async createBankAccount(customerId: string, request: CreateBankAccount, key: string): Promise<WireBankAccount> {
    const call = { parameters: { customerId }, key, body: canonicalBody(request) };
    return await this.caller.write('createBankAccount', bankAccount, call);
  }

  async capabilities(customerId: string, options?: CallOptions): Promise<WireWithdrawalCapabilities> {
    return await this.caller.read('getFiatWithdrawalCapabilities', withdrawalCapabilities, { customerId }, options);
  }

  async activate(customerId: string, request: ActivateWithdrawalCapability, key: string): Promise<WireActivation> {
    const call = { parameters: { customerId }, key, body: canonicalBody(request) };
    return await this.caller.write('activateFiatWithdrawalCapability', activation, call);
  }

  async addActivationInformation(
    activationId: string,
    request: AdditionalInformation,
    key: string,
  ): Promise<WireActivation> {
    const call = { parameters: { activationId }, key, body: canonicalBody(request) };
    return await this.caller.write('addFiatWithdrawalActivationInformation', activation, call);
  }

  async quote(customerId: string, request: QuoteFiatWithdrawal, key: string): Promise<WireFiatWithdrawalQuote> {
    const call = { parameters: { customerId }, key, body: canonicalBody(request) };
    return await this.caller.write('createFiatWithdrawalQuote', fiatWithdrawalQuote, call);
  }

  /** Creates the approval draft. No money moves before it is submitted. */
  async draft(customerId: string, request: DraftFiatWithdrawal, key: string): Promise<WireFiatWithdrawal> {
    const call = { parameters: { customerId }, key, body: canonicalBody(request) };
    return await this.caller.write('createFiatWithdrawal', fiatWithdrawal, call);
  }

  async list(customerId: string, options?: CallOptions): Promise<readonly WireFiatWithdrawal[]> {
    return await this.caller.list('listFiatWithdrawals', fiatWithdrawals, { customerId }, options);
  }

  /** Submits an approved draft for processing: from here on money moves. */
  async submit(withdrawalId: string, request: SubmitWithdrawal, key: string): Promise<WireFiatWithdrawal> {
    const call = { parameters: { withdrawalId }, key, body: canonicalBody(request) };
    return await this.caller.write('submitFiatWithdrawal', fiatWithdrawal, call);
  }

  async addInformation(withdrawalId: string, request: AdditionalInformation, key: string): Promise<WireFiatWithdrawal> {
    const call = { parameters: { withdrawalId }, key, body: canonicalBody(request) };
    return await this.caller.write('addFiatWithdrawalInformation', fiatWithdrawal, call);
  }

  async get(withdrawalId: string, options?: CallOptions): Promise<WireFiatWithdrawal> {
    return await this.caller.read('getFiatWithdrawal', fiatWithdrawal, { withdrawalId }, options);
  }
}
