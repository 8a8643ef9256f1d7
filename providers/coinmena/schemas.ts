import { z } from 'zod';
import { isDecimalText } from '../../contract/money';
import { COUNTRY_FLAGS } from './assumptions';

/**
 * What CoinMENA answers, as far as this connector reads it. Unknown fields are dropped here; a field that is read and
 * has another type than its document says makes the whole answer drift. Fields that no decision hangs on may be
 * absent; what an answer is judged by may not.
 */
const decimal = z.string().refine(isDecimalText);
/** CoinMENA's own words and times: short, so that nothing unbounded enters a history. */
const short = z.string().max(255);
const wireId = z.int().transform(String);

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
  msg: z.string(),
  msg_detail: z.unknown(),
});
export type ErrorEnvelope = z.output<typeof errorEnvelope>;

const wireClient = z.object({
  id: wireId,
  partner_client_id: z.string(),
  status: short,
  active: z.boolean(),
  created_at: short.nullish(),
  // Personal: compared, never handed on.
  account_type: z.string().nullish(),
  name: z.string().nullish(),
  email: z.string().nullish(),
  phone: z.string().nullish(),
  residency_id: z.string().nullish(),
  citizenship_id: z.string().nullish(),
  place_of_birth_id: z.string().nullish(),
  birth_date: z.string().nullish(),
  government_id_number: z.string().nullish(),
  government_id_doe: z.string().nullish(),
  residency_visa_number: z.string().nullish(),
  residency_visa_doe: z.string().nullish(),
  address: z
    .object({
      street: z.string().nullish(),
      city: z.string().nullish(),
      postal_code: z.string().nullish(),
      unit: z.string().nullish(),
    })
    .nullish(),
  employment: z
    .object({
      status: z.string().nullish(),
      company: z.string().nullish(),
      job_industry: z.string().nullish(),
      job_level: z.string().nullish(),
      job_title: z.string().nullish(),
    })
    .nullish(),
  trading_volume: z.string().nullish(),
  account_purpose: z.array(z.string()).nullish(),
});
export type WireClient = z.output<typeof wireClient>;

const wireDocument = z.object({
  id: wireId,
  type: short,
  /** Presigned, valid for 900 s; never leaves the connector. */
  front_file: z.string().nullish(),
  back_file: z.string().nullish(),
  created_at: short.nullish(),
});
export type WireDocument = z.output<typeof wireDocument>;

const wireOrder = z.object({
  id: wireId,
  order_no: short.nullish(),
  partner_client_id: short,
  /** `deposit`, `withdrawal`, `buy`, `sell`; open, because an unknown one is not ours and must not stop a look-up. */
  type: short,
  status: short.min(1),
  credit: decimal.nullish(),
  credit_asset_id: short.nullish(),
  debit: decimal.nullish(),
  debit_asset_id: short.nullish(),
  fee: decimal.nullish(),
  fee_asset_id: short.nullish(),
  vat: decimal.nullish(),
  partner_order_ref: short.nullish(),
  created_at: short.nullish(),
  updated_at: short.nullish(),
});
export type WireOrder = z.output<typeof wireOrder>;

const wireBalance = z.object({ asset_id: short, balance: decimal, available_balance: decimal });
export type WireBalance = z.output<typeof wireBalance>;

/** [I] `id` names the asset; [?] `type` tells fiat from crypto (docs/providers/coinmena.md section 11.2). */
const wireAsset = z.object({
  id: short,
  type: short.nullish(),
  published: z.boolean(),
  depositable: z.boolean(),
  withdrawable: z.boolean(),
});
export type WireAsset = z.output<typeof wireAsset>;

/** [I] `id`; only that ids are lower-case short codes is stated (section 11.3). */
const wireCountry = z.object({
  id: short,
  // Guessed names: what is there under them and no flag is not read.
  [COUNTRY_FLAGS.value.residency]: z.boolean().nullish().catch(null),
  [COUNTRY_FLAGS.value.citizenship]: z.boolean().nullish().catch(null),
  [COUNTRY_FLAGS.value.placeOfBirth]: z.boolean().nullish().catch(null),
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
