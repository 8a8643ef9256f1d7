import { Client, type Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { BookSettingsError, bookSettings, type BookSettings } from '../book/settings';
import type { DecisionName, DecisionRequests } from '../contract/decisions';
import type { ErasureRequest, RetentionRule } from '../contract/erasure';
import type { PartnerEvent } from '../contract/events';
import type { CancelRequest, FundingRequest, FundingResult } from '../contract/funding';
import { fundingWorkflowId, idProblem, onboardingWorkflowId } from '../contract/ids';
import type { OnboardAndFundResult } from '../contract/onboard-and-fund';
import type { OnboardingResult } from '../contract/onboarding';
import type { ReceivingResult } from '../contract/receiving';
import { FUNDING_ID, PARTNER_CLIENT_ID, PROVIDER, STAGE } from '../contract/search-attributes';
import { fundingTitle, onboardingTitle, receivingTitle } from '../contract/titles';
import { WORKFLOW_TYPES } from '../contract/workflow-types';
import { openPayloadKeys } from '../keys/open';
import { payloadKeySettings, type PayloadKeySettings } from '../keys/settings';
import { connect } from '../temporal/connect';
import { environmentAt, temporalSettings } from '../temporal/connection';
import { Batches } from './batch/batches';
import { storeCallback, type StoredHow, type VerifiedCallback } from './flow/callbacks';
import { beginDelivery } from './flow/delivery';
import { meantWorkflowIds } from './flow/flow-id';
import type { FlowStatus } from './flow/flow-status';
import { followFlow, type FlowEvent, type FollowOptions } from './flow/follow';
import { fromTemporal, unknownId, unreachable } from './flow/from-temporal';
import { listFlows, type FlowSummary, type ListFilter } from './flow/list';
import { ownerOf, type FlowOwner } from './flow/owner';
import { withProviderClientId } from './flow/provider-client-id';
import { findFlow } from './flow/read-flow';
import {
  readApplication,
  readDecision,
  readFundingInput,
  readOnboardAndFund,
  readReceivingRequest,
} from './flow/requests';
import { retryAll, type RetryAllFilter, type RetryAllOptions, type RetryAnswer } from './flow/retry-all';
import { standingOf, type Standing } from './flow/standing';
import { startOrAttach, type Started } from './flow/start';
import { sendDecision } from './flow/steer';
import type { TemporalAccess } from './flow/temporal-access';
import { eraseClient, type Erasure } from './erasure/erase-client';
import { retentionRules } from './erasure/retention-settings';
import { GangwayError, invalidRequest } from './gangway-error';
import type { FundingInput, OnboardAndFundInput, OnboardingInput, ReceivingInput } from './inputs';
import { Reconciliations } from './reconciliation/reconciliations';
import { RequesterKeys } from './requester-proof';

export interface GangwayOptions {
  /** `host:port`. Default: TEMPORAL_ADDRESS, else localhost:7233; see temporal/connection.ts for all variables. */
  readonly address?: string;
  /** Default: TEMPORAL_NAMESPACE, else `default`. */
  readonly namespace?: string;
  /** A connection of the caller's, which the caller closes. */
  readonly connection?: Connection;
  /**
   * The one that the workers have, if they have one. Default: one that encrypts payloads under the keys of
   * GANGWAY_PAYLOAD_KEYS_FILE, which needs GANGWAY_BOOK_URL beside it; none if that is not set.
   */
  readonly dataConverter?: DataConverter;
  /** How payloads are encrypted, if it is not the environment that says so. Not beside `dataConverter`. */
  readonly payloadKeys?: PayloadKeySettings;
  /**
   * What proves to the workers who asked for a movement: the first of their GANGWAY_REQUESTER_SECRETS. For a program that
   * authenticates its callers. Default: none, and no requester is proven.
   */
  readonly requesterSecrets?: readonly string[];
  /** For how long laws have what kept of a client. Default: GANGWAY_RETENTION, which is read once, here. */
  readonly retention?: readonly RetentionRule[];
}

/** Who asks for a movement, as the program that calls has authenticated them. */
export interface AskedBy {
  /** An opaque operator id. That person may not approve the movement. */
  readonly requestedBy: string;
}

/** Names a flow: a workflow id, or with a provider also a bare fundingId or partnerClientId. */
export interface FlowName {
  readonly id: string;
  readonly provider?: string;
}

/**
 * What people decide about a flow: a method for each entry of the table (contract/decisions.ts). Each gives the workflow's
 * answer, and throws GangwayError INVALID_REQUEST with every wrong field, REFUSED with the workflow's reason, or NO_WORKER
 * if none decided in time.
 */
export type Decisions = {
  readonly [Name in keyof DecisionRequests]: (flow: FlowName, request: DecisionRequests[Name]) => Promise<string>;
};

/**
 * Starts, watches and steers onboardings and fundings. Inputs are checked here, before anything is started, and again
 * by the workflow: a caller without types also learns every wrong field. Every method throws GangwayError and nothing
 * else.
 */
export interface Gangway extends Decisions {
  /**
   * Onboards a client. Harmless when repeated: the second call attaches to the first.
   *
   * @param application such as examples/application.json; documents by absolute `file:` or `https:` URI
   * @throws GangwayError INVALID_REQUEST with every wrong field; ID_TAKEN if the client has another application
   */
  onboard(application: OnboardingInput): Promise<Started<OnboardingResult>>;
  /**
   * Moves money once. Harmless when repeated, within the namespace's retention.
   *
   * Who asks is not a field of the request. Give it only if your program has authenticated that person. It is believed
   * if you hold the workers' secret (`requesterSecrets`), and then one approver fewer is needed than if nobody is
   * named. Never pass on a name that came with the request.
   *
   * @param request such as examples/deposit.json; amounts are decimals as text, such as `"1000.00"`
   * @throws GangwayError INVALID_REQUEST with every wrong field; ID_TAKEN if the fundingId has another request
   */
  fund(request: FundingInput, askedBy?: AskedBy): Promise<Started<FundingResult>>;
  /**
   * Expects money that is wired in from outside, at a provider that has no deposit call, and ends once it has arrived.
   * Harmless when repeated, within the namespace's retention.
   *
   * @param request such as examples/oceafin-receive.json
   * @throws GangwayError INVALID_REQUEST with every wrong field; ID_TAKEN if the fundingId has another request
   */
  receive(request: ReceivingInput): Promise<Started<ReceivingResult>>;
  /**
   * Onboards a client, then moves its money, one movement after another. Its result comes once the last movement is
   * under way; `follow` waits for that one too.
   *
   * @param request such as examples/coinmena.json: an application with `funding`, the movements in order
   * @throws GangwayError INVALID_REQUEST with every wrong field; ID_TAKEN if the client has another application
   */
  onboardAndFund(request: OnboardAndFundInput): Promise<Started<OnboardAndFundResult>>;
  /**
   * Where a flow stands.
   *
   * @throws GangwayError UNKNOWN_ID; INVALID_REQUEST if a bare id names both an onboarding and a funding
   */
  status(flow: FlowName): Promise<FlowStatus>;
  /**
   * Temporal's history of a flow's latest run, as JSON. It may hold personal data if it is not encrypted.
   *
   * @throws GangwayError UNKNOWN_ID if Temporal has none, or has forgotten it
   */
  history(workflowId: string): Promise<string>;
  /**
   * Whose a flow is, from Temporal alone: no worker is asked.
   *
   * @throws GangwayError UNKNOWN_ID if there is none, or it has not said yet whose it is
   */
  ownerOf(flow: FlowName): Promise<FlowOwner>;
  /**
   * Whether a flow runs, has ended (also by force), or is unknown to Temporal, from Temporal alone: no worker is asked.
   *
   * @throws GangwayError TEMPORAL_UNREACHABLE; INVALID_REQUEST if a bare id names both an onboarding and a funding
   */
  standingOf(flow: FlowName): Promise<Standing>;
  /** The flows that match, latest start first, as Temporal's list has them. */
  list(filter?: ListFilter): Promise<readonly FlowSummary[]>;
  /**
   * Follows a flow, and the movements that follow from it, until its end, or the first open question if asked.
   *
   * @param onEvent called for each step, stage, question and end, once
   */
  follow(flow: FlowName, onEvent: (event: FlowEvent) => void, options?: FollowOptions): Promise<FlowStatus>;
  /**
   * Answers every flow that is parked for one reason with `retry`, a bounded number at once. Those that have gone on
   * meanwhile, or ask something else by then, refuse it, which harms nothing. It is refused for a reason that a person
   * must look at in each flow, such as TERMS_CHANGED (contract/answered-together.ts).
   *
   * @returns what came of each
   * @throws GangwayError INVALID_REQUEST, TEMPORAL_UNREACHABLE if the flows cannot be listed
   */
  retryAll(filter: RetryAllFilter, decision: CancelRequest, options?: RetryAllOptions): Promise<readonly RetryAnswer[]>;
  /**
   * Stores a provider's callback, and has everybody whom it may concern read the provider again. Harmless when repeated.
   *
   * @param callback verified by the caller (providers/callbacks.ts)
   */
  storeCallback(callback: VerifiedCallback): Promise<StoredHow>;
  /**
   * Begins the delivery of an event to the partner again. Harmless when repeated: what the partner has taken is not sent.
   *
   * @param event as the book has it
   */
  deliver(event: PartnerEvent): Promise<void>;
  /**
   * Forgets a client, for good (docs/privacy.md): the keys of all that was encrypted for it are destroyed, and what the book has of
   * the person. Amounts, refs and decisions stay in the book, without the person. Needs GANGWAY_BOOK_URL. Harmless when repeated.
   *
   * @throws GangwayError CLIENT_BUSY while money is under way; RETENTION while a law has something kept; UNKNOWN_ID;
   *   BOOK_UNAVAILABLE
   */
  erase(client: FlowOwner, request: ErasureRequest): Promise<Erasure>;
  /** Many flows at once, from a file. */
  readonly batches: Batches;
  /** What the book has, against what providers show. */
  readonly reconciliations: Reconciliations;
  /** Closes the connection, if it is not the caller's. */
  close(): Promise<void>;
}

/** A running server answers in milliseconds; a person waits for this connection. */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Connects to Temporal.
 *
 * @throws GangwayError TEMPORAL_UNREACHABLE
 * @throws TemporalSettingsError, PayloadKeySettingsError, RetentionSettingsError if the environment's settings make no sense
 */
export async function connectGangway(options: GangwayOptions = {}): Promise<Gangway> {
  const env = environmentAt(options);
  const settings = temporalSettings(env);
  const { namespace, address } = settings;
  const retention = options.retention ?? retentionRules(env);
  const keySettings =
    options.payloadKeys ?? (options.dataConverter === undefined ? payloadKeySettings(env) : undefined);
  const connection =
    options.connection ??
    (await connect(settings, CONNECT_TIMEOUT_MS).catch((error: unknown) => {
      throw unreachable(error, address);
    }));
  const keys = keySettings === undefined ? undefined : openPayloadKeys(keySettings);
  const dataConverter = options.dataConverter ?? keys?.dataConverter;
  const client = new Client({ connection, namespace, ...(dataConverter === undefined ? {} : { dataConverter }) });
  const temporal = { client, connection, namespace, address, converter: loadDataConverter(dataConverter) };
  const close = async (): Promise<void> => {
    await keys?.close();
    if (options.connection === undefined) await connection.close();
  };
  const erasing = { retention, book: () => options.payloadKeys?.book ?? bookSettings(env) };
  return new ConnectedGangway(temporal, new RequesterKeys(options.requesterSecrets ?? []), erasing, close);
}

/** What the facade needs to forget a client. */
interface Erasing {
  readonly retention: readonly RetentionRule[];
  /** @throws BookSettingsError */
  book(): BookSettings;
}

class ConnectedGangway implements Gangway {
  readonly batches: Batches;
  readonly reconciliations: Reconciliations;
  readonly resolve = this.decides('resolve');
  readonly approve = this.decides('approve');
  readonly reject = this.decides('reject');
  readonly amend = this.decides('amend');
  readonly supplyInformation = this.decides('supplyInformation');
  readonly cancel = this.decides('cancel');

  constructor(
    private readonly temporal: TemporalAccess,
    private readonly requesterKeys: RequesterKeys,
    private readonly erasing: Erasing,
    readonly close: () => Promise<void>,
  ) {
    this.batches = new Batches(temporal);
    this.reconciliations = new Reconciliations(temporal);
  }

  async onboard(application: OnboardingInput): Promise<Started<OnboardingResult>> {
    const request = readApplication(application);
    const { provider, partnerClientId } = request;
    return await startOrAttach(this.temporal, {
      type: WORKFLOW_TYPES.onboardClient,
      workflowId: onboardingWorkflowId(provider, partnerClientId),
      provider,
      request,
      summary: onboardingTitle(partnerClientId),
      searchAttributes: labels(request),
      afterAnEnd: 'ALLOW_DUPLICATE_FAILED_ONLY',
      wasGivenUp: ({ outcome }) => outcome !== 'ready',
    });
  }

  async fund(asked: FundingInput, askedBy?: AskedBy): Promise<Started<FundingResult>> {
    const requestedBy = readRequester(askedBy);
    const input = await withProviderClientId(this.temporal, readFundingInput(asked));
    const request: FundingRequest = requestedBy === undefined ? input : this.requesterKeys.sign(input, requestedBy);
    const { provider, fundingId } = request;
    return await startOrAttach(this.temporal, {
      type: WORKFLOW_TYPES.fundAccount,
      workflowId: fundingWorkflowId(provider, fundingId),
      provider,
      request,
      summary: fundingTitle(request),
      searchAttributes: [...labels(request), { key: FUNDING_ID, value: fundingId }],
      afterAnEnd: 'REJECT_DUPLICATE',
    });
  }

  async receive(input: ReceivingInput): Promise<Started<ReceivingResult>> {
    const request = await withProviderClientId(this.temporal, readReceivingRequest(input));
    const { provider, fundingId } = request;
    return await startOrAttach(this.temporal, {
      type: WORKFLOW_TYPES.receiveDeposit,
      workflowId: fundingWorkflowId(provider, fundingId),
      provider,
      request,
      summary: receivingTitle(request),
      searchAttributes: [...labels(request), { key: FUNDING_ID, value: fundingId }],
      afterAnEnd: 'REJECT_DUPLICATE',
    });
  }

  async onboardAndFund(input: OnboardAndFundInput): Promise<Started<OnboardAndFundResult>> {
    const request = readOnboardAndFund(input);
    const { provider, partnerClientId } = request;
    return await startOrAttach(this.temporal, {
      type: WORKFLOW_TYPES.onboardAndFund,
      workflowId: onboardingWorkflowId(provider, partnerClientId),
      provider,
      request,
      summary: onboardingTitle(partnerClientId),
      searchAttributes: labels(request),
      afterAnEnd: 'ALLOW_DUPLICATE_FAILED_ONLY',
      wasGivenUp: ({ onboarding }) => onboarding.outcome !== 'ready',
    });
  }

  async status(flow: FlowName): Promise<FlowStatus> {
    const meant = meantWorkflowIds(flow.id, flow.provider);
    const found = await Promise.all(meant.map((workflowId) => findFlow(this.temporal, workflowId)));
    const [first, second] = found.filter((status) => status !== undefined);
    if (first === undefined) throw unknownId(flow.id);
    if (second === undefined) return first;
    const problem = `is both a funding and an onboarding: say ${meant.join(' or ')}`;
    throw invalidRequest([{ field: 'id', problem }]);
  }

  async history(workflowId: string): Promise<string> {
    try {
      return historyToJSON(await this.temporal.client.workflow.getHandle(workflowId).fetchHistory());
    } catch (error) {
      throw fromTemporal(error, workflowId);
    }
  }

  async ownerOf(flow: FlowName): Promise<FlowOwner> {
    return await ownerOf(this.temporal, await this.workflowId(flow));
  }

  async standingOf(flow: FlowName): Promise<Standing> {
    return await standingOf(this.temporal, await this.workflowId(flow));
  }

  async list(filter: ListFilter = {}): Promise<readonly FlowSummary[]> {
    return await listFlows(this.temporal, filter);
  }

  async follow(flow: FlowName, onEvent: (event: FlowEvent) => void, options?: FollowOptions): Promise<FlowStatus> {
    return await followFlow(this.temporal, await this.workflowId(flow), onEvent, options);
  }

  async erase(client: FlowOwner, request: ErasureRequest): Promise<Erasure> {
    const { retention } = this.erasing;
    return await eraseClient(this.temporal, { book: this.bookOfErasing(), retention }, client, request);
  }

  private bookOfErasing(): BookSettings {
    try {
      return this.erasing.book();
    } catch (error) {
      if (!(error instanceof BookSettingsError)) throw error;
      throw new GangwayError('BOOK_UNAVAILABLE', `The book cannot be opened: ${error.message}.`, { cause: error });
    }
  }

  /** How a person's decision is read and sent. */
  private decides<Name extends DecisionName>(name: Name) {
    return async (flow: FlowName, request: DecisionRequests[Name]): Promise<string> => {
      const decision = readDecision(name, request);
      return await sendDecision(this.temporal, await this.workflowId(flow), name, decision);
    };
  }

  async retryAll(
    filter: RetryAllFilter,
    decision: CancelRequest,
    options: RetryAllOptions = {},
  ): Promise<readonly RetryAnswer[]> {
    return await retryAll(this.temporal, filter, readDecision('cancel', decision), options);
  }

  async storeCallback(callback: VerifiedCallback): Promise<StoredHow> {
    return await storeCallback(this.temporal, callback);
  }

  async deliver(event: PartnerEvent): Promise<void> {
    await beginDelivery(this.temporal, event);
  }

  private async workflowId(flow: FlowName): Promise<string> {
    const [only, ...others] = meantWorkflowIds(flow.id, flow.provider);
    return only !== undefined && others.length === 0 ? only : (await this.status(flow)).workflowId;
  }
}

function readRequester(askedBy: AskedBy | undefined): string | undefined {
  const problem = askedBy === undefined ? undefined : idProblem(askedBy.requestedBy);
  if (problem !== undefined) throw invalidRequest([{ field: 'requestedBy', problem }]);
  return askedBy?.requestedBy;
}

function labels({ provider, partnerClientId }: { readonly provider: string; readonly partnerClientId: string }) {
  return [
    { key: PROVIDER, value: provider },
    { key: PARTNER_CLIENT_ID, value: partnerClientId },
    { key: STAGE, value: 'started' },
  ];
}
