import type { z } from 'zod';
import type { FieldProblem } from '../contract/errors';
import type { FundingKind } from '../contract/funding';
import { parseInput } from './parse';
import type { ProviderInputs } from './provider-inputs';

/** What a provider's module demands of inputs, beside what all demand. */
type Wants = ProviderInputs | undefined;

/** What is wrong with an application for this provider, beside what is wrong for all. Read of untrusted input. */
export function applicationProblemsFor(wants: Wants, input: unknown): readonly FieldProblem[] {
  const applicant = fieldOf(input, 'applicant');
  const missing = (wants?.requiredApplicantFields ?? []).filter((field) => fieldOf(applicant, field) === undefined);
  return [
    ...missing.map((field) => ({ field: `applicant.${field}`, problem: 'is required' })),
    ...detailsProblems(wants?.applicationDetails, fieldOf(input, 'details'), 'details'),
  ];
}

/** What is wrong with a movement's details for this provider. */
export function movementDetailsProblems(
  wants: Wants,
  kind: FundingKind | 'receive',
  input: unknown,
  under = '',
): readonly FieldProblem[] {
  const details = fieldOf(input, 'details');
  const problems = detailsProblems(wants?.movementDetails?.[kind], details, `${under}details`);
  const underAsset = wants?.detailsUnderAsset?.[kind];
  if (problems.length > 0 || underAsset === undefined) return problems;
  const parsed = parseInput(underAsset, { asset: fieldOf(input, 'asset'), details: details ?? {} });
  return parsed.ok ? [] : parsed.problems.map(({ field, problem }) => ({ field: `${under}${field}`, problem }));
}

/** What is wrong with the information that an order under way is given. */
export function informationProblems(wants: Wants, information: unknown): readonly FieldProblem[] {
  return detailsProblems(wants?.information, information, 'information');
}

/** The problems of both lists, each field once: what all refuse comes first. */
export function withoutRepeats(problems: readonly FieldProblem[]): readonly FieldProblem[] {
  return [...new Map([...problems].reverse().map((one) => [one.field, one])).values()].reverse();
}

function detailsProblems(schema: z.ZodType | undefined, details: unknown, at: string): readonly FieldProblem[] {
  if (schema === undefined) {
    return details === undefined ? [] : [{ field: at, problem: 'must be left out: this provider takes none' }];
  }
  // If the schema demands nothing, absent details are as good as empty ones.
  const parsed = parseInput(schema, details ?? {});
  if (parsed.ok) return [];
  return parsed.problems.map(({ field, problem }) => ({
    field: field === 'the input' ? at : `${at}.${field}`,
    problem,
  }));
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
