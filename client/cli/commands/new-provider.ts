import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { newCommand, run } from '../command';
import { EXIT } from '../exit-code';
import { CommandError } from '../failure';
import { connectorFiles } from '../new-provider/templates';

const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const LONGEST_ID = 32;

/** `gangway new-provider NAME` */
export function newProviderCommand(): Command {
  const description =
    "Make the folder of a connector that compiles and does nothing yet, in Gangway's repository; its conformance report " +
    'then lists what is missing.';
  return newCommand('new-provider', description, ['gangway new-provider examplebank'])
    .argument('<name>', "the provider's id: small letters, digits and '-'")
    .action(async (name: string, flags: { readonly json?: boolean }) => {
      await run(flags, (output) => {
        const written = scaffold(process.cwd(), name);
        output.document({ provider: name, written });
        for (const path of written) output.say(path);
        output.say(`\nWhat is missing: npm run conformance ${name}\nHow to go on:    docs/add-a-provider.md`);
        return Promise.resolve(EXIT.done);
      });
    });
}

/** Writes nothing if anything is there already. @returns the paths, from the repository's root */
function scaffold(root: string, id: string): readonly string[] {
  if (!ID.test(id) || id.length > LONGEST_ID) {
    throw new CommandError(`The name may hold small letters, digits and '-', and at most ${LONGEST_ID} of them.`);
  }
  if (!existsSync(join(root, 'providers', 'port.ts'))) {
    throw new CommandError("There is no providers/port.ts here: run it in the root of Gangway's repository.");
  }
  const folder = join('providers', id);
  if (existsSync(join(root, folder))) throw new CommandError(`${folder} is there already: nothing was written.`);
  mkdirSync(join(root, folder));
  return Object.entries(connectorFiles(id)).map(([name, content]) => {
    const path = join(folder, name);
    writeFileSync(join(root, path), content);
    return path;
  });
}
