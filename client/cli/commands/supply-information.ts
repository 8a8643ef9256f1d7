import type { Command } from 'commander';
import type { InformationRequest } from '../../../contract/funding';
import { readInformation } from '../../flow/requests';
import { newCommand, runConnected, withProvider, withTemporal, type CommonFlags } from '../command';
import { DECISION_OPTIONS, withDecision, type DecisionFlags } from '../decision';
import type { FlowRef } from '../../gangway';
import { EXIT } from '../exit-code';
import { CommandError } from '../failure';
import { readFlowRef } from '../flow-ref';
import { inOptionWords } from '../option-words';
import { readJson } from '../read-json';

interface InformationFlags extends CommonFlags, DecisionFlags {
  readonly information?: string;
}

/** `gangway supply-information ID` */
export function supplyInformationCommand(): Command {
  const description = 'Give the provider what it asked for about an order under way.';
  const command = newCommand('supply-information', description, [
    'gangway supply-information payout-7 --information answers.json --by ops-1 --reason "sent by the client"',
  ]);
  return withDecision(withProvider(withTemporal(command)))
    .argument('<id>', 'a workflow id, or a fundingId alone')
    .option('--information <file>', 'JSON as the provider wants it, or - for standard input')
    .action(async (id: string, flags: InformationFlags) => {
      const prepare = async (): Promise<{ flow: FlowRef; request: InformationRequest }> => {
        const { by, reason } = flags;
        const information = await readGiven(flags.information);
        const request = inOptionWords(DECISION_OPTIONS, () => readInformation({ information, by, reason }));
        return { flow: readFlowRef(id, flags.provider), request };
      };
      await runConnected(flags, prepare, async (gangway, { flow, request }, output) => {
        const answer = await gangway.supplyInformation(flow, request);
        output.document({ answer });
        output.say(`${output.colors.green('✓')} ${answer}. See what comes of it: npx gangway status ${id} --follow`);
        return EXIT.done;
      });
    });
}

async function readGiven(file: string | undefined): Promise<unknown> {
  if (file === undefined) throw new CommandError('--information is required: a file of JSON, or - for standard input.');
  return (await readJson(file)).value;
}
