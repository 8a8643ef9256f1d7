import { lstat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import {
  DEFAULT_BATCH_CONCURRENCY,
  MAX_BATCH_CONCURRENCY,
  type BatchRequest,
  type PauseRequest,
} from '../../../contract/batch';
import { idProblem } from '../../../contract/ids';
import { BATCH_FORMATS, type BatchFormat } from '../../../inputs/batch-file/read';
import { readDecision } from '../../flow/requests';
import { batchIdOf, readBatch } from '../batch/read-batch';
import { writeResultFile } from '../batch/result-file';
import { runBatchFile, type BatchRun } from '../batch/run-batch';
import { newCommand, run, runConnected, withProvider, withTemporal, type CommonFlags } from '../command';
import { DECISION_OPTIONS, withDecision, type DecisionFlags } from '../decision';
import { EXIT, EXIT_CODES_HELP, type ExitCode } from '../exit-code';
import { CommandError } from '../failure';
import { newTable } from '../new-table';
import { inOptionWords } from '../option-words';
import type { Output } from '../output';

interface BatchFlags extends CommonFlags {
  readonly id?: string;
  readonly format?: BatchFormat;
  readonly concurrency?: string;
  readonly results?: string;
  readonly dryRun?: boolean;
  readonly again?: boolean;
}

/** `gangway batch FILE`, `gangway batch pause ID`, `gangway batch resume ID` */
export function batchCommand(): Command {
  // Without options of its own: what follows `batch` belongs to its subcommand.
  return new Command('batch')
    .description('Onboard clients or move money for each row of a file.')
    .addCommand(runCommand(), { isDefault: true })
    .addCommand(pauseCommand('pause', 'Begin no further row of a batch until it is resumed.'))
    .addCommand(pauseCommand('resume', 'Go on with a paused batch.'))
    .addHelpText('after', '\nExamples:\n  $ gangway batch payouts.csv\n  $ gangway batch run --help')
    .addHelpText('after', EXIT_CODES_HELP);
}

const FILE_HELP = `
The file:
  CSV with a header: fundingId,kind,partnerClientId,asset,amount for movements; for clients a column for each field of
  an application by its dotted path (applicant.name, applicant.accountPurposes.0, documents.0.front.uri); or NDJSON,
  one JSON request per line. In UTF-8, as Excel saves "CSV UTF-8"; commas, semicolons or tabs divide the cells.
  Bad lines are refused and named; the others are begun, each once, under their own ids: running the same file again
  goes on where it stopped, and does nothing twice.`;

function runCommand(): Command {
  const description = 'Onboard clients or move money for each row of a CSV or NDJSON file, a bounded number at once.';
  const command = newCommand('run', description, [
    'gangway batch payouts.csv --dry-run',
    'gangway batch payouts.csv --id march-payouts --results march-results.csv',
    'gangway batch clients.ndjson --concurrency 10',
  ]);
  return withProvider(withTemporal(command))
    .argument('<file>', 'the rows; paths of documents are taken from its directory')
    .option('--id <id>', "the batch's own id (default: of the file's content)")
    .addOption(new Option('--format <format>', 'default: by its name, else csv').choices([...BATCH_FORMATS]))
    .option(
      '--concurrency <n>',
      `flows under way at once, up to ${MAX_BATCH_CONCURRENCY} (default ${DEFAULT_BATCH_CONCURRENCY})`,
    )
    .option(
      '--results <file>',
      'where to write a row for each line, CSV or NDJSON (default: FILE.results.csv, of a dry run FILE.dry-run.csv)',
    )
    .option('--dry-run', 'check the file and write the result file, but start nothing')
    .option('--again', 'if the batch has ended: look at its rows once more')
    .addHelpText('after', FILE_HELP)
    .action(async (file: string, flags: BatchFlags) => {
      if (flags.dryRun === true) {
        await run(flags, async (output) => await dryRun(await prepareRun(file, flags), output));
        return;
      }
      await runConnected(
        flags,
        () => prepareRun(file, flags),
        async (gangway, prepared, output) =>
          prepared.request.rows === 0 ? await dryRun(prepared, output) : await runBatchFile(gangway, prepared, output),
      );
    });
}

async function prepareRun(file: string, flags: BatchFlags): Promise<BatchRun> {
  const { provider, id, format, results, dryRun = false, again = false } = flags;
  const batch = await readBatch(file, format, provider);
  const batchId = id ?? batchIdOf(batch.sha256);
  const problem = idProblem(batchId);
  if (problem !== undefined) throw new CommandError(`--id ${problem}.`);
  const request: BatchRequest = {
    provider,
    batchId,
    sha256: batch.sha256,
    rows: batch.rows.length,
    ...readConcurrency(flags.concurrency),
  };
  return { request, batch, resultFile: await resultFileOf(file, results, dryRun), again };
}

/** Where the results go. A dry run has a file of its own: what it writes is less than what came of a run. */
async function resultFileOf(file: string, named: string | undefined, isDryRun: boolean): Promise<string> {
  if (named === undefined) return isDryRun ? `${file}.dry-run.csv` : `${file}.results.csv`;
  if (resolve(named) === resolve(file)) throw new CommandError('--results must be another file than the rows.');
  if (isDryRun && (await exists(named))) {
    throw new CommandError(`${named} is there already: a dry run replaces no results. Name another file, or none.`);
  }
  return named;
}

async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}

function readConcurrency(text: string | undefined): Pick<BatchRequest, 'concurrency'> {
  if (text === undefined) return {};
  const concurrency = Number(text);
  if (/^\d{1,3}$/.test(text) && concurrency >= 1 && concurrency <= MAX_BATCH_CONCURRENCY) return { concurrency };
  throw new CommandError(`--concurrency must be a whole number from 1 to ${MAX_BATCH_CONCURRENCY}.`);
}

/** Says which lines are bad, and writes them down; nothing is connected to. */
async function dryRun({ request, batch, resultFile }: BatchRun, output: Output): Promise<ExitCode> {
  const { refused } = batch;
  const exitCode = refused.length === 0 ? EXIT.done : EXIT.badInput;
  await writeResultFile(resultFile, refused);
  output.document({ event: 'checked', exitCode, rows: request.rows, refused });
  output.say(`${request.rows} lines can be begun, ${refused.length} cannot. Nothing was started.`);
  if (refused.length === 0) return exitCode;
  const table = newTable(['Line', 'Id', 'Field', 'Why'], output, [8, 26, 26, 56]);
  for (const { line, id, field = '', reason = '' } of refused.slice(0, MOST_TOLD)) {
    table.push([String(line), id, field, reason]);
  }
  output.say(table.toString());
  output.say(`All of them: ${resultFile}`);
  return exitCode;
}

const MOST_TOLD = 20;

function pauseCommand(name: 'pause' | 'resume', description: string): Command {
  const command = newCommand(name, description, [
    `gangway batch ${name} march-payouts --by ops-1 --reason "asked by treasury"`,
  ]);
  return withDecision(withProvider(withTemporal(command)))
    .argument('<id>', "the batch's id")
    .action(async (batchId: string, flags: CommonFlags & DecisionFlags) => {
      const { by, reason, provider } = flags;
      const prepare = (): PauseRequest => inOptionWords(DECISION_OPTIONS, () => readDecision('cancel', { by, reason }));
      await runConnected(flags, prepare, async ({ batches }, request, output) => {
        const ref = { provider, batchId };
        const answer = name === 'pause' ? await batches.pause(ref, request) : await batches.resume(ref, request);
        output.document({ answer });
        output.say(`${output.colors.green('✓')} ${answer}.`);
        return EXIT.done;
      });
    });
}
