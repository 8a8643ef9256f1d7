import { Client, type Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow';
import type { FundingRequest, FundingResult } from '../contract/funding';
import { fundingWorkflowId, idProblem, onboardingWorkflowId } from '../contract/ids';
import { WORKFLOW_TYPES } from '../contract/workflow-types';
import type { OnboardAndFundResult } from '../contract/onboard-and-fund';
import type { OnboardingResult } from '../contract/onboarding';
import type { ReceivingResult } from '../contract/receiving';
import { FUNDING_ID, PARTNER_CLIENT_ID, PROVIDER, STAGE } from '../contract/search-attributes';
import { fundingTitle, onboardingTitle, receivingTitle } from '../contract/titles';
import { Batches } from './batch/batches';
import { storeCallback, type StoredHow, type VerifiedCallback } from './flow/callbacks';
import { meantWorkflowIds } from './flow/flow-id';
import type { FlowStatus } from './flow/flow-status';
import { followFlow, type FlowEvent, type FollowOptions } from './flow/follow';
import { unknownId, unreachable } from './flow/from-temporal';
import { ownerOf, type FlowOwner } from './flow/owner';
import { listFlows, type FlowSummary, type ListFilter } from './flow/list';
import { withProviderClientId } from './flow/provider-client-id';
import { findFlow } from './flow/read-flow';
import {
  readAmend,
  readApplication,
  readApproval,
  readCancel,
  readFundingInput,
  readInformation,
  readOnboardAndFund,
  readReceivingRequest,
  readResolve,
} from './flow/requests';
import { retryAll, type RetryAllFilter, type RetryAllOptions, type RetryAnswer } from './flow/retry-all';
import { startOrAttach, type Started } from './flow/start';
import { sendAmend, sendApprove, sendCancel, sendInformation, sendReject, sendResolve } from './flow/steer';
import type { TemporalAccess } from './flow/temporal-access';
import { invalidRequest } from './gangway-error';
import { RequesterKeys } from './requester-proof';
import { connect, temporalSettings } from './temporal/connection';

export interface GangwayOptions {
  /** `host:port`. Default: TEMPORAL_ADDRESS, else localhost:7233; see client/temporal/connection.ts for all variables. */
  readonly address?: string;
  /** Default: TEMPORAL_NAMESPACE, else `default`. */
  readonly namespace?: string;
  /** A connection of the caller's, which the caller closes. */
  readonly connection?: Connection;
  /** The one that the workers have, where they have one. */
  readonly dataConverter?: DataConverter;
  /**
   * What proves to the workers who asked for a movement: the first of their GANGWAY_REQUESTER_SECRETS. For a program that
   * authenticates its callers. Default: none, and no requester is proven.
   */
  readonly requesterSecrets?: readonly string[];
}

/** Who asks for a movement, as the program that calls has authenticated them. */
export interface AskedBy {
  /** An opaque operator id. That person may not approve the movement. */
  readonly requestedBy: string;
}

/** Names a flow: a workflow id, or with a provider also a bare fundingId or partnerClientId. */
export interface FlowRef {
  readonly id: string;
  readonly provider?: string;
}

/**
 * Starts, watches and steers onboardings and fundings. Inputs are checked here, before anything is started, and again
 * by the workflow. Every method throws GangwayError and nothing else.
 */
export interface Gangway {
  /**
   * Onboards a client. Harmless when repeated: the second call attaches to the first.
   *
   * @param application contract/onboarding.ts, Application; checked, whatever it is
   * @throws GangwayError INVALID_REQUEST with every wrong field; ID_TAKEN where the client has another application
   */
  onboard(application: unknown): Promise<Started<OnboardingResult>>;
  /**
   * Moves money once. Harmless when repeated, within the namespace's retention.
   *
   * Who asks is no field of the request. Give it only where your program has authenticated that person: you are believed
   * where you hold the workers' secret (`requesterSecrets`), and then one approver fewer is needed than where nobody is
   * named. Never pass a name on that came with the request.
   *
   * @param request contract/funding.ts, FundingInput; checked, whatever it is
   * @throws GangwayError INVALID_REQUEST with every wrong field; ID_TAKEN where the fundingId has another request
   */
  fund(request: unknown, askedBy?: AskedBy): Promise<Started<FundingResult>>;
  /**
   * Expects money that is wired in from outside, at a provider that has no deposit call, and ends once it has arrived.
   * Harmless when repeated, within the namespace's retention.
   *
   * @param request contract/receiving.ts, ReceivingRequest; checked, whatever it is
   * @throws GangwayError INVALID_REQUEST with every wrong field; ID_TAKEN where the fundingId has another request
   */
  receive(request: unknown): Promise<Started<ReceivingResult>>;
  /**
   * Onboards a client, then moves its money, one movement after another. Its result comes once the last movement is
   * under way; `follow` waits for that one too.
   *
   * @param request contract/onboard-and-fund.ts, OnboardAndFundRequest; checked, whatever it is
   * @throws GangwayError INVALID_REQUEST with every wrong field; ID_TAKEN where the client has another application
   */
  onboardAndFund(request: unknown): Promise<Started<OnboardAndFundResult>>;
  /**
   * Where a flow stands.
   *
   * @throws GangwayError UNKNOWN_ID; INVALID_REQUEST where a bare id names both an onboarding and a funding
   */
  status(flow: FlowRef): Promise<FlowStatus>;
  /**
   * Whose a flow is, of what Temporal has at hand: no worker is asked.
   *
   * @throws GangwayError UNKNOWN_ID where there is none, or it has not said yet whose it is
   */
  ownerOf(flow: FlowRef): Promise<FlowOwner>;
  /** The flows that match, latest start first, as Temporal's list has them. */
  list(filter?: ListFilter): Promise<readonly FlowSummary[]>;
  /**
   * Follows a flow, and the movements that follow from it, until its end, or the first open question where asked.
   *
   * @param onEvent called for each step, stage, question and end, once
   */
  follow(flow: FlowRef, onEvent: (event: FlowEvent) => void, options?: FollowOptions): Promise<FlowStatus>;
  /**
   * Answers a parked flow (contract/funding.ts, ResolveRequest).
   *
   * @returns the workflow's answer
   * @throws GangwayError REFUSED with the workflow's reason; NO_WORKER where none decided in time
   */
  resolve(flow: FlowRef, request: unknown): Promise<string>;
  /** Gives a parked onboarding new data (contract/onboarding.ts, AmendRequest); answers and throws as `resolve`. */
  amend(flow: FlowRef, request: unknown): Promise<string>;
  /**
   * Gives an order under way what its provider asked for (contract/funding.ts, InformationRequest); answers and throws as
   * `resolve`.
   */
  supplyInformation(flow: FlowRef, request: unknown): Promise<string>;
  /**
   * Approves a movement that waits for it (contract/approval.ts, ApprovalRequest).
   *
   * @returns the workflow's answer
   * @throws GangwayError REFUSED where `by` asked for it, has approved it already, or is too late
   */
  approve(flow: FlowRef, request: unknown): Promise<string>;
  /** Ends a movement that waits for approval; answers and throws as `approve`. */
  reject(flow: FlowRef, request: unknown): Promise<string>;
  /** Ends a flow where nothing is in doubt (contract/funding.ts, CancelRequest); answers and throws as `resolve`. */
  cancel(flow: FlowRef, request: unknown): Promise<string>;
  /**
   * Answers every flow that is parked for one reason with `retry`, a bounded number at once. Those that have gone on
   * meanwhile, or ask something else by then, refuse it, which harms nothing. Refused for reasons with which a person must look at each, such as
   * TERMS_CHANGED (contract/answered-together.ts).
   *
   * @returns what came of each
   * @throws GangwayError INVALID_REQUEST, TEMPORAL_UNREACHABLE where the flows cannot be listed
   */
  retryAll(filter: RetryAllFilter, decision: unknown, options?: RetryAllOptions): Promise<readonly RetryAnswer[]>;
  /**
   * Stores a provider's callback, and has everybody whom it may concern read the provider again. Harmless when repeated.
   *
   * @param callback verified by the caller (providers/callbacks.ts)
   */
  storeCallback(callback: VerifiedCallback): Promise<StoredHow>;
  /** Many flows at once, from a file. */
  readonly batches: Batches;
  /** Closes the connection, where it is not the caller's. */
  close(): Promise<void>;
}

/** A server that runs answers in milliseconds; a person waits for this one. */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Connects to Temporal.
 *
 * @throws GangwayError TEMPORAL_UNREACHABLE
 * @throws TemporalSettingsError where the environment's settings make no sense
 */
export async function connectGangway(options: GangwayOptions = {}): Promise<Gangway> {
  const settings = temporalSettings({
    ...process.env,
    ...(options.address === undefined ? {} : { TEMPORAL_ADDRESS: options.address }),
    ...(options.namespace === undefined ? {} : { TEMPORAL_NAMESPACE: options.namespace }),
  });
  const { namespace, address } = settings;
  const connection =
    options.connection ??
    (await connect(settings, CONNECT_TIMEOUT_MS).catch((error: unknown) => {
      throw unreachable(error, address);
    }));
  const { dataConverter } = options;
  const client = new Client({ connection, namespace, ...(dataConverter === undefined ? {} : { dataConverter }) });
  const temporal = { client, connection, namespace, address, converter: loadDataConverter(dataConverter) };
  const close = options.connection === undefined ? () => connection.close() : () => Promise.resolve();
  return new ConnectedGangway(temporal, new RequesterKeys(options.requesterSecrets ?? []), close);
}

class ConnectedGangway implements Gangway {
  readonly batches: Batches;

  constructor(
    private readonly temporal: TemporalAccess,
    private readonly requesterKeys: RequesterKeys,
    readonly close: () => Promise<void>,
  ) {
    this.batches = new Batches(temporal);
  }

  async onboard(application: unknown): Promise<Started<OnboardingResult>> {
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

  async fund(asked: unknown, askedBy?: AskedBy): Promise<Started<FundingResult>> {
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

  async receive(input: unknown): Promise<Started<ReceivingResult>> {
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

  async onboardAndFund(input: unknown): Promise<Started<OnboardAndFundResult>> {
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

  async status(flow: FlowRef): Promise<FlowStatus> {
    const meant = meantWorkflowIds(flow.id, flow.provider);
    const found = await Promise.all(meant.map((workflowId) => findFlow(this.temporal, workflowId)));
    const [first, second] = found.filter((status) => status !== undefined);
    if (first === undefined) throw unknownId(flow.id);
    if (second === undefined) return first;
    const problem = `is both a funding and an onboarding: say ${meant.join(' or ')}`;
    throw invalidRequest([{ field: 'id', problem }]);
  }

  async ownerOf(flow: FlowRef): Promise<FlowOwner> {
    return await ownerOf(this.temporal, await this.workflowId(flow));
  }

  async list(filter: ListFilter = {}): Promise<readonly FlowSummary[]> {
    return await listFlows(this.temporal, filter);
  }

  async follow(flow: FlowRef, onEvent: (event: FlowEvent) => void, options?: FollowOptions): Promise<FlowStatus> {
    return await followFlow(this.temporal, await this.workflowId(flow), onEvent, options);
  }

  async resolve(flow: FlowRef, request: unknown): Promise<string> {
    const answer = readResolve(request);
    return await sendResolve(this.temporal, await this.workflowId(flow), answer);
  }

  async amend(flow: FlowRef, request: unknown): Promise<string> {
    const amendment = readAmend(request);
    return await sendAmend(this.temporal, await this.workflowId(flow), amendment);
  }

  async supplyInformation(flow: FlowRef, request: unknown): Promise<string> {
    const information = readInformation(request);
    return await sendInformation(this.temporal, await this.workflowId(flow), information);
  }

  async approve(flow: FlowRef, request: unknown): Promise<string> {
    const approval = readApproval(request);
    return await sendApprove(this.temporal, await this.workflowId(flow), approval);
  }

  async reject(flow: FlowRef, request: unknown): Promise<string> {
    const rejection = readApproval(request);
    return await sendReject(this.temporal, await this.workflowId(flow), rejection);
  }

  async cancel(flow: FlowRef, request: unknown): Promise<string> {
    const cancellation = readCancel(request);
    return await sendCancel(this.temporal, await this.workflowId(flow), cancellation);
  }

  async retryAll(
    filter: RetryAllFilter,
    decision: unknown,
    options: RetryAllOptions = {},
  ): Promise<readonly RetryAnswer[]> {
    return await retryAll(this.temporal, filter, readCancel(decision), options);
  }

  async storeCallback(callback: VerifiedCallback): Promise<StoredHow> {
    return await storeCallback(this.temporal, callback);
  }

  private async workflowId(flow: FlowRef): Promise<string> {
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
