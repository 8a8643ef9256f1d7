import { z } from 'zod';
import { pageOf } from '../pages';
import { id, lifecycle, optional, optionalDecimal } from './common';

/** `CreatePartnerCheckoutRequest`. */
export interface CreateCheckout {
  readonly partnerReference: string;
  readonly asset: string;
  readonly amount: string;
  readonly description?: string;
}

/** `PartnerCheckout`. */
export const checkout = z.object({
  checkoutId: id,
  partnerReference: optional,
  asset: optional,
  amount: optionalDecimal,
  ...lifecycle,
});
export const checkouts = pageOf(checkout);
export type WireCheckout = z.output<typeof checkout>;

/** `CreatePartnerCheckoutLinkRequest`. */
export interface CreateCheckoutLink {
  readonly expiresAt?: string;
}

/** `PartnerCheckoutLink`. */
export const checkoutLink = z.object({ linkId: id, url: z.string().max(2048), expiresAt: optional });
export type WireCheckoutLink = z.output<typeof checkoutLink>;

/** `CreatePartnerCheckoutPosPaymentRequest`. */
export interface CreatePosPayment {
  readonly terminalReference: string;
}

/** `PartnerCheckoutPosPaymentRequest`. */
export const posPaymentRequest = z.object({ posPaymentRequestId: id, ...lifecycle });
export type WirePosPaymentRequest = z.output<typeof posPaymentRequest>;
