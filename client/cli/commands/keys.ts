import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { BookDatabase } from '../../../book/connection';
import { PostgresDataKeys } from '../../../book/data-keys';
import { newKeyLine, readKeyFile } from '../../../keys/key-file';
import type { KeyWrapper } from '../../../keys/key-wrapper';
import { openWrapper } from '../../../keys/open';
import { rotateKeys, type Rotation } from '../../../keys/rotate';
import { PAYLOAD_KEY_VARIABLES, readWrappingSettings, type WrappingSettings } from '../../../keys/settings';
import { VAULT_VARIABLES } from '../../../keys/vault-settings';
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
      () => openWrapper(wrappingOf(flags)),
      (book, wrapper, output) => status(book, wrapper, output),
    );
  });
}

async function status(book: BookDatabase, wrapper: KeyWrapper, output: Output): Promise<ExitCode> {
  const counts = await new PostgresDataKeys(book).countByWrapping();
  const current = await wrapper.currentId();
  const there = await wrapper.ids();
  const ids = [...new Set([current, ...there, ...counts.keys()])];
  const keys = ids.map((id) => ({
    id,
    workflows: counts.get(id) ?? 0,
    there: there.includes(id),
    current: id === current,
  }));
  output.document({ keys });
  const table = newTable(['Key', 'Workflows', ''], output);
  for (const key of keys) table.push([key.id, String(key.workflows), wordsOf(key)]);
  output.say(table.toString());
  const missing = keys.filter((key) => !key.there && key.workflows > 0);
  for (const { id, workflows } of missing) {
    output.complain(
      `The key ${id} is missing: ${workflows} ${workflows === 1 ? 'workflow' : 'workflows'} cannot be read.`,
    );
  }
  return missing.length === 0 ? EXIT.done : EXIT.failed;
}

function wordsOf({
  there,
  current,
  workflows,
}: {
  readonly there: boolean;
  readonly current: boolean;
  readonly workflows: number;
}): string {
  if (current) return 'current';
  if (!there) return 'missing';
  return workflows === 0 ? 'not needed' : 'needed until it is rotated';
}

function rotateCommand(): Command {
  const description =
    'Wrap every data key by the first key of the file, or by the newest version of what a service has, while everything runs. What is encrypted stays as it is. Harmless when repeated.';
  const command = newCommand('rotate', description, ['gangway keys rotate']);
  return withBook(withFile(command)).action(async (flags: KeysFlags) => {
    await runOnBook(
      flags,
      () => openWrapper(wrappingOf(flags)),
      async (book, wrapper, output) => {
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
    output.complain(`The key ${id} is missing: ${count} stay as they were.`);
  for (const id of altered)
    output.complain(`The data key ${id} is not what was wrapped: somebody has altered the book.`);
  return Object.keys(missing).length + altered.length === 0 ? EXIT.done : EXIT.failed;
}

function fileOf({ file }: FileFlags): string {
  const path = file ?? process.env[KEY_FILE] ?? '';
  if (path === '') throw new CommandError(`Say --file, or set ${KEY_FILE}.`);
  return resolve(path);
}

function requireKeys(file: string): void {
  const read = readKeyFile(file);
  if ('problem' in read) throw new CommandError(`${file} ${read.problem}.`);
}

/** What the flags say wraps keys, or else the environment. */
function wrappingOf({ file }: FileFlags): WrappingSettings {
  if (file !== undefined) {
    const keyFile = resolve(file);
    requireKeys(keyFile);
    return { keyFile };
  }
  const problems: string[] = [];
  const wrapping = readWrappingSettings(process.env, problems);
  if (problems.length > 0) throw new CommandError(problems.join('\n'));
  if (wrapping === undefined) throw new CommandError(`Say --file, or set ${KEY_FILE} or ${VAULT_VARIABLES.url}.`);
  return wrapping;
}
