import { z } from 'zod';
import type { BodyObject } from '../canonical-json';
import { pageOf } from '../pages';
import { decimal, id, lifecycle, optional, short } from './common';

/** `CreatePartnerBuyerRequest`, with `PartnerBuyerDocument`s. */
export interface CreateBuyer {
  readonly partnerReference: string;
  readonly name: string;
  readonly email?: string;
  readonly documents?: readonly { readonly documentType: string; readonly fileAssetId: string }[];
  readonly additionalInformation?: BodyObject;
}

/** `UpdatePartnerBuyerRequest`. */
export type UpdateBuyer = Partial<Omit<CreateBuyer, 'partnerReference'>>;

/** `PartnerBuyer`. */
export const buyer = z.object({ buyerId: id, partnerReference: optional, ...lifecycle });
export const buyers = pageOf(buyer);
export type WireBuyer = z.output<typeof buyer>;

/** `CreatePartnerCollectionWalletRequest`. */
export interface CreateCollectionWallet {
  readonly partnerReference: string;
  readonly buyerId: string;
  readonly asset: string;
  readonly expiresAt?: string;
}

/** `UpdatePartnerCollectionWalletExpiryRequest`. */
export interface UpdateCollectionWalletExpiry {
  readonly expiresAt: string;
}

/** `PartnerCollectionWallet`, with its `PartnerCollectionWalletAddress`es. */
export const collectionWallet = z.object({
  walletId: id,
  buyerId: optional,
  asset: optional,
  expiresAt: optional,
  addresses: z.array(z.object({ network: short, address: short })).nullish(),
  ...lifecycle,
});
export const collectionWallets = pageOf(collectionWallet);
export type WireCollectionWallet = z.output<typeof collectionWallet>;

/** `PartnerCollectionPayment`. */
export const collectionPayment = z.object({
  paymentId: id,
  walletId: optional,
  asset: short,
  amount: decimal,
  ...lifecycle,
});
export const collectionPayments = pageOf(collectionPayment);
export type WireCollectionPayment = z.output<typeof collectionPayment>;
