import { Option, type Command } from 'commander';
import type { PostingFilter } from '../../../book/read/postings';
import { newCommand } from '../command';
import { readPeriod, type PeriodFlags } from './dates';
import { runOnBook, withBook, type BookFlags } from './opened-book';
import { requireOneOutput, writeFileOf, type WrittenFile } from './written-file';

/** What every export takes. */
export interface ExportFlags<Format extends string> extends BookFlags, PeriodFlags {
  readonly format: Format;
  readonly out?: string;
  readonly provider?: string;
  readonly client?: string;
}

export interface ExportOptions<Format extends string> {
  readonly name: string;
  readonly description: string;
  readonly examples: readonly string[];
  /** What is said of the file below the options. */
  readonly help: string;
  /** The first is the default. */
  readonly formats: readonly [Format, ...(readonly Format[])];
  /** What the period is about, in words that follow "only". */
  readonly period: string;
  /** Whether it is about clients. */
  readonly ofClients: boolean;
  readonly row: string;
  readonly make: (flags: ExportFlags<Format>, filter: PostingFilter) => WrittenFile['make'];
}

/** A command that writes one kind of file from the book alone. */
export function exportOf<Format extends string>(options: ExportOptions<Format>): Command {
  const { name, description, examples, help, formats, period, ofClients, row, make } = options;
  const command = withBook(newCommand(name, description, examples))
    .addOption(new Option('--format <format>', 'of the file').choices([...formats]).default(formats[0]))
    .option('--out <file>', 'where it goes (default: standard output)')
    .option('--from <time>', `only ${period} since then, a day or a time in UTC`)
    .option('--to <time>', `only ${period} until then, a day with all of it`)
    .option('--provider <id>', 'only those at one provider');
  if (ofClients) command.option('--client <id>', "only those of one client, by the caller's own id");
  return command.addHelpText('after', help).action(async (flags: ExportFlags<Format>) => {
    await runOnBook(
      flags,
      () => filterOf(flags),
      async (book, filter, output) =>
        await writeFileOf(book, { out: flags.out, filter, row, make: make(flags, filter) }, output),
    );
  });
}

/** @throws CommandError if they do not fit each other, or cannot be read */
export function filterOf(flags: Omit<ExportFlags<string>, 'format'>): PostingFilter {
  requireOneOutput(flags);
  const { provider, client, from, to } = flags;
  return {
    ...readPeriod({ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }),
    ...(provider === undefined ? {} : { provider }),
    ...(client === undefined ? {} : { client }),
  };
}
