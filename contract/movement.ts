import type { FieldProblem } from './errors';
import { DEFAULT_MAX_REFS, type FundingPolicy } from './funding';
import { amountProblem, type DecimalText } from './money';
import type { ProviderSemantics } from './provider';
import type { ReceivingRequest } from './receiving';
import { fundingIdProblem, refSymbolProblem } from './refs';

interface Movement {
  readonly fundingId: string;
  readonly amount: DecimalText;
  readonly policy?: FundingPolicy;
}

/**
 * What is wrong with a movement at this provider: an id whose last attempt would be too long a ref, or that holds what
 * a ref may not; an amount with too many decimal places.
 *
 * @param under what comes before the field's name, such as `funding.0.`
 */
export function movementProblems(
  { fundingId, amount, policy }: Movement,
  { maxRefLength, refSymbols, maxAmountDecimals }: ProviderSemantics,
  under = '',
): FieldProblem[] {
  const problems = {
    fundingId:
      fundingIdProblem(fundingId, maxRefLength, policy?.maxRefs ?? DEFAULT_MAX_REFS) ??
      refSymbolProblem(fundingId, refSymbols),
    amount: amountProblem(amount, maxAmountDecimals),
  };
  return Object.entries(problems).flatMap(([name, problem]) =>
    problem === undefined ? [] : [{ field: `${under}${name}`, problem }],
  );
}

/** Applications for an account are numbered as refs are, and none comes near this number. */
const MOST_APPLICATIONS = 99;

/** What is wrong with an expected deposit at this provider: as of a movement, and a client that it could not know. */
export function receivingProblems(
  { fundingId, amount, providerClientId }: ReceivingRequest,
  semantics: ProviderSemantics,
): FieldProblem[] {
  const problems = movementProblems({ fundingId, amount, policy: { maxRefs: MOST_APPLICATIONS } }, semantics);
  if (semantics.clientsKnownBy !== 'provider-id' || providerClientId !== undefined) return problems;
  return [
    ...problems,
    { field: 'providerClientId', problem: 'is required: the provider knows clients by its own id only' },
  ];
}
