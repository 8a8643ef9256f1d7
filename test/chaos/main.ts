import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openArena } from './arena';
import { runCampaign, type CampaignResult } from './campaign';
import { readOptions, UnusableOption, USAGE, type ChaosOptions } from './options';
import { asTables } from './report';

/**
 * Tries to break the promise that an intent moves money once and a client is onboarded once (docs/reliability.md). The
 * result on stdout, progress on stderr. Ends with 0 where everything held, 1 where something broke, with the seed and
 * the stories of what broke, 2 on an option that it cannot use.
 */
async function main(): Promise<void> {
  const options = read();
  if (options === undefined) return;
  const data = mkdtempSync(join(tmpdir(), 'gangway-chaos-'));
  say(`seed ${options.seed}, data in ${data}`);
  let held = false;
  try {
    const result = await campaign(options, data);
    held = result.verdict.violations.length === 0;
    writeFileSync(join(data, 'report.json'), asJson(result));
    process.stdout.write(options.json ? asJson(result) : asTables(result.report));
    if (!held) tellWhatBroke(options, result);
  } finally {
    if (held && !options.keep) rmSync(data, { recursive: true, force: true });
    else say(`the data are kept in ${data}`);
  }
  process.exitCode = held ? 0 : 1;
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

function tellWhatBroke({ seed }: ChaosOptions, { verdict, stories }: CampaignResult): void {
  const lines = verdict.violations.map(({ kind, workflowId, says }) => `${kind} ${workflowId ?? ''}: ${says}`);
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
