import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Command, Option } from 'commander';
import type { BookDatabase } from '../../../book/connection';
import { movements, type MovementFilter } from '../../../book/read/movements';
import { atOneMoment } from '../../../book/audit/verify';
import { replaceFile, replaceFileWith } from '../../private-file';
import { readPeriod, type PeriodFlags } from '../book/dates';
import { EXPORT_FORMATS, MovementExport, type ExportFormat, type ExportSummary } from '../book/export-file';
import { runOnBook, withBook, type BookFlags } from '../book/opened-book';
import { counted } from '../book/story-words';
import { newCommand } from '../command';
import { EXIT, EXIT_CODES_HELP, type ExitCode } from '../exit-code';
import { CommandError } from '../failure';
import type { Output } from '../output';

interface ExportFlags extends BookFlags, PeriodFlags {
  readonly format: ExportFormat;
  readonly out?: string;
  readonly provider?: string;
  readonly client?: string;
}

/** `gangway export movements` */
export function exportCommand(): Command {
  return new Command('export')
    .description('Write what the book holds into files, for finance.')
    .addCommand(movementsCommand())
    .addHelpText('after', '\nExamples:\n  $ gangway export movements --from 2026-12-01 --to 2026-12-31 > december.csv')
    .addHelpText('after', EXIT_CODES_HELP);
}

const FILE_HELP = `
The file:
  UTF-8, a header, one row a movement, oldest first; amounts as decimals, and in minor units where the currency has them;
  times in UTC. Cells that a spreadsheet would run become text. With --out a second file, FILE.summary.json, says what was
  asked for, as of when, how many rows there are, the totals by currency and the SHA-256 of the file.`;

function movementsCommand(): Command {
  const command = newCommand('movements', 'Every movement that was asked for in a period, one row each.', [
    'gangway export movements --from 2026-12-01 --to 2026-12-31 > december.csv',
    'gangway export movements --format ndjson --out movements.ndjson --provider coinmena',
  ]);
  return withBook(command)
    .addOption(new Option('--format <format>', 'of the file').choices([...EXPORT_FORMATS]).default('csv'))
    .option('--out <file>', 'where it goes (default: standard output)')
    .option('--from <time>', 'only those asked for since then, a day or a time in UTC')
    .option('--to <time>', 'only those asked for until then, a day with all of it')
    .option('--provider <id>', 'only those at one provider')
    .option('--client <id>', "only those of one client, by the caller's own id")
    .addHelpText('after', FILE_HELP)
    .action(async (flags: ExportFlags) => {
      await runOnBook(
        flags,
        () => filterOf(flags),
        async (book, filter, output) =>
          flags.out === undefined
            ? await toStandardOutput(book, filter, flags.format)
            : await toFile(book, filter, flags.format, flags.out, output),
      );
    });
}

function filterOf({ provider, client, json, out, from, to }: ExportFlags): MovementFilter {
  if (json === true && out === undefined) throw new CommandError('--json needs --out: standard output is the file.');
  return {
    ...readPeriod({ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }),
    ...(provider === undefined ? {} : { provider }),
    ...(client === undefined ? {} : { client }),
  };
}

async function toStandardOutput(book: BookDatabase, filter: MovementFilter, format: ExportFormat): Promise<ExitCode> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever reads may stop early, as `head` does.
    if (error.code === 'EPIPE') process.exit(EXIT.done);
    throw error;
  });
  await written(book, filter, format, async (text) => {
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  });
  return EXIT.done;
}

async function toFile(
  book: BookDatabase,
  filter: MovementFilter,
  format: ExportFormat,
  file: string,
  output: Output,
): Promise<ExitCode> {
  const [asOf, hash] = [new Date().toISOString(), createHash('sha256')];
  const unwritable = (): Error => new CommandError(`--out: ${file} cannot be written.`);
  const summary = await replaceFileWith(
    file,
    (write) =>
      written(book, filter, format, async (text) => {
        hash.update(text);
        await write(text);
      }),
    unwritable,
  );
  const told = { file, filter, asOf, ...summary, sha256: hash.digest('hex') };
  await replaceFile(`${file}.summary.json`, `${JSON.stringify(told, null, 2)}\n`);
  output.document(told);
  output.say(
    `${output.colors.green('✓')} ${file}: ${counted(summary.rows, 'movement')}. ${file}.summary.json says the rest.`,
  );
  return EXIT.done;
}

/** All of it as the book was at one moment. */
async function written(
  book: BookDatabase,
  filter: MovementFilter,
  format: ExportFormat,
  write: (text: string) => Promise<void>,
): Promise<ExportSummary> {
  const file = new MovementExport(format);
  if (file.head !== '') await write(file.head);
  await atOneMoment(book, async (within) => {
    for await (const page of movements(within, filter)) await write(file.text(page));
  });
  return file.summary;
}
