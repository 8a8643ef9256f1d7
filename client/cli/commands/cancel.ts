import type { Command } from 'commander';
import type { CancelRequest } from '../../../contract/funding';
import { readCancel } from '../../flow/requests';
import { newCommand, runConnected, withProvider, withTemporal, type CommonFlags } from '../command';
import { DECISION_OPTIONS, withDecision, type DecisionFlags } from '../decision';
import type { FlowRef } from '../../gangway';
import { EXIT } from '../exit-code';
import { readFlowRef } from '../flow-ref';
import { inOptionWords } from '../option-words';

/** `gangway cancel ID` */
export function cancelCommand(): Command {
  const description = 'End a flow that has not begun to write, or that waits with nothing in doubt. Refused otherwise.';
  const command = newCommand('cancel', description, [
    'gangway cancel funding/coinmena/deposit-7 --by ops-1 --reason "asked by the client"',
  ]);
  return withDecision(withProvider(withTemporal(command)))
    .argument('<id>', 'a workflow id, or a fundingId or partnerClientId alone')
    .action(async (id: string, flags: CommonFlags & DecisionFlags) => {
      const prepare = (): { flow: FlowRef; request: CancelRequest } => {
        const { by, reason } = flags;
        const request = inOptionWords(DECISION_OPTIONS, () => readCancel({ by, reason }));
        return { flow: readFlowRef(id, flags.provider), request };
      };
      await runConnected(flags, prepare, async (gangway, { flow, request }, output) => {
        const answer = await gangway.cancel(flow, request);
        output.document({ answer });
        output.say(`${output.colors.green('✓')} ${answer}.`);
        return EXIT.done;
      });
    });
}
