import type { FieldProblem } from '../../contract/errors';
import { amountProblem, plainDecimal } from '../../contract/money';
import { MAX_AMOUNT_DECIMALS, MAX_AMOUNT_DIGITS } from './assumptions';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MAX_ASSET_LENGTH = 64;

/** Exchange users are known by GUIDs (section 4.1), which are the same in either case. */
export const CLIENT_IDS = { clientIds: 'guid' } as const;

/** The problems of a movement that need no call: a user is known by a GUID (section 4.1), an amount is a number. */
export function movementProblems(movement: {
  readonly partnerClientId: string;
  readonly asset: string;
  readonly amount: string;
}): readonly FieldProblem[] {
  const problems = {
    partnerClientId: GUID.test(movement.partnerClientId) ? undefined : "must be the exchange user's id, a GUID",
    asset:
      movement.asset.length > 0 && movement.asset.length <= MAX_ASSET_LENGTH
        ? undefined
        : `must have 1 to ${MAX_ASSET_LENGTH} characters`,
    amount: amountProblem(movement.amount, MAX_AMOUNT_DECIMALS.value) ?? digitsProblem(movement.amount),
  };
  return Object.entries(problems).flatMap(([field, problem]) => (problem === undefined ? [] : [{ field, problem }]));
}

function digitsProblem(amount: string): string | undefined {
  const digits = plainDecimal(amount)
    .replace('.', '')
    .replace(/^0+|0+$/g, '').length;
  return digits <= MAX_AMOUNT_DIGITS.value ? undefined : `must have at most ${MAX_AMOUNT_DIGITS.value} digits`;
}
