import { z } from 'zod';
import type { BodyObject } from '../canonical-json';
import { comparedText, optional, wireDecimal, wireId, wireRef, wireWord } from '../../http/wire';
import { pageOf } from '../pages';
import { lifecycle, untoldLifecycle, type AuthorizationEvidence } from './common';
import { availability } from './fiat-withdrawals';

/** `PartnerCryptoDepositWallet`. */
export const depositWallet = z.object({
  walletId: wireId,
  asset: wireWord,
  network: optional(wireWord),
  address: wireId,
  status: optional(wireWord),
});
export const depositWallets = pageOf(depositWallet);
export type WireDepositWallet = z.output<typeof depositWallet>;

/** `PartnerCryptoDeposit`. */
export const cryptoDeposit = z.object({
  depositId: wireId,
  asset: wireWord,
  amount: wireDecimal,
  network: optional(wireWord),
  ...untoldLifecycle,
});
export const cryptoDeposits = pageOf(cryptoDeposit);
export type WireCryptoDeposit = z.output<typeof cryptoDeposit>;

/** `SubmitPartnerCryptoTravelRuleInfoRequest`, with a `PartnerCryptoTravelRuleInfo`. */
export interface TravelRuleInformation {
  readonly travelRuleInfo: BodyObject;
}

/** `CreatePartnerWalletBeneficiaryRequest`, with `PartnerWalletBeneficiarySupportFile`s. */
export interface CreateBeneficiary {
  readonly name: string;
  readonly asset: string;
  readonly network: string;
  readonly address: string;
  /** Whose wallet it is, if it is not the customer's own. */
  readonly beneficiary?: BodyObject;
  readonly supportFiles?: readonly { readonly fileAssetId: string }[];
}

/** `PartnerWalletBeneficiary`. */
export const beneficiary = z.object({
  beneficiaryId: wireId,
  asset: optional(wireWord),
  network: optional(wireWord),
  address: optional(comparedText),
  ...lifecycle,
});
export const beneficiaries = pageOf(beneficiary);
export type WireBeneficiary = z.output<typeof beneficiary>;

/** `PartnerCryptoWalletBeneficiaryActionRequest`, and its like for other resources: the reason, if one is given. */
export interface ActionRequest {
  readonly reason?: string;
}

/** `CreatePartnerCryptoWithdrawalQuoteRequest`. */
export interface QuoteCryptoWithdrawal {
  readonly asset: string;
  readonly amount: string;
  readonly beneficiaryId: string;
}

/** `PartnerCryptoWithdrawalQuote`. */
export const cryptoWithdrawalQuote = z.object({
  quoteId: wireId,
  asset: wireWord,
  amount: wireDecimal,
  fee: optional(wireDecimal),
  feeAsset: optional(wireWord),
  receiveAmount: optional(wireDecimal),
  expiresAt: optional(wireWord),
  balanceAvailability: availability,
});
export type WireCryptoWithdrawalQuote = z.output<typeof cryptoWithdrawalQuote>;

/** `CreatePartnerCryptoWithdrawalRequest`. */
export interface DraftCryptoWithdrawal {
  readonly quoteId: string;
  readonly partnerReference: string;
  readonly authorizationEvidence: AuthorizationEvidence;
}

/** `PartnerCryptoWithdrawal`. */
export const cryptoWithdrawal = z.object({
  withdrawalId: wireId,
  partnerReference: optional(wireRef),
  asset: wireWord,
  amount: wireDecimal,
  fee: optional(wireDecimal),
  feeAsset: optional(wireWord),
  transactionHash: optional(wireWord),
  ...lifecycle,
});
export const cryptoWithdrawals = pageOf(cryptoWithdrawal);
export type WireCryptoWithdrawal = z.output<typeof cryptoWithdrawal>;

/** `CreatePartnerCryptoRefundRequest`. */
export interface DraftRefund {
  readonly depositId: string;
  readonly amount?: string;
  readonly partnerReference: string;
  readonly authorizationEvidence: AuthorizationEvidence;
}

/** `PartnerCryptoRefund`. */
export const refund = z.object({
  refundId: wireId,
  depositId: optional(wireId),
  partnerReference: optional(wireRef),
  asset: optional(wireWord),
  amount: optional(wireDecimal),
  ...untoldLifecycle,
});
export const refunds = pageOf(refund);
export type WireRefund = z.output<typeof refund>;
