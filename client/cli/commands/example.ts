import { Argument, type Command } from 'commander';
import { idProblem } from '../../../contract/ids';
import { newCommand, run } from '../command';
import { EXIT } from '../exit-code';
import { CommandError } from '../failure';
import { exampleOf, EXAMPLE_KINDS, type ExampleKind } from '../examples';

interface ExampleFlags {
  readonly json?: boolean;
  readonly id?: string;
  readonly client?: string;
}

/** `gangway example KIND` */
export function exampleCommand(): Command {
  const description = "Print JSON that the Temporal UI's forms take: of a start, or of an answer to what waits.";
  const command = newCommand('example', description, [
    'gangway example onboarding --client client-7',
    'gangway example withdrawal --client client-7 --id payout-7',
    'gangway example resolve',
  ]);
  return command
    .addArgument(new Argument('<kind>', 'what is wanted').choices([...EXAMPLE_KINDS]))
    .option('--client <id>', 'the partnerClientId in it')
    .option('--id <id>', 'the fundingId in it')
    .action(async (kind: ExampleKind, flags: ExampleFlags) => {
      await run(flags, async (output) => {
        const example = await exampleOf(kind, ids(flags));
        output.document(example);
        // Standard output has the JSON and nothing else, so that it can be copied or piped.
        output.say(JSON.stringify(example.input, undefined, 2));
        if (!output.json) for (const line of example.hints) output.complain(output.colors.dim(line));
        return EXIT.done;
      });
    });
}

function ids({ id, client }: ExampleFlags): { readonly fundingId?: string; readonly partnerClientId?: string } {
  for (const [option, value] of Object.entries({ '--id': id, '--client': client })) {
    const problem = value === undefined ? undefined : idProblem(value);
    if (problem !== undefined) throw new CommandError(`${option} ${problem}.`);
  }
  return {
    ...(id === undefined ? {} : { fundingId: id }),
    ...(client === undefined ? {} : { partnerClientId: client }),
  };
}
