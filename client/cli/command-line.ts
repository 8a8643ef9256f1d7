import { CommanderError, type Command } from 'commander';
import { EXIT, type ExitCode } from './exit-code';
import { CommandError, reportFailure } from './failure';
import { Output } from './output';
import { gangwayProgram } from './program';

/**
 * Runs one command line, given without the node and the script before it. What goes wrong is told on the streams, and
 * leaves its code in `process.exitCode`.
 */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  const json = args.includes('--json');
  const program = gangwayProgram();
  for (const command of withSubcommands(program)) {
    command.exitOverride();
    // We report a wrong command line ourselves, once, in the form that was asked for.
    command.configureOutput({ outputError: () => undefined });
  }
  try {
    await program.parseAsync(isKnown(program, args) ? args : withoutHelp(args), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = exitOfUsage(error, json);
  }
}

/** Whether the command is one of the program's, if one is given. */
function isKnown(program: Command, [name]: readonly string[]): boolean {
  if (name === undefined || name.startsWith('-') || name === 'help') return true;
  return program.commands.some((command) => command.name() === name);
}

/** Help for a command that does not exist is answered with that fact, not with the program's own help. */
function withoutHelp(args: readonly string[]): readonly string[] {
  return args.filter((arg) => arg !== '--help' && arg !== '-h');
}

function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

function exitOfUsage({ code, exitCode, message }: CommanderError, json: boolean): ExitCode {
  if (exitCode === 0) return EXIT.done;
  if (code === 'commander.help') return EXIT.badInput;
  const told = message.replace(/^error: /, '');
  return reportFailure(new CommandError(`${told}. See --help.`, EXIT.badInput, 'USAGE'), new Output(json));
}
