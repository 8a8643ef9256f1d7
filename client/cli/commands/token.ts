import type { Command } from 'commander';
import { idProblem } from '../../../contract/ids';
import { boundsProblem, isScope, newToken, SCOPES, type TokenBounds } from '../../gateway/tokens';
import { newCommand, run } from '../command';
import { EXIT } from '../exit-code';
import { CommandError } from '../failure';

interface TokenFlags {
  readonly json?: boolean;
  readonly name: string;
  readonly scopes: string;
  readonly expires?: string;
  readonly providers?: string;
  readonly clients?: string;
}

/** `gangway token` */
export function tokenCommand(): Command {
  return newCommand(
    'token',
    'Make a token for the gateway or the codec server, and the entry by which that knows it.',
    [
      'gangway token --name ops-1 --scopes read,resolve',
      'gangway token --name acme --scopes read,start --providers coinmena --clients acme-* --expires 2027-01-01T00:00:00Z',
    ],
  )
    .requiredOption('--name <id>', 'whose it is: decisions sent with it are recorded under this name')
    .requiredOption('--scopes <scopes>', `what it may do, with commas between: ${SCOPES.join(', ')}`)
    .option('--expires <time>', 'UTC ISO time until which it is good, or never (default: in 90 days)')
    .option('--providers <ids>', 'providers that it is bound to, with commas between (default: none, it is for all)')
    .option('--clients <ids>', 'clients that it is bound to, with commas between; acme-* for all that begin so')
    .action(async (flags: TokenFlags) => {
      await run(flags, (output) => {
        const scopes = flags.scopes.split(',').map((scope) => scope.trim());
        if (!scopes.every(isScope)) throw new CommandError(`--scopes may hold ${SCOPES.join(', ')} only.`);
        const problem = idProblem(flags.name);
        if (problem !== undefined) throw new CommandError(`--name ${problem}.`);
        const { token, entry } = newToken(flags.name, [...new Set(scopes)], boundsOf(flags));
        output.document({ token, entry });
        output.say(`Token, shown once:               ${token}`);
        output.say(`Entry for GANGWAY_TOKENS(_FILE): ${entry}`);
        if (scopes.includes('decode')) output.say('At the codec server it is GANGWAY_CODEC_TOKENS(_FILE).');
        return Promise.resolve(EXIT.done);
      });
    });
}

const DEFAULT_LIFE_DAYS = 90;

function inDays(days: number): string {
  return new Date(Date.now() + days * 24 * 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z');
}

function boundsOf({ expires, providers, clients }: TokenFlags): TokenBounds {
  const list = (text: string): readonly string[] => text.split(',').map((one) => one.trim());
  const bounds = {
    ...(expires === 'never' ? {} : { expires: expires ?? inDays(DEFAULT_LIFE_DAYS) }),
    ...(providers === undefined ? {} : { providers: list(providers) }),
    ...(clients === undefined ? {} : { clients: list(clients) }),
  };
  const problem = boundsProblem(bounds);
  if (problem !== undefined) throw new CommandError(`The token ${problem}.`);
  return bounds;
}
