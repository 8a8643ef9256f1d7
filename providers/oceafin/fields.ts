/**
 * Oceafin's field names and ours. Only names that stand here are ever repeated from an error's `errors`: a name that
 * the provider made up could hold a value. The shape of an entry is not stated (docs/providers/oceafin.md section 3.1):
 * `field`, `path` and `name` are understood.
 */
const FIELDS: Readonly<Record<string, string>> = {
  partnerCustomerRef: 'partnerClientId',
  customerType: 'details.customerType',
  displayName: 'applicant.name',
  'individual.personalDetails.fullName': 'applicant.name',
  'individual.personalDetails.dateOfBirth': 'applicant.birthDate',
  'individual.personalDetails.nationality': 'applicant.citizenship',
  'individual.personalDetails.email': 'applicant.email',
  'individual.personalDetails.contactNumber': 'applicant.phone',
  'individual.personalDetails.address': 'applicant.address',
  'individual.additionalPersonalDetails': 'details.additional',
  corporate: 'details.corporation',
  'corporate.corporationDetails': 'details.corporation',
  'corporate.contactPerson': 'details.contactPerson',
  'corporate.keyPersons': 'details.keyPersons',
  consentEvidence: 'details.consent',
  partnerAttestation: 'details.attestation',
  supportingDocuments: 'documents',
  currency: 'asset',
  asset: 'asset',
  fromAsset: 'asset',
  amount: 'amount',
  fromAmount: 'amount',
  toAsset: 'details.toAsset',
  bankAccountId: 'details.bankAccountId',
  accountNumber: 'details.bankAccount.accountNumber',
  beneficiaryId: 'details.beneficiaryId',
  address: 'details.wallet.address',
  network: 'details.wallet.network',
  partnerReference: 'fundingId',
  authorizationEvidence: 'details.authorization',
};

const NAMING_KEYS = ['field', 'path', 'name'] as const;
const MOST_ENTRIES = 50;

/** The fields that an error's `errors` names, as ours. */
export function namedFields(errors: readonly unknown[]): readonly string[] {
  const fields = errors.slice(0, MOST_ENTRIES).flatMap((entry) => {
    const known = nameIn(entry);
    return known === undefined ? [] : [known];
  });
  return [...new Set(fields)];
}

function nameIn(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const values: [string, unknown][] = Object.entries(entry);
  const [, name] = values.find(([key]) => NAMING_KEYS.some((naming) => naming === key)) ?? [];
  return typeof name === 'string' && Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
}
