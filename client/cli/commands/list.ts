import type { Command } from 'commander';
import { readListFilter, type ListFilter } from '../../flow/list';
import { newCommand, runConnected, withTemporal, type CommonFlags } from '../command';
import { EXIT } from '../exit-code';
import { printList } from '../flow-tables';
import { inOptionWords } from '../option-words';

interface ListFlags extends Omit<CommonFlags, 'provider'> {
  readonly provider?: string;
  readonly needsAttention?: boolean;
  readonly code?: string;
  readonly client?: string;
  readonly stage?: string;
  readonly limit?: string;
}

/** `gangway list` */
export function listCommand(): Command {
  const command = newCommand('list', 'List onboardings, fundings and batches, latest start first.', [
    'gangway list',
    'gangway list --needs-attention',
    'gangway list --code INSUFFICIENT_FUNDS --provider coinmena',
    'gangway list --provider coinmena --stage completed --limit 10 --json',
  ]);
  return withTemporal(command)
    .option('--needs-attention', 'only those that wait for a person')
    .option('--code <reason>', 'only those that wait for a person for this reason')
    .option('--client <id>', "only those of one client, by the caller's own id")
    .option('--provider <id>', 'only those at one provider')
    .option('--stage <stage>', 'only those at a stage, such as parked or completed')
    .option('--limit <n>', 'how many at most (default 50)')
    .action(async (flags: ListFlags) => {
      const prepare = (): ListFilter => {
        const { needsAttention, code, client, provider, stage, limit } = flags;
        const filter = {
          ...(needsAttention === undefined ? {} : { needsAttention }),
          ...(code === undefined ? {} : { code }),
          ...(client === undefined ? {} : { partnerClientId: client }),
          ...(provider === undefined ? {} : { provider }),
          ...(stage === undefined ? {} : { stage }),
          ...(limit === undefined ? {} : { limit: Number(limit) }),
        };
        const options = {
          code: '--code',
          partnerClientId: '--client',
          provider: '--provider',
          stage: '--stage',
          limit: '--limit',
        };
        return inOptionWords(options, () => readListFilter(filter));
      };
      await runConnected(flags, prepare, async (gangway, filter, output) => {
        const flows = await gangway.list(filter);
        output.document(flows);
        printList(flows, output);
        return EXIT.done;
      });
    });
}
