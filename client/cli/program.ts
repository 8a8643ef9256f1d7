import { Command } from 'commander';
import { EXIT_CODES_HELP } from './exit-code';
import { auditCommand } from './commands/audit';
import { batchCommand } from './commands/batch';
import { bookCommand } from './commands/book';
import { codecServerCommand } from './commands/codec-server';
import { consumeCommand } from './commands/consume';
import { decisionCommands } from './commands/decisions';
import { doctorCommand } from './commands/doctor';
import { eraseCommand } from './commands/erase';
import { evidenceCommand } from './commands/evidence';
import { exampleCommand } from './commands/example';
import { exportCommand } from './commands/export';
import { findCommand } from './commands/find';
import { fundCommand } from './commands/fund';
import { instructionsCommand } from './commands/instructions';
import { keygenCommand } from './commands/keygen';
import { keysCommand } from './commands/keys';
import { listCommand } from './commands/list';
import { newProviderCommand } from './commands/new-provider';
import { onboardCommand } from './commands/onboard';
import { onboardAndFundCommand } from './commands/onboard-and-fund';
import { sandboxCommand, workerCommand } from './commands/process';
import { providersCommand } from './commands/providers';
import { receiveCommand } from './commands/receive';
import { reconcileCommand } from './commands/reconcile';
import { retryAllCommand } from './commands/retry-all';
import { serveCommand } from './commands/serve';
import { setupCommand } from './commands/setup';
import { statementCommand } from './commands/statement';
import { statusCommand } from './commands/status';
import { tokenCommand } from './commands/token';
import { upCommand } from './commands/up';
import { watchCommand } from './commands/watch';
import { packageVersion } from './package-root';

const EXAMPLES = `
Examples:
  $ gangway up                                     everything on this machine, with an example
  $ gangway onboard-and-fund examples/coinmena.json
  $ gangway fund deposit --client demo-client-1 --asset USD --amount 10.01 --id my-deposit-1
  $ gangway list --needs-attention
  $ gangway status my-deposit-1
  $ gangway COMMAND --help                         examples of a command`;

/** The whole command line. */
export function gangwayProgram(): Command {
  const program = new Command('gangway')
    .description("Onboards a partner's clients at a financial provider and moves their money, each step once.")
    .version(packageVersion())
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', EXIT_CODES_HELP);
  const commands = [
    upCommand(),
    workerCommand(),
    sandboxCommand(),
    setupCommand(),
    serveCommand(),
    codecServerCommand(),
    consumeCommand(),
    onboardCommand(),
    fundCommand(),
    receiveCommand(),
    instructionsCommand(),
    onboardAndFundCommand(),
    batchCommand(),
    statusCommand(),
    watchCommand(),
    listCommand(),
    ...decisionCommands(),
    retryAllCommand(),
    eraseCommand(),
    findCommand(),
    reconcileCommand(),
    bookCommand(),
    statementCommand(),
    evidenceCommand(),
    exportCommand(),
    auditCommand(),
    exampleCommand(),
    keygenCommand(),
    keysCommand(),
    tokenCommand(),
    providersCommand(),
    newProviderCommand(),
    doctorCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  return program;
}
