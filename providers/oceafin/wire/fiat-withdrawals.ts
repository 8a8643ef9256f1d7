import { z } from 'zod';
import type { BodyObject } from '../canonical-json';
import { comparedText, optional, wireDecimal, wireId, wireRef, wireStatus, wireWord } from '../../http/wire';
import { pageOf } from '../pages';
import { lifecycle, untoldLifecycle, type AuthorizationEvidence } from './common';

/** `CreatePartnerBankAccountRequest`; a third party's account carries its holder. */
export interface CreateBankAccount {
  readonly currency: string;
  readonly accountNumber: string;
  readonly accountHolderName: string;
  readonly bankName: string;
  readonly bankCountry: string;
  readonly swiftCode?: string;
  readonly routingNumber?: string;
  /** `PartnerBankAccountThirdPartyBeneficiary`, with its `PartnerBankAccountThirdPartyAddress`. */
  readonly thirdPartyBeneficiary?: BodyObject;
}

/** `PartnerBankAccount`. */
export const bankAccount = z.object({
  bankAccountId: wireId,
  currency: optional(wireWord),
  accountNumber: optional(comparedText),
  ...untoldLifecycle,
});
export const bankAccounts = pageOf(bankAccount);
export type WireBankAccount = z.output<typeof bankAccount>;

/** `PartnerFiatWithdrawalCapabilityRoute`. */
const route = z.object({ currency: wireWord, status: wireStatus, activationId: optional(wireId) });
/** `PartnerFiatWithdrawalCapabilities`. */
export const withdrawalCapabilities = z.object({ routes: z.array(route) });
export type WireWithdrawalCapabilities = z.output<typeof withdrawalCapabilities>;

/** `ActivatePartnerFiatWithdrawalCapabilityRequest`. */
export interface ActivateWithdrawalCapability {
  readonly currency: string;
  readonly bankAccountId?: string;
}

/** `PartnerFiatWithdrawalCapabilityActivation`. */
export const activation = z.object({ activationId: wireId, ...lifecycle });
export type WireActivation = z.output<typeof activation>;

/** `CreatePartnerFiatWithdrawalQuoteRequest`. */
export interface QuoteFiatWithdrawal {
  readonly currency: string;
  readonly amount: string;
  readonly bankAccountId: string;
}

/** `PartnerBalanceAvailability`: whether the balance covers what is quoted. */
export const availability = optional(z.object({ sufficient: optional(z.boolean()) }));

/** `PartnerFiatWithdrawalQuote`. */
export const fiatWithdrawalQuote = z.object({
  quoteId: wireId,
  currency: wireWord,
  amount: wireDecimal,
  fee: optional(wireDecimal),
  feeCurrency: optional(wireWord),
  receiveAmount: optional(wireDecimal),
  expiresAt: optional(wireWord),
  balanceAvailability: availability,
});
export type WireFiatWithdrawalQuote = z.output<typeof fiatWithdrawalQuote>;

/** `CreatePartnerFiatWithdrawalRequest`. */
export interface DraftFiatWithdrawal {
  readonly quoteId: string;
  readonly partnerReference: string;
  readonly purpose?: string;
  readonly authorizationEvidence: AuthorizationEvidence;
}

/** `PartnerFiatWithdrawal`. */
export const fiatWithdrawal = z.object({
  withdrawalId: wireId,
  partnerReference: optional(wireRef),
  currency: wireWord,
  amount: wireDecimal,
  fee: optional(wireDecimal),
  feeCurrency: optional(wireWord),
  ...lifecycle,
});
export const fiatWithdrawals = pageOf(fiatWithdrawal);
export type WireFiatWithdrawal = z.output<typeof fiatWithdrawal>;

/** `SubmitPartnerFiatWithdrawalRequest`, and its like for crypto. */
export interface SubmitWithdrawal {
  readonly partnerReference: string;
}
