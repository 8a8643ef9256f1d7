import { flowsOf, type FlowStatus } from '../../flow/flow-status';
import { printSteps } from '../flow-tables';
import { stateMark, titleOf } from '../flow-words';
import { printOutcome } from '../flow-tables';
import type { Output } from '../output';
import type { BalanceCheck, MainJobResult } from './main-job';
import type { StackAddresses } from './stack';

/** Where everything is. */
export function printAddresses({ temporal, sandbox, book, codec, health }: StackAddresses, output: Output): void {
  const { colors } = output;
  output.say(`${colors.green('✓')} Temporal   ${temporal.address}, namespace ${temporal.namespace}`);
  if (temporal.uiUrl !== undefined) output.say(`${colors.green('✓')} Web UI     ${colors.cyan(temporal.uiUrl)}`);
  if (sandbox !== undefined) {
    output.say(`${colors.green('✓')} Sandbox    ${sandbox.url}, its control API ${sandbox.controlUrl}`);
  }
  output.say(`${colors.green('✓')} Book       ${book.url}`);
  if (codec !== undefined) {
    output.say(
      `${colors.green('✓')} Decoding   ${codec}: the Web UI shows what is encrypted, to whoever is on this machine`,
    );
  }
  output.say(`${colors.green('✓')} Worker     takes work${health === null ? '' : `, health ${health}`}`);
}

/** What the main job came to: the table of steps, what is on file, the orders, the balance, the links. */
export function printMainJob(result: MainJobResult, { temporal }: StackAddresses, output: Output): void {
  const flows = result.flows.flatMap(flowsOf);
  output.say();
  printSteps(flows, output);
  for (const flow of flows) {
    output.say(`${output.colors.bold(titleOf(flow))}: ${stateMark(flow.state, output)}`);
    printOutcome(flow, output);
  }
  if (result.balance !== undefined) printBalance(result.balance, output);
  const { uiUrl } = temporal;
  if (uiUrl === undefined) return;
  output.say('\nIn the Temporal UI:');
  for (const flow of flows) output.say(`  ${output.colors.cyan(workflowUrl(uiUrl, temporal.namespace, flow))}`);
}

function printBalance({ asset, expected, read, matches }: BalanceCheck, output: Output): void {
  const { colors } = output;
  output.say();
  if (matches) {
    output.say(`${colors.green('✓')} Balance read back: ${read ?? ''} ${asset}, right to the last decimal.`);
  } else {
    output.say(`${colors.red('✗')} Balance read back: ${read ?? 'not read'} ${asset}; ${expected} was expected.`);
  }
}

function workflowUrl(uiUrl: string, namespace: string, { workflowId, runId }: FlowStatus): string {
  return `${uiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}/history`;
}

/** How to send more while it stays up. */
export function printWhatNext(
  { temporal, sandbox, payloadKeys = {} }: StackAddresses,
  more: readonly string[],
  output: Output,
): void {
  output.say('\nIt stays up; Ctrl-C stops everything. In another terminal, in this directory:');
  output.say(`  export TEMPORAL_ADDRESS=${temporal.address}`);
  if (temporal.namespace !== 'default') output.say(`  export TEMPORAL_NAMESPACE=${temporal.namespace}`);
  for (const [name, text = ''] of Object.entries(payloadKeys)) {
    if (text !== '') output.say(`  export ${name}=${text}`);
  }
  output.say('  npx gangway list');
  if (sandbox === undefined) {
    output.say('  npx gangway doctor');
    output.say('  npx gangway onboard FILE');
    return;
  }
  for (const args of more) output.say(`  npx gangway ${args}`);
}
