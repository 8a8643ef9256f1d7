import Table from 'cli-table3';
import type { FundingResult } from '../contract/funding';
import type { EventLog } from './events';
import type { Evidence } from './evidence';
import { isHarmless } from './fault-plan';
import { VIOLATIONS, type Verdict, type ViolationKind } from './judge';
import type { ChaosOptions } from './options';

/** What a campaign found. */
export interface Report {
  readonly options: ChaosOptions;
  /** Shows whether two runs had the same load, faults and incidents. */
  readonly plan: { readonly load: string; readonly faults: string; readonly incidents: string };
  readonly verdict: 'held' | 'broken';
  readonly violations: Readonly<Partial<Record<ViolationKind, number>>>;
  readonly figures: Figures;
}

interface Figures {
  readonly intents: Readonly<Record<string, number>>;
  readonly onboardings: Readonly<Record<string, number>>;
  readonly doubled: number;
  readonly againstDecisions: number;
  readonly wrongPersons: number;
  readonly resets: number;
  readonly resetsWhileSending: number;
  readonly terminated: number;
  /** What was tried and came to nothing. */
  readonly meddlingLost: Readonly<Record<string, number>>;
  readonly forgotten: number;
  readonly askedAgain: Readonly<Record<string, number>>;
  readonly lost: number;
  readonly stuck: number;
  readonly adopted: number;
  readonly resent: number;
  readonly freshRefs: number;
  /** Histories that were renewed (continue-as-new). */
  readonly renewals: number;
  readonly clientsAdopted: number;
  readonly documentsFound: number;
  /** Completed orders of intents that a person gave up or marked. */
  readonly personsOrders: readonly string[];
  readonly requests: number;
  /** Requests while the faults were in force, and how many of a hundred met a fault by chance that can do harm. */
  readonly requestsUnderFaults: number;
  readonly struckPercent: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly faultsFired: number;
  readonly workerKills: number;
  readonly workersEndedByThemselves: number;
  readonly serverKills: number;
  /** How often Temporal was restored from a backup, and how many flows that took back. */
  readonly restores: number;
  readonly takenBackByRestores: number;
  readonly freezes: number;
  readonly lines: Readonly<Record<string, number>>;
  /** Of each reason: how often a person was asked, and how it went on from there. */
  readonly parked: Readonly<Record<string, Parked>>;
  readonly starts: Readonly<Record<string, number>>;
  readonly cancels: Readonly<Record<string, number>>;
  readonly freshRefsRefused: number;
  readonly seconds: Readonly<Record<string, number>>;
}

interface Parked {
  readonly asked: number;
  /** What the person answered; what ended without an answer, ended by itself. */
  readonly answers: Readonly<Record<string, number>>;
}

export interface ReportParts {
  readonly options: ChaosOptions;
  readonly plan: Report['plan'];
  readonly evidence: Evidence;
  readonly verdict: Verdict;
  readonly log: EventLog;
  readonly workersEndedByThemselves: number;
  /** How often each rule of the sandbox fired, and what was asked of it, as counted before the rules were taken out. */
  readonly meanwhile: {
    readonly fired: Readonly<Record<string, number>>;
    readonly requests: Readonly<Record<string, number>>;
  };
  readonly renewals: number;
  readonly seconds: Readonly<Record<string, number>>;
}

export function makeReport(parts: ReportParts): Report {
  const { options, plan, evidence, verdict, log, workersEndedByThemselves, seconds } = parts;
  const { fired } = parts.meanwhile;
  const requestsUnderFaults = sum(Object.values(parts.meanwhile.requests));
  const faults = byName(fired);
  const struck = sum(Object.entries(faults).map(([name, times]) => (harms(name) ? times : 0)));
  const results = evidence.intents.flatMap(({ end }) => (end.is === 'completed' ? [end.result] : []));
  const onboarded = evidence.clients.flatMap(({ end }) => (end.is === 'completed' ? [end.result] : []));
  const violations = count(verdict.violations.map(({ kind }) => kind));
  const { requests } = evidence.ledger;
  const { renewals } = parts;
  return {
    options,
    plan,
    verdict: verdict.violations.length === 0 ? 'held' : 'broken',
    violations,
    figures: {
      intents: count(evidence.intents.map(({ end }) => (end.is === 'completed' ? end.result.outcome : end.is))),
      onboardings: count(evidence.clients.map(({ end }) => (end.is === 'completed' ? end.result.outcome : end.is))),
      doubled: violations['DOUBLED'] ?? 0,
      againstDecisions: violations['AGAINST_DECISION'] ?? 0,
      wrongPersons: violations['WRONG_PERSON'] ?? 0,
      resets: log.countOf('reset'),
      resetsWhileSending: log.countOf('reset while sending'),
      meddlingLost: log.countsWith('meddling lost '),
      terminated: log.countOf('terminated'),
      forgotten: log.countOf('forgotten'),
      askedAgain: log.countsWith('asked again '),
      lost: (violations['LOST'] ?? 0) + (violations['UNTOLD'] ?? 0),
      stuck: violations['STUCK'] ?? 0,
      adopted: results.filter(({ outcome, adopted }) => outcome === 'completed' && adopted).length,
      resent: sum(results.map(resends)),
      freshRefs: sum(results.map(({ refs }) => Math.max(0, refs.length - 1))),
      renewals,
      clientsAdopted: onboarded.filter(({ how }) => how === 'adopted').length,
      documentsFound: sum(onboarded.map(({ documents }) => documents.filter(({ how }) => how === 'found').length)),
      personsOrders: verdict.personsOrders.map(({ ref, outcome }) => `${ref} ${outcome}`),
      requests: sum(Object.values(requests)),
      requestsUnderFaults,
      struckPercent: percent(struck, requestsUnderFaults),
      faults,
      faultsFired: sum(Object.values(fired)),
      workerKills: log.countOf('worker kill'),
      workersEndedByThemselves,
      serverKills: log.countOf('server kill'),
      restores: log.countOf('restore'),
      takenBackByRestores: log.countOf('taken back by a restore'),
      freezes: log.countOf('freeze'),
      lines: log.countsWith('line '),
      parked: parkedFor(log),
      starts: log.countsWith('start '),
      cancels: log.countsWith('cancel '),
      freshRefsRefused: log.countOf('fresh ref refused'),
      seconds,
    },
  };
}

function parkedFor(log: EventLog): Readonly<Record<string, Parked>> {
  const asked = Object.entries(log.countsWith('parked '));
  return Object.fromEntries(
    asked.map(([reason, times]) => [reason, { asked: times, answers: log.countsWith(`answer ${reason} `) }]),
  );
}

function resends({ refs }: FundingResult): number {
  return sum(refs.map(({ sent }) => Math.max(0, sent - 1)));
}

/** Whether a rule of the fault plan strikes by chance, and can do harm. */
function harms(name: string): boolean {
  return !name.startsWith('planned-') && !isHarmless(name);
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 1000) / 10;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function count(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const word of words.toSorted()) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** Rules are named `fault.operation` and `planned-fault.id`. */
function byName(fired: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [id, times] of Object.entries(fired).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const name = id.split('.')[0] ?? id;
    if (times > 0) counts[name] = (counts[name] ?? 0) + times;
  }
  return counts;
}

/** The report for a terminal. */
export function asTables(report: Report): string {
  const { figures, options, plan } = report;
  const table = new Table({ style: { head: [], border: [] }, colWidths: [28, 90], wordWrap: true });
  table.push(
    ['seed', String(options.seed)],
    ['load, faults, incidents', `${plan.load} ${plan.faults} ${plan.incidents}`],
    ['intents', `${options.intents}: ${listed(figures.intents)}`],
    ['onboardings', `${options.onboardings}: ${listed(figures.onboardings)}`],
    ['requests to the provider', `${figures.requests}, of them under faults ${figures.requestsUnderFaults}`],
    ['struck by chance', `${figures.struckPercent} of 100`],
    ['faults fired', `${figures.faultsFired}: ${listed(figures.faults)}`],
    ['worker kills', String(figures.workerKills)],
    ['workers ended by themselves', String(figures.workersEndedByThemselves)],
    ['server kills', String(figures.serverKills)],
    ['Temporal restored', `${figures.restores}, flows taken back ${figures.takenBackByRestores}`],
    ['worker freezes', String(figures.freezes)],
    ['lines', listed(figures.lines)],
    ['orders adopted', String(figures.adopted)],
    ['sent again under its ref', String(figures.resent)],
    ['fresh refs', `${figures.freshRefs}, refused to a person ${figures.freshRefsRefused}`],
    ['histories renewed', String(figures.renewals)],
    ['clients adopted', String(figures.clientsAdopted)],
    ['documents found on file', String(figures.documentsFound)],
    ...Object.entries(figures.parked).map(([reason, { asked, answers }]) => [
      reason,
      `asked ${asked}, answered: ${listed(answers)}`,
    ]),
    ['starts', listed(figures.starts)],
    ['cancels', listed(figures.cancels)],
    ['resets', `${figures.resets}, of them while a send was under way ${figures.resetsWhileSending}`],
    ['ended by hand, forgotten', `${figures.terminated}, ${figures.forgotten}`],
    ['meddling that came to nothing', listed(figures.meddlingLost)],
    ['asked again', listed(figures.askedAgain)],
    ['completed, told by a person', figures.personsOrders.join(', ')],
    ['seconds', listed(figures.seconds)],
    ['doubled', String(figures.doubled)],
    ['paid against a decision', String(figures.againstDecisions)],
    ['to the wrong person', String(figures.wrongPersons)],
    ['lost', String(figures.lost)],
    ['stuck', String(figures.stuck)],
    ...VIOLATIONS.filter((kind) => report.violations[kind] !== undefined).map((kind) => [
      kind,
      String(report.violations[kind]),
    ]),
    ['verdict', report.verdict],
  );
  return `${table.toString()}\n`;
}

function listed(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts);
  return entries.length === 0 ? 'none' : entries.map(([name, times]) => `${name} ${times}`).join(', ');
}
