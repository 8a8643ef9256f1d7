import { z } from 'zod';
import { comparedText, optional, wireDecimal, wireId, wireRef, wireStatus, wireWord } from '../http/wire';
import { COUNTRY_FLAGS } from './assumptions';

/**
 * What CoinMENA answers, as far as this connector reads it. Unknown fields are dropped here; a field that is read and
 * has another type than documented makes the whole answer drift. Fields that no decision depends on may be absent; the
 * others may not.
 */

/** `{"result": {…}}` (docs/providers/coinmena.md section 1). */
function one<Item extends z.ZodType>(item: Item) {
  return z.object({ result: item });
}

/** `{"items": […]}`: shown for balances; [I] for every other list. */
function list<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item) });
}

/** Every error (Error Codes page). */
export const errorEnvelope = z.object({
  code: z.int(),
  msg: optional(z.string()),
  msg_detail: z.unknown().optional(),
});
export type ErrorEnvelope = z.output<typeof errorEnvelope>;

const wireClient = z.object({
  id: wireId,
  partner_client_id: wireId,
  status: wireStatus,
  active: z.boolean(),
  created_at: optional(wireWord),
  // Personal: compared, never handed on.
  account_type: optional(comparedText),
  name: optional(comparedText),
  email: optional(comparedText),
  phone: optional(comparedText),
  residency_id: optional(comparedText),
  citizenship_id: optional(comparedText),
  place_of_birth_id: optional(comparedText),
  birth_date: optional(comparedText),
  government_id_number: optional(comparedText),
  government_id_doe: optional(comparedText),
  residency_visa_number: optional(comparedText),
  residency_visa_doe: optional(comparedText),
  address: optional(
    z.object({
      street: optional(comparedText),
      city: optional(comparedText),
      postal_code: optional(comparedText),
      unit: optional(comparedText),
    }),
  ),
  employment: optional(
    z.object({
      status: optional(comparedText),
      company: optional(comparedText),
      job_industry: optional(comparedText),
      job_level: optional(comparedText),
      job_title: optional(comparedText),
    }),
  ),
  trading_volume: optional(comparedText),
  account_purpose: optional(z.array(z.string())),
});
export type WireClient = z.output<typeof wireClient>;

const wireDocument = z.object({
  id: wireId,
  type: wireWord,
  /** Presigned, valid for 900 s; never leaves the connector. */
  front_file: optional(comparedText),
  back_file: optional(comparedText),
  created_at: optional(wireWord),
});
export type WireDocument = z.output<typeof wireDocument>;

const wireOrder = z.object({
  id: wireId,
  order_no: optional(wireWord),
  partner_client_id: wireId,
  /** `deposit`, `withdrawal`, `buy`, `sell`; open, because an unknown one is not ours and must not stop a look-up. */
  type: wireWord,
  status: wireStatus,
  credit: optional(wireDecimal),
  credit_asset_id: optional(wireWord),
  debit: optional(wireDecimal),
  debit_asset_id: optional(wireWord),
  fee: optional(wireDecimal),
  fee_asset_id: optional(wireWord),
  vat: optional(wireDecimal),
  partner_order_ref: optional(wireRef),
  created_at: optional(wireWord),
  updated_at: optional(wireWord),
});
export type WireOrder = z.output<typeof wireOrder>;

const wireBalance = z.object({ asset_id: wireId, balance: wireDecimal, available_balance: wireDecimal });
export type WireBalance = z.output<typeof wireBalance>;

/** [I] `id` names the asset; [?] `type` tells fiat from crypto (docs/providers/coinmena.md section 11.2). */
const wireAsset = z.object({
  id: wireId,
  type: optional(wireWord),
  published: z.boolean(),
  depositable: z.boolean(),
  withdrawable: z.boolean(),
});
export type WireAsset = z.output<typeof wireAsset>;

/** [I] `id`; only that ids are lower-case short codes is stated (section 11.3). */
const wireCountry = z.object({
  id: wireId,
  // Guessed names: a value under them that is not a flag is not read.
  [COUNTRY_FLAGS.value.residency]: optional(z.boolean()),
  [COUNTRY_FLAGS.value.citizenship]: optional(z.boolean()),
  [COUNTRY_FLAGS.value.placeOfBirth]: optional(z.boolean()),
});
export type WireCountry = z.output<typeof wireCountry>;

export const clientAnswer = one(wireClient);
export const documentAnswer = one(wireDocument);
export const documentsAnswer = list(wireDocument);
export const orderAnswer = one(wireOrder);
export const balancesAnswer = list(wireBalance);
/** [I] One asset's balance comes as one object (section 11.1). */
export const balanceAnswer = one(wireBalance);
export const assetsAnswer = list(wireAsset);
export const countriesAnswer = list(wireCountry);
/** [?] What the activation endpoint answers is not published; the client is read again instead. */
export const anyAnswer = z.unknown();
