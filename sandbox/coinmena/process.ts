import { BadSetting } from './config';
import { startCoinmenaSandbox, type RunningSandbox } from './index';
import { readOptions, USAGE } from './options';

/** Settings that are checked when the sandbox starts, by the option that sets them. */
const OPTION_OF: Readonly<Record<string, string>> = { publicKey: '--public-key', ipAllowList: '--ip-allow-list' };

/**
 * Runs the sandbox until SIGTERM or SIGINT. Writes one line to standard output when it is ready:
 * `{"ready":true,"provider":"coinmena","url":"…","controlUrl":"…"}`.
 *
 * @throws what keeps it from starting, but for options that cannot be used: those are told, and exit with 2
 */
export async function runCoinmenaSandbox(args: readonly string[]): Promise<void> {
  const sandbox = await startFromOptions(args);
  if (sandbox === undefined) return;
  const stop = (): void => {
    sandbox.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  const { url, controlUrl } = sandbox;
  process.stdout.write(`${JSON.stringify({ ready: true, provider: 'coinmena', url, controlUrl })}\n`);
}

async function startFromOptions(args: readonly string[]): Promise<RunningSandbox | undefined> {
  try {
    const options = readOptions(args, process.env);
    if (options !== undefined) return await startCoinmenaSandbox(options);
    process.stdout.write(USAGE);
  } catch (error) {
    if (!(error instanceof BadSetting)) throw error;
    process.stderr.write(`sandbox: ${OPTION_OF[error.setting] ?? error.setting} ${error.problem}\n`);
    process.exitCode = 2;
  }
  return undefined;
}
