import type { FieldProblem } from '../../contract/errors';
import type { Applicant, InspectedDocument, InspectedFile } from '../../contract/onboarding';
import type { NewClient } from '../port';
import { MAX_FILE_BYTES } from './assumptions';

/** The complete list (Onboarding page, Supported Document Types). */
export const DOCUMENT_TYPES = [
  'government_id',
  'proof_of_address',
  'residency_visa',
  'source_of_funds',
  'bank_statement',
  'inquiry_report',
] as const;

/** JPEG, PNG, HEIC, HEIF, PDF (Onboarding page). */
const ACCEPTED_MIMES = ['image/jpeg', 'image/png', 'image/heic', 'image/heif', 'application/pdf'] as const;

/** Longest ids (Funding page). */
const MAX_CLIENT_ID_LENGTH = 255;
export const MAX_ASSET_ID_LENGTH = 10;
export const MAX_REF_LENGTH = 255;
/** Decimal places of an amount (Funding page). */
export const MAX_AMOUNT_DECIMALS = 8;

/** The country ids that are accepted, by field. */
export interface CountryRules {
  readonly residency: ReadonlySet<string>;
  readonly citizenship: ReadonlySet<string>;
  readonly placeOfBirth: ReadonlySet<string>;
}

export interface ApplicationRules {
  readonly countries: CountryRules;
  readonly legalAge: number;
  readonly requiredDocuments: readonly string[];
  readonly nowMs: number;
}

/**
 * The rules by which CoinMENA would refuse a client or a document, as far as they are known, so that nothing is written
 * before they hold. Expired papers pass: it is not known whether CoinMENA refuses them (docs/providers/coinmena.md
 * section 5.6).
 */
export function applicationProblems(
  application: NewClient,
  documents: readonly InspectedDocument[],
  rules: ApplicationRules,
): readonly FieldProblem[] {
  return [
    ...idProblems(application),
    ...ageProblems(application, rules),
    ...countryProblems(application, rules),
    ...visaProblems(application),
    ...missingDocuments(documents, rules),
    ...documents.flatMap(documentProblems),
  ];
}

function idProblems({ partnerClientId }: NewClient): readonly FieldProblem[] {
  if (partnerClientId.length <= MAX_CLIENT_ID_LENGTH) return [];
  return [{ field: 'partnerClientId', problem: `must have at most ${MAX_CLIENT_ID_LENGTH} characters` }];
}

/** 2021. A birthday counts from its beginning, UTC. */
function ageProblems({ applicant }: NewClient, { legalAge, nowMs }: ApplicationRules): readonly FieldProblem[] {
  return ageInYears(applicant.birthDate ?? '', nowMs) >= legalAge
    ? []
    : [{ field: 'applicant.birthDate', problem: `must be at least ${legalAge} years ago` }];
}

/** What an applicant must have here beside what all providers want (Onboarding page, Create Client). */
export const REQUIRED_APPLICANT_FIELDS = [
  'citizenship',
  'placeOfBirth',
  'birthDate',
  'governmentId',
  'employment',
  'tradingVolume',
  'accountPurposes',
] as const satisfies readonly (keyof Applicant)[];

/** Whole years between a calendar date and now, in UTC. */
export function ageInYears(birthDate: string, nowMs: number): number {
  const today = new Date(nowMs).toISOString().slice(0, 10);
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4));
  // Month and day compare as text. Born on 29 February: of age on 1 March of a common year.
  return today.slice(5) >= birthDate.slice(5) ? years : years - 1;
}

/** 2022, 2023, 2024. */
function countryProblems({ applicant }: NewClient, { countries }: ApplicationRules): readonly FieldProblem[] {
  return (['residency', 'citizenship', 'placeOfBirth'] as const).flatMap((field) =>
    countries[field].has(applicant[field] ?? '')
      ? []
      : [{ field: `applicant.${field}`, problem: 'must be a country id that CoinMENA accepts here, in lower case' }],
  );
}

/** 2025: residency in another country than the citizenship's needs a visa. */
function visaProblems({ applicant }: NewClient): readonly FieldProblem[] {
  if (applicant.residency === applicant.citizenship || applicant.residencyVisa !== undefined) return [];
  return [{ field: 'applicant.residencyVisa', problem: 'is required if residency and citizenship differ' }];
}

function missingDocuments(
  documents: readonly InspectedDocument[],
  { requiredDocuments }: ApplicationRules,
): readonly FieldProblem[] {
  return requiredDocuments
    .filter((type) => !documents.some((document) => document.type === type))
    .map((type) => ({ field: 'documents', problem: `must hold one of type ${type}` }));
}

function documentProblems(document: InspectedDocument, index: number): readonly FieldProblem[] {
  const at = `documents.${index}`;
  return [
    ...(DOCUMENT_TYPES.some((type) => type === document.type)
      ? []
      : [{ field: `${at}.type`, problem: `must be one of ${DOCUMENT_TYPES.join(', ')}` }]),
    ...fileProblems(document.front, `${at}.front`),
    ...(document.back === undefined ? [] : fileProblems(document.back, `${at}.back`)),
  ];
}

function fileProblems({ mime, bytes }: InspectedFile, at: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (!ACCEPTED_MIMES.some((accepted) => accepted === mime)) {
    problems.push({ field: at, problem: `must be one of ${ACCEPTED_MIMES.join(', ')}` });
  }
  if (bytes > MAX_FILE_BYTES.value)
    problems.push({ field: at, problem: `must have at most ${MAX_FILE_BYTES.value} bytes` });
  return problems;
}
