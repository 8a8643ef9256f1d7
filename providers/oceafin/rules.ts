import type { FieldProblem } from '../../contract/errors';
import type { InspectedDocument, InspectedFile } from '../../contract/onboarding';
import type { NewClient } from '../port';
import { ACCEPTED_MIMES, MAX_FILE_BYTES, MAX_REF_LENGTH } from './assumptions';
import { applicationDetails } from './inputs';

/** What KYC evidence of a person holds, and no other application needs. */
const OF_INDIVIDUALS = ['birthDate', 'citizenship'] as const;

/**
 * The rules by which Oceafin would refuse an application, as far as they are known, so that nothing is written before
 * they hold.
 */
export function applicationProblems(
  application: NewClient,
  documents: readonly InspectedDocument[],
): readonly FieldProblem[] {
  return [
    ...idProblems(application),
    ...personProblems(application),
    ...documents.flatMap(({ front, back }, index) => [
      ...fileProblems(front, `documents.${index}.front`),
      ...(back === undefined ? [] : fileProblems(back, `documents.${index}.back`)),
    ]),
  ];
}

function idProblems({ partnerClientId }: NewClient): readonly FieldProblem[] {
  if (partnerClientId.length <= MAX_REF_LENGTH.value) return [];
  return [{ field: 'partnerClientId', problem: `must have at most ${MAX_REF_LENGTH.value} characters` }];
}

function personProblems({ applicant, details }: NewClient): readonly FieldProblem[] {
  const parsed = applicationDetails.safeParse(details);
  if (!parsed.success || parsed.data.customerType !== 'INDIVIDUAL') return [];
  return OF_INDIVIDUALS.filter((field) => applicant[field] === undefined).map((field) => ({
    field: `applicant.${field}`,
    problem: 'is required of a person',
  }));
}

function fileProblems({ mime, bytes }: InspectedFile, at: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (!ACCEPTED_MIMES.value.some((accepted) => accepted === mime)) {
    problems.push({ field: at, problem: `must be one of ${ACCEPTED_MIMES.value.join(', ')}` });
  }
  if (bytes > MAX_FILE_BYTES.value) {
    problems.push({ field: at, problem: `must have at most ${MAX_FILE_BYTES.value} bytes` });
  }
  return problems;
}
