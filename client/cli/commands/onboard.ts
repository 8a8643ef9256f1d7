import type { Command } from 'commander';
import { readApplication } from '../../flow/requests';
import type { OnboardingInput } from '../../inputs';
import { newCommand, runConnected, withTemporal, type CommonFlags } from '../command';
import { followStarted, type FollowFlags } from '../follow-flow';
import { withFollowing } from '../following';
import { readApplicationFile } from '../read-application';

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
      const prepare = async (): Promise<OnboardingInput> => readApplication(await readApplicationFile(file));
      await runConnected(flags, prepare, async (gangway, application, output) => {
        return await followStarted(gangway, await gangway.onboard(application), flags, output);
      });
    });
}
