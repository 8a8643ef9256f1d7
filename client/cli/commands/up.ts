import { Option, type Command } from 'commander';
import { DEFAULT_PROVIDER } from '../../../providers/registry';
import { exitOfFlow, EXIT, type ExitCode } from '../exit-code';
import { connected, newCommand, run } from '../command';
import { CommandError } from '../failure';
import type { Output } from '../output';
import { progressPrinter } from '../progress-printer';
import { runMainJob, wasInterrupted, type MainJobResult } from '../up/main-job';
import { setupIds, setupOf } from '../up/setups';
import { Stack, variablePrefix, type Restart, type StackAddresses } from '../up/stack';
import { aborted, stopSignals } from '../up/stop-signals';
import { printAddresses, printMainJob, printWhatNext } from '../up/words';

interface UpFlags {
  readonly json?: boolean;
  readonly once?: boolean;
  readonly data?: string;
  readonly provider: string;
  readonly uiPort?: string;
  readonly sandbox: boolean;
  readonly verbose?: boolean;
  readonly encrypt?: boolean;
}

/** `gangway up` */
export function upCommand(): Command {
  const description =
    "Start everything: a Temporal server with its Web UI, a provider's sandbox, a book and a worker; then run the provider's " +
    'example: onboard a client, deposit, withdraw, check the balance, as far as it can. Stays up until Ctrl-C.';
  return newCommand('up', description, [
    'gangway up',
    'gangway up --once',
    'gangway up --provider oceafin',
    'gangway up --data .data --ui-port 8233',
    'gangway up --data .data --encrypt',
    'COINMENA_BASE_URL=https://external-api.coinmena.com gangway up --no-sandbox',
  ])
    .option('--once', 'stop everything once the example is done, and exit with its code')
    .option('--data <dir>', 'keep the data of Temporal, the sandbox and the book there (default: none is kept)')
    .addOption(new Option('--provider <id>', 'whose sandbox and worker').choices(setupIds()).default(DEFAULT_PROVIDER))
    .option('--ui-port <n>', 'port of the Web UI (default: a free one)')
    .option(
      '--encrypt',
      "encrypt payloads, by keys that are made in --data's directory if it has none; kept on from then",
    )
    .option('--no-sandbox', 'use the provider that the environment names, and run no example')
    .option('--verbose', 'show the logs of the processes')
    .action(async (flags: UpFlags) => {
      await run(flags, async (output) => await up(flags, output));
    });
}

async function up(flags: UpFlags, output: Output): Promise<ExitCode> {
  requireSensible(flags);
  const uiPort = flags.uiPort === undefined ? undefined : readPort(flags.uiPort);
  const stop = stopSignals();
  const stack = new Stack({
    provider: flags.provider,
    data: flags.data,
    uiPort,
    sandbox: flags.sandbox,
    env: process.env,
    encrypts: flags.encrypt === true,
    log: flags.verbose === true ? (source, line) => output.complain(`${source}: ${line}`) : undefined,
    restarts: (what) => tellRestart(what, output),
  });
  const job: Job = { exitCode: EXIT.interrupted };
  let exitCode: ExitCode;
  try {
    exitCode = await Promise.race([
      runStack(stack, flags, job, stop.signal, output),
      aborted(stop.signal).then(() => job.exitCode),
    ]);
    if (stop.signal.aborted) output.say('\nStopping: the worker finishes what it has begun.');
  } finally {
    await stack.stop();
    stop.dispose();
  }
  // What was still starting, such as the build of a server, is not waited for.
  if (stop.signal.aborted) process.exit(exitCode);
  return exitCode;
}

function tellRestart(what: Restart, output: Output): void {
  output.document(what);
  if (output.json) return;
  output.complain(what.event === 'died' ? `${what.why}\nIt is started again.` : `The ${what.process} is back.`);
}

/** What is to be done while all is up, and the code to end with should Ctrl-C come now. */
interface Job {
  exitCode: ExitCode;
}

async function runStack(
  stack: Stack,
  flags: UpFlags,
  job: Job,
  signal: AbortSignal,
  output: Output,
): Promise<ExitCode> {
  const [set] = variablesOf(flags.provider);
  if (flags.sandbox && set !== undefined) {
    output.complain(`${set} is set and not used: this runs against a sandbox. --no-sandbox uses it.`);
  }
  output.document({ event: 'starting' });
  output.pass('Starting Temporal, the sandbox, a book and a worker …');
  const addresses = await stack.start();
  output.document({ event: 'up', ...addresses, temporal: addressesOf(addresses) });
  printAddresses(addresses, output);
  const died = stack.died().then((why) => {
    throw new CommandError(why, EXIT.failed, 'PROCESS_DIED');
  });
  return await Promise.race([workOn(addresses, flags, job, signal, output), died]);
}

async function workOn(
  addresses: StackAddresses,
  flags: UpFlags,
  job: Job,
  signal: AbortSignal,
  output: Output,
): Promise<ExitCode> {
  const exitCode = flags.sandbox ? await runExample(addresses, flags.provider, signal, output) : EXIT.done;
  job.exitCode = exitCode;
  if (flags.once === true || signal.aborted) return exitCode;
  printWhatNext(addresses, setupOf(flags.provider).example.more, output);
  await aborted(signal);
  return exitCode;
}

async function runExample(
  addresses: StackAddresses,
  provider: string,
  signal: AbortSignal,
  output: Output,
): Promise<ExitCode> {
  const print = progressPrinter(output, true);
  const { address, namespace } = addresses.temporal;
  const { payloadKeys } = addresses;
  const at = { address, namespace, ...(payloadKeys === undefined ? {} : { payloadKeys }) };
  const result = await connected(at, async (gangway) =>
    runMainJob(gangway, setupOf(provider).example, {
      signal,
      onEvent: print,
      onStart: (title, { workflowId, started }) => {
        output.document({ event: 'started', workflowId, started });
        output.say(`\n${title}${started === 'new' ? '' : `: ${started.replace('-', ' ')}, nothing new was started`}`);
      },
    }),
  );
  if (wasInterrupted(result)) return EXIT.interrupted;
  const exitCode = exitOfMainJob(result);
  output.document({ event: 'result', exitCode, ...result });
  printMainJob(result, addresses, output);
  return exitCode;
}

function exitOfMainJob({ flows, balance }: MainJobResult): ExitCode {
  const unfinished = flows.find(({ state }) => state !== 'done');
  if (unfinished !== undefined) return exitOfFlow(unfinished);
  return balance?.matches === false ? EXIT.failed : EXIT.done;
}

function requireSensible({ sandbox, once, provider, encrypt, data }: UpFlags): void {
  if (encrypt === true && data === undefined) {
    throw new CommandError('--encrypt needs --data: without the keys nothing that was encrypted can be read again.');
  }
  if (sandbox) return;
  if (once === true)
    throw new CommandError('--once runs the example, which --no-sandbox leaves out: give one of them.');
  if (variablesOf(provider).length > 0) return;
  const prefix = variablePrefix(provider);
  throw new CommandError(`--no-sandbox needs the provider's variables (${prefix}...), which .env.example lists.`);
}

/** The provider's variables that are set. */
function variablesOf(provider: string): readonly string[] {
  const prefix = variablePrefix(provider);
  return Object.keys(process.env).filter((name) => name.startsWith(prefix) && process.env[name] !== '');
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port > 0 && port <= 65_535) return port;
  throw new CommandError('--ui-port must be a whole number from 1 to 65535.');
}

function addressesOf({ temporal: { address, namespace, uiUrl } }: StackAddresses): StackAddresses['temporal'] {
  return { address, namespace, uiUrl };
}
