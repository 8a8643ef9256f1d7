import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { PostgresBlindIndex, type Asked } from '../../../book/blind-index';
import { BLIND_FIELDS, type BlindEntry, type BlindField } from '../../../contract/blind-index';
import { idProblem } from '../../../contract/ids';
import { decodeText } from '../../../inputs';
import { wholeNumber } from '../../../inputs/whole-number';
import { BLIND_INDEX_KEY_FILE, BlindHashes, readBlindIndexKeyFile } from '../../../keys/blind-index';
import { runOnBook, withBook, type BookFlags } from '../book/opened-book';
import { counted } from '../book/story-words';
import { newCommand } from '../command';
import { EXIT, type ExitCode } from '../exit-code';
import { CommandError } from '../failure';
import type { Output } from '../output';
import { readBytes } from '../read-bytes';

interface FindFlags extends BookFlags, Partial<Record<'email' | 'phone' | 'governmentId', boolean>> {
  readonly by?: string;
}

const PER_HOUR = 'GANGWAY_FIND_PER_HOUR';
const MOST_AN_HOUR = 100_000;
const DEFAULT_AN_HOUR = '60';
/** More than any of them has. */
const MOST_BYTES = 1_024;

const ASKED: Readonly<Record<BlindField, { readonly prompt: string; readonly problem: string }>> = {
  email: { prompt: 'E-mail', problem: 'is no e-mail address' },
  phone: { prompt: 'Phone', problem: 'is no phone number with its country, such as +973 0000 0001' },
  'government-id': { prompt: 'Number of the government id', problem: 'is no number of a government id' },
};

const EXIT_HELP = `
Exit codes of this command:
  0  asked, whether somebody was found or not
  2  bad input, or asked too often in an hour`;

/** `gangway find --email --by NAME` */
export function findCommand(): Command {
  const description =
    'Find clients by what only they know, which is typed or piped, and never an argument: other users see those. ' +
    'Who asked is in the audit, and what was asked for is not; how often one may ask in an hour is bounded.';
  const command = newCommand('find', description, [
    'gangway find --email --by ops-1',
    'gangway find --phone --by ops-1 --json < phone.txt',
  ]).addHelpText('after', EXIT_HELP);
  return withBook(command)
    .option('--email', 'by e-mail address')
    .option('--phone', 'by phone number')
    .option('--government-id', 'by the number of the government id')
    .option('--by <id>', 'who asks: an opaque operator id, not a name')
    .action(async (flags: FindFlags) => {
      await runOnBook(
        flags,
        () => readAsking(flags),
        async (book, asking, output) => {
          const asked = await new PostgresBlindIndex(book).ask(asking);
          return told(asked, asking.mostAnHour, output);
        },
      );
    });
}

interface ReadAsking {
  readonly by: string;
  readonly field: BlindField;
  readonly entries: readonly BlindEntry[];
  readonly mostAnHour: number;
}

async function readAsking(flags: FindFlags): Promise<ReadAsking> {
  const field = fieldOf(flags);
  const { by = '' } = flags;
  const problem = by === '' ? 'is required' : idProblem(by);
  if (problem !== undefined) throw new CommandError(`--by ${problem}.`);
  const mostAnHour = wholeNumber(1, MOST_AN_HOUR).safeParse(perHour());
  if (!mostAnHour.success) {
    throw new CommandError(`${PER_HOUR} ${mostAnHour.error.issues[0]?.message ?? ''}.`, EXIT.badInput, 'BAD_SETTINGS');
  }
  const hashes = openHashes();
  const entries = hashes.ofValue(field, await readValue(field));
  if (entries === undefined) throw new CommandError(`What was given ${ASKED[field].problem}.`);
  return { by, field, entries, mostAnHour: mostAnHour.data };
}

function perHour(): string {
  const given = process.env[PER_HOUR]?.trim() ?? '';
  return given === '' ? DEFAULT_AN_HOUR : given;
}

function fieldOf(flags: FindFlags): BlindField {
  const given = { email: flags.email, phone: flags.phone, 'government-id': flags.governmentId };
  const fields = BLIND_FIELDS.filter((field) => given[field] === true);
  const [field] = fields;
  if (field !== undefined && fields.length === 1) return field;
  throw new CommandError('Say one of --email, --phone and --government-id.');
}

function openHashes(): BlindHashes {
  const problems: string[] = [];
  const path = readBlindIndexKeyFile(process.env, problems);
  if (path !== undefined) return new BlindHashes(path);
  const message = problems[0] ?? `${BLIND_INDEX_KEY_FILE} must be set, as the workers have it`;
  throw new CommandError(`${message}.`, EXIT.badInput, 'BAD_SETTINGS');
}

async function readValue(field: BlindField): Promise<string> {
  if (process.stdin.isTTY) {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await terminal.question(`${ASKED[field].prompt}: `);
    } finally {
      terminal.close();
    }
  }
  const decoded = decodeText(await readBytes('-', MOST_BYTES));
  if (!decoded.ok) throw new CommandError(`Standard input ${decoded.problem}.`);
  const lines = decoded.text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const [line] = lines;
  if (line === undefined || lines.length > 1) throw new CommandError('Standard input must hold one line.');
  return line;
}

function told(asked: Asked, mostAnHour: number, output: Output): ExitCode {
  if (asked.is === 'refused') {
    const message = `You have asked ${counted(asked.askedBefore, 'time')} in an hour; ${mostAnHour} are allowed (${PER_HOUR}).`;
    throw new CommandError(message, EXIT.badInput, 'ASKED_TOO_OFTEN');
  }
  const { clients, unseen } = asked;
  output.document({ clients, unseen });
  for (const { provider, partnerClientId } of clients) output.say(`${partnerClientId} at ${provider}`);
  if (clients.length === 0) output.say('Nobody was found.');
  for (const [version, count] of Object.entries(unseen)) {
    output.complain(`The key file lacks the key ${version}: ${counted(count, 'client')} under it cannot be found.`);
  }
  return EXIT.done;
}
