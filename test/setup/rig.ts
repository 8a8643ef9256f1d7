import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client, Connection, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { z } from 'zod';
import type { OnboardingInput } from '../../client/inputs';
import type { FundingRequest } from '../../contract/funding';
import { fundingWorkflowId, onboardingWorkflowId } from '../../contract/ids';
import type { OnboardAndFundRequest } from '../../contract/onboard-and-fund';
import type { Application, ApplicationDocument } from '../../contract/onboarding';
import { providerWatchId, WATCH_WORKFLOW_TYPE } from '../../contract/provider-watch';
import { providerTaskQueue } from '../../contract/task-queues';
import type { RunningSandbox } from '../../sandbox/http/two-ports';
import { openPayloadKeys, type OpenPayloadKeys } from '../../keys/open';
import { PAYLOAD_KEY_VARIABLES, payloadKeySettings } from '../../keys/settings';
import { startDevServer, type DevServer } from '../../temporal/dev-server';
import { readWorkerConfig } from '../../worker/config';
import { startWorkerInProcess, type RunningWorkers } from '../../worker/in-process';
import { LONGEST_ACTIVATION } from '../../worker/longest-activation';
import type { fundAccount, onboardAndFund, onboardClient } from '../../workflows';
import { applicant } from './applicant';
import { pdf } from './documents';
import { eventually } from './eventually';
import { PROVIDER_RIGS, type ProviderRig, type RigProvider } from './provider-rigs';
import { quietRuntime } from './quiet-runtime';
import { newOwnBook, type OwnBook } from './test-book';
import { workflowBundle } from './workflow-bundle';

export { oceafinRig } from './provider-rigs';

export { eventually };

type History = temporal.api.history.v1.IHistory;

const text = z.string();
/** What the tests read of CoinMENA's sandbox's book (sandbox/README.md). */
const ledger = z.object({
  clients: z.array(z.object({ partner_client_id: text })),
  documents: z.array(z.object({ partner_client_id: text, type: text })),
  orders: z.array(
    z.object({ partner_order_ref: text, partner_client_id: text, type: text, status: text, amount: text }),
  ),
  balances: z.record(text, z.record(text, z.object({ balance: text, available: text }))),
});

export type Ledger = z.output<typeof ledger>;
export type LedgerOrder = Ledger['orders'][number];

export interface RigOptions {
  /** Whose sandbox and worker; `coinmena` if not given. */
  readonly provider?: RigProvider;
  /** In place of the provider's own, such as a sandbox with other settings. */
  readonly providerRig?: ProviderRig;
  /** Settings of the worker beside those that the rig makes. */
  readonly env?: NodeJS.ProcessEnv;
  /** Events after which the server calls a history long; its own default is 4,096. */
  readonly longHistoryEvents?: number;
  /** Whether the server's Web UI runs. */
  readonly ui?: boolean;
  /** Where it has payloads decoded. */
  readonly uiCodecEndpoint?: string;
}

/** A workflow that is deleted is gone once its other tasks are known to be done: after half a minute by default. */
const FORGETS_SOON = {
  'history.transferProcessorUpdateAckInterval': '"1s"',
  'history.visibilityProcessorUpdateAckInterval': '"1s"',
} as const;

/**
 * Everything real: a Temporal server, a book, the sandbox over HTTP, a worker, a client. When it closes, every workflow that it
 * started and that has ended is replayed, continued runs included: a workflow that cannot be replayed fails the test.
 */
export class Rig {
  private constructor(
    readonly provider: RigProvider,
    private readonly providerRig: ProviderRig,
    readonly server: DevServer,
    readonly sandbox: RunningSandbox,
    readonly client: Client,
    readonly files: string,
    private workers: RunningWorkers | undefined,
    /** The settings of the worker. */
    readonly env: NodeJS.ProcessEnv,
    readonly book: OwnBook,
    private readonly payloadKeys: OpenPayloadKeys | undefined,
  ) {}

  static async start(options: RigOptions = {}): Promise<Rig> {
    quietRuntime();
    const { provider = 'coinmena', longHistoryEvents, ui, uiCodecEndpoint } = options;
    const providerRig: ProviderRig = options.providerRig ?? PROVIDER_RIGS[provider];
    const server = await startDevServer({
      env: { ...process.env, TEMPORAL_ADDRESS: '' },
      ui,
      uiCodecEndpoint,
      dynamicConfig: {
        ...FORGETS_SOON,
        ...(longHistoryEvents === undefined
          ? {}
          : { 'limit.historyCount.suggestContinueAsNew': String(longHistoryEvents) }),
      },
    });
    const book = await newOwnBook();
    const sandbox = await providerRig.startSandbox();
    const files = mkdtempSync(join(tmpdir(), 'gangway-rig-'));
    const { codePath } = await workflowBundle(options.env?.[PAYLOAD_KEY_VARIABLES.keyFile] !== undefined);
    const env = {
      TEMPORAL_ADDRESS: server.address,
      TEMPORAL_NAMESPACE: server.namespace,
      GANGWAY_PROVIDERS: provider,
      GANGWAY_DOCUMENT_ROOTS: files,
      GANGWAY_HEALTH_PORT: '',
      GANGWAY_WORKFLOW_BUNDLE: codePath,
      ...book.env,
      ...providerRig.environment(sandbox.url),
      ...options.env,
    };
    const workers = await startWorkerInProcess(readWorkerConfig(env));
    const settings = payloadKeySettings(env);
    const payloadKeys = settings === undefined ? undefined : openPayloadKeys(settings);
    const client = new Client({
      connection: await Connection.connect({ address: server.address }),
      namespace: server.namespace,
      ...(payloadKeys === undefined ? {} : { dataConverter: payloadKeys.dataConverter }),
    });
    return new Rig(provider, providerRig, server, sandbox, client, files, workers, env, book, payloadKeys);
  }

  /** @param canReplay whether a workflow can be replayed: nobody can decrypt those of a client who was forgotten */
  async close(canReplay: (workflowId: string) => boolean = () => true): Promise<void> {
    try {
      await this.replayAll(canReplay);
    } finally {
      await this.stopWorker();
      await this.client.connection.close();
      await this.payloadKeys?.close();
      await this.sandbox.close();
      await this.server.stop();
      await this.book.drop();
      rmSync(this.files, { recursive: true, force: true });
    }
  }

  async stopWorker(): Promise<void> {
    await this.workers?.stop();
    this.workers = undefined;
  }

  async startWorker(): Promise<void> {
    this.workers ??= await startWorkerInProcess(readWorkerConfig(this.env));
  }

  /**
   * Keeps the provider's watch from closing questions before a test answers them: nobody works in the one that flows join.
   * For tests that wait for nothing that the watch ends.
   */
  async holdWatch(): Promise<void> {
    await this.client.workflow.start(WATCH_WORKFLOW_TYPE, {
      workflowId: providerWatchId(this.provider),
      taskQueue: 'nobody',
      args: [{ provider: this.provider }],
      workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    });
  }

  async releaseWatch(): Promise<void> {
    await this.client.workflow.getHandle(providerWatchId(this.provider)).terminate('released');
  }

  /** Starts `fundAccount` as a client would. */
  async fund(request: FundingRequest): Promise<WorkflowHandle<typeof fundAccount>> {
    const workflowId = fundingWorkflowId(request.provider, request.fundingId);
    return await this.client.workflow.start<typeof fundAccount>('fundAccount', {
      taskQueue: providerTaskQueue(this.provider),
      workflowId,
      args: [request],
    });
  }

  async onboard(application: Application): Promise<WorkflowHandle<typeof onboardClient>> {
    const workflowId = onboardingWorkflowId(application.provider, application.partnerClientId);
    return await this.client.workflow.start<typeof onboardClient>('onboardClient', {
      taskQueue: providerTaskQueue(this.provider),
      workflowId,
      args: [application],
    });
  }

  async onboardAndFund(request: OnboardAndFundRequest): Promise<WorkflowHandle<typeof onboardAndFund>> {
    const workflowId = onboardingWorkflowId(request.provider, request.partnerClientId);
    return await this.client.workflow.start<typeof onboardAndFund>('onboardAndFund', {
      taskQueue: providerTaskQueue(this.provider),
      workflowId,
      args: [request],
    });
  }

  /** Any workflow, with any argument, under any id: as the Temporal UI's start form would. */
  async startRaw(type: string, workflowId: string, argument: unknown): Promise<WorkflowHandle> {
    return await this.client.workflow.start(type, {
      taskQueue: providerTaskQueue(this.provider),
      workflowId,
      args: [argument],
    });
  }

  /** Puts a fault into force (sandbox/README.md). */
  async fault(rule: Readonly<Record<string, unknown>>): Promise<void> {
    await this.control('POST', '/faults', rule);
  }

  async clearFaults(): Promise<void> {
    await this.control('DELETE', '/faults');
  }

  async control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.sandbox.controlUrl}${path}`, {
      method,
      ...(method === 'GET'
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
    return JSON.parse(text);
  }

  async ledger(): Promise<Ledger> {
    return ledger.parse(await this.control('GET', '/ledger'));
  }

  /** The orders of an intent, by its refs. */
  async ordersOf(fundingId: string): Promise<readonly LedgerOrder[]> {
    const { orders } = await this.ledger();
    return orders.filter(({ partner_order_ref: ref }) => ref === fundingId || ref.startsWith(`${fundingId}~`));
  }

  /** A document of its own content, as a file under the allowed root. */
  document(type: string, content: string): ApplicationDocument {
    const bytes = pdf(content);
    const path = join(this.files, `${createHash('sha256').update(bytes).digest('hex')}.pdf`);
    writeFileSync(path, bytes);
    return { type, front: { uri: pathToFileURL(path).href } };
  }

  application(partnerClientId: string, but: Partial<OnboardingInput> = {}): OnboardingInput {
    const { documentTypes, applicationDetails: details } = this.providerRig;
    return {
      provider: this.provider,
      partnerClientId,
      applicant: applicant(partnerClientId),
      documents: documentTypes.map((type) => this.document(type, `${type} of ${partnerClientId}`)),
      ...(details === undefined ? {} : { details }),
      ...but,
    };
  }

  /** Waits until the workflow asks a person, and returns its progress. */
  async parked<Progress extends { readonly parked?: { readonly reason: string } }>(
    handle: WorkflowHandle,
  ): Promise<Progress & { readonly parked: { readonly reason: string } }> {
    return await eventually(async () => {
      const progress = await handle.query<Progress>('progress').catch((error: unknown) => {
        // A child that its parent has yet to start.
        if (error instanceof WorkflowNotFoundError) return undefined;
        throw error;
      });
      const parked = progress?.parked;
      return progress === undefined || parked === undefined ? undefined : { ...progress, parked };
    });
  }

  /** Every run of every workflow that has ended, whoever started it. */
  private async replayAll(canReplay: (workflowId: string) => boolean): Promise<void> {
    const { codePath } = await workflowBundle(this.payloadKeys !== undefined);
    const histories = [];
    for await (const { workflowId, runId, status } of this.client.workflow.list()) {
      if (!canReplay(workflowId)) continue;
      const handle = this.client.workflow.getHandle(workflowId, runId);
      // The list is behind: it may call a run running that has ended.
      if (status.name === 'RUNNING' && (await handle.describe()).status.name === 'RUNNING') continue;
      const history = await handle.fetchHistory();
      recordHistory(workflowId, runId, history);
      histories.push({ workflowId, runId, history });
    }
    const replays = Worker.runReplayHistories(
      {
        workflowBundle: { codePath },
        replayName: 'rig',
        ...LONGEST_ACTIVATION,
        ...(this.payloadKeys === undefined
          ? {}
          : { namespace: this.server.namespace, dataConverter: this.payloadKeys.dataConverter }),
      },
      histories,
    );
    for await (const { workflowId, error } of replays) {
      if (error === undefined) continue;
      const kept = mkdtempSync(join(tmpdir(), 'gangway-does-not-replay-'));
      for (const run of histories.filter((each) => each.workflowId === workflowId)) {
        writeFileSync(join(kept, `${run.runId}.json`), historyToJSON(run.history));
      }
      throw new Error(`${workflowId} does not replay; its histories are in ${kept}`, { cause: error });
    }
  }
}

/**
 * Keeps a history if GANGWAY_RECORD_HISTORIES names a directory: how those in test/replay/histories were made
 * (docs/change-a-workflow.md).
 */
function recordHistory(workflowId: string, runId: string, history: History): void {
  const directory = process.env['GANGWAY_RECORD_HISTORIES'];
  if (directory === undefined || directory === '') return;
  const name = `${workflowId.replaceAll(/[^A-Za-z0-9._-]+/g, '-')}.${runId.slice(0, 8)}.json`;
  writeFileSync(join(directory, name), `${historyToJSON(history).replaceAll(`${process.cwd()}/`, '')}\n`);
}

/** Any text that holds `part`, for a matcher. */
export function containing(part: string): unknown {
  return expect.stringContaining(part);
}

/** Any text that `pattern` matches, for a matcher. */
export function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}
