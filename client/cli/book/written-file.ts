import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { atOneMoment } from '../../../book/audit/verify';
import type { BookDatabase } from '../../../book/connection';
import { replaceFile, replaceFileWith } from '../../private-file';
import { EXIT, type ExitCode } from '../exit-code';
import { CommandError } from '../failure';
import type { Output } from '../output';
import { counted } from './story-words';

/** What is in a file, for whoever is handed it. */
export interface FileSummary {
  readonly rows: number;
}

/** Reads the book as it was at one moment, and writes a file of it piece by piece. */
export type FileMaker = (
  within: BookDatabase,
  asOf: Date,
  write: (text: string) => Promise<void>,
) => Promise<FileSummary>;

export interface WrittenFile {
  /** Where it goes. Absent: standard output. */
  readonly out: string | undefined;
  /** What was asked for, as its summary says it. */
  readonly filter: object;
  /** What a row of it is. */
  readonly row: string;
  readonly make: FileMaker;
}

/** @throws CommandError if standard output would be two things */
export function requireOneOutput({ json, out }: { readonly json?: boolean; readonly out?: string }): void {
  if (json === true && out === undefined) throw new CommandError('--json needs --out: standard output is the file.');
}

/** Writes it to standard output, or into a file with a second one beside it that says what it is. */
export async function writeFileOf(book: BookDatabase, file: WrittenFile, output: Output): Promise<ExitCode> {
  return file.out === undefined
    ? await toStandardOutput(book, file.make)
    : await toFile(book, { ...file, out: file.out }, output);
}

async function toStandardOutput(book: BookDatabase, make: FileMaker): Promise<ExitCode> {
  await made(book, make, new Date(), async (text) => {
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  });
  return EXIT.done;
}

async function toFile(
  book: BookDatabase,
  { out, filter, row, make }: WrittenFile & { readonly out: string },
  output: Output,
): Promise<ExitCode> {
  const [asOf, hash] = [new Date(), createHash('sha256')];
  const unwritable = (): Error => new CommandError(`--out: ${out} cannot be written.`);
  const summary = await replaceFileWith(
    out,
    (write) =>
      made(book, make, asOf, async (text) => {
        hash.update(text);
        await write(text);
      }),
    unwritable,
  );
  const told = { file: out, filter, asOf: asOf.toISOString(), ...summary, sha256: hash.digest('hex') };
  await replaceFile(`${out}.summary.json`, `${JSON.stringify(told, null, 2)}\n`);
  output.document(told);
  output.say(`${output.colors.green('✓')} ${out}: ${counted(summary.rows, row)}. ${out}.summary.json says the rest.`);
  return EXIT.done;
}

async function made(
  book: BookDatabase,
  make: FileMaker,
  asOf: Date,
  write: (text: string) => Promise<void>,
): Promise<FileSummary> {
  return await atOneMoment(book, (within) => make(within, asOf, write));
}
