import { Command, Option } from 'commander';
import { payloadKeySettings } from '../../keys/settings';
import { DEFAULT_PROVIDER } from '../../providers/registry';
import { connectGangway, type Gangway } from '../gangway';
import { EXIT_CODES_HELP, type ExitCode } from './exit-code';
import { reportFailure } from './failure';
import { Output } from './output';

/** What every command takes. */
export interface CommonFlags {
  readonly json?: boolean;
  readonly address?: string;
  readonly namespace?: string;
  readonly provider: string;
}

/** A command with `--json`, examples and exit codes in its help. */
export function newCommand(name: string, description: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(description)
    .option('--json', 'machine output: JSON documents on standard output and nothing else')
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`)
    .addHelpText('after', EXIT_CODES_HELP);
}

/** Adds how to reach Temporal. */
export function withTemporal(command: Command): Command {
  return command
    .option('--address <host:port>', "Temporal's address (TEMPORAL_ADDRESS, else localhost:7233)")
    .option('--namespace <name>', "Temporal's namespace (TEMPORAL_NAMESPACE, else default)");
}

/** Adds which provider is meant. */
export function withProvider(command: Command): Command {
  const option = new Option('--provider <id>', 'the provider').env('GANGWAY_PROVIDER').default(DEFAULT_PROVIDER);
  return command.addOption(option);
}

/** Runs a command's work: whatever it throws is told, and everything ends as an exit code. */
export async function run(
  flags: { readonly json?: boolean },
  work: (output: Output) => Promise<ExitCode>,
): Promise<void> {
  const output = new Output(flags.json === true);
  try {
    process.exitCode = await work(output);
  } catch (error) {
    process.exitCode = reportFailure(error, output);
  }
}

/**
 * Runs a command's work with a connection that is closed whatever happens.
 *
 * @param prepare reads and checks the input, before anything is connected to: what is wrong is told at once
 */
export async function runConnected<Input>(
  flags: Partial<CommonFlags>,
  prepare: () => Promise<Input> | Input,
  work: (gangway: Gangway, input: Input, output: Output) => Promise<ExitCode>,
): Promise<void> {
  await run(flags, async (output) => {
    const input = await prepare();
    return await connected(flags, (gangway) => work(gangway, input, output));
  });
}

/** Where to connect to. */
interface Where extends Pick<Partial<CommonFlags>, 'address' | 'namespace'> {
  /** The variables of the payload keys and of their book; default: the environment's. */
  readonly payloadKeys?: NodeJS.ProcessEnv;
}

/** Connects as the flags say, for as long as the work takes. */
export async function connected<Result>(
  { address, namespace, payloadKeys }: Where,
  work: (gangway: Gangway) => Promise<Result>,
): Promise<Result> {
  const keys = payloadKeys === undefined ? undefined : payloadKeySettings(payloadKeys);
  const gangway = await connectGangway({
    ...(address === undefined ? {} : { address }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(keys === undefined ? {} : { payloadKeys: keys }),
  });
  try {
    return await work(gangway);
  } finally {
    await gangway.close();
  }
}
