import type { Command } from 'commander';
import { readCancel } from '../../flow/requests';
import { newCommand, runConnected, withProvider, withTemporal, type CommonFlags } from '../command';
import { DECISION_OPTIONS, withDecision, type DecisionFlags } from '../decision';
import { EXIT } from '../exit-code';
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
      await runConnected(flags, async (gangway, output) => {
        const { by, reason } = flags;
        const request = inOptionWords(DECISION_OPTIONS, () => readCancel({ by, reason }));
        const answer = await gangway.cancel({ id, provider: flags.provider }, request);
        output.document({ answer });
        output.say(`${output.colors.green('✓')} ${answer}.`);
        return EXIT.done;
      });
    });
}
