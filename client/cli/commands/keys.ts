import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { BookDatabase } from '../../../book/connection';
import { PostgresDataKeys } from '../../../book/data-keys';
import { KeyFile, newKeyLine, readKeyFile } from '../../../keys/key-file';
import { KeyFileWrapper } from '../../../keys/key-wrapper';
import { rotateKeys, type Rotation } from '../../../keys/rotate';
import { PAYLOAD_KEY_VARIABLES } from '../../../keys/settings';
import { replaceFile } from '../../private-file';
import { runOnBook, withBook, type BookFlags } from '../book/opened-book';
import { newCommand, run } from '../command';
import { EXIT, EXIT_CODES_HELP, type ExitCode } from '../exit-code';
import { CommandError } from '../failure';
import { writeNew } from '../new-file';
import { newTable } from '../new-table';
import type { Output } from '../output';

const { keyFile: KEY_FILE } = PAYLOAD_KEY_VARIABLES;

interface FileFlags {
  readonly json?: boolean;
  readonly file?: string;
}

/** `gangway keys` */
export function keysCommand(): Command {
  const command = new Command('keys')
    .description('The keys that the data keys of workflows are wrapped by, and which payloads are encrypted under.')
    .addHelpText(
      'after',
      '\nExamples:\n  $ gangway keys create --file keys/payload-keys\n  $ gangway keys status --help',
    )
    .addHelpText('after', EXIT_CODES_HELP);
  for (const each of [createCommand(), addCommand(), statusCommand(), rotateCommand()]) command.addCommand(each);
  return command;
}

function withFile(command: Command): Command {
  return command.option('--file <file>', `the key file (default: ${KEY_FILE})`);
}

function createCommand(): Command {
  const command = newCommand('create', 'Make a key file with one key, which nobody else can read.', [
    'gangway keys create --file keys/payload-keys',
  ]);
  return withFile(command).action(async (flags: FileFlags) => {
    await run(flags, async (output) => {
      const file = fileOf(flags);
      const { id, line } = newKeyLine();
      await writeNew(file, `${line}\n`);
      output.document({ file, id });
      output.say(
        `The key ${id} is in ${file}, which only you can read. Whoever loses it loses all that is encrypted under it.`,
      );
      output.say(`Keep a copy elsewhere, then set ${KEY_FILE}=${file} for every worker, gateway and command.`);
      return EXIT.done;
    });
  });
}

interface AddFlags extends FileFlags {
  readonly current?: boolean;
}

function addCommand(): Command {
  const description =
    'Add a new key to the file. It is known from then on, and wraps what is new once it is the first: move it there, or say --current, when every process has it.';
  const command = newCommand('add', description, ['gangway keys add', 'gangway keys add --current']);
  return withFile(command)
    .option('--current', 'put it first, where only one machine has the file')
    .action(async (flags: AddFlags) => {
      await run(flags, async (output) => {
        const file = fileOf(flags);
        requireKeys(file);
        const { id, line } = newKeyLine();
        const before = await readFile(file, 'utf8');
        const ended = before.endsWith('\n') ? before : `${before}\n`;
        await replaceFile(file, flags.current === true ? `${line}\n${ended}` : `${ended}${line}\n`);
        output.document({ file, id, current: flags.current === true });
        output.say(`The key ${id} is in ${file}${flags.current === true ? ', as the first' : ', as the last'}.`);
        output.say('Once it is the first everywhere, run: gangway keys rotate');
        return EXIT.done;
      });
    });
}

type KeysFlags = FileFlags & BookFlags;

function statusCommand(): Command {
  const command = newCommand('status', 'How many workflows each key-encryption key is for, and whether it is there.', [
    'gangway keys status',
    'gangway keys status --data .data --file .data/payload-keys',
  ]);
  return withBook(withFile(command)).action(async (flags: KeysFlags) => {
    await runOnBook(
      flags,
      () => requireKeys(fileOf(flags)),
      (book, file, output) => status(book, file, output),
    );
  });
}

async function status(book: BookDatabase, file: string, output: Output): Promise<ExitCode> {
  const wrapper = new KeyFileWrapper(new KeyFile(file));
  const counts = await new PostgresDataKeys(book).countByWrapping();
  const current = wrapper.currentId();
  const ids = [...new Set([current, ...idsIn(file), ...counts.keys()])];
  const keys = ids.map((id) => ({
    id,
    workflows: counts.get(id) ?? 0,
    inFile: wrapper.has(id),
    current: id === current,
  }));
  output.document({ file, keys });
  const table = newTable(['Key', 'Workflows', ''], output);
  for (const key of keys) table.push([key.id, String(key.workflows), wordsOf(key)]);
  output.say(table.toString());
  const missing = keys.filter(({ inFile, workflows }) => !inFile && workflows > 0);
  for (const { id, workflows } of missing) {
    output.complain(
      `${file} lacks the key ${id}: ${workflows} ${workflows === 1 ? 'workflow' : 'workflows'} cannot be read.`,
    );
  }
  return missing.length === 0 ? EXIT.done : EXIT.failed;
}

function wordsOf({
  inFile,
  current,
  workflows,
}: {
  readonly inFile: boolean;
  readonly current: boolean;
  readonly workflows: number;
}): string {
  if (current) return 'current';
  if (!inFile) return 'missing';
  return workflows === 0 ? 'not needed' : 'needed until it is rotated';
}

function rotateCommand(): Command {
  const description =
    'Wrap every data key by the first key of the file, while everything runs. What is encrypted stays as it is. Harmless when repeated.';
  const command = newCommand('rotate', description, ['gangway keys rotate']);
  return withBook(withFile(command)).action(async (flags: KeysFlags) => {
    await runOnBook(
      flags,
      () => requireKeys(fileOf(flags)),
      async (book, file, output) => {
        const wrapper = new KeyFileWrapper(new KeyFile(file));
        const rotation = await rotateKeys(new PostgresDataKeys(book), wrapper, (rewrapped) => {
          output.pass(`${rewrapped} rewrapped`);
        });
        output.document(rotation);
        return told(rotation, output);
      },
    );
  });
}

function told({ to, rewrapped, missing, altered }: Rotation, output: Output): ExitCode {
  output.say(`${rewrapped} rewrapped; ${to} wraps them now.`);
  for (const [id, count] of Object.entries(missing))
    output.complain(`The file lacks the key ${id}: ${count} stay as they were.`);
  for (const id of altered)
    output.complain(`The data key ${id} is not what was wrapped: somebody has altered the book.`);
  return Object.keys(missing).length + altered.length === 0 ? EXIT.done : EXIT.failed;
}

function fileOf({ file }: FileFlags): string {
  const path = file ?? process.env[KEY_FILE] ?? '';
  if (path === '') throw new CommandError(`Say --file, or set ${KEY_FILE}.`);
  return resolve(path);
}

/** @returns the path */
function requireKeys(file: string): string {
  const read = readKeyFile(file);
  if ('problem' in read) throw new CommandError(`${file} ${read.problem}.`);
  return file;
}

function idsIn(file: string): readonly string[] {
  const read = readKeyFile(file);
  return 'keys' in read ? [...read.keys.keys()] : [];
}
