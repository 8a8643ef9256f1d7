import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import type { Command } from 'commander';
import { DEFAULT_PROVIDER } from '../../../providers/registry';
import { newCommand } from '../command';
import { reportFailure, CommandError } from '../failure';
import { EXIT } from '../exit-code';
import { Output } from '../output';
import { processEntry } from '../package-root';

/** `gangway worker` */
export function workerCommand(): Command {
  return newCommand('worker', 'Run a worker, until it is told to stop. Its settings are environment variables.', [
    'gangway worker',
    'COINMENA_BASE_URL=https://external-api.coinmena.com gangway worker',
  ]).action(async () => {
    await passOn('worker', []);
  });
}

/** `gangway sandbox` */
export function sandboxCommand(): Command {
  const description =
    "Run a provider's sandbox, until it is told to stop. Options are the sandbox's own: `gangway sandbox oceafin -- --help`.";
  return newCommand('sandbox', description, [
    'gangway sandbox',
    'gangway sandbox --provider oceafin',
    'gangway sandbox coinmena --port 8080 --control-port 8081 --data sandbox.journal',
  ])
    .allowUnknownOption()
    .option('--provider <id>', 'whose sandbox; the same as naming it first')
    .argument('[arguments...]', `whose sandbox (default: ${DEFAULT_PROVIDER}), and its own options`)
    .action(async (args: readonly string[], { provider = DEFAULT_PROVIDER }: { readonly provider?: string }) => {
      const [first] = args;
      const named = first !== undefined && !first.startsWith('-');
      await passOn('sandbox', named ? args : [provider, ...args]);
    });
}

/** Runs a process in our place: the same streams, signals and exit code. */
async function passOn(name: 'worker' | 'sandbox', args: readonly string[]): Promise<void> {
  const entry = processEntry(name);
  if (!existsSync(entry)) {
    const missing = new CommandError(`${entry} is missing: run \`npm run build\` first.`, EXIT.failed, 'NOT_BUILT');
    process.exitCode = reportFailure(missing, new Output(false));
    return;
  }
  const child = spawn(process.execPath, [entry, ...args], { stdio: 'inherit' });
  // A terminal's Ctrl-C reaches the child by itself; told again in the orderly way, it does nothing twice.
  const stop = (): void => void child.kill('SIGTERM');
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.exitCode = await new Promise<number>((ended) => {
    child.once('error', () => ended(EXIT.failed));
    child.once('exit', (code, signal) => ended(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
