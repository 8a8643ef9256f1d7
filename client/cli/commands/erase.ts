import type { Command } from 'commander';
import type { ErasureCertificate } from '../../../contract/erasure';
import { readErasure, type Erasure, type ErasurePlan } from '../../erasure/erase-client';
import { retentionRules } from '../../erasure/retention-settings';
import { counted } from '../book/story-words';
import { newCommand, runConnected, withProvider, withTemporal, type CommonFlags } from '../command';
import { DECISION_OPTIONS, withDecision, type DecisionFlags } from '../decision';
import { EXIT } from '../exit-code';
import { inOptionWords } from '../option-words';
import type { Output } from '../output';

interface EraseFlags extends CommonFlags, DecisionFlags {
  readonly dryRun?: boolean;
}

const WORDS = { ...DECISION_OPTIONS, partnerClientId: 'the client', provider: '--provider' };

const EXIT_HELP = `
Exit codes of this command:
  0  the client is forgotten, or was before; or, with --dry-run, would be
  2  refused: money is under way, a law has something kept, or bad input; nothing was destroyed`;

/** `gangway erase CLIENT` */
export function eraseCommand(): Command {
  const description =
    'Forget a client, for good: end what waits for a person, destroy the keys of all that was encrypted, remove what the book ' +
    'has of the person, and leave a certificate. Amounts, refs and decisions stay in the book. Repeated, it goes on to its end.';
  const command = newCommand('erase', description, [
    'gangway erase demo-client-1 --by ops-1 --reason "asked to be forgotten" --dry-run',
    'gangway erase demo-client-1 --by ops-1 --reason "asked to be forgotten" --json',
  ]).addHelpText('after', EXIT_HELP);
  return withDecision(withProvider(withTemporal(command)))
    .argument('<client>', 'the partnerClientId')
    .option('--dry-run', 'tell what would be done, and do nothing')
    .action(async (partnerClientId: string, flags: EraseFlags) => {
      await runConnected(
        flags,
        // A policy that makes no sense is told before anything is connected to.
        () => {
          retentionRules(process.env);
          const { provider, by, reason, dryRun = false } = flags;
          return inOptionWords(WORDS, () => readErasure({ provider, partnerClientId }, { by, reason, dryRun }));
        },
        async (gangway, { client, request }, output) => {
          const { provider, partnerClientId: id } = client;
          const erasure = await gangway.erase({ provider, partnerClientId: id }, request);
          output.document(erasure);
          print(erasure, output);
          return EXIT.done;
        },
      );
    });
}

function print(erasure: Erasure, output: Output): void {
  switch (erasure.is) {
    case 'would-erase':
      printPlan(erasure.plan, output);
      return;
    case 'erased-before':
      output.say(`There is nothing to erase: the client was forgotten before.`);
      printCertificate(erasure.certificate, output);
      return;
    case 'erased':
      output.say(`${output.colors.green('✓')} The client is forgotten.`);
      printCertificate(erasure.certificate, output);
      output.say(
        `  Processes that reach the book have let go of the keys; one that does not, has by ${erasure.heldUntil}.`,
      );
      output.say("  Backups of the book, and PostgreSQL's log, have them until they are overwritten.");
  }
}

function printPlan(plan: ErasurePlan, output: Output): void {
  const { ends, keysOf, batches } = plan;
  output.say('Nothing was changed. An erasure would now');
  for (const id of ends) output.say(`  end ${id}, which waits`);
  output.say(`  destroy the keys of ${counted(keysOf.length, 'flow')}`);
  for (const id of keysOf) output.say(`    ${id}`);
  for (const id of batches) output.say(`  destroy the key of the batch ${id}, with all of its rows`);
  printCounts(plan, 'remove', output);
}

function printCertificate(certificate: ErasureCertificate, output: Output): void {
  const { id, by, reason, erasedAt, keys, cancelled, batches } = certificate;
  output.say(`  Certificate ${id}: by ${by} at ${erasedAt}, because ${reason}`);
  for (const flow of cancelled) output.say(`  ended ${flow}`);
  output.say(`  destroyed ${counted(keys.length, 'key')}${keys.length === 0 ? '' : `: ${keys.join(' ')}`}`);
  for (const batch of batches) output.say(`  with the key of the batch ${batch}`);
  printCounts(certificate, 'removed', output);
}

type Counts = Pick<ErasureCertificate, 'documents' | 'words' | 'blindIndexes' | 'wordsKept' | 'inClear'>;

function printCounts(counts: Counts, removed: string, output: Output): void {
  const { documents, words, blindIndexes, wordsKept, inClear } = counts;
  const [ofDocuments, texts] = [counted(documents, 'document'), counted(words, 'text')];
  output.say(
    `  ${removed} the handles of ${ofDocuments}, ${texts} that people wrote, ${counted(blindIndexes, 'blind index', 'blind indexes')}`,
  );
  if (wordsKept > 0) {
    output.say(
      `  ! ${counted(wordsKept, 'text')} of an earlier version ${wordsKept === 1 ? 'stays' : 'stay'} in the audit itself`,
    );
  }
  if (inClear > 0) {
    output.say(
      `  ! ${counted(inClear, 'flow')} in clear ${inClear === 1 ? 'stays' : 'stay'} in Temporal until it forgets by itself`,
    );
  }
}
