import type { FlowEvent } from '../flow/follow';
import { stageWords, stateMark, timeOf } from './flow-words';
import type { Output } from './output';
import { describeQuestion } from './question';

/**
 * Prints what happens in a flow, as it happens: lines for people, NDJSON for machines.
 *
 * @param withQuestions whether to print an open question at once; false if it is printed at the end
 */
export function progressPrinter(output: Output, withQuestions: boolean): (event: FlowEvent) => void {
  let flow: string | undefined;
  return (event) => {
    output.document(event);
    if (output.json || (event.event === 'parked' && !withQuestions)) return;
    if (event.workflowId !== flow && event.event !== 'ended') {
      flow = event.workflowId;
      output.say(output.colors.bold(flow));
    }
    print(event, output);
  };
}

function print(event: FlowEvent, output: Output): void {
  const { colors } = output;
  switch (event.event) {
    case 'step': {
      const ref = event.ref === undefined ? '' : colors.dim(`  (${event.ref})`);
      output.say(`  ${colors.green('✓')} ${colors.dim(timeOf(event.at))}  ${event.step}${ref}`);
      return;
    }
    case 'stage':
      output.pass(`  … ${stageWords(event.stage)}`);
      return;
    case 'parked':
      output.say(indented(describeQuestion(event.workflowId, event.parked, output)));
      return;
    case 'no-worker':
      output.say(
        `  ${colors.yellow('…')} waiting: no worker answers on ${event.taskQueue}. Start one with: npx gangway worker`,
      );
      return;
    case 'ended': {
      output.say(`  ${stateMark(event.state, output)} ${colors.dim(event.workflowId)}`);
      if (event.failure !== undefined) output.say(`    ${event.failure.message}`);
    }
  }
}

function indented(text: string): string {
  return text.replace(/^/gm, '  ');
}
