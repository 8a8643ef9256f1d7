import type { Balance, FundingCheck, Order } from '../contract/funding';
import type { ClientState, FiledDocument } from '../contract/onboarding';
import type {
  BalanceArgument,
  CheckApplicationArgument,
  CheckedApplication,
  CheckFundingArgument,
  ClientArgument,
  ClientKey,
  DocumentArgument,
  FetchedClient,
  FetchedDocument,
  FetchedOrder,
  RefKey,
  SubmitArgument,
  VerifiedClient,
} from './arguments';
import { checkApplication } from './application';
import { readBalance } from './balance';
import { activateClient, createClient, fetchClient, verifyClient } from './client';
import type { ActivityDeps } from './deps';
import { fetchDocument, uploadDocument } from './document';
import { checkFunding } from './funding';
import { read, write } from './guard';
import { fetchOrderByRef, submitOrder } from './order';

type Activity<Argument, Result> = (argument: Argument) => Promise<Result>;

/**
 * Everything that workflows may ask of the outside world. Each takes one JSON object and answers with one; each fails
 * with an ApplicationFailure whose type is an ErrorCode (failure.ts). What creates, uploads, activates or submits is
 * one write, sent once; the rest may be repeated.
 */
export interface Activities {
  readonly checkApplication: Activity<CheckApplicationArgument, CheckedApplication>;
  readonly createClient: Activity<ClientArgument, ClientState>;
  readonly fetchClient: Activity<ClientArgument, FetchedClient>;
  readonly uploadDocument: Activity<DocumentArgument, FiledDocument>;
  readonly fetchDocument: Activity<DocumentArgument, FetchedDocument>;
  readonly verifyClient: Activity<ClientKey, VerifiedClient>;
  readonly activateClient: Activity<ClientKey, ClientState>;
  readonly checkFunding: Activity<CheckFundingArgument, FundingCheck>;
  readonly submitDeposit: Activity<SubmitArgument, Order>;
  readonly submitWithdrawal: Activity<SubmitArgument, Order>;
  readonly fetchOrderByRef: Activity<RefKey, FetchedOrder>;
  readonly readBalance: Activity<BalanceArgument, Balance>;
}

/** The activities, bound to what they need. */
export function createActivities(deps: ActivityDeps): Activities {
  return {
    checkApplication: read('checkApplication', checkApplication(deps)),
    createClient: write('createClient', createClient(deps)),
    fetchClient: read('fetchClient', fetchClient(deps)),
    uploadDocument: write('uploadDocument', uploadDocument(deps)),
    fetchDocument: read('fetchDocument', fetchDocument(deps)),
    verifyClient: read('verifyClient', verifyClient(deps)),
    activateClient: write('activateClient', activateClient(deps)),
    checkFunding: read('checkFunding', checkFunding(deps)),
    submitDeposit: write('submitDeposit', submitOrder(deps, 'deposit')),
    submitWithdrawal: write('submitWithdrawal', submitOrder(deps, 'withdrawal')),
    fetchOrderByRef: read('fetchOrderByRef', fetchOrderByRef(deps)),
    readBalance: read('readBalance', readBalance(deps)),
  };
}

export type { ActivityDeps, ServedProvider } from './deps';
