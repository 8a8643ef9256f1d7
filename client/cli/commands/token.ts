import type { Command } from 'commander';
import { idProblem } from '../../../contract/ids';
import { isScope, newToken, SCOPES } from '../../gateway/tokens';
import { newCommand, run } from '../command';
import { EXIT } from '../exit-code';
import { CommandError } from '../failure';

interface TokenFlags {
  readonly json?: boolean;
  readonly name: string;
  readonly scopes: string;
}

/** `gangway token` */
export function tokenCommand(): Command {
  return newCommand('token', 'Make a token for the gateway, and the entry by which the gateway knows it.', [
    'gangway token --name ops-1 --scopes read,resolve',
    'gangway token --name signup-service --scopes start',
  ])
    .requiredOption('--name <id>', 'whose it is: decisions sent with it are recorded under this name')
    .requiredOption('--scopes <scopes>', `what it may do, with commas between: ${SCOPES.join(', ')}`)
    .action(async (flags: TokenFlags) => {
      await run(flags, (output) => {
        const scopes = flags.scopes.split(',').map((scope) => scope.trim());
        if (!scopes.every(isScope)) throw new CommandError(`--scopes may hold ${SCOPES.join(', ')} only.`);
        const problem = idProblem(flags.name);
        if (problem !== undefined) throw new CommandError(`--name ${problem}.`);
        const { token, entry } = newToken(flags.name, [...new Set(scopes)]);
        output.document({ token, entry });
        output.say(`Token, shown once:               ${token}`);
        output.say(`Entry for GANGWAY_TOKENS(_FILE): ${entry}`);
        return Promise.resolve(EXIT.done);
      });
    });
}
