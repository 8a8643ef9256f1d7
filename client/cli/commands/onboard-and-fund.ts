import type { Command } from 'commander';
import { readOnboardAndFund } from '../../flow/requests';
import type { OnboardAndFundInput } from '../../inputs';
import { newCommand, runConnected, withTemporal, type CommonFlags } from '../command';
import { followStarted, type FollowFlags } from '../follow-flow';
import { withFollowing } from '../following';
import { readApplicationFile } from '../read-application';

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
      const prepare = async (): Promise<OnboardAndFundInput> => readOnboardAndFund(await readApplicationFile(file));
      await runConnected(flags, prepare, async (gangway, request, output) => {
        return await followStarted(gangway, await gangway.onboardAndFund(request), flags, output);
      });
    });
}
