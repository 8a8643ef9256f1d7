import type { Balance, FundingCheck, Terms } from '../contract/funding';
import type { RanRow, RunRowArgument } from '../contract/batch';
import type { PartnerEvent, TellsPartner } from '../contract/events';
import type { ClientState, FiledDocument } from '../contract/onboarding';
import type { DepositClaim, ReceivedDeposit, ReceivingAccount, ReceivingCheck } from '../contract/receiving';
import type {
  AccountArgument,
  AccountInformationArgument,
  BalanceArgument,
  CheckApplicationArgument,
  CheckedApplication,
  CheckFundingArgument,
  CheckReceivingArgument,
  CheckInformationArgument,
  ClientArgument,
  ClientKey,
  DepositKey,
  DocumentArgument,
  FetchedAccount,
  FetchedClient,
  FetchedDocument,
  FetchDocumentArgument,
  FetchedOrders,
  FindOrderArgument,
  KnownClientArgument,
  OpenOrderArgument,
  QuoteArgument,
  ReceivedArgument,
  RefKey,
  SubmissionArgument,
  SubmitArgument,
  SubmittedOrder,
  SupplyInformationArgument,
  FundingKey,
  FundingSoFar,
  VerifiedClient,
} from './arguments';
import { checkApplication } from './application';
import { readBalance } from './balance';
import { activateClient, createClient, fetchClient, submitForVerification, verifyClient } from './client';
import { runBatchRow } from './batch';
import type { ActivityDeps } from './deps';
import { deliverEvent } from './event';
import { fetchDocument, uploadDocument } from './document';
import { checkFunding, readFunding } from './funding';
import { read, write } from './guard';
import { fetchOrderByRef, findOrder, submitOrder } from './order';
import { cancelOrder, checkInformation, confirmOrder, quoteOrder, supplyOrderInformation } from './order-steps';
import { telling } from './telling';
import {
  applyForAccount,
  checkReceiving,
  fetchAccount,
  listReceivedDeposits,
  readDepositClaim,
  supplyAccountInformation,
} from './receiving';

type Activity<Argument, Result> = (argument: Argument) => Promise<Result>;

/**
 * Everything that workflows may ask of the outside world. Each takes one JSON object and answers with one; each fails
 * with an ApplicationFailure whose type is an ErrorCode (failure.ts). What creates, uploads, activates or submits is
 * one write, sent once; the rest may be repeated.
 */
export interface Activities {
  readonly checkApplication: Activity<CheckApplicationArgument, CheckedApplication & TellsPartner>;
  readonly createClient: Activity<ClientArgument, ClientState>;
  readonly fetchClient: Activity<ClientArgument, FetchedClient>;
  readonly uploadDocument: Activity<DocumentArgument, FiledDocument>;
  readonly fetchDocument: Activity<FetchDocumentArgument, FetchedDocument>;
  readonly verifyClient: Activity<KnownClientArgument, VerifiedClient>;
  readonly activateClient: Activity<ClientKey, ClientState>;
  readonly submitForVerification: Activity<SubmissionArgument, ClientState>;
  readonly checkFunding: Activity<CheckFundingArgument, FundingCheck & TellsPartner>;
  readonly submitDeposit: Activity<SubmitArgument, SubmittedOrder>;
  readonly submitWithdrawal: Activity<SubmitArgument, SubmittedOrder>;
  readonly submitConversion: Activity<SubmitArgument, SubmittedOrder>;
  readonly quoteOrder: Activity<QuoteArgument, Terms>;
  readonly confirmOrder: Activity<OpenOrderArgument, void>;
  readonly cancelOrder: Activity<OpenOrderArgument, void>;
  readonly supplyOrderInformation: Activity<SupplyInformationArgument, void>;
  readonly fetchOrderByRef: Activity<RefKey, FetchedOrders>;
  readonly findOrder: Activity<FindOrderArgument, FetchedOrders>;
  readonly checkInformation: Activity<CheckInformationArgument, void>;
  readonly readBalance: Activity<BalanceArgument, Balance>;
  readonly checkReceiving: Activity<CheckReceivingArgument, ReceivingCheck & TellsPartner>;
  readonly fetchAccount: Activity<AccountArgument, FetchedAccount>;
  readonly applyForAccount: Activity<AccountArgument, ReceivingAccount>;
  readonly supplyAccountInformation: Activity<AccountInformationArgument, void>;
  readonly listReceivedDeposits: Activity<ReceivedArgument, readonly ReceivedDeposit[]>;
  readonly readDepositClaim: Activity<DepositKey, DepositClaim>;
  readonly readFunding: Activity<FundingKey, FundingSoFar>;
  readonly deliverEvent: Activity<PartnerEvent, void>;
  readonly runBatchRow: Activity<RunRowArgument, RanRow>;
}

/** The activities, bound to what they need. */
export function createActivities(deps: ActivityDeps): Activities {
  return {
    checkApplication: telling(deps, read('checkApplication', checkApplication(deps))),
    createClient: write('createClient', createClient(deps)),
    fetchClient: read('fetchClient', fetchClient(deps)),
    uploadDocument: write('uploadDocument', uploadDocument(deps)),
    fetchDocument: read('fetchDocument', fetchDocument(deps)),
    verifyClient: read('verifyClient', verifyClient(deps)),
    activateClient: write('activateClient', activateClient(deps)),
    submitForVerification: write('submitForVerification', submitForVerification(deps)),
    checkFunding: telling(deps, read('checkFunding', checkFunding(deps))),
    submitDeposit: write('submitDeposit', submitOrder(deps, 'deposit')),
    submitWithdrawal: write('submitWithdrawal', submitOrder(deps, 'withdrawal')),
    submitConversion: write('submitConversion', submitOrder(deps, 'conversion')),
    quoteOrder: write('quoteOrder', quoteOrder(deps)),
    confirmOrder: write('confirmOrder', confirmOrder(deps)),
    cancelOrder: write('cancelOrder', cancelOrder(deps)),
    supplyOrderInformation: write('supplyOrderInformation', supplyOrderInformation(deps)),
    checkInformation: read('checkInformation', checkInformation(deps)),
    findOrder: read('findOrder', findOrder(deps)),
    fetchOrderByRef: read('fetchOrderByRef', fetchOrderByRef(deps)),
    readBalance: read('readBalance', readBalance(deps)),
    checkReceiving: telling(deps, read('checkReceiving', checkReceiving(deps))),
    fetchAccount: read('fetchAccount', fetchAccount(deps)),
    applyForAccount: write('applyForAccount', applyForAccount(deps)),
    supplyAccountInformation: write('supplyAccountInformation', supplyAccountInformation(deps)),
    listReceivedDeposits: read('listReceivedDeposits', listReceivedDeposits(deps)),
    readDepositClaim: read('readDepositClaim', readDepositClaim),
    readFunding: read('readFunding', readFunding),
    deliverEvent: read('deliverEvent', deliverEvent(deps)),
    runBatchRow: read('runBatchRow', runBatchRow(deps)),
  };
}

export { policySha256 } from './approval-policy';
export type { ActivityDeps, EventSender, FlowRunner, ServedProvider } from './deps';
