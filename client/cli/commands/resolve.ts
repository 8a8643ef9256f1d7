import type { Command } from 'commander';
import type { ResolveRequest } from '../../../contract/funding';
import { readResolve } from '../../flow/requests';
import { newCommand, runConnected, withProvider, withTemporal, type CommonFlags } from '../command';
import type { FlowRef } from '../../gangway';
import { EXIT } from '../exit-code';
import { DECISION_OPTIONS, withDecision, type DecisionFlags } from '../decision';
import { readFlowRef } from '../flow-ref';
import { inOptionWords } from '../option-words';

interface ResolveFlags extends CommonFlags, DecisionFlags {
  readonly action?: string;
  readonly evidence?: string;
  readonly answers?: string;
}

/** `gangway resolve ID` */
export function resolveCommand(): Command {
  const command = newCommand('resolve', 'Answer a flow that waits for a person. What is answered is kept with it.', [
    'gangway resolve funding/coinmena/deposit-7 --action retry --by ops-1 --answers CLIENT_NOT_VERIFIED --by ops-1 --reason "client verified now"',
    'gangway resolve deposit-7 --action markCompleted --by ops-1 --reason "seen at the bank" --evidence ticket-812',
  ]);
  return withDecision(withProvider(withTemporal(command)))
    .argument('<id>', 'a workflow id, or a fundingId or partnerClientId alone')
    .option('--action <action>', 'retry, useFreshRef, markCompleted or abandon; status says which are accepted now')
    .option('--evidence <text>', 'where the proof is; required by markCompleted')
    .option(
      '--answers <reason>',
      'the question that is answered, as status shows it; refused where another is open by then',
    )
    .action(async (id: string, flags: ResolveFlags) => {
      const prepare = (): { flow: FlowRef; request: ResolveRequest } => {
        const { action, by, reason, evidence, answers } = flags;
        const options = { ...DECISION_OPTIONS, action: '--action', evidence: '--evidence', answers: '--answers' };
        const request = inOptionWords(options, () => readResolve({ action, by, reason, evidence, answers }));
        return { flow: readFlowRef(id, flags.provider), request };
      };
      await runConnected(flags, prepare, async (gangway, { flow, request }, output) => {
        const answer = await gangway.resolve(flow, request);
        output.document({ answer });
        output.say(`${output.colors.green('✓')} ${answer}. See what comes of it: npx gangway status ${id} --follow`);
        return EXIT.done;
      });
    });
}
