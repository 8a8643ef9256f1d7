import { Option, type Command } from 'commander';

/** Adds how long a start is followed: to the end or the first open question, unless told otherwise. */
export function withFollowing(command: Command): Command {
  return command
    .addOption(new Option('--detach', 'come back once it is started').conflicts('wait'))
    .addOption(new Option('--wait', 'go on following while it waits for a person'));
}
