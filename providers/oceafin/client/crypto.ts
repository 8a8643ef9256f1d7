import type { CallOptions } from '../../port';
import { canonicalBody } from '../canonical-json';
import {
  beneficiaries,
  beneficiary,
  cryptoDeposit,
  cryptoDeposits,
  cryptoWithdrawal,
  cryptoWithdrawalQuote,
  cryptoWithdrawals,
  depositWallets,
  refund,
  refunds,
  type ActionRequest,
  type CreateBeneficiary,
  type DraftCryptoWithdrawal,
  type DraftRefund,
  type QuoteCryptoWithdrawal,
  type TravelRuleInformation,
  type WireBeneficiary,
  type WireCryptoDeposit,
  type WireCryptoWithdrawal,
  type WireCryptoWithdrawalQuote,
  type WireDepositWallet,
  type WireRefund,
} from '../wire/crypto';
import type { SubmitWithdrawal } from '../wire/fiat-withdrawals';
import type { Caller } from './caller';

/** Crypto in and out: wallets, deposits with Travel Rule data, beneficiaries, withdrawals, refunds. */
export class CryptoApi {
  constructor(private readonly caller: Caller) {}

  async depositWallets(customerId: string, options?: CallOptions): Promise<readonly WireDepositWallet[]> {
    return await this.caller.list('listCryptoDepositWallets', depositWallets, { customerId }, options);
  }

  async deposits(customerId: string, options?: CallOptions): Promise<readonly WireCryptoDeposit[]> {
    return await this.caller.list('listCryptoDeposits', cryptoDeposits, { customerId }, options);
  }

  async deposit(depositId: string, options?: CallOptions): Promise<WireCryptoDeposit> {
    return await this.caller.read('getCryptoDeposit', cryptoDeposit, { depositId }, options);
  }

  /** Says where a deposit came from; some deposits wait for that before they are credited. */
  async submitTravelRule(depositId: string, request: TravelRuleInformation, key: string): Promise<WireCryptoDeposit> {
    const call = { parameters: { depositId }, key, body: canonicalBody(request) };
    return await this.caller.write('submitTravelRuleInformation', cryptoDeposit, call);
  }

  async beneficiaries(customerId: string, options?: CallOptions): Promise<readonly WireBeneficiary[]> {
    return await this.caller.list('listBeneficiaries', beneficiaries, { customerId }, options);
  }

  async createBeneficiary(customerId: string, request: CreateBeneficiary, key: string): Promise<WireBeneficiary> {
    const call = { parameters: { customerId }, key, body: canonicalBody(request) };
    return await this.caller.write('createBeneficiary', beneficiary, call);
  }

  async beneficiary(beneficiaryId: string, options?: CallOptions): Promise<WireBeneficiary> {
    return await this.caller.read('getBeneficiary', beneficiary, { beneficiaryId }, options);
  }

  async removeBeneficiary(beneficiaryId: string, request: ActionRequest, key: string): Promise<WireBeneficiary> {
    const call = { parameters: { beneficiaryId }, key, body: canonicalBody(request) };
    return await this.caller.write('removeBeneficiary', beneficiary, call);
  }

  async syncBeneficiary(beneficiaryId: string, request: ActionRequest, key: string): Promise<WireBeneficiary> {
    const call = { parameters: { beneficiaryId }, key, body: canonicalBody(request) };
    return await this.caller.write('syncBeneficiary', beneficiary, call);
  }

  async quoteWithdrawal(
    customerId: string,
    request: QuoteCryptoWithdrawal,
    key: string,
  ): Promise<WireCryptoWithdrawalQuote> {
    const call = { parameters: { customerId }, key, body: canonicalBody(request) };
    return await this.caller.write('createCryptoWithdrawalQuote', cryptoWithdrawalQuote, call);
  }

  /** Creates the approval draft. No money moves before it is submitted. */
  async draftWithdrawal(
    customerId: string,
    request: DraftCryptoWithdrawal,
    key: string,
  ): Promise<WireCryptoWithdrawal> {
    const call = { parameters: { customerId }, key, body: canonicalBody(request) };
    return await this.caller.write('createCryptoWithdrawal', cryptoWithdrawal, call);
  }

  async withdrawals(customerId: string, options?: CallOptions): Promise<readonly WireCryptoWithdrawal[]> {
    return await this.caller.list('listCryptoWithdrawals', cryptoWithdrawals, { customerId }, options);
  }

  /** Submits an approved draft for processing: from here on money moves. */
  async submitWithdrawal(withdrawalId: string, request: SubmitWithdrawal, key: string): Promise<WireCryptoWithdrawal> {
    const call = { parameters: { withdrawalId }, key, body: canonicalBody(request) };
    return await this.caller.write('submitCryptoWithdrawal', cryptoWithdrawal, call);
  }

  async withdrawal(withdrawalId: string, options?: CallOptions): Promise<WireCryptoWithdrawal> {
    return await this.caller.read('getCryptoWithdrawal', cryptoWithdrawal, { withdrawalId }, options);
  }

  async refunds(customerId: string, options?: CallOptions): Promise<readonly WireRefund[]> {
    return await this.caller.list('listRefunds', refunds, { customerId }, options);
  }

  async draftRefund(customerId: string, request: DraftRefund, key: string): Promise<WireRefund> {
    const call = { parameters: { customerId }, key, body: canonicalBody(request) };
    return await this.caller.write('createRefund', refund, call);
  }

  async refund(refundId: string, options?: CallOptions): Promise<WireRefund> {
    return await this.caller.read('getRefund', refund, { refundId }, options);
  }

  async submitRefund(refundId: string, request: SubmitWithdrawal, key: string): Promise<WireRefund> {
    const call = { parameters: { refundId }, key, body: canonicalBody(request) };
    return await this.caller.write('submitRefund', refund, call);
  }

  async confirmRefund(refundId: string, request: ActionRequest, key: string): Promise<WireRefund> {
    const call = { parameters: { refundId }, key, body: canonicalBody(request) };
    return await this.caller.write('confirmRefund', refund, call);
  }
}
