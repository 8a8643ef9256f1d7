import Table from 'cli-table3';
import type { EventLog } from '../events';
import type { ChaosOptions } from '../options';
import { fingerprint } from '../plan';
import type { Evidence } from './evidence';
import type { Violation } from './judge';
import type { Book, Plan, SmallProvider } from './kit';

/** What a campaign against one provider found. */
export interface ProviderReport {
  readonly provider: SmallProvider;
  readonly seed: number;
  /** By which two runs are seen to have had the same load. */
  readonly load: string;
  readonly verdict: 'held' | 'broken';
  readonly violations: readonly Violation[];
  readonly figures: Readonly<Record<string, number | string>>;
}

export interface ReportParts {
  readonly provider: SmallProvider;
  readonly options: ChaosOptions;
  readonly plan: Plan;
  readonly evidence: Evidence;
  readonly violations: readonly Violation[];
  /** The book when the faults ended, with how often each fired. */
  readonly meanwhile: Book;
  readonly log: EventLog;
  readonly renewals: number;
  readonly seconds: number;
}

export function makeReport(parts: ReportParts): ProviderReport {
  const { provider, options, plan, evidence, violations, meanwhile, log, renewals, seconds } = parts;
  const results = evidence.intents.flatMap(({ end }) => (end.is === 'completed' ? [end.result] : []));
  const ofKind = (kind: string): number => violations.filter((one) => one.kind === kind).length;
  const struck = Object.entries(meanwhile.faults).filter(([id]) => !id.startsWith('callback'));
  return {
    provider,
    seed: options.seed,
    load: fingerprint(plan.intents.map(({ atMs, twist, request: { amount } }) => [atMs, twist, amount])),
    verdict: violations.length === 0 ? 'held' : 'broken',
    violations,
    figures: {
      intents: `${evidence.intents.length}: ${counted(evidence.intents.map(({ end }) => outcomeOf(end)))}`,
      clients: counted(evidence.clients.map(({ end }) => outcomeOf(end))),
      'expected deposits': counted(evidence.arrivals.map(({ end }) => outcomeOf(end))),
      'planned troubles': counted(plan.intents.map(({ twist }) => twist).filter((twist) => twist !== 'none')),
      'look-alikes planted': evidence.planted.length,
      'requests under faults': sum(Object.values(meanwhile.requests)),
      'faults fired': `${sum(Object.values(meanwhile.faults))}: ${byName(struck)}`,
      'callbacks struck': byName(Object.entries(meanwhile.faults).filter(([id]) => id.startsWith('callback'))),
      'worker kills': log.countOf('worker kill'),
      'server kills': log.countOf('server kill'),
      'Temporal restored': `${log.countOf('restore')}, flows taken back ${log.countOf('taken back by a restore')}`,
      'worker freezes': log.countOf('freeze'),
      lines: listed(log.countsWith('line ')),
      weather: listed(log.countsWith('weather ')),
      resets: `${log.countOf('reset')}, of them while a send was under way ${log.countOf('reset while sending')}`,
      'ended by hand, forgotten': `${log.countOf('terminated')}, ${log.countOf('forgotten')}`,
      'meddling that came to nothing': listed(log.countsWith('meddling lost ')),
      'asked again': listed(log.countsWith('asked again ')),
      'cancelled at the provider': log.countOf('cancelled there'),
      'cancels by the caller': listed(log.countsWith('cancel ')),
      'orders adopted': results.filter(({ outcome, adopted }) => outcome === 'completed' && adopted).length,
      'sent again under its ref': sum(results.flatMap(({ refs }) => refs.map(({ sent }) => Math.max(0, sent - 1)))),
      'fresh refs': sum(results.map(({ refs }) => Math.max(0, refs.length - 1))),
      'histories renewed': renewals,
      asked: listed(log.countsWith('parked ')),
      answered: listed(log.countsWith('answer ')),
      starts: listed(log.countsWith('start ')),
      doubled: ofKind('DOUBLED'),
      'paid against a decision': ofKind('AGAINST_DECISION'),
      'to the wrong person': ofKind('WRONG_PERSON'),
      lost: ofKind('LOST') + ofKind('UNTOLD'),
      stuck: ofKind('STUCK'),
      'questions without evidence': ofKind('NO_EVIDENCE'),
      seconds: seconds,
    },
  };
}

function outcomeOf(
  end: Evidence['intents'][number]['end'] | Evidence['clients'][number]['end'] | Evidence['arrivals'][number]['end'],
): string {
  return end.is === 'completed' ? end.result.outcome : end.is;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** Rules are named `fault.operation` and `planned-fault.id`. */
function byName(fired: readonly (readonly [string, number])[]): string {
  return listed(
    fired
      .filter(([, times]) => times > 0)
      .reduce<Record<string, number>>((counts, [id, times]) => {
        const name = id.split('.')[0] ?? id;
        return { ...counts, [name]: (counts[name] ?? 0) + times };
      }, {}),
  );
}

function counted(words: readonly string[]): string {
  return listed(
    words
      .toSorted()
      .reduce<Record<string, number>>((counts, word) => ({ ...counts, [word]: (counts[word] ?? 0) + 1 }), {}),
  );
}

function listed(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts);
  return entries.length === 0 ? 'none' : entries.map(([name, times]) => `${name} ${times}`).join(', ');
}

/** The report for a terminal. */
export function asTables({ provider, seed, load, verdict, figures }: ProviderReport): string {
  const table = new Table({ style: { head: [], border: [] }, colWidths: [28, 90], wordWrap: true });
  table.push(
    ['provider', provider],
    ['seed, load', `${seed} ${load}`],
    ...Object.entries(figures).map(([name, figure]) => [name, String(figure)]),
    ['verdict', verdict],
  );
  return `${table.toString()}\n`;
}
