import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { connectGangway } from '../../client';
import { readGatewayConfig } from '../../client/gateway/config';
import { startGateway } from '../../client/gateway/serve';
import type { FundingRequest, FundingResult } from '../../contract/funding';
import { fundingWorkflowId, onboardingWorkflowId } from '../../contract/ids';
import type { Application, OnboardingResult } from '../../contract/onboarding';
import type { ReceivingResult } from '../../contract/receiving';
import type { Arena, ArenaProvider } from '../arena';
import { endOf, inLanes, renewals, running, unsettled } from '../collect';
import { DecisionLog, isStop } from '../decisions';
import { EventLog } from '../events';
import { IncidentRunner } from '../incident-runner';
import { planIncidents } from '../incidents';
import { Meddler } from '../meddler';
import { planMeddling, slowSends } from '../meddling';
import { phasesOf, type ChaosOptions } from '../options';
import { TemporalRecovery } from '../recovery';
import { sendsOf } from '../sends';
import { until } from '../until';
import { Control } from './control';
import type { Evidence } from './evidence';
import { ALL_ARRIVED_AFTER_MS } from './faults';
import { judge } from './judge';
import type { ChaosKit, Plan } from './kit';
import { LoadDriver } from './load-driver';
import { Operator } from './operator';
import { ProviderPeople } from './people';
import { makeReport, type ProviderReport } from './report';
import { tellStory } from './story';

const PROGRESS_EVERY_MS = 10_000;
const WEATHER_EVERY_MS = 4_000;
const MOST_STORIES = 5;

export interface ProviderResult {
  readonly report: ProviderReport;
  readonly stories: readonly string[];
}

/** Whose sandbox and workers the arena has; a gateway of the campaign's own takes the callbacks. */
export function arenaProviderOf(kit: ChaosKit): ArenaProvider {
  return {
    id: kit.id,
    sandboxArgs: kit.sandboxArgs,
    workerEnv: (url) => kit.workerEnv(url),
    workerProgram: kit.workerProgram,
    beside: async ({ server, sandboxUrl, controlUrl }) => {
      const config = readGatewayConfig({
        ...kit.workerEnv(sandboxUrl),
        TEMPORAL_ADDRESS: server.address,
        TEMPORAL_NAMESPACE: server.namespace,
        GANGWAY_GATEWAY_PORT: '0',
        GANGWAY_GATEWAY_REQUESTS_PER_MINUTE: '100000',
        GANGWAY_GATEWAY_SHUTDOWN_GRACE_MS: '2000',
        GANGWAY_CALLBACK_PROVIDERS: kit.id,
        GANGWAY_LOG_LEVEL: 'ERROR',
      });
      const gateway = await startGateway(config, { version: '0', log: { write: () => undefined } });
      const workerEnv = await kit.callbacks(gateway.url, new Control(controlUrl));
      return { workerEnv, close: () => gateway.stop() };
    },
  };
}

/** Runs one campaign: load and faults, then quiet, then answers to every question, then the judge. */
export async function runProviderCampaign(
  kit: ChaosKit,
  options: ChaosOptions,
  arena: Arena,
  say: (line: string) => void,
): Promise<ProviderResult> {
  const phases = phasesOf(options);
  const { lateMs, quietMs, answersMs } = phases;
  const { seed, intents, faultRate } = options;
  const plan = kit.plan({ intents, seed, faultsMs: phases.faultsMs, documents: arena.documents });
  const control = new Control(arena.controlUrl);
  const ofFunding = ({ fundingId }: FundingRequest): string => fundingWorkflowId(kit.id, fundingId);
  const asked = new Map(plan.intents.map(({ request }) => [ofFunding(request), request]));
  const meddlings = planMeddling(
    seed,
    plan.intents.map(({ request, atMs, lasting = [] }) => ({
      workflowId: ofFunding(request),
      atMs,
      isHidden: lasting.length > 0,
    })),
    phases.faultsMs,
  );
  const rules = [...slowSends(meddlings), ...plan.intents.flatMap(({ faults }) => faults), ...kit.faults(faultRate)];
  const decisions = new DecisionLog();
  const log = new EventLog();
  const connection = await Connection.connect({ address: arena.server.address });
  const temporal = new Client({ connection, namespace: arena.server.namespace });
  const gangway = await connectGangway({ connection, namespace: arena.server.namespace });
  const began = Date.now();
  try {
    await control.post('/seed', { seed });
    for (const rule of rules) await control.post('/faults', rule);
    const operator = new Operator({ seed, kit, gangway, control, decisions, log });
    const people = new ProviderPeople(kit, plan, control, log);
    const requestOf = (workflowId: string): object | undefined => asked.get(workflowId);
    const meddler = new Meddler({ temporal, gangway, requestOf, decisions, log });
    const driver = new LoadDriver({ kit, plan, gangway, control, log });
    const runner = new IncidentRunner(arena, new TemporalRecovery(temporal, driver, decisions, log), log);
    const weather = new Weather(kit, control, log);
    const progress = setInterval(() => {
      say(`${kit.id}: ${progressOf(log, driver, operator)}`);
    }, PROGRESS_EVERY_MS);

    say(`${kit.id}: faults for ${phases.faultsMs / 1000} s`);
    const startedAt = Date.now();
    operator.start();
    people.start();
    weather.start();
    const asking = driver.run(startedAt);
    const breaking = runner.run(planIncidents(options), startedAt);
    const meddling = meddler.run(meddlings, startedAt);
    await sleep(phases.faultsMs);

    await operator.stop();
    await people.stop();
    await weather.stop();
    await runner.end();
    const meanwhile = await kit.book(control);
    await control.delete('/faults');
    for (const rule of plan.intents.flatMap(({ lasting = [] }) => lasting)) await control.post('/faults', rule);
    await kit.calm(control);
    const clearedAt = Date.now();
    operator.becalmed();

    say(`${kit.id}: nothing fails any more; for at most ${(lateMs + quietMs) / 1000} s nobody answers`);
    await Promise.race([Promise.all([asking, breaking, meddling]), sleep(lateMs, undefined, { ref: false })]);
    for (const left of driver.left) say(`${kit.id}: not delivered yet: ${left}`);
    driver.giveUp();
    meddler.end();
    const stuck = await until(() => unsettled(temporal), quietMs);
    await operator.read();

    // Whoever answers for good waits until nothing can be on its way to the provider any more.
    await sleep(Math.max(0, clearedAt + ALL_ARRIVED_AFTER_MS - Date.now()));
    say(`${kit.id}: every question is answered, for at most ${answersMs / 1000} s`);
    await control.delete('/faults');
    operator.decideAll();
    operator.start();
    await until(() => running(temporal), answersMs);
    await operator.stop();
    clearInterval(progress);

    const evidence = await collect(kit, plan, {
      temporal,
      driver,
      operator,
      meddler,
      decisions,
      control,
      stuck,
    });
    const violations = judge(evidence);
    const stories: string[] = [];
    const broken = new Set(violations.flatMap(({ workflowId }) => (workflowId === undefined ? [] : [workflowId])));
    for (const workflowId of [...broken].slice(0, MOST_STORIES)) {
      stories.push(await tellStory(workflowId, { temporal, book: evidence.book, log }));
    }
    const report = makeReport({
      provider: kit.id,
      options,
      plan,
      evidence,
      violations,
      meanwhile,
      log,
      renewals: await renewals(temporal),
      seconds: Math.round((Date.now() - began) / 1000),
    });
    return { report, stories };
  } catch (error) {
    // Said before the line to Temporal is closed: a call that is being repeated then ends the process.
    say(`${kit.id}: ended early: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    throw error;
  } finally {
    await gangway.close();
    await connection.close();
  }
}

function progressOf(log: EventLog, driver: LoadDriver, operator: Operator): string {
  return [
    `${log.countOf('start new')} started`,
    `${driver.waiting} waiting`,
    `${operator.questions.length} questions`,
    `${log.countOf('worker kill')} worker kills`,
    `${log.countOf('server kill')} server kills`,
  ].join(', ');
}

/** What an installation does by itself, one thing after another. */
class Weather {
  private blowing = false;
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly kit: ChaosKit,
    private readonly control: Control,
    private readonly log: EventLog,
  ) {}

  start(): void {
    this.blowing = true;
    this.loop = this.blow();
  }

  async stop(): Promise<void> {
    this.blowing = false;
    await this.loop;
  }

  private async blow(): Promise<void> {
    for (let turn = 0; this.blowing; turn += 1) {
      await sleep(WEATHER_EVERY_MS);
      const what = await this.kit.weather(turn, this.control);
      this.log.note(`the provider: ${what}`, undefined, `weather ${what}`);
    }
  }
}

interface Collected {
  readonly temporal: Client;
  readonly driver: LoadDriver;
  readonly operator: Operator;
  readonly meddler: Meddler;
  readonly decisions: DecisionLog;
  readonly control: Control;
  readonly stuck: readonly string[];
}

async function collect(kit: ChaosKit, plan: Plan, parts: Collected): Promise<Evidence> {
  const { temporal, driver, operator, meddler, decisions, control, stuck } = parts;
  const stopped = new Set(decisions.all.filter(isStop).map(({ workflowId }) => workflowId));
  const flows = async <Request, Result>(requests: readonly Request[], idOf: (request: Request) => string) =>
    await inLanes(
      requests
        .map((request) => ({ request, workflowId: idOf(request) }))
        .filter(({ workflowId }) => driver.asked.has(workflowId)),
      async (flow) => ({ ...flow, end: await endOf<Result>(temporal, flow.workflowId) }),
    );
  const ofFunding = ({ fundingId }: { readonly fundingId: string }): string => fundingWorkflowId(kit.id, fundingId);
  const intents = await flows<FundingRequest, FundingResult>(
    plan.intents.map(({ request }) => request),
    ofFunding,
  );
  const clients = await flows<Application, OnboardingResult>(plan.applications, ({ partnerClientId }) =>
    onboardingWorkflowId(kit.id, partnerClientId),
  );
  return {
    kit,
    intents: await inLanes(intents, async (intent) => ({
      ...intent,
      sends: stopped.has(intent.workflowId) ? await sendsOf(temporal, intent.workflowId) : [],
    })),
    arrivals: await flows<Plan['arrivals'][number]['request'], ReceivingResult>(
      plan.arrivals.map(({ request }) => request),
      ofFunding,
    ),
    clients: clients.map((client) => ({ ...client, contents: contentsOf(client.request) })),
    book: await kit.book(control),
    planted: driver.planted,
    questions: operator.questions,
    stuck,
    decisions: decisions.all,
    leftTerminated: [...meddler.leftTerminated],
    notRefused: meddler.notRefused,
  };
}

/** What must be on file of an application's documents, by their types. */
function contentsOf({ documents }: Application): ReadonlyMap<string, string> {
  return new Map(
    documents.map(({ type, front }) => [
      type,
      createHash('sha256')
        .update(readFileSync(fileURLToPath(front.uri)))
        .digest('hex'),
    ]),
  );
}
