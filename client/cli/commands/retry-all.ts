import type { Command } from 'commander';
import { interruptible } from '../interruptible';
import type { CancelRequest } from '../../../contract/funding';
import { readDecision } from '../../flow/requests';
import {
  DEFAULT_RETRIES,
  DEFAULT_RETRY_CONCURRENCY,
  MAX_RETRY_CONCURRENCY,
  readRetryAllFilter,
  type RetryAllFilter,
  type RetryAnswer,
} from '../../flow/retry-all';
import type { Gangway } from '../../gangway';
import { newCommand, runConnected, withTemporal, type CommonFlags } from '../command';
import { DECISION_OPTIONS, withDecision, type DecisionFlags } from '../decision';
import { EXIT, type ExitCode } from '../exit-code';
import { CommandError } from '../failure';
import { printList } from '../flow-tables';
import { newTable } from '../new-table';
import { inOptionWords } from '../option-words';
import type { Output } from '../output';
import { progressBar, type ProgressBar } from '../progress-bar';

interface RetryAllFlags extends Omit<CommonFlags, 'provider'>, DecisionFlags {
  readonly provider?: string;
  readonly code?: string;
  readonly client?: string;
  readonly limit?: string;
  readonly concurrency?: string;
  readonly dryRun?: boolean;
}

interface RetryAll {
  readonly filter: RetryAllFilter;
  /** Absent for a dry run. */
  readonly decision?: CancelRequest;
  readonly concurrency: number;
}

const OPTIONS = {
  ...DECISION_OPTIONS,
  code: '--code',
  provider: '--provider',
  partnerClientId: '--client',
  limit: '--limit',
};

/** `gangway retry-all --code CODE` */
export function retryAllCommand(): Command {
  const description = 'Answer every flow that is parked for one reason with retry, once its cause is gone.';
  const command = newCommand('retry-all', description, [
    'gangway retry-all --code AUTH --dry-run',
    'gangway retry-all --code AUTH --by ops-1 --reason "key renewed"',
    'gangway retry-all --code INSUFFICIENT_FUNDS --client user-7 --by ops-1 --reason "funded"',
  ]);
  return withDecision(withTemporal(command))
    .option('--code <reason>', 'why they wait, such as INSUFFICIENT_FUNDS')
    .option('--provider <id>', 'only those at one provider')
    .option('--client <id>', "only those of one client, by the caller's own id")
    .option('--limit <n>', `how many at most, latest start first (default ${DEFAULT_RETRIES})`)
    .option(
      '--concurrency <n>',
      `how many at once, up to ${MAX_RETRY_CONCURRENCY} (default ${DEFAULT_RETRY_CONCURRENCY})`,
    )
    .option('--dry-run', 'list what would be answered, and answer nothing')
    .action(async (flags: RetryAllFlags) => {
      await runConnected(
        flags,
        () => prepared(flags),
        async (gangway, { filter, decision, concurrency }, output) =>
          decision === undefined
            ? await listOnly(gangway, filter, output)
            : await retryThem(gangway, { filter, decision, concurrency }, output),
      );
    });
}

function prepared(flags: RetryAllFlags): RetryAll {
  const { code, provider, client, limit, by, reason, dryRun = false } = flags;
  if (code === undefined) throw new CommandError('--code is required: why they wait, such as INSUFFICIENT_FUNDS.');
  const filter = inOptionWords(OPTIONS, () =>
    readRetryAllFilter({
      code,
      ...(provider === undefined ? {} : { provider }),
      ...(client === undefined ? {} : { partnerClientId: client }),
      ...(limit === undefined ? {} : { limit: Number(limit) }),
    }),
  );
  const concurrency = readConcurrency(flags.concurrency);
  if (dryRun) return { filter, concurrency };
  return { filter, concurrency, decision: inOptionWords(OPTIONS, () => readDecision('cancel', { by, reason })) };
}

function readConcurrency(text: string | undefined): number {
  if (text === undefined) return DEFAULT_RETRY_CONCURRENCY;
  const concurrency = Number(text);
  if (/^\d{1,3}$/.test(text) && concurrency >= 1 && concurrency <= MAX_RETRY_CONCURRENCY) return concurrency;
  throw new CommandError(`--concurrency must be a whole number from 1 to ${MAX_RETRY_CONCURRENCY}.`);
}

async function listOnly(gangway: Gangway, filter: RetryAllFilter, output: Output): Promise<ExitCode> {
  const flows = await gangway.list({ limit: DEFAULT_RETRIES, ...filter });
  output.document(flows);
  if (flows.length > 0) output.say(`${flows.length} would be answered with retry. Nothing was sent.`);
  printList(flows, output);
  return EXIT.done;
}

async function retryThem(
  gangway: Gangway,
  { filter, decision, concurrency }: Required<RetryAll>,
  output: Output,
): Promise<ExitCode> {
  let bar: ProgressBar | undefined;
  let told = 0;
  try {
    const answers = await interruptible((signal) =>
      gangway.retryAll(filter, decision, {
        concurrency,
        signal,
        onFound: (flows) => {
          if (flows.length > 0) bar = progressBar(flows.length, 'flows', output);
        },
        onAnswer: (answer) => {
          output.document({ event: 'answer', ...answer });
          bar?.at((told += 1), '');
        },
      }),
    );
    bar?.stop();
    return sayAll(answers, output);
  } finally {
    bar?.stop();
  }
}

function sayAll(answers: readonly RetryAnswer[], output: Output): ExitCode {
  const counts = { accepted: 0, refused: 0, unknown: 0, 'not-sent': 0 };
  for (const { outcome } of answers) counts[outcome] += 1;
  const exitCode = exitOf(counts);
  output.document({ event: 'result', exitCode, counts });
  if (answers.length === 0) {
    output.say('Nothing matches.');
    return exitCode;
  }
  const missed = answers.filter(({ why }) => why !== undefined);
  if (missed.length > 0) {
    const table = newTable(['Workflow', 'Outcome', 'Why'], output, [50, 10, 70]);
    for (const { workflowId, outcome, why = '' } of missed) table.push([workflowId, outcome, why]);
    output.say(table.toString());
  }
  const { accepted, refused, unknown } = counts;
  output.say(`${accepted} accepted, ${refused} refused, ${unknown} without an answer, ${counts['not-sent']} not sent.`);
  output.say('See what came of them: npx gangway list --needs-attention');
  return exitCode;
}

function exitOf(counts: Readonly<Record<RetryAnswer['outcome'], number>>): ExitCode {
  if (counts['not-sent'] > 0) return EXIT.interrupted;
  return counts.unknown > 0 ? EXIT.noTemporal : EXIT.done;
}
