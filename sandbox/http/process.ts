import { BadSetting } from './bad-setting';

export interface SandboxProcess<Options> {
  readonly provider: string;
  readonly usage: string;
  /** What arguments and environment ask for; undefined if help is asked for. Throws BadSetting. */
  readonly readOptions: (
    args: readonly string[],
    env: Readonly<Record<string, string | undefined>>,
  ) => Options | undefined;
  /** Throws BadSetting too. */
  readonly start: (options: Options) => Promise<RunningSandboxProcess>;
  /** Settings that are checked when the sandbox starts, by the option that sets them. */
  readonly optionOf?: Readonly<Record<string, string>>;
}

interface RunningSandboxProcess {
  readonly url: string;
  readonly controlUrl: string;
  readonly close: () => Promise<void>;
}

/**
 * Runs a sandbox until SIGTERM or SIGINT. Writes one line to standard output when it is ready:
 * `{"ready":true,"provider":"…","url":"…","controlUrl":"…"}`.
 *
 * @throws what keeps it from starting, except unusable options: they are reported, and it exits with 2
 */
export async function runSandbox<Options>(sandbox: SandboxProcess<Options>, args: readonly string[]): Promise<void> {
  const running = await startFromOptions(sandbox, args);
  if (running === undefined) return;
  const stop = (): void => {
    running.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  const { url, controlUrl } = running;
  process.stdout.write(`${JSON.stringify({ ready: true, provider: sandbox.provider, url, controlUrl })}\n`);
}

async function startFromOptions<Options>(
  { readOptions, start, usage, optionOf = {} }: SandboxProcess<Options>,
  args: readonly string[],
): Promise<RunningSandboxProcess | undefined> {
  try {
    const options = readOptions(args, process.env);
    if (options !== undefined) return await start(options);
    process.stdout.write(usage);
  } catch (error) {
    if (!(error instanceof BadSetting)) throw error;
    process.stderr.write(`sandbox: ${optionOf[error.setting] ?? error.setting} ${error.problem}\n`);
    process.exitCode = 2;
  }
  return undefined;
}
