import { z } from 'zod';

/**
 * What the sandbox keeps, as the journal writes it. A change is one line: everything that one commit alters is in it,
 * so that a crash leaves all of it or nothing.
 */

const address = z.object({
  street: z.string(),
  city: z.string(),
  postal_code: z.string(),
  unit: z.string().optional(),
});

const employment = z.object({
  status: z.string(),
  company: z.string().optional(),
  job_industry: z.string().optional(),
  job_level: z.string().optional(),
  job_title: z.string().optional(),
});

/** What a partner tells about a client (CoinMENA Onboarding page, step 1). */
const profile = z.object({
  partner_client_id: z.string(),
  account_type: z.literal('personal'),
  name: z.string(),
  email: z.string(),
  phone: z.string(),
  residency_id: z.string(),
  citizenship_id: z.string(),
  place_of_birth_id: z.string(),
  birth_date: z.string(),
  government_id_number: z.string(),
  government_id_doe: z.string(),
  residency_visa_number: z.string().optional(),
  residency_visa_doe: z.string().optional(),
  address,
  employment,
  trading_volume: z.string(),
  account_purpose: z.array(z.string()),
});
export type ClientProfile = z.output<typeof profile>;

const client = z.object({
  id: z.int(),
  status: z.string(),
  active: z.boolean(),
  profile,
  created_at: z.string(),
  verified_at: z.string().nullable(),
  /** Fields that are shown in another form, or with another value, than they were sent with. */
  shown: z.record(z.string(), z.string().nullable()).optional(),
});
export type ClientRecord = z.output<typeof client>;

const file = z.object({
  /** Under `/private-bucket/`. */
  key: z.string(),
  sha256: z.string(),
  mime: z.string(),
  bytes: z.int(),
});
export type FileRecord = z.output<typeof file>;

const document = z.object({
  id: z.int(),
  partner_client_id: z.string(),
  type: z.string(),
  front: file,
  back: file.nullable(),
  created_at: z.string(),
});
export type DocumentRecord = z.output<typeof document>;

const order = z.object({
  id: z.int(),
  order_no: z.string(),
  partner_client_id: z.string(),
  type: z.enum(['deposit', 'withdrawal']),
  status: z.string(),
  asset_id: z.string(),
  /** As the partner wrote it. */
  amount: z.string(),
  fee: z.string(),
  fee_asset_id: z.string(),
  vat: z.string(),
  partner_order_ref: z.string(),
  created_at: z.string(),
  transitioned_at: z.string(),
  updated_at: z.string(),
});
export type OrderRecord = z.output<typeof order>;

const holding = z.object({
  /** A partner_client_id; null for the partner account itself. */
  owner: z.string().nullable(),
  asset_id: z.string(),
  /** Plain decimals. */
  balance: z.string(),
  available: z.string(),
});
export type Holding = z.output<typeof holding>;

/** One committed change. `order` carries the holding after it if money moved. */
export const change = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('client'), client }),
  z.object({ kind: z.literal('document'), document }),
  z.object({ kind: z.literal('order'), order, holding: holding.nullable() }),
  z.object({ kind: z.literal('holding'), holding }),
]);
export type Change = z.output<typeof change>;
