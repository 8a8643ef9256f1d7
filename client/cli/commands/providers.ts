import { Option, type Command } from 'commander';
import { manifestMarkdown, manifestOf, manifestTable, type ProviderManifest } from '../../../providers/manifest';
import { PROVIDERS } from '../../../providers/registry';
import { newCommand, run } from '../command';
import { EXIT } from '../exit-code';
import { newTable } from '../new-table';
import type { Output } from '../output';

interface ProvidersFlags {
  readonly json?: boolean;
  readonly markdown?: boolean;
}

/** Every provider's manifest. */
function manifests(): readonly ProviderManifest[] {
  return [...PROVIDERS.values()].map(manifestOf);
}

/** `gangway providers` */
export function providersCommand(): Command {
  const description = 'Say what each provider can do and how it behaves, as its connector declares it.';
  return newCommand('providers', description, ['gangway providers', 'gangway providers --json'])
    .addOption(new Option('--markdown', 'the table as the README has it').conflicts('json'))
    .action(async (flags: ProvidersFlags) => {
      await run(flags, (output) => {
        output.document(manifests());
        if (flags.markdown === true) output.say(manifestMarkdown(manifests()));
        else printManifests(output);
        return Promise.resolve(EXIT.done);
      });
    });
}

function printManifests(output: Output): void {
  const [head = [], ...rows] = manifestTable(manifests());
  const table = newTable([...head], output);
  for (const row of rows) table.push([...row]);
  output.say(table.toString());
  for (const { name, completedMeans } of manifests()) {
    if (completedMeans !== undefined) output.say(`${name}, completed: ${completedMeans}`);
  }
}
