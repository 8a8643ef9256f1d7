import { z } from 'zod';
import { KNOWN_WORDS, MAX_TEXT, STATUSES_WITH_EMPLOYER } from './config';
import { calendarDate, parseFields, text } from './input';
import type { ClientProfile } from './records';

/**
 * What a create client body must look like. The fields and their formats are those of the Onboarding page; which are
 * required is inferred (docs/providers/coinmena.md section 5.2): all of the example but `address.unit`, the visa if
 * the countries differ, the employer if the employment status has one.
 */

/** A word of an enumeration. [?] The lists are not published: any snake_case word unless one is configured. */
function word(known: readonly string[] | undefined) {
  return text(MAX_TEXT)
    .regex(/^[a-z0-9]+(_[a-z0-9]+)*$/, 'must be a snake_case word')
    .refine((value) => known === undefined || known.includes(value), 'is not a known value');
}

const employment = z
  .object({
    status: word(KNOWN_WORDS.employmentStatus),
    company: text(MAX_TEXT).optional(),
    job_industry: word(KNOWN_WORDS.jobIndustry).optional(),
    job_level: word(KNOWN_WORDS.jobLevel).optional(),
    job_title: text(MAX_TEXT).optional(),
  })
  .superRefine((value, context) => {
    if (!STATUSES_WITH_EMPLOYER.includes(value.status)) return;
    for (const field of ['company', 'job_industry', 'job_level', 'job_title'] as const) {
      if (value[field] === undefined) context.addIssue({ code: 'custom', path: [field], message: 'is required' });
    }
  });

const createBody = z.object({
  partner_client_id: text(MAX_TEXT),
  account_type: z.literal('personal', 'must be "personal"'),
  name: text(MAX_TEXT),
  email: text(MAX_TEXT).regex(/^[^\s@]+@[^\s@]+\.[^\s@.]+$/, 'must be an email address'),
  phone: z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be a phone number such as +97312345678'),
  residency_id: text(MAX_TEXT),
  citizenship_id: text(MAX_TEXT),
  place_of_birth_id: text(MAX_TEXT),
  birth_date: calendarDate,
  government_id_number: text(MAX_TEXT),
  government_id_doe: calendarDate,
  residency_visa_number: text(MAX_TEXT).optional(),
  residency_visa_doe: calendarDate.optional(),
  address: z.object({
    street: text(MAX_TEXT),
    city: text(MAX_TEXT),
    postal_code: text(MAX_TEXT),
    unit: z.string().max(MAX_TEXT).optional(),
  }),
  employment,
  trading_volume: word(KNOWN_WORDS.tradingVolume),
  account_purpose: z.array(word(KNOWN_WORDS.accountPurpose)).min(1, 'must name at least one'),
});

/** @throws Refusal 422 */
export function parseProfile(body: unknown): ClientProfile {
  return parseFields(createBody, body);
}

const updateBody = z.record(z.string(), z.unknown(), 'must be an object');

/** [S] What cannot change; [I] `partner_client_id`, because it names the client. */
const IMMUTABLE = ['partner_client_id', 'account_type', 'birth_date', 'place_of_birth_id'] as const;

/**
 * A profile with the fields of an update put in its place; `address` and `employment` keep what the update does not
 * name [I].
 *
 * @throws Refusal 422, even if an immutable field would change [I]
 */
export function mergeProfile(profile: ClientProfile, body: unknown): ClientProfile {
  const update = parseFields(updateBody, body);
  const immutable = z.object(
    Object.fromEntries(IMMUTABLE.map((field) => [field, z.literal(profile[field], 'cannot be changed').optional()])),
  );
  parseFields(immutable, update);
  return parseProfile({
    ...profile,
    ...update,
    address: mergeObject(profile.address, update['address']),
    employment: mergeObject(profile.employment, update['employment']),
  });
}

function mergeObject(before: object, update: unknown): unknown {
  if (update === undefined) return before;
  return typeof update === 'object' && update !== null ? { ...before, ...update } : update;
}
