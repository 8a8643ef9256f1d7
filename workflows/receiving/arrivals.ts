import { sameAmount } from '../../contract/money';
import type { ExpectedDeposit, ReceivedDeposit } from '../../contract/receiving';

/** Money that the provider shows, as an expected deposit sees it. */
export interface Arrivals {
  /** What may be the expected money, oldest first. */
  readonly matching: readonly ReceivedDeposit[];
  /** What would be, once it has arrived. */
  readonly onTheWay: readonly ReceivedDeposit[];
  /** What a person who looks for the money may want to know of, a sentence each. */
  readonly evidence: readonly string[];
}

/**
 * Which deposits may be the expected one: of its asset and of its amount to the last decimal, completed, and not known
 * to be another's.
 *
 * @param taken ids of deposits that were claimed for others
 */
export function arrivalsFor(
  { asset, amount }: Pick<ExpectedDeposit, 'asset' | 'amount'>,
  deposits: readonly ReceivedDeposit[],
  taken: readonly string[],
): Arrivals {
  const ofAsset = deposits.filter((deposit) => deposit.asset === asset);
  const fitting = ofAsset.filter((deposit) => sameAmount(deposit.amount, amount));
  const free = fitting.filter(({ depositId }) => !taken.includes(depositId));
  return {
    matching: free.filter(({ state }) => state === 'completed'),
    onTheWay: free.filter(({ state }) => state === 'open'),
    evidence: ofAsset.map((deposit) => describe(deposit, taken.includes(deposit.depositId))),
  };
}

function describe({ depositId, amount, asset, status, receivedAt }: ReceivedDeposit, isTaken: boolean): string {
  const when = receivedAt === undefined ? '' : ` of ${receivedAt}`;
  const whose = isTaken ? ', which another expected deposit has taken' : '';
  return `Deposit ${depositId} of ${amount} ${asset}${when} is ${status}${whose}.`;
}
