import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { readStory } from '../../../book/read/story';
import { evidenceZip, type Evidence } from '../book/evidence-file';
import { meantSubjects, oneSubject } from '../book/named-subject';
import { runOnBook, withBook, type BookFlags } from '../book/opened-book';
import { counted } from '../book/story-words';
import { connected, newCommand, withTemporal, type CommonFlags } from '../command';
import { EXIT, type ExitCode } from '../exit-code';
import { CommandError } from '../failure';
import { packageVersion } from '../package-root';
import { replaceFileWith } from '../../private-file';

interface EvidenceFlags extends BookFlags, Pick<CommonFlags, 'address' | 'namespace'> {
  readonly out: string;
  readonly provider?: string;
  readonly history?: boolean;
}

/** `gangway evidence ID --out FILE.zip` */
export function evidenceCommand(): Command {
  const description =
    'Put all that an auditor is handed of a movement, a client or a batch into one file: its rows, its decisions, its chain ' +
    'with how to check it, and a manifest with the SHA-256 of each part.';
  const command = newCommand('evidence', description, [
    'gangway evidence my-deposit-1 --out my-deposit-1.zip',
    'gangway evidence my-deposit-1 --history --out my-deposit-1.zip',
  ]);
  return withBook(withTemporal(command))
    .argument('<id>', 'a workflow id, or a fundingId, a partnerClientId or a batchId alone')
    .requiredOption('--out <file>', 'where it goes, a zip')
    .option('--provider <id>', 'at which provider, if the id alone may be several')
    .option('--history', "with Temporal's history of it, which may hold personal data if it is not encrypted")
    .action(async (id: string, flags: EvidenceFlags) => {
      await runOnBook(
        flags,
        () => meantSubjects(id, flags.provider),
        async (book, meant, output): Promise<ExitCode> => {
          const subject = await oneSubject(book, id, meant);
          const evidence: Evidence = {
            story: await readStory(book, subject),
            asOf: new Date().toISOString(),
            exporter: userInfo().username,
            version: packageVersion(),
            history: await historyOf(subject, flags),
          };
          await replaceFileWith(
            flags.out,
            async (write) => {
              for await (const piece of evidenceZip(evidence)) await write(piece);
            },
            () => new CommandError(`--out: ${flags.out} cannot be written.`),
          );
          const { faultCount, entries } = evidence.story.audit;
          const lacks = 'lacks' in evidence.history ? evidence.history.lacks : undefined;
          output.document({
            file: flags.out,
            subject,
            entries,
            holds: faultCount === 0,
            ...(lacks === undefined ? {} : { lacks }),
          });
          output.say(
            `${output.colors.green('✓')} ${flags.out}: ${subject}, ${counted(entries, 'entry', 'entries')} of its audit.`,
          );
          if (flags.history === true && lacks !== undefined) output.say(`  Without Temporal's history: ${lacks}`);
          if (faultCount === 0) return EXIT.done;
          output.say(
            `${output.colors.red('✗')} The audit does not hold: ${faultCount} faults, named in its manifest.json.`,
          );
          return EXIT.failed;
        },
      );
    });
}

async function historyOf(subject: string, flags: EvidenceFlags): Promise<Evidence['history']> {
  if (flags.history !== true) return { lacks: 'it was not asked for' };
  try {
    return await connected(flags, async (gangway) => ({ json: `${await gangway.history(subject)}\n` }));
  } catch (error) {
    return { lacks: error instanceof Error ? error.message : 'Temporal does not have it' };
  }
}
