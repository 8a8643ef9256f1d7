import { join } from 'node:path';
import { z } from 'zod';
import type { FundingRequest } from '../../../contract/funding';
import { add, plainDecimal, sameAmount, subtract, type DecimalText } from '../../../contract/money';
import type { FlowEvent } from '../../flow/follow';
import { flowsOf, hasEnded, type FlowStatus, type FundingStatus } from '../../flow/flow-status';
import type { Started } from '../../flow/start';
import type { Gangway } from '../../gangway';
import { withFileUris } from '../document-uris';
import { packageRoot } from '../package-root';
import { readJson } from '../read-json';

/** The withdrawal that follows the example; its client and provider are the example's. */
const WITHDRAWAL = { fundingId: 'demo-start-withdrawal', kind: 'withdrawal', asset: 'USD', amount: '250.25' } as const;

/** What of the example the check of the balance needs; the facade reads it whole. */
const exampleSchema = z.object({ provider: z.string(), partnerClientId: z.string() });

export interface MainJobWatch {
  onStart(title: string, started: Pick<Started<unknown>, 'workflowId' | 'started'>): void;
  onEvent(event: FlowEvent): void;
  readonly signal: AbortSignal;
}

export interface MainJobResult {
  /** The last status of each flow, in the order in which they ran. */
  readonly flows: readonly FlowStatus[];
  /** Present where everything completed. */
  readonly balance?: BalanceCheck;
}

export interface BalanceCheck {
  readonly asset: string;
  /** What came in less what went out. */
  readonly expected: DecimalText;
  /** What the provider answered; undefined where it did not. */
  readonly read: DecimalText | undefined;
  readonly matches: boolean;
}

/** Onboards the example's client, deposits, withdraws, and holds the balance that was read back to the sum. */
export async function runMainJob(gangway: Gangway, watch: MainJobWatch): Promise<MainJobResult> {
  const { value, directory } = await readJson(join(packageRoot(), 'examples', 'coinmena.json'));
  const { provider, partnerClientId } = exampleSchema.parse(value);
  const application = withFileUris(value, directory);
  const chain = await follow('Onboard and fund', await gangway.onboardAndFund(application));
  if (chain.state !== 'done') return { flows: [chain] };
  const request: FundingRequest = { provider, partnerClientId, ...WITHDRAWAL };
  const withdrawal = await follow('Withdraw', await gangway.fund(request));
  const flows = [chain, withdrawal];
  return withdrawal.state === 'done' ? { flows, balance: checkBalance(flows) } : { flows };

  async function follow<Result>(title: string, started: Started<Result>): Promise<FlowStatus> {
    watch.onStart(title, started);
    const options = { untilParked: true, signal: watch.signal };
    return await gangway.follow({ id: started.workflowId }, (event) => watch.onEvent(event), options);
  }
}

/** Whether everything ended, or was left waiting for a person. */
export function wasInterrupted({ flows }: MainJobResult): boolean {
  return flows.some((flow) => !hasEnded(flow) && flow.state !== 'parked');
}

function checkBalance(flows: readonly FlowStatus[]): BalanceCheck {
  const movements = flows.flatMap(flowsOf).filter((flow): flow is FundingStatus => flow.kind === 'funding');
  const expected = movements.reduce(
    (sum, { intent: { kind, amount } }) => (kind === 'deposit' ? add(sum, amount) : subtract(sum, amount)),
    '0',
  );
  const read = movements.at(-1)?.balanceAfter?.balance;
  return {
    asset: WITHDRAWAL.asset,
    expected,
    read: read === undefined ? undefined : plainDecimal(read),
    matches: read !== undefined && sameAmount(read, expected),
  };
}
