import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openArena } from './arena';
import { runCampaign, type CampaignResult } from './campaign';
import { readOptions, UnusableOption, USAGE, type ChaosOptions } from './options';
import { SMALL_PROVIDERS, type SmallProvider } from './providers/kit';
import { campaigns } from './providers/main';
import { asTables as asProviderTables } from './providers/report';
import { asTables } from './report';

/**
 * Tries to break the promise that an intent moves money once and a client is onboarded once (docs/reliability.md). The
 * result on stdout, progress on stderr. Ends with 0 if everything held, 1 if something broke, with the seed and
 * the stories of what broke, 2 on an option that it cannot use.
 */
async function main(): Promise<void> {
  const options = read();
  if (options === undefined) return;
  const data = mkdtempSync(join(tmpdir(), 'gangway-chaos-'));
  say(`seed ${options.seed}, data in ${data}`);
  let held = false;
  try {
    held = await (options.provider === 'coinmena'
      ? runDeep(options, data)
      : runEach(options.provider === 'all' ? SMALL_PROVIDERS : [options.provider], options, data));
  } finally {
    if (held && !options.keep) rmSync(data, { recursive: true, force: true });
    else say(`the data are kept in ${data}`);
  }
  process.exitCode = held ? 0 : 1;
}

async function runDeep(options: ChaosOptions, data: string): Promise<boolean> {
  const result = await campaign(options, data);
  const held = result.verdict.violations.length === 0;
  writeFileSync(join(data, 'report.json'), asJson(result));
  process.stdout.write(options.json ? asJson(result) : asTables(result.report));
  if (!held) tellWhatBroke(options, result.verdict.violations, result.stories);
  return held;
}

async function runEach(providers: readonly SmallProvider[], options: ChaosOptions, data: string): Promise<boolean> {
  const results = await campaigns(providers, options, data, say);
  const text = `${JSON.stringify(
    results.map(({ report }) => report),
    null,
    2,
  )}\n`;
  writeFileSync(join(data, 'report.json'), text);
  process.stdout.write(options.json ? text : results.map(({ report }) => asProviderTables(report)).join('\n'));
  const violations = results.flatMap(({ report }) => report.violations);
  const stories = results.flatMap((result) => result.stories);
  if (violations.length > 0) tellWhatBroke(options, violations, stories);
  return violations.length === 0;
}

async function campaign(options: ChaosOptions, data: string): Promise<CampaignResult> {
  say('starting the Temporal server, the provider and the workers');
  const arena = await openArena(data, options);
  try {
    return await runCampaign(options, arena, say);
  } finally {
    await arena.close();
  }
}

function asJson({ report, verdict }: CampaignResult): string {
  return `${JSON.stringify({ ...report, found: verdict.violations }, null, 2)}\n`;
}

interface Broken {
  readonly kind: string;
  readonly workflowId?: string;
  readonly says: string;
}

function tellWhatBroke({ seed }: ChaosOptions, violations: readonly Broken[], stories: readonly string[]): void {
  const lines = violations.map(({ kind, workflowId, says }) => `${kind} ${workflowId ?? ''}: ${says}`);
  process.stderr.write(`\nBroken with seed ${seed}:\n${lines.join('\n')}\n\n${stories.join('\n\n')}\n`);
}

function read(): ChaosOptions | undefined {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === undefined) process.stdout.write(USAGE);
    return options;
  } catch (error) {
    if (!(error instanceof UnusableOption)) throw error;
    process.stderr.write(`chaos: ${error.message}\n${USAGE}`);
    process.exitCode = 2;
    return undefined;
  }
}

function say(line: string): void {
  process.stderr.write(`chaos: ${line}\n`);
}

main().then(
  // What is left over, such as a request that the provider holds, must not keep the process.
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
