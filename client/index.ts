/** The library's public API. */
export { connectGangway, type AskedBy, type FlowRef, type Gangway, type GangwayOptions } from './gangway';
export type { Batches, BatchRef } from './batch/batches';
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
export type { FlowSummary, ListFilter } from './flow/list';
export type { RetryAllFilter, RetryAllOptions, RetryAnswer } from './flow/retry-all';
export type { Started } from './flow/start';

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
export { fundingWorkflowId, onboardingWorkflowId } from '../contract/ids';
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
  DocumentRef,
  FileRef,
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
export { providerTaskQueue } from '../contract/task-queues';
