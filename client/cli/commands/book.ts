import { Command, Option } from 'commander';
import {
  latestMovements,
  MOVEMENT_STATES,
  type MovementFilter,
  type MovementState,
} from '../../../book/read/movements';
import { readStory } from '../../../book/read/story';
import { readPeriod, type PeriodFlags } from '../book/dates';
import { meantSubjects, oneSubject } from '../book/named-subject';
import { runOnBook, withBook, type BookFlags } from '../book/opened-book';
import { printMovements, printStory } from '../book/print-story';
import { storyDocument } from '../book/story-document';
import { newCommand } from '../command';
import { EXIT, EXIT_CODES_HELP, type ExitCode } from '../exit-code';
import { CommandError } from '../failure';
import { deliverEventsCommand } from './deliver-events';
import { strandedCommand } from './stranded';

/** `gangway book show`, `list`, `stranded`, `deliver-events` */
export function bookCommand(): Command {
  return new Command('book')
    .description(
      "Read Gangway's own record, which needs neither Temporal nor a worker; find what Temporal has lost of it, and deliver what it has for the partner.",
    )
    .addCommand(showCommand())
    .addCommand(listCommand())
    .addCommand(strandedCommand())
    .addCommand(deliverEventsCommand())
    .addHelpText('after', '\nExamples:\n  $ gangway book show my-deposit-1\n  $ gangway book list --help')
    .addHelpText('after', EXIT_CODES_HELP);
}

interface ShowFlags extends BookFlags {
  readonly provider?: string;
}

function showCommand(): Command {
  const description = 'Tell the whole story of a movement, a client, a batch or the workers, from the book alone.';
  const command = newCommand('show', description, [
    'gangway book show my-deposit-1',
    'gangway book show onboarding/coinmena/demo-client-1 --json',
    'gangway book show my-deposit-1 --data ./data',
    'gangway book show workers',
  ]);
  return withBook(command)
    .argument('<id>', 'a workflow id, or a fundingId, a partnerClientId or a batchId alone; or `workers`')
    .option('--provider <id>', 'at which provider, if the id alone may be several')
    .action(async (id: string, flags: ShowFlags) => {
      await runOnBook(
        flags,
        () => meantSubjects(id, flags.provider),
        async (book, meant, output) => {
          const story = await readStory(book, await oneSubject(book, id, meant));
          output.document(storyDocument(story));
          printStory(story, output);
          return story.audit.faultCount === 0 ? EXIT.done : EXIT.failed;
        },
      );
    });
}

interface ListFlags extends BookFlags, PeriodFlags {
  readonly provider?: string;
  readonly client?: string;
  readonly state?: MovementState;
  readonly limit?: string;
}

const DEFAULT_LIMIT = 50;
const MOST_LISTED = 10_000;

function listCommand(): Command {
  const command = newCommand('list', 'List the movements in the book, latest first.', [
    'gangway book list',
    'gangway book list --state in-doubt',
    'gangway book list --client demo-client-1 --from 2026-12-01 --to 2026-12-31 --json',
  ]);
  return withBook(command)
    .option('--provider <id>', 'only those at one provider')
    .option('--client <id>', "only those of one client, by the caller's own id")
    .addOption(new Option('--state <state>', 'only those in a state').choices([...MOVEMENT_STATES]))
    .option('--from <time>', 'only those asked for since then, a day or a time in UTC')
    .option('--to <time>', 'only those asked for until then, a day with all of it')
    .option('--limit <n>', `how many at most (default ${DEFAULT_LIMIT})`)
    .action(async (flags: ListFlags) => {
      const prepare = (): MovementFilter & { readonly limit: number } => ({
        ...filterOf(flags),
        limit: limitOf(flags),
      });
      await runOnBook(flags, prepare, async (book, { limit, ...filter }, output): Promise<ExitCode> => {
        const rows = await latestMovements(book, filter, limit);
        output.document(rows);
        printMovements(rows, output);
        return EXIT.done;
      });
    });
}

function filterOf({ provider, client, state, ...period }: ListFlags): MovementFilter {
  return {
    ...readPeriod(period),
    ...(provider === undefined ? {} : { provider }),
    ...(client === undefined ? {} : { client }),
    ...(state === undefined ? {} : { state }),
  };
}

function limitOf({ limit }: ListFlags): number {
  if (limit === undefined) return DEFAULT_LIMIT;
  const count = Number(limit);
  if (/^\d{1,5}$/.test(limit) && count >= 1 && count <= MOST_LISTED) return count;
  throw new CommandError(`--limit must be a whole number from 1 to ${MOST_LISTED}.`);
}
