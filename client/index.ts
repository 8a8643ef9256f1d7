/** The library's public API. */
export { connectGangway, type AskedBy, type FlowName, type Gangway, type GangwayOptions } from './gangway';
export type { Batches, BatchName } from './batch/batches';
export type { Reconciliations } from './reconciliation/reconciliations';
export { CLIENT_ERROR_CODES, GangwayError, type ClientErrorCode, type GangwayErrorCode } from './gangway-error';
export {
  flowsOf,
  hasEnded,
  type FlowFailure,
  type FlowState,
  type FlowStatus,
  type FundingStatus,
  type OnboardingStatus,
  type ReceivingStatus,
} from './flow/flow-status';
export type { FlowEvent, FollowOptions } from './flow/follow';
export type { FlowStage, FlowSummary, ListFilter } from './flow/list';
export type { RetryAllFilter, RetryAllOptions, RetryAnswer } from './flow/retry-all';
export type { FlowOwner } from './flow/owner';
export type { Standing } from './flow/standing';
export type { StoredHow, VerifiedCallback } from './flow/callbacks';
export type { Started } from './flow/start';
export type { Erasure, ErasurePlan } from './erasure/erase-client';
export type { BatchInput, FundingInput, OnboardAndFundInput, OnboardingInput, ReceivingInput } from './inputs';

export type { Approval, ApprovalProgress, ApprovalRequest } from '../contract/approval';
export type {
  BatchProgress,
  BatchRequest,
  BatchResult,
  BatchRow,
  PauseRequest,
  RowCounts,
  RowOutcome,
  RowResult,
} from '../contract/batch';
export { ERROR_CODES, ERROR_RULES, type ErrorCode, type FieldProblem, type Outcome } from '../contract/errors';
export type {
  Balance,
  CancelRequest,
  FundingKind,
  FundingPolicy,
  FundingProgress,
  FundingRequest,
  FundingResult,
  FundingStage,
  InformationRequest,
  Intent,
  Order,
  RefRecord,
  ResolveAction,
  ResolveRequest,
  Terms,
} from '../contract/funding';
export type { EventData, EventType, PartnerEvent } from '../contract/events';
export type { ErasureCertificate, ErasureRequest, RetainedKind, RetentionRule } from '../contract/erasure';
export { fundingWorkflowId, onboardingWorkflowId } from '../contract/ids';
export type { JsonObject, JsonValue } from '../contract/json';
export type { DecimalText } from '../contract/money';
export type {
  ChainedFunding,
  OnboardAndFundRequest,
  OnboardAndFundResult,
  PlannedFunding,
} from '../contract/onboard-and-fund';
export type {
  AmendRequest,
  Applicant,
  Application,
  ApplicationPatch,
  ClientState,
  ApplicationDocument,
  DocumentFile,
  FiledDocument,
  OnboardingPolicy,
  OnboardingProgress,
  OnboardingResult,
  OnboardingStage,
} from '../contract/onboarding';
export type { ParkedState, ParkReason, PersonsDecision, StepRecord } from '../contract/progress';
export type {
  ExpectedDeposit,
  ReceivedDeposit,
  ReceivingAccount,
  ReceivingPolicy,
  ReceivingProgress,
  ReceivingRequest,
  ReceivingResult,
  ReceivingStage,
} from '../contract/receiving';
export type { DiscrepancyName } from '../contract/discrepancies';
export type {
  Discrepancy,
  DiscrepancyDecision,
  Finding,
  ReconcileDayArgument,
  ReconciledDay,
  ReconciliationRun,
} from '../contract/reconciliation';
export { providerTaskQueue } from '../contract/task-queues';
export type { ProviderId } from '../providers/registry';
