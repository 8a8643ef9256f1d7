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

/** Whether the command that is named, or that help is asked for, is one of the program's, if one is named. */
function isKnown(program: Command, args: readonly string[]): boolean {
  const words = wordsBeforeOptions(args);
  let command = program;
  for (const word of words[0] === 'help' ? words.slice(1) : words) {
    // What follows a command without others below it is its argument.
    if (command.commands.length === 0 || command.registeredArguments.length > 0) return true;
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) return command.name() === WITH_FILE;
    command = next;
  }
  return true;
}

/** What stands for one of its commands: `batch FILE` is `batch run FILE`. */
const WITH_FILE = 'batch';

/** A value of an option could look like a command. */
function wordsBeforeOptions(args: readonly string[]): readonly string[] {
  const left = args.filter((arg) => !HELP.includes(arg) && arg !== '--json');
  const option = left.findIndex((arg) => arg.startsWith('-'));
  return option < 0 ? left : left.slice(0, option);
}

const HELP = ['--help', '-h'];

/** Help for a command that does not exist is answered with that fact, not with the help of what is above it. */
function withoutHelp(args: readonly string[]): readonly string[] {
  const left = args.filter((arg) => !HELP.includes(arg));
  return left[0] === 'help' ? left.slice(1) : left;
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
