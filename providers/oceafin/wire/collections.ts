import { z } from 'zod';
import type { BodyObject } from '../canonical-json';
import { optional, wireDecimal, wireId, wireRef, wireWord } from '../../http/wire';
import { pageOf } from '../pages';
import { untoldLifecycle } from './common';

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
export const buyer = z.object({ buyerId: wireId, partnerReference: optional(wireRef), ...untoldLifecycle });
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
  walletId: wireId,
  buyerId: optional(wireId),
  asset: optional(wireWord),
  expiresAt: optional(wireWord),
  addresses: optional(z.array(z.object({ network: wireWord, address: wireId }))),
  ...untoldLifecycle,
});
export const collectionWallets = pageOf(collectionWallet);
export type WireCollectionWallet = z.output<typeof collectionWallet>;

/** `PartnerCollectionPayment`. */
export const collectionPayment = z.object({
  paymentId: wireId,
  walletId: optional(wireId),
  asset: wireWord,
  amount: wireDecimal,
  ...untoldLifecycle,
});
export const collectionPayments = pageOf(collectionPayment);
export type WireCollectionPayment = z.output<typeof collectionPayment>;
