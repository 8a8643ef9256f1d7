import { runBackofficeSandbox } from './backoffice/process';
import { runCoinifySandbox } from './coinify/process';
import { runCoinmenaSandbox } from './coinmena/process';
import { runOceafinSandbox } from './oceafin/process';

/**
 * The sandbox as a process of its own: `main.js <provider> [options]`. Prints one line of JSON when it is ready, and
 * ends with 0 on SIGTERM or SIGINT, with 2 on an option it cannot use, with 1 where it cannot start.
 */
const PROVIDERS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  coinmena: runCoinmenaSandbox,
  coinify: runCoinifySandbox,
  oceafin: runOceafinSandbox,
  backoffice: runBackofficeSandbox,
};

const [provider, ...args] = process.argv.slice(2);
const run = provider !== undefined && Object.hasOwn(PROVIDERS, provider) ? PROVIDERS[provider] : undefined;
if (run === undefined) {
  const known = Object.keys(PROVIDERS).join(', ');
  process.stderr.write(`sandbox: the first argument must name a provider (${known}), not ${provider ?? 'nothing'}\n`);
  process.exitCode = 2;
} else {
  run(args).catch((error: unknown) => {
    process.stderr.write(`sandbox: ${error instanceof Error ? error.message : 'failed'}\n`);
    process.exitCode = 1;
  });
}
