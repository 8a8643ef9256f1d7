import { Command } from 'commander';
import { movements } from '../../../book/read/movements';
import { camt053Command } from '../book/camt053/command';
import { exportOf } from '../book/export-command';
import { MovementExport } from '../book/movements-file';
import { JOURNAL_FORMATS, journalFile } from '../book/journal-file';
import { discrepanciesFile, reconciliationsFile } from '../book/reconciliation-files';
import { settlementFile } from '../book/settlement-file';
import { TABLE_FORMATS } from '../book/table-text';
import { trialBalanceFile } from '../book/trial-balance';
import { EXIT_CODES_HELP } from '../exit-code';

/** `gangway export`: a file for finance, of each kind. */
export function exportCommand(): Command {
  return new Command('export')
    .description('Write what the book holds into files, for finance.')
    .addCommand(movementsCommand())
    .addCommand(journalCommand())
    .addCommand(trialBalanceCommand())
    .addCommand(settlementCommand())
    .addCommand(camt053Command())
    .addCommand(discrepanciesCommand())
    .addCommand(reconciliationsCommand())
    .addHelpText('after', '\nExamples:\n  $ gangway export movements --from 2026-12-01 --to 2026-12-31 > december.csv')
    .addHelpText('after', EXIT_CODES_HELP);
}

const SUMMARY_HELP = `With --out a second file, FILE.summary.json, says what was
  asked for, as of when, how many rows there are and the SHA-256 of the file.`;
const LEDGER_HELP = 'What is posted, and to which accounts: docs/book.md.';

function movementsCommand(): Command {
  return exportOf({
    name: 'movements',
    description: 'Every movement that was asked for in a period, one row each.',
    examples: [
      'gangway export movements --from 2026-12-01 --to 2026-12-31 > december.csv',
      'gangway export movements --format ndjson --out movements.ndjson --provider coinmena',
    ],
    help: `
The file:
  UTF-8, a header, one row a movement, oldest first; amounts as decimals, and in minor units where the currency has them;
  times in UTC. Cells that a spreadsheet would run become text. With --out a second file, FILE.summary.json, says what was
  asked for, as of when, how many rows there are, the totals by currency and the SHA-256 of the file.`,
    formats: TABLE_FORMATS,
    period: 'those asked for',
    ofClients: true,
    row: 'movement',
    make:
      ({ format }, filter) =>
      async (within, _asOf, write) => {
        const file = new MovementExport(format);
        await write(file.head);
        for await (const page of movements(within, filter)) await write(file.text(page));
        return file.summary;
      },
  });
}

function journalCommand(): Command {
  return exportOf({
    name: 'journal',
    description: 'What settled in a period and what was taken back, by double entry, for hledger or a spreadsheet.',
    examples: [
      'gangway export journal --from 2026-12-01 --to 2026-12-31 > december.journal && hledger -f december.journal balance',
      'gangway export journal --format csv --out journal.csv --client demo-client-1',
    ],
    help: `
The file:
  One entry each time that an order was seen completed, dated by the UTC day of that read, in the order of time; what was seen
  otherwise later is taken back by an entry of its own. In each asset an entry's lines make zero.
  ${LEDGER_HELP}
  ${SUMMARY_HELP}`,
    formats: JOURNAL_FORMATS,
    period: 'what settled',
    ofClients: true,
    row: 'transaction',
    make: ({ format }, filter) => journalFile(format, filter),
  });
}

function trialBalanceCommand(): Command {
  return exportOf({
    name: 'trial-balance',
    description: 'What each account of the journal held before a period, what came and went, and what it held after.',
    examples: ['gangway export trial-balance --from 2026-12-01 --to 2026-12-31 > december.csv'],
    help: `
The file:
  One row an account and asset; debits are above zero.
  ${LEDGER_HELP}
  ${SUMMARY_HELP}`,
    formats: TABLE_FORMATS,
    period: 'what settled',
    ofClients: true,
    row: 'account',
    make: ({ format }, filter) => trialBalanceFile(format, filter),
  });
}

function settlementCommand(): Command {
  return exportOf({
    name: 'settlement',
    description: 'What changed the accounts at the providers in a period: gross, fee and net, one row each.',
    examples: ['gangway export settlement --from 2026-12-01 --to 2026-12-31 > december.csv'],
    help: `
The file:
  One row an entry of the journal and asset, in the order of time; VAT is a part of the fee.
  ${LEDGER_HELP}
  ${SUMMARY_HELP}`,
    formats: TABLE_FORMATS,
    period: 'what settled',
    ofClients: true,
    row: 'row',
    make: ({ format }, filter) => settlementFile(format, filter),
  });
}

function discrepanciesCommand(): Command {
  return exportOf({
    name: 'discrepancies',
    description: 'What the reconciliation found, with both sides, its age and its answer, one row a field.',
    examples: ['gangway export discrepancies --from 2026-12-01 --to 2026-12-31 > found.csv'],
    help: `
The file:
  One row a field in which both sides differ, by provider and id. The period is of the days that found them first.
  ${SUMMARY_HELP}`,
    formats: TABLE_FORMATS,
    period: 'what was found',
    ofClients: false,
    row: 'row',
    make: ({ format }, filter) => discrepanciesFile(format, filter),
  });
}

function reconciliationsCommand(): Command {
  return exportOf({
    name: 'reconciliations',
    description: 'Each comparison with a provider, one row a day.',
    examples: ['gangway export reconciliations --provider coinmena --from 2026-12-01 --to 2026-12-31 > days.csv'],
    help: `
The file:
  One row a provider and day, by day: what was counted, what agreed, what waits, and what of the day's finds is open now.
  ${SUMMARY_HELP}`,
    formats: TABLE_FORMATS,
    period: 'days',
    ofClients: false,
    row: 'day',
    make: ({ format }, filter) => reconciliationsFile(format, filter),
  });
}
