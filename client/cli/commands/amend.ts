import type { Command } from 'commander';
import type { AmendRequest } from '../../../contract/onboarding';
import { readAmend } from '../../flow/requests';
import { newCommand, runConnected, withProvider, withTemporal, type CommonFlags } from '../command';
import { DECISION_OPTIONS, withDecision, type DecisionFlags } from '../decision';
import type { FlowRef } from '../../gangway';
import { EXIT } from '../exit-code';
import { CommandError } from '../failure';
import { readFlowRef } from '../flow-ref';
import { inOptionWords } from '../option-words';
import { readApplicationFile } from '../read-application';

interface AmendFlags extends CommonFlags, DecisionFlags {
  readonly patch?: string;
}

/** `gangway amend ID` */
export function amendCommand(): Command {
  const command = newCommand('amend', 'Give new data to an onboarding that waits for a person.', [
    'gangway amend demo-client-1 --patch patch.json --by ops-1 --reason "corrected by the client"',
    `echo '{"applicant":{"phone":"+97300000002"}}' | gangway amend demo-client-1 --patch - --by ops-1 --reason typo`,
  ]);
  return withDecision(withProvider(withTemporal(command)))
    .argument('<id>', 'a workflow id, or a partnerClientId alone')
    .option('--patch <file>', 'JSON with any part of applicant and documents, or - for standard input')
    .action(async (id: string, flags: AmendFlags) => {
      const prepare = async (): Promise<{ flow: FlowRef; request: AmendRequest }> => {
        const { by, reason } = flags;
        const patch = await readPatch(flags.patch);
        const request = inOptionWords(DECISION_OPTIONS, () => readAmend({ patch, by, reason }));
        return { flow: readFlowRef(id, flags.provider), request };
      };
      await runConnected(flags, prepare, async (gangway, { flow, request }, output) => {
        const answer = await gangway.amend(flow, request);
        output.document({ answer });
        output.say(`${output.colors.green('✓')} ${answer}. See what comes of it: npx gangway status ${id} --follow`);
        return EXIT.done;
      });
    });
}

async function readPatch(file: string | undefined): Promise<unknown> {
  if (file === undefined) throw new CommandError('--patch is required: a file of JSON, or - for standard input.');
  return await readApplicationFile(file);
}
