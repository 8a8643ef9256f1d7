import { plainDecimal } from '../../contract/money';
import type { StepRecord } from '../../contract/progress';
import {
  flowsOf,
  type FlowState,
  type FlowStatus,
  type FundingStatus,
  type OnboardingStatus,
  type ReceivingStatus,
} from '../flow/flow-status';
import type { FlowSummary } from '../flow/list';
import { stateMark, timeOf, titleOf } from './flow-words';
import { newTable } from './new-table';
import type { Output } from './output';
import { describeQuestion, describeWaiting } from './question';

/** Everything about a flow and those that follow from it: the state of each, the table of steps, the results. */
export function printFlow(status: FlowStatus, output: Output): void {
  const flows = flowsOf(status);
  output.say();
  for (const flow of flows) {
    const stage = flow.stage === undefined || flow.state !== 'running' ? '' : ` (${flow.stage})`;
    output.say(`${output.colors.bold(titleOf(flow))}: ${stateMark(flow.state, output)}${stage}`);
    output.say(output.colors.dim(`  ${flow.workflowId}, started ${flow.startedAt}`));
    if (flow.failure !== undefined) output.say(`  ${flow.failure.message}`);
    if (flow.state === 'parked' && flow.parked !== undefined) {
      output.say(describeQuestion(flow.workflowId, flow.parked, output));
    }
    if (flow.state === 'running' && flow.waiting !== undefined) output.say(describeWaiting(flow.waiting));
    if (!flow.workerAnswers)
      output.say('  No worker answers, so its steps are not known. Start one: npx gangway worker');
  }
  printSteps(flows, output);
  for (const flow of flows) printOutcome(flow, output);
}

/** What came of one flow: the client and its documents, the order and the balance, or the money that arrived. */
export function printOutcome(flow: FlowStatus, output: Output): void {
  switch (flow.kind) {
    case 'onboarding':
      printClient(flow, output);
      return;
    case 'funding':
      printOrder(flow, output);
      return;
    case 'receiving':
      printReceived(flow, output);
  }
}

/** The steps of all flows and their ends, in one table, with times and how long after the one before. */
export function printSteps(flows: readonly FlowStatus[], output: Output): void {
  const rows = flows.flatMap(stepRows);
  if (rows.length === 0) return;
  let before = Math.min(...flows.map(({ startedAt }) => Date.parse(startedAt)));
  const table = newTable(['Time (UTC)', 'After', 'Flow', 'Step', 'Reference'], output);
  for (const { at, step, ref, flow } of rows) {
    const after = `+${Date.parse(at) - before} ms`;
    before = Date.parse(at);
    table.push([timeOf(at), { content: after, hAlign: 'right' }, flow, step, ref ?? '']);
  }
  output.say(table.toString());
}

function stepRows(status: FlowStatus): (StepRecord & { readonly flow: string })[] {
  const flow = status.kind === 'funding' ? status.intent.kind : status.kind;
  const steps = status.steps.map((step) => ({ ...step, flow }));
  const { endedAt, state } = status;
  if (endedAt === undefined || steps.length === 0) return steps;
  return [...steps, { at: onboardedAt(status) ?? endedAt, step: endWords(status, state), flow }];
}

/** When the onboarding of a chain ended: no later than its first movement began. */
function onboardedAt(status: FlowStatus): string | undefined {
  return status.kind === 'onboarding' ? status.funding[0]?.startedAt : undefined;
}

function endWords(status: FlowStatus, state: FlowState): string {
  if (status.kind === 'onboarding' && status.client?.verified === true && status.client.active) {
    return 'Client verified and active, documents on file';
  }
  if (state !== 'done') return `Ended: ${state}`;
  const balance = status.kind === 'funding' ? status.balanceAfter : undefined;
  return balance === undefined ? 'Done' : `Done; balance read back: ${plainDecimal(balance.balance)} ${balance.asset}`;
}

function printClient({ client, how, documents }: OnboardingStatus, output: Output): void {
  if (client === undefined) return;
  const words = [client.verified ? 'verified' : client.status, client.active ? 'active' : 'not active'];
  const came = how === undefined ? '' : `, ${how}`;
  output.say(`Client:    ${client.providerClientId} at the provider, ${words.join(' and ')}${came}`);
  for (const { type, providerDocumentId, sha256, how: filed } of documents) {
    output.say(`Document:  ${type} on file as ${providerDocumentId}, ${filed}, sha256 ${sha256.slice(0, 16)}…`);
  }
}

function printOrder({ order, adopted, refs, balanceAfter, completedMeans }: FundingStatus, output: Output): void {
  if (order !== undefined) {
    const number = order.orderNo === undefined ? '' : ` (${order.orderNo})`;
    const fee = order.fee === undefined ? '' : `, fee ${plainDecimal(order.fee)}`;
    const found = adopted === true ? ', found at the provider and adopted' : '';
    output.say(
      `Order:     ${order.orderId}${number}: ${order.kind} of ${plainDecimal(order.amount)} ${order.asset}, ` +
        `${order.status} as ${order.ref}${fee}${found}`,
    );
  }
  if (order?.received !== undefined) {
    const { asset, amount } = order.received;
    const transaction = order.transactionId === undefined ? '' : `, transaction ${order.transactionId}`;
    output.say(`Receives:  ${plainDecimal(amount)} ${asset}${transaction}`);
  }
  if (completedMeans !== undefined) output.say(`Completed: ${completedMeans}`);
  if (refs.length > 1) output.say(`Refs:      ${refs.map(({ ref, state }) => `${ref} ${state}`).join(', ')}`);
  if (balanceAfter !== undefined) {
    const { asset, balance, available } = balanceAfter;
    output.say(`Balance:   ${plainDecimal(balance)} ${asset} (available ${plainDecimal(available)})`);
  }
}

function printReceived({ account, deposit, workflowId, state }: ReceivingStatus, output: Output): void {
  if (account !== undefined) output.say(`Account:   ${account.accountId} at the provider, ${account.status}`);
  if (deposit !== undefined) {
    const when = deposit.receivedAt === undefined ? '' : `, of ${deposit.receivedAt}`;
    const money = `${plainDecimal(deposit.amount)} ${deposit.asset}`;
    output.say(`Deposit:   ${deposit.depositId}: ${money}, ${deposit.status}${when}`);
  } else if (account?.state === 'ready' && (state === 'running' || state === 'parked')) {
    output.say(`Where to wire the money is kept nowhere here. Read it with: npx gangway instructions ${workflowId}`);
  }
}

/** A list of flows, one per line. */
export function printList(flows: readonly FlowSummary[], output: Output): void {
  if (flows.length === 0) {
    output.say('Nothing matches.');
    return;
  }
  const table = newTable(['Started (UTC)', 'Workflow', 'Client', 'Status', 'Stage', 'Needs attention'], output);
  for (const { startedAt, workflowId, partnerClientId, status, stage, needsAttention } of flows) {
    table.push([
      startedAt.slice(0, 19).replace('T', ' '),
      workflowId,
      partnerClientId ?? '',
      status.toLowerCase(),
      stage ?? '',
      output.colors.yellow(needsAttention ?? ''),
    ]);
  }
  output.say(table.toString());
}
