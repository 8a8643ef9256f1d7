import { z } from 'zod';
import { optional, wireDecimal, wireId, wireRef, wireWord } from '../../http/wire';
import { pageOf } from '../pages';
import { lifecycle, type AuthorizationEvidence } from './common';
import { availability } from './fiat-withdrawals';

/** `CreatePartnerConversionQuoteRequest`. */
export interface QuoteConversion {
  readonly fromAsset: string;
  readonly fromAmount: string;
  readonly toAsset: string;
}

const sides = { fromAsset: wireWord, fromAmount: wireDecimal, toAsset: wireWord, toAmount: wireDecimal };

/** `PartnerConversionQuote`. */
export const conversionQuote = z.object({
  quoteId: wireId,
  ...sides,
  fee: optional(wireDecimal),
  feeAsset: optional(wireWord),
  expiresAt: optional(wireWord),
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
  conversionId: wireId,
  partnerReference: optional(wireRef),
  ...sides,
  fee: optional(wireDecimal),
  feeAsset: optional(wireWord),
  ...lifecycle,
});
export const conversions = pageOf(conversion);
export type WireConversion = z.output<typeof conversion>;
