import type { Command } from 'commander';
import { newCommand, runConnected, withTemporal, type CommonFlags } from '../command';
import { withFileUris } from '../document-uris';
import { followStarted, type FollowFlags } from '../follow-flow';
import { withFollowing } from '../following';
import { readJson } from '../read-json';

/** `gangway onboard FILE` */
export function onboardCommand(): Command {
  const command = newCommand('onboard', 'Onboard a client from an application in JSON, and follow it to its end.', [
    'gangway onboard examples/application.json',
    'gangway onboard - < application.json',
    'gangway onboard application.json --detach --json',
  ]);
  return withFollowing(withTemporal(command))
    .argument('<file>', 'the application, or - for standard input; paths of documents are taken from its directory')
    .action(async (file: string, flags: CommonFlags & FollowFlags) => {
      await runConnected(flags, async (gangway, output) => {
        const { value, directory } = await readJson(file);
        const started = await gangway.onboard(withFileUris(value, directory));
        return await followStarted(gangway, started, flags, output);
      });
    });
}
