import type { Command } from 'commander';
import { movements, type MovementFilter, type MovementRow } from '../../../book/read/movements';
import { idProblem } from '../../../contract/ids';
import { add, plainDecimal, type DecimalText } from '../../../contract/money';
import { readPeriod, type PeriodFlags } from '../book/dates';
import { runOnBook, withBook, type BookFlags } from '../book/opened-book';
import { printMovements } from '../book/print-story';
import { counted } from '../book/story-words';
import { newCommand } from '../command';
import { EXIT, type ExitCode } from '../exit-code';
import { CommandError } from '../failure';
import { newTable } from '../new-table';
import type { Output } from '../output';

interface StatementFlags extends BookFlags, PeriodFlags {
  readonly provider?: string;
}

/** `gangway statement CLIENT` */
export function statementCommand(): Command {
  const description =
    'State what of a client settled in a period, by its provider and asset, with fees and totals, and what is open now.';
  const command = newCommand('statement', description, [
    'gangway statement demo-client-1 --from 2026-12-01 --to 2026-12-31',
    'gangway statement demo-client-1 --provider coinmena --json',
  ]);
  return withBook(command)
    .argument('<client>', "the client, by the caller's own id")
    .option('--from <time>', 'what settled since then, a day or a time in UTC')
    .option('--to <time>', 'what settled until then, a day with all of it')
    .option('--provider <id>', 'only at one provider')
    .action(async (client: string, flags: StatementFlags) => {
      const prepare = (): MovementFilter => filterOf(client, flags);
      await runOnBook(flags, prepare, async (book, filter, output): Promise<ExitCode> => {
        const { from: _from, to: _to, by: _by, ...ofClient } = filter;
        const all: MovementRow[] = [];
        for await (const page of movements(book, ofClient)) all.push(...page);
        if (all.length === 0) {
          throw new CommandError(`The book knows no movement of ${client}.`, EXIT.badInput, 'UNKNOWN_ID');
        }
        const settled = all.filter((row) => row.settled_at !== null && isWithin(row.settled_at, filter));
        const open = all.filter((row) => row.settled_at === null && row.ended_at === null);
        const totals = totalsOf(settled);
        output.document({ client, ...filter, settled, totals, open });
        print({ client, settled, totals, open }, output);
        return EXIT.done;
      });
    });
}

function filterOf(client: string, { provider, from, to }: StatementFlags): MovementFilter {
  const problem = idProblem(client);
  if (problem !== undefined) throw new CommandError(`The client ${problem}.`);
  return {
    client,
    ...readPeriod({ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }),
    ...(provider === undefined ? {} : { provider }),
  };
}

function isWithin(iso: string, { from, to }: MovementFilter): boolean {
  const at = new Date(iso);
  return (from === undefined || at >= from) && (to === undefined || at < to);
}

/** What moved of one asset at one provider in one way. */
interface Total {
  readonly provider: string;
  readonly currency: string;
  readonly type: MovementRow['type'];
  readonly movements: number;
  readonly amount: DecimalText;
  /** Of the same currency; others are in the rows. */
  readonly fees: DecimalText;
}

function totalsOf(rows: readonly MovementRow[]): readonly Total[] {
  const totals = new Map<string, Total>();
  for (const { provider, currency, type, amount, fee, fee_currency: feeCurrency } of rows) {
    const key = `${provider} ${currency} ${type}`;
    const before = totals.get(key) ?? { provider, currency, type, movements: 0, amount: '0', fees: '0' };
    totals.set(key, {
      ...before,
      movements: before.movements + 1,
      amount: add(before.amount, amount),
      fees: fee === null || feeCurrency !== currency ? before.fees : add(before.fees, fee),
    });
  }
  return [...totals].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, total]) => total);
}

interface Statement {
  readonly client: string;
  readonly settled: readonly MovementRow[];
  readonly totals: readonly Total[];
  readonly open: readonly MovementRow[];
}

function print({ client, settled, totals, open }: Statement, output: Output): void {
  output.say(output.colors.bold(`Client ${client}: ${counted(settled.length, 'movement')} settled`));
  if (settled.length > 0) printMovements(settled, output);
  const table = newTable(['Provider', 'Asset', 'Kind', 'Movements', 'Amount', 'Fees'], output);
  for (const { provider, currency, type, movements: count, amount, fees } of totals) {
    table.push([provider, currency, type, String(count), plainDecimal(amount), plainDecimal(fees)]);
  }
  if (totals.length > 0) output.say(table.toString());
  if (open.length === 0) return;
  output.say(output.colors.bold(`Open now: ${open.length}`));
  printMovements(open, output);
}
