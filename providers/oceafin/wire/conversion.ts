import { z } from 'zod';
import { pageOf } from '../pages';
import { decimal, id, lifecycle, optional, optionalDecimal, short, type AuthorizationEvidence } from './common';
import { availability } from './fiat-withdrawals';

/** `CreatePartnerConversionQuoteRequest`. */
export interface QuoteConversion {
  readonly fromAsset: string;
  readonly fromAmount: string;
  readonly toAsset: string;
}

const sides = { fromAsset: short, fromAmount: decimal, toAsset: short, toAmount: decimal };

/** `PartnerConversionQuote`. */
export const conversionQuote = z.object({
  quoteId: id,
  ...sides,
  fee: optionalDecimal,
  feeAsset: optional,
  expiresAt: optional,
  balanceAvailability: availability,
});
export const conversionQuotes = pageOf(conversionQuote);
export type WireConversionQuote = z.output<typeof conversionQuote>;

/** `CreatePartnerConversionRequest`. */
export interface DraftConversion {
  readonly quoteId: string;
  readonly partnerReference: string;
  readonly authorizationEvidence: AuthorizationEvidence;
}

/** `PartnerConversion`. */
export const conversion = z.object({
  conversionId: id,
  partnerReference: optional,
  ...sides,
  fee: optionalDecimal,
  feeAsset: optional,
  ...lifecycle,
});
export const conversions = pageOf(conversion);
export type WireConversion = z.output<typeof conversion>;
