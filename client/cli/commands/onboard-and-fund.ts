import type { Command } from 'commander';
import { newCommand, runConnected, withTemporal, type CommonFlags } from '../command';
import { withFileUris } from '../document-uris';
import { followStarted, type FollowFlags } from '../follow-flow';
import { withFollowing } from '../following';
import { readJson } from '../read-json';

/** `gangway onboard-and-fund FILE` */
export function onboardAndFundCommand(): Command {
  const description = 'Onboard a client, then move its money as the file lists, and follow all of it to the end.';
  const command = newCommand('onboard-and-fund', description, [
    'gangway onboard-and-fund examples/coinmena.json',
    'gangway onboard-and-fund examples/coinmena.json --wait --json',
  ]);
  return withFollowing(withTemporal(command))
    .argument('<file>', 'the application with its funding, or - for standard input; paths are taken from its directory')
    .action(async (file: string, flags: CommonFlags & FollowFlags) => {
      await runConnected(flags, async (gangway, output) => {
        const { value, directory } = await readJson(file);
        const started = await gangway.onboardAndFund(withFileUris(value, directory));
        return await followStarted(gangway, started, flags, output);
      });
    });
}
