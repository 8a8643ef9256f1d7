import { z } from 'zod';
import { optional, wireDecimal, wireId, wireRef, wireWord } from '../../http/wire';
import { pageOf } from '../pages';
import { untoldLifecycle } from './common';

/** `CreatePartnerCheckoutRequest`. */
export interface CreateCheckout {
  readonly partnerReference: string;
  readonly asset: string;
  readonly amount: string;
  readonly description?: string;
}

/** `PartnerCheckout`. */
export const checkout = z.object({
  checkoutId: wireId,
  partnerReference: optional(wireRef),
  asset: optional(wireWord),
  amount: optional(wireDecimal),
  ...untoldLifecycle,
});
export const checkouts = pageOf(checkout);
export type WireCheckout = z.output<typeof checkout>;

/** `CreatePartnerCheckoutLinkRequest`. */
export interface CreateCheckoutLink {
  readonly expiresAt?: string;
}

/** `PartnerCheckoutLink`. */
export const checkoutLink = z.object({ linkId: wireId, url: z.string().max(2048), expiresAt: optional(wireWord) });
export type WireCheckoutLink = z.output<typeof checkoutLink>;

/** `CreatePartnerCheckoutPosPaymentRequest`. */
export interface CreatePosPayment {
  readonly terminalReference: string;
}

/** `PartnerCheckoutPosPaymentRequest`. */
export const posPaymentRequest = z.object({ posPaymentRequestId: wireId, ...untoldLifecycle });
export type WirePosPaymentRequest = z.output<typeof posPaymentRequest>;
