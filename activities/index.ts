import type { Balance, Terms } from '../contract/funding';
import type { BatchRequest, RanRow, RunRowArgument } from '../contract/batch';
import type { PartnerEvent, TellsPartner } from '../contract/events';
import type { ClientIds, ClientState, FiledDocument } from '../contract/onboarding';
import type { News, SetAside } from '../contract/outbox';
import type { DecisionRecord } from '../contract/records';
import type { IntentKey } from '../contract/send-log';
import type { OpenOrder, OrderRequest, QuoteRequest } from '../contract/order-requests';
import type { Probe, WatchRequest } from '../contract/provider-watch';
import type { DiscrepancyName } from '../contract/discrepancies';
import type { Discrepancy, ReconcileDayArgument, ReconciledDay } from '../contract/reconciliation';
import type { DepositClaim, ReceivedDeposit, ReceivingAccount, ReceivingCheck } from '../contract/receiving';
import type { AccountRequest, KnownClient, NewClient, VerificationSubmission } from '../providers/port';
import type {
  AccountInformationArgument,
  AtProvider,
  BalanceArgument,
  CheckApplicationArgument,
  CheckedApplication,
  CheckedFunding,
  CheckFundingArgument,
  CheckInformationArgument,
  CheckReceivingArgument,
  EndedFunding,
  EndFundingArgument,
  DepositKey,
  FetchDocumentArgument,
  FetchedAccount,
  FetchedClient,
  FetchedDocument,
  FetchedOrders,
  FindOrderArgument,
  FundingSoFar,
  ListWaitingArgument,
  OrderKey,
  ReceivedArgument,
  SentBefore,
  SubmittedOrder,
  SupplyInformationArgument,
  UploadArgument,
  VerifiedClient,
  WakeArgument,
} from './arguments';
import { checkApplication } from './application';
import { readBalance } from './balance';
import { activateClient, createClient, fetchClient, submitForVerification, verifyClient } from './client';
import { runBatchRow } from './batch';
import type { ActivityDeps } from './deps';
import { endFunding } from './end-funding';
import {
  answerDiscrepancy,
  listDiscrepancies,
  readDiscrepancy,
  type AnswerDiscrepancyArgument,
  type ListDiscrepanciesArgument,
} from './discrepancies';
import { deliverEvent, putEventAside, recordEvent } from './event';
import { fetchDocument, uploadDocument } from './document';
import { checkFunding, readFunding } from './funding';
import { read, watchedRead, write } from './guard';
import { cancelOrder, checkInformation, confirmOrder, supplyOrderInformation } from './open-order';
import { fetchOrderByRef, findOrder, quoteOrder, submitOrder } from './order';
import { listWaitingFlows, probeProvider, wakeFlows } from './provider-watch';
import { reconcileDay } from './reconciliation';
import { recordBatch, recordDecision } from './records';
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
  readonly createClient: Activity<AtProvider<NewClient>, ClientState>;
  readonly fetchClient: Activity<AtProvider<NewClient>, FetchedClient>;
  readonly uploadDocument: Activity<UploadArgument, FiledDocument>;
  readonly fetchDocument: Activity<FetchDocumentArgument, FetchedDocument>;
  readonly verifyClient: Activity<AtProvider<KnownClient>, VerifiedClient>;
  readonly activateClient: Activity<AtProvider<ClientIds>, ClientState>;
  readonly submitForVerification: Activity<AtProvider<VerificationSubmission>, ClientState>;
  readonly checkFunding: Activity<CheckFundingArgument, CheckedFunding & TellsPartner>;
  readonly submitOrder: Activity<AtProvider<OrderRequest> & SentBefore, SubmittedOrder>;
  readonly quoteOrder: Activity<AtProvider<QuoteRequest>, Terms>;
  readonly confirmOrder: Activity<AtProvider<OpenOrder>, void>;
  readonly cancelOrder: Activity<AtProvider<OpenOrder>, void>;
  readonly supplyOrderInformation: Activity<SupplyInformationArgument, void>;
  readonly fetchOrderByRef: Activity<OrderKey, FetchedOrders>;
  readonly findOrder: Activity<FindOrderArgument, FetchedOrders>;
  readonly endFunding: Activity<EndFundingArgument, EndedFunding>;
  readonly checkInformation: Activity<CheckInformationArgument, void>;
  readonly readBalance: Activity<BalanceArgument, Balance>;
  readonly checkReceiving: Activity<CheckReceivingArgument, ReceivingCheck & TellsPartner>;
  readonly fetchAccount: Activity<AtProvider<AccountRequest>, FetchedAccount>;
  readonly applyForAccount: Activity<AtProvider<AccountRequest>, ReceivingAccount>;
  readonly supplyAccountInformation: Activity<AccountInformationArgument, void>;
  readonly listReceivedDeposits: Activity<ReceivedArgument, readonly ReceivedDeposit[]>;
  readonly readDepositClaim: Activity<DepositKey, DepositClaim>;
  readonly readFunding: Activity<IntentKey, FundingSoFar>;
  readonly recordEvent: Activity<News, PartnerEvent>;
  readonly deliverEvent: Activity<PartnerEvent, void>;
  readonly putEventAside: Activity<SetAside, void>;
  readonly runBatchRow: Activity<RunRowArgument, RanRow>;
  readonly recordDecision: Activity<DecisionRecord, void>;
  readonly recordBatch: Activity<BatchRequest, void>;
  readonly probeProvider: Activity<WatchRequest, Probe>;
  readonly reconcileDay: Activity<ReconcileDayArgument, ReconciledDay>;
  readonly listDiscrepancies: Activity<ListDiscrepanciesArgument, readonly string[]>;
  readonly readDiscrepancy: Activity<DiscrepancyName, Discrepancy>;
  readonly answerDiscrepancy: Activity<AnswerDiscrepancyArgument, Discrepancy>;
  readonly listWaitingFlows: Activity<ListWaitingArgument, readonly string[]>;
  readonly wakeFlows: Activity<WakeArgument, void>;
}

/** The activities, bound to what they need. */
export function createActivities(deps: ActivityDeps): Activities {
  return {
    checkApplication: telling(deps, watchedRead('checkApplication', checkApplication(deps))),
    createClient: write('createClient', createClient(deps)),
    fetchClient: watchedRead('fetchClient', fetchClient(deps)),
    uploadDocument: write('uploadDocument', uploadDocument(deps)),
    fetchDocument: watchedRead('fetchDocument', fetchDocument(deps)),
    verifyClient: watchedRead('verifyClient', verifyClient(deps)),
    activateClient: write('activateClient', activateClient(deps)),
    submitForVerification: write('submitForVerification', submitForVerification(deps)),
    checkFunding: telling(deps, watchedRead('checkFunding', checkFunding(deps))),
    submitOrder: write('submitOrder', submitOrder(deps)),
    quoteOrder: write('quoteOrder', quoteOrder(deps)),
    confirmOrder: write('confirmOrder', confirmOrder(deps)),
    cancelOrder: write('cancelOrder', cancelOrder(deps)),
    supplyOrderInformation: write('supplyOrderInformation', supplyOrderInformation(deps)),
    checkInformation: read('checkInformation', checkInformation(deps)),
    findOrder: watchedRead('findOrder', findOrder(deps)),
    fetchOrderByRef: watchedRead('fetchOrderByRef', fetchOrderByRef(deps)),
    readBalance: read('readBalance', readBalance(deps)),
    endFunding: read('endFunding', endFunding(deps)),
    checkReceiving: telling(deps, watchedRead('checkReceiving', checkReceiving(deps))),
    fetchAccount: watchedRead('fetchAccount', fetchAccount(deps)),
    applyForAccount: write('applyForAccount', applyForAccount(deps)),
    supplyAccountInformation: write('supplyAccountInformation', supplyAccountInformation(deps)),
    listReceivedDeposits: watchedRead('listReceivedDeposits', listReceivedDeposits(deps)),
    readDepositClaim: read('readDepositClaim', readDepositClaim),
    readFunding: read('readFunding', readFunding),
    recordEvent: read('recordEvent', recordEvent(deps)),
    deliverEvent: read('deliverEvent', deliverEvent(deps)),
    putEventAside: read('putEventAside', putEventAside(deps)),
    runBatchRow: read('runBatchRow', runBatchRow(deps)),
    recordDecision: read('recordDecision', recordDecision(deps)),
    recordBatch: read('recordBatch', recordBatch(deps)),
    probeProvider: read('probeProvider', probeProvider(deps)),
    reconcileDay: read('reconcileDay', reconcileDay(deps)),
    listDiscrepancies: read('listDiscrepancies', listDiscrepancies(deps)),
    readDiscrepancy: read('readDiscrepancy', readDiscrepancy(deps)),
    answerDiscrepancy: read('answerDiscrepancy', answerDiscrepancy(deps)),
    listWaitingFlows: read('listWaitingFlows', listWaitingFlows),
    wakeFlows: read('wakeFlows', wakeFlows),
  };
}

export { policySha256 } from './approval-policy';
export type { ActivityDeps, EventSender, FlowRunner, ServedProvider } from './deps';
