import { COUNTRIES, DEFAULT_LEGAL_AGE, LEGAL_AGES, EXPIRED_IDS, type SandboxCountry } from './config';
import { Refusal } from './errors';
import type { ClientProfile } from './records';
import type { Store } from './store';

/**
 * The rules of a client's data (CoinMENA Onboarding page, "What Can Go Wrong"). That they are checked in this order is
 * inferred: countries, visa, age, uniqueness.
 *
 * @param today UTC, `YYYY-MM-DD`
 * @throws Refusal
 */
export function checkRules(profile: ClientProfile, today: string): void {
  checkCountry(profile.residency_id, 'residency', 2022);
  checkCountry(profile.citizenship_id, 'citizenship', 2023);
  checkCountry(profile.place_of_birth_id, 'placeOfBirth', 2024);
  checkVisa(profile);
  checkAge(profile, today);
  if (EXPIRED_IDS === 'refuse') checkExpiry(profile, today);
}

function checkCountry(
  id: string,
  field: keyof Pick<SandboxCountry, 'residency' | 'citizenship' | 'placeOfBirth'>,
  code: 2022 | 2023 | 2024,
): void {
  const country = COUNTRIES.find((candidate) => candidate.id === id);
  if (country?.[field] !== true) throw new Refusal(code);
}

function checkVisa(profile: ClientProfile): void {
  if (profile.residency_id === profile.citizenship_id) return;
  if (profile.residency_visa_number === undefined || profile.residency_visa_doe === undefined) throw new Refusal(2025);
}

/** [?] The country of residency decides. Dates compare as text; who was born on 29 February is of age on 1 March. */
function checkAge(profile: ClientProfile, today: string): void {
  const age = LEGAL_AGES[profile.residency_id] ?? DEFAULT_LEGAL_AGE;
  const year = Number(profile.birth_date.slice(0, 4)) + age;
  const ofAge = `${String(year).padStart(4, '0')}${profile.birth_date.slice(4)}`;
  if (today < ofAge) throw new Refusal(2021);
}

function checkExpiry(profile: ClientProfile, today: string): void {
  if (profile.government_id_doe < today) throw new Refusal(422, { government_id_doe: ['has passed'] });
  const visa = profile.residency_visa_doe;
  if (visa !== undefined && visa < today) throw new Refusal(422, { residency_visa_doe: ['has passed'] });
}

/** Values that no two clients of the partner may share (CoinMENA Onboarding page, uniqueness rules). */
const UNIQUE = { partner_client_id: 2026, email: 2027, phone: 2028, government_id_number: 2016 } as const;
export const UNIQUE_FIELDS = ['partner_client_id', 'email', 'phone', 'government_id_number'] as const;
export type UniqueField = (typeof UNIQUE_FIELDS)[number];

/**
 * The uniqueness rules of a creation.
 *
 * @param first what is looked at first: for a creation with several duplicates, nothing states which one it is refused
 * for [?]
 * @throws Refusal
 */
export function checkNew(profile: ClientProfile, store: Store, first: UniqueField): void {
  for (const field of [first, ...UNIQUE_FIELDS.filter((one) => one !== first)]) {
    if (holderOf(field, profile, store) !== undefined) throw new Refusal(UNIQUE[field]);
  }
}

/**
 * The uniqueness rules of an update.
 *
 * @throws Refusal
 */
export function checkUnique(profile: ClientProfile, store: Store): void {
  for (const field of ['email', 'phone', 'government_id_number'] as const) {
    const holder = holderOf(field, profile, store);
    if (holder !== undefined && holder !== profile.partner_client_id) throw new Refusal(UNIQUE[field]);
  }
}

/** The id of the client that has the value. */
function holderOf(field: UniqueField, profile: ClientProfile, store: Store): string | undefined {
  if (field === 'partner_client_id') return store.client(profile[field])?.profile.partner_client_id;
  return store.holderOf(field, profile[field]);
}
