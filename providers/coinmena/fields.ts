/**
 * CoinMENA's field names and ours. Only names that stand here are ever repeated from an error's `msg_detail`: a name
 * that the provider made up could hold a value.
 */
const APPLICATION_FIELDS: Readonly<Record<string, string>> = {
  partner_client_id: 'partnerClientId',
  name: 'applicant.name',
  email: 'applicant.email',
  phone: 'applicant.phone',
  residency_id: 'applicant.residency',
  citizenship_id: 'applicant.citizenship',
  place_of_birth_id: 'applicant.placeOfBirth',
  birth_date: 'applicant.birthDate',
  government_id_number: 'applicant.governmentId.number',
  government_id_doe: 'applicant.governmentId.expiresOn',
  residency_visa_number: 'applicant.residencyVisa.number',
  residency_visa_doe: 'applicant.residencyVisa.expiresOn',
  address: 'applicant.address',
  'address.street': 'applicant.address.street',
  'address.city': 'applicant.address.city',
  'address.postal_code': 'applicant.address.postalCode',
  'address.unit': 'applicant.address.unit',
  employment: 'applicant.employment',
  'employment.status': 'applicant.employment.status',
  'employment.company': 'applicant.employment.company',
  'employment.job_industry': 'applicant.employment.industry',
  'employment.job_level': 'applicant.employment.level',
  'employment.job_title': 'applicant.employment.title',
  trading_volume: 'applicant.tradingVolume',
  account_purpose: 'applicant.accountPurposes',
};

const FUNDING_FIELDS: Readonly<Record<string, string>> = {
  partner_client_id: 'partnerClientId',
  asset_id: 'asset',
  amount: 'amount',
  partner_order_ref: 'fundingId',
};

const DOCUMENT_FIELDS: Readonly<Record<string, string>> = {
  partner_client_id: 'partnerClientId',
  type: 'type',
  front_file: 'front',
  back_file: 'back',
};

/** Which of our fields a refused call could be about. */
const FIELDS_OF = {
  application: APPLICATION_FIELDS,
  funding: FUNDING_FIELDS,
  document: DOCUMENT_FIELDS,
} as const;
export type Subject = keyof typeof FIELDS_OF;

/** Keys under which an entry of a list may name its field. */
const NAMING_KEYS = ['field', 'loc', 'path', 'name', 'param'] as const;
const DEEPEST = 6;

/**
 * The fields that `msg_detail` names, as ours. Its shape is not published (docs/providers/coinmena.md section 3.1):
 * objects keyed by field, nested or dotted, and lists of entries that name a field, are understood.
 */
export function namedFields(detail: unknown, subject: Subject): readonly string[] {
  const known = FIELDS_OF[subject];
  const paths = candidatePaths(detail, [], 0);
  const named = paths.flatMap((path) => {
    const field = Object.hasOwn(known, path) ? known[path] : undefined;
    return field === undefined ? [] : [field];
  });
  const fields = [...new Set(named)];
  // `address` beside `address.city` says nothing more.
  return fields.filter((field) => !fields.some((other) => other.startsWith(`${field}.`)));
}

function candidatePaths(detail: unknown, at: readonly string[], depth: number): readonly string[] {
  if (depth > DEEPEST || typeof detail !== 'object' || detail === null) return [];
  if (Array.isArray(detail)) return detail.flatMap((entry) => candidatePaths(entry, at, depth + 1));
  const entries: [string, unknown][] = Object.entries(detail);
  const named = entries.flatMap(([key, value]) =>
    NAMING_KEYS.some((naming) => naming === key) ? [pathText(value)].filter((path) => path !== undefined) : [],
  );
  const keyed = entries.flatMap(([key, value]) => {
    const path = [...at, key];
    return [path.join('.'), ...candidatePaths(value, path, depth + 1)];
  });
  // An entry that names its field has keys of its own, such as `type` or `name`, that are no fields.
  return named.length > 0 ? named : keyed;
}

/** `"address.city"`, or `["body", "address", "city"]`. */
function pathText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return undefined;
  const parts: readonly unknown[] = value[0] === 'body' ? value.slice(1) : value;
  return parts.filter((part) => typeof part === 'string').join('.');
}
