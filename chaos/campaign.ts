import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { connectGangway, type Gangway } from '../client';
import { fundingWorkflowId } from '../contract/ids';
import { findProvider } from '../providers/registry';
import { papersOf, type ClientPapers } from './applications';
import type { Arena } from './arena';
import { BackOffice } from './back-office';
import { collectClients, collectIntents, renewals, running, unsettled } from './collect';
import { DecisionLog } from './decisions';
import { deliveriesOf } from './deliveries';
import { EventLog } from './events';
import type { Evidence } from './evidence';
import { ALL_ARRIVED_AFTER_MS, chanceFaults, plannedFaults } from './fault-plan';
import { IncidentRunner } from './incident-runner';
import { planIncidents } from './incidents';
import { judge, type Verdict } from './judge';
import { LoadDriver } from './load-driver';
import { Meddler } from './meddler';
import { planMeddling, slowSends } from './meddling';
import { Operator } from './operator';
import { phasesOf, type ChaosOptions } from './options';
import { person } from './people';
import { fingerprint, planLoad, PROVIDER, TAKEN_EMAIL, type LoadPlan } from './plan';
import { TemporalRecovery } from './recovery';
import { makeReport, type Report } from './report';
import { tellStory } from './story';
import { until } from './until';

const PROGRESS_EVERY_MS = 10_000;
const MOST_STORIES = 5;

export interface CampaignResult {
  readonly report: Report;
  readonly verdict: Verdict;
  /** What happened to the workflows that broke a promise, at most five of them. */
  readonly stories: readonly string[];
}

/** Runs one campaign in an arena: load and faults, then quiet, then answers to every question, then the judge. */
export async function runCampaign(
  options: ChaosOptions,
  arena: Arena,
  say: (line: string) => void,
): Promise<CampaignResult> {
  const { seed } = options;
  const phases = phasesOf(options);
  const plan = planLoad(options);
  const incidents = planIncidents(options);
  const meddlings = planMeddling(
    seed,
    // A movement of a chain is its onboarding's child, and begins when that is ready.
    plan.intents.flatMap(({ request: { fundingId }, atMs }) =>
      atMs === undefined ? [] : [{ workflowId: fundingWorkflowId(PROVIDER, fundingId), atMs }],
    ),
    phases.faultsMs,
  );
  const faults = [...slowSends(meddlings), ...plannedFaults(plan), ...chanceFaults(options.faultRate)];
  const requests = new Map(
    plan.intents.map(({ request }) => [fundingWorkflowId(PROVIDER, request.fundingId), request]),
  );
  const decisions = new DecisionLog();
  const log = new EventLog();
  const connection = await Connection.connect({ address: arena.server.address });
  const temporal = new Client({ connection, namespace: arena.server.namespace });
  const gangway = await connectGangway({ connection, namespace: arena.server.namespace });
  try {
    say('preparing the provider');
    const papers = writePapers(seed, plan, arena.documents);
    const planted = await plantAtProvider(options, plan, arena);
    await arena.sandbox.seed(seed);
    for (const rule of faults) await arena.sandbox.addFault(rule);

    const { sandbox } = arena;
    const backOffice = new BackOffice(seed, sandbox, log);
    const operator = new Operator({ seed, gangway, sandbox, backOffice, papers, decisions, log });
    const driver = new LoadDriver({ gangway, temporal, sandbox, plan, papers, decisions, log });
    const requestOf = (workflowId: string): object | undefined => requests.get(workflowId);
    const meddler = new Meddler({ temporal, gangway, requestOf, decisions, log });
    const recovery = new TemporalRecovery(temporal, driver, decisions, log, (since) => {
      operator.forgetSince(since);
    });
    const runner = new IncidentRunner(arena, recovery, log);
    const clock = new PhaseClock();
    const progress = setInterval(() => {
      say(`${clock.now()}: ${progressLine(log, driver)}`);
    }, PROGRESS_EVERY_MS);

    say(`faults for ${phases.faultsMs / 1000} s`);
    clock.enter('faults');
    const startedAt = Date.now();
    backOffice.start();
    operator.start();
    const deliveries = driver.run(deliveriesOf(plan, papers), startedAt);
    const breaking = runner.run(incidents, startedAt);
    const meddling = meddler.run(meddlings, startedAt);
    const deactivating = plan.deactivations.map(async (deactivation) => {
      await sleep(deactivation.atMs);
      await backOffice.deactivate(deactivation).catch((error: unknown) => {
        log.note(`deactivation: ${String(error)}`);
      });
    });
    await sleep(phases.faultsMs);

    await operator.stop();
    await runner.end();
    const { faults: fired, requests: asked } = await sandbox.ledger();
    await sandbox.clearFaults();
    const clearedAt = Date.now();
    say(`nothing fails any more; for at most ${(phases.lateMs + phases.quietMs) / 1000} s nobody answers`);
    clock.enter('quiet');
    await Promise.race([
      Promise.all([deliveries, breaking, meddling, ...deactivating]),
      sleep(phases.lateMs, undefined, { ref: false }),
    ]);
    for (const left of driver.left) say(`not delivered yet: ${left}`);
    driver.giveUp();
    meddler.end();
    const stuck = await until(() => unsettled(temporal), phases.quietMs);

    say(`every question is answered, for at most ${phases.answersMs / 1000} s`);
    clock.enter('answers');
    operator.decideAll();
    operator.start();
    await until(() => running(temporal), phases.answersMs);
    await operator.stop();
    await backOffice.stop();
    clearInterval(progress);

    // What still lies on its way to the provider could be the second order of an intent.
    clock.enter('arriving');
    await sleep(Math.max(0, clearedAt + ALL_ARRIVED_AFTER_MS - Date.now()));

    clock.enter('judging');
    say('judging');
    const clients = await collectClients(temporal, plan, papers, operator);
    const evidence: Evidence = {
      intents: await collectIntents(temporal, plan, clients, decisions.all),
      clients,
      ledger: await sandbox.ledger(),
      ...planted,
      madeBefore: driver.madeBefore,
      questions: operator.questions,
      amendmentLost: operator.amendmentLost,
      stuck,
      decisions: decisions.all,
      leftTerminated: [...meddler.leftTerminated],
      notRefused: [...driver.notRefused, ...operator.notRefused, ...meddler.notRefused],
    };
    const verdict = judge(evidence);
    const stories = await tellStories(verdict, gangway, { temporal, ledger: evidence.ledger, wire: arena.wire, log });
    clock.enter('over');
    const workersEndedByThemselves = arena.workers.reduce((sum, { process }) => sum + process.endedByItself, 0);
    const report = makeReport({
      options,
      plan: { load: fingerprint(plan), faults: fingerprint(faults), incidents: fingerprint([incidents, meddlings]) },
      evidence,
      verdict,
      log,
      workersEndedByThemselves,
      meanwhile: { fired, requests: asked },
      renewals: await renewals(temporal),
      seconds: clock.seconds(),
    });
    return { report, verdict, stories };
  } catch (error) {
    // Said before the line to Temporal is closed: a call that is being repeated then ends the process.
    say(`ended early: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    throw error;
  } finally {
    await gangway.close();
    await connection.close();
  }
}

function writePapers(
  seed: number,
  { clients, intents }: LoadPlan,
  directory: string,
): ReadonlyMap<string, ClientPapers> {
  return new Map(clients.map((client) => [client.id, papersOf(seed, client, intents, directory)]));
}

const FIRST_COMER = 'first-comer';

/** What the provider has before the campaign begins: clients and orders that Gangway then meets. */
async function plantAtProvider(
  { seed }: ChaosOptions,
  { clients, intents }: LoadPlan,
  { sandbox, providerEnv }: Arena,
): Promise<Pick<Evidence, 'plantedRefs' | 'plantedClients'>> {
  const provider = findProvider(PROVIDER);
  if (provider === undefined) throw new Error(`there is no provider ${PROVIDER}`);
  const connector = provider.create(provider.configSchema.parse(providerEnv));
  try {
    const firstComer = { ...person(seed, FIRST_COMER), email: TAKEN_EMAIL };
    await connector.clients?.create?.({ partnerClientId: FIRST_COMER, applicant: firstComer });
    for (const { id, twist } of clients) {
      if (twist !== 'known' && twist !== 'taken') continue;
      await connector.clients?.create?.({ partnerClientId: id, applicant: person(seed, id) });
    }
  } finally {
    await connector.close();
  }
  const plantedRefs = intents
    .filter(({ twist }) => twist === 'ref-taken')
    .map(({ request: { fundingId } }) => fundingId);
  for (const ref of plantedRefs) await sandbox.plantOrder({ partner_order_ref: ref, type: 'deposit' });
  return { plantedRefs, plantedClients: [FIRST_COMER] };
}

function progressLine(log: EventLog, driver: LoadDriver): string {
  const all = (counts: Readonly<Record<string, number>>): number =>
    Object.values(counts).reduce((sum, each) => sum + each, 0);
  return [
    `${log.countOf('start new')} started`,
    `${driver.waiting} deliveries waiting`,
    `${all(log.countsWith('parked '))} questions`,
    `${all(log.countsWith('answer '))} answers`,
    `${log.countOf('worker kill')} worker kills`,
    `${log.countOf('server kill')} server kills`,
  ].join(', ');
}

async function tellStories(
  { violations }: Verdict,
  _gangway: Gangway,
  parts: Parameters<typeof tellStory>[1],
): Promise<readonly string[]> {
  const ids = [...new Set(violations.flatMap(({ workflowId }) => (workflowId === undefined ? [] : [workflowId])))];
  const stories: string[] = [];
  for (const workflowId of ids.slice(0, MOST_STORIES)) stories.push(await tellStory(workflowId, parts));
  return stories;
}

/** How long each phase took. */
class PhaseClock {
  private readonly phases: { readonly name: string; readonly at: number }[] = [{ name: 'preparing', at: Date.now() }];

  enter(name: string): void {
    this.phases.push({ name, at: Date.now() });
  }

  now(): string {
    return `${this.phases.at(-1)?.name ?? ''} ${Math.round(this.inPhaseMs / 1000)} s`;
  }

  private get inPhaseMs(): number {
    return Date.now() - (this.phases.at(-1)?.at ?? Date.now());
  }

  seconds(): Readonly<Record<string, number>> {
    const ends = [...this.phases.slice(1).map(({ at }) => at), Date.now()];
    const each = this.phases.map(({ name, at }, index): [string, number] => [
      name,
      inSeconds((ends[index] ?? at) - at),
    ]);
    const total = inSeconds(Date.now() - (this.phases[0]?.at ?? 0));
    return Object.fromEntries([...each.filter(([name]) => name !== 'over'), ['total', total]]);
  }
}

function inSeconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}
