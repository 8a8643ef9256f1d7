import { join } from 'node:path';
import { add, plainDecimal, sameAmount, subtract, type DecimalText } from '../../../contract/money';
import type { Example, ExampleFlow } from '../../../providers/setup';
import type { FlowEvent } from '../../flow/follow';
import { flowsOf, hasEnded, type FlowStatus, type FundingStatus } from '../../flow/flow-status';
import { readFundingInput, readOnboardAndFund } from '../../flow/requests';
import type { Started } from '../../flow/start';
import type { Gangway } from '../../gangway';
import { withFileUris } from '../document-uris';
import { packageRoot } from '../package-root';
import { readJson } from '../read-json';

export interface MainJobWatch {
  onStart(title: string, started: Pick<Started<unknown>, 'workflowId' | 'started'>): void;
  onEvent(event: FlowEvent): void;
  readonly signal: AbortSignal;
}

export interface MainJobResult {
  /** The last status of each flow, in the order in which they ran. */
  readonly flows: readonly FlowStatus[];
  /** Present if everything completed, at a provider that shows balances. */
  readonly balance?: BalanceCheck;
}

export interface BalanceCheck {
  readonly asset: string;
  /** What there was at first and what came in, less what went out. */
  readonly expected: DecimalText;
  /** What the provider answered; undefined if it did not. */
  readonly read: DecimalText | undefined;
  readonly matches: boolean;
}

/** Runs a provider's example, flow by flow, and holds the balance that was read back to the sum. */
export async function runMainJob(gangway: Gangway, example: Example, watch: MainJobWatch): Promise<MainJobResult> {
  const flows: FlowStatus[] = [];
  for (const asked of example.flows) {
    const { workflowId, ...started } = await startFlow(gangway, asked);
    watch.onStart(asked.title, { workflowId, ...started });
    const options = { untilParked: true, signal: watch.signal };
    const flow = await gangway.follow({ id: workflowId }, (event) => watch.onEvent(event), options);
    flows.push(flow);
    if (flow.state !== 'done') return { flows };
  }
  return { flows, ...(example.balance === undefined ? {} : { balance: checkBalance(example.balance, flows) }) };
}

async function startFlow(
  gangway: Gangway,
  asked: ExampleFlow,
): Promise<Pick<Started<unknown>, 'workflowId' | 'started'>> {
  switch (asked.does) {
    case 'onboard-and-fund': {
      const { value, directory } = await readExample(asked.file);
      return await gangway.onboardAndFund(readOnboardAndFund(withFileUris(value, directory)));
    }
    case 'fund': {
      const { request } = asked;
      return await gangway.fund(
        readFundingInput('file' in request ? (await readExample(request.file)).value : request),
      );
    }
  }
}

function readExample(file: string): ReturnType<typeof readJson> {
  return readJson(join(packageRoot(), 'examples', file));
}

/** Whether everything ended, or was left waiting for a person. */
export function wasInterrupted({ flows }: MainJobResult): boolean {
  return flows.some((flow) => !hasEnded(flow) && flow.state !== 'parked');
}

function checkBalance({ asset, opening }: NonNullable<Example['balance']>, flows: readonly FlowStatus[]): BalanceCheck {
  const movements = flows
    .flatMap(flowsOf)
    .filter((flow): flow is FundingStatus => flow.kind === 'funding' && flow.intent.asset === asset);
  const expected = movements.reduce(
    (sum, { intent: { kind, amount } }) => (kind === 'deposit' ? add(sum, amount) : subtract(sum, amount)),
    opening,
  );
  const read = movements.at(-1)?.balanceAfter?.balance;
  return {
    asset,
    expected,
    read: read === undefined ? undefined : plainDecimal(read),
    matches: read !== undefined && sameAmount(read, expected),
  };
}
