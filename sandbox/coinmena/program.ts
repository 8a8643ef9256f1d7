import { runSandbox } from '../http/process';
import { startCoinmenaSandbox } from './index';
import { readOptions, USAGE } from './options';

/** Runs the sandbox until SIGTERM or SIGINT (sandbox/http/process.ts). */
export async function run(args: readonly string[]): Promise<void> {
  await runSandbox(
    {
      provider: 'coinmena',
      usage: USAGE,
      readOptions,
      start: startCoinmenaSandbox,
      optionOf: { publicKey: '--public-key', ipAllowList: '--ip-allow-list' },
    },
    args,
  );
}
