import type { Command } from 'commander';
import type { BookDatabase } from '../../../book/connection';
import { PostgresReconciliation } from '../../../book/reconciliation';
import {
  ageOf,
  dayAfter,
  dayProblem,
  type Discrepancy,
  type DiscrepancyDecision,
  type ReconciledDay,
  type ReconciliationRun,
} from '../../../contract/reconciliation';
import { answerProblem, DISCREPANCY_ANSWERS, isAnswer } from '../../../contract/discrepancies';
import type { Gangway } from '../../gangway';
import { runOnBook } from '../book/opened-book';
import { newCommand, runConnected, withProvider, withTemporal, type CommonFlags } from '../command';
import { withDecision, type DecisionFlags } from '../decision';
import { requireProvider } from '../doctor/provider-checks';
import { EXIT, type ExitCode } from '../exit-code';
import { CommandError } from '../failure';
import { newTable } from '../new-table';
import type { Output } from '../output';

interface ReconcileFlags extends CommonFlags {
  readonly from?: string;
  readonly to?: string;
  readonly dryRun?: boolean;
}

interface ShowFlags extends CommonFlags {
  readonly from?: string;
  readonly to?: string;
  readonly all?: boolean;
}

/** So many days at once, at most: each reads the provider. */
const MOST_DAYS = 31;

/** `gangway reconcile --provider P --from DAY --to DAY`, `gangway reconcile show` and `gangway reconcile schedule` */
export function reconcileCommand(): Command {
  const description =
    'Compare what the book has of a provider with what the provider shows, day by day, and write down what differs. A day that was closed never changes.';
  const command = newCommand('reconcile', description, [
    'gangway reconcile --provider backoffice --from 2026-06-01 --to 2026-06-03',
    'gangway reconcile --provider backoffice --from 2026-06-01 --dry-run',
    'gangway reconcile show --provider backoffice --json',
    'gangway reconcile schedule --provider backoffice',
  ]);
  return withProvider(withTemporal(command))
    .option('--from <day>', 'the first UTC day, such as 2026-06-01')
    .option('--to <day>', 'the last one (default: the first)')
    .option('--dry-run', 'compare and tell, and write nothing')
    .action(async (flags: ReconcileFlags) => {
      await runConnected(
        flags,
        () => daysOf(flags),
        async (gangway, days, output) => await reconcileDays(gangway, { flags, days }, output),
      );
    })
    .addCommand(showCommand())
    .addCommand(settleCommand())
    .addCommand(scheduleCommand());
}

/** @throws CommandError if a day is none, or there are too many */
function daysOf({ provider, from, to = from }: ReconcileFlags): readonly string[] {
  requireProvider(provider);
  if (from === undefined || to === undefined)
    throw new CommandError('--from is required: a UTC day such as 2026-06-01.');
  requireDay('--from', from);
  requireDay('--to', to);
  const days: string[] = [];
  for (let day = from; day <= to; day = dayAfter(day, 1)) {
    days.push(day);
    if (days.length > MOST_DAYS) throw new CommandError(`--to must be at most ${MOST_DAYS} days after --from.`);
  }
  if (days.length === 0) throw new CommandError('--to must not be before --from.');
  return days;
}

function requireDay(option: string, day: string): void {
  const problem = dayProblem(day);
  if (problem !== undefined) throw new CommandError(`${option} ${problem}.`);
}

async function reconcileDays(
  gangway: Gangway,
  { flags, days }: { readonly flags: ReconcileFlags; readonly days: readonly string[] },
  output: Output,
): Promise<ExitCode> {
  const { provider, dryRun = false } = flags;
  let differs = false;
  for (const day of days) {
    const reconciled = await gangway.reconciliations.run({ provider, day, ...(dryRun ? { dryRun } : {}) });
    output.document(reconciled);
    sayDay(reconciled, output);
    differs ||= Object.keys(reconciled.classes).some((name) => name !== 'in_flight');
  }
  if (dryRun) output.say('Nothing was written.');
  else output.say(`See what is open: npx gangway reconcile show --provider ${provider}`);
  return differs ? EXIT.parked : EXIT.done;
}

function sayDay({ run: day, classes, findings }: ReconciledDay, output: Output): void {
  const mark = day.closed ? output.colors.green('✓') : output.colors.yellow('!');
  const found = Object.entries(classes).map(([name, count]) => `${count} ${name}`);
  output.say(
    `${mark} ${day.day}: ${day.matched} of ${day.counted} agree${found.length === 0 ? '' : `; ${found.join(', ')}`}`,
  );
  if (!day.closed) output.say('  Pages were missing: the day stays open.');
  if (findings.length === 0) return;
  const table = newTable(['Class', 'Subject', 'Ours', 'Theirs'], output, [20, 30, 40, 40]);
  for (const { class: what, subject, sides } of findings) {
    for (const { field, ours, theirs } of sides) table.push([what, subject, `${field}: ${ours}`, theirs]);
  }
  output.say(table.toString());
}

function showCommand(): Command {
  const description = 'The discrepancies of a provider, with both sides and their age, from the book; and its days.';
  const command = newCommand('show', description, [
    'gangway reconcile show --provider backoffice',
    'gangway reconcile show --provider backoffice --all --from 2026-06-01 --json',
  ]);
  return withProvider(command)
    .option('--all', 'those that were answered, or are gone, too')
    .option('--from <day>', 'days from this UTC day on (default: 31 days ago)')
    .option('--to <day>', 'days to this one (default: today)')
    .action(async (_own: ShowFlags, own: Command) => {
      // What `reconcile` takes too, it has taken, wherever it stands.
      const flags = own.optsWithGlobals<ShowFlags>();
      await runOnBook(
        flags,
        () => shownOf(flags),
        async (book, shown, output) => await show(book, shown, output),
      );
    });
}

/** What is shown, as of which day. */
interface Shown {
  readonly provider: string;
  readonly all: boolean;
  readonly from: string;
  readonly to: string;
  readonly today: string;
}

/** @throws CommandError if there is no such provider, or a day is none */
function shownOf({ provider, all = false, ...days }: ShowFlags): Shown {
  requireProvider(provider);
  const today = new Date().toISOString().slice(0, 10);
  const { from = dayAfter(today, -MOST_DAYS), to = today } = days;
  requireDay('--from', from);
  requireDay('--to', to);
  return { provider, all, from, to, today };
}

async function show(book: BookDatabase, { provider, all, from, to, today }: Shown, output: Output): Promise<ExitCode> {
  const reconciliation = new PostgresReconciliation(book);
  const discrepancies = await everyOne(reconciliation, provider, all);
  const runs = await reconciliation.runs(provider, from, to);
  const aged = discrepancies.map((one) => ({ ...one, ...ageOf(one, today) }));
  output.document({ provider, asOf: today, discrepancies: aged, runs });
  sayDiscrepancies(aged, output);
  sayRuns(runs, output);
  return discrepancies.some(({ state }) => state === 'open') ? EXIT.parked : EXIT.done;
}

const AT_ONCE = 1_000;

async function everyOne(
  reconciliation: PostgresReconciliation,
  provider: string,
  all: boolean,
): Promise<readonly Discrepancy[]> {
  const found: Discrepancy[] = [];
  for (;;) {
    const after = found.at(-1)?.id;
    const page = await reconciliation.list(provider, {
      states: all ? ['open', 'answered', 'gone'] : ['open'],
      limit: AT_ONCE,
      ...(after === undefined ? {} : { after }),
    });
    found.push(...page);
    if (page.length < AT_ONCE) return found;
  }
}

type Aged = Discrepancy & ReturnType<typeof ageOf>;

function sayDiscrepancies(aged: readonly Aged[], output: Output): void {
  if (aged.length === 0) {
    output.say('Nothing is open.');
    return;
  }
  const table = newTable(['Id', 'Class', 'State', 'Age, days', 'Ours', 'Theirs'], output, [26, 20, 10, 10, 36, 36]);
  for (const { id, class: what, state, ageDays, sides } of aged) {
    for (const { field, ours, theirs } of sides) table.push([id, what, state, ageDays, `${field}: ${ours}`, theirs]);
  }
  output.say(table.toString());
}

function sayRuns(runs: readonly ReconciliationRun[], output: Output): void {
  if (runs.length === 0) return;
  const table = newTable(['Day', 'Agree', 'Of', 'Waiting', 'As of', 'Closed'], output);
  for (const { day, matched, counted, waiting, watermark, closed } of runs) {
    table.push([day, matched, counted, waiting, watermark, closed ? 'yes' : 'no']);
  }
  output.say(table.toString());
}

interface SettleFlags extends CommonFlags, DecisionFlags {
  readonly answer?: string;
  readonly evidence?: string;
}

function settleCommand(): Command {
  const description =
    'Answer the question about a discrepancy. No answer moves money. What is disputed is left open: it closes once it is gone.';
  const command = newCommand('settle', description, [
    'gangway reconcile settle 4be1f06a3d --provider backoffice --answer recordExternal --evidence ticket-7 --by ops-1 --reason "made at the desk"',
  ]);
  return withDecision(withProvider(withTemporal(command)))
    .argument('<id>', 'the discrepancy, as `reconcile show` lists it')
    .option('--answer <answer>', answersHelp())
    .option('--evidence <text>', 'where the proof is')
    .action(async (id: string, _own: SettleFlags, own: Command) => {
      const flags = own.optsWithGlobals<SettleFlags>();
      await runConnected(
        flags,
        () => {
          requireProvider(flags.provider);
          return decisionOf(flags);
        },
        async (gangway, decision, output) => {
          const answer = await gangway.reconciliations.settle({ provider: flags.provider, id }, decision);
          output.document({ answer });
          output.say(`${output.colors.green('✓')} ${answer}`);
          return EXIT.done;
        },
      );
    });
}

function answersHelp(): string {
  const answers = Object.values(DISCREPANCY_ANSWERS).flatMap((known) => known.map(({ answer }) => answer));
  return `one that its class takes: ${[...new Set(answers)].join(', ')}`;
}

/** @throws CommandError if it lacks something */
function decisionOf({ answer, by, reason, evidence }: SettleFlags): DiscrepancyDecision {
  const decision: unknown = Object.fromEntries(
    Object.entries({ answer, by, reason, evidence }).filter(([, value]) => value !== undefined),
  );
  if (isAnswer(decision)) return decision;
  throw new CommandError(`--${answerProblem(decision) ?? 'answer is required'}.`);
}

function scheduleCommand(): Command {
  const description = 'Have each day of a provider reconciled once it is over. Done already, it changes nothing.';
  const command = newCommand('schedule', description, ['gangway reconcile schedule --provider backoffice']);
  return withProvider(withTemporal(command)).action(async (_own: CommonFlags, own: Command) => {
    const flags = own.optsWithGlobals<CommonFlags>();
    await runConnected(
      flags,
      () => requireProvider(flags.provider).semantics,
      async (gangway, semantics, output) => {
        const scheduled = await gangway.reconciliations.schedule(flags.provider, semantics);
        output.document(scheduled);
        output.say(
          `${output.colors.green('✓')} ${scheduled.scheduleId}: each day at ${scheduled.at} UTC, the day before.`,
        );
        return EXIT.done;
      },
    );
  });
}
