import type {
  Balance,
  BalanceArgument,
  CheckApplicationArgument,
  CheckedApplication,
  CheckedFunding,
  CheckFundingArgument,
  ClientArgument,
  ClientKey,
  ClientState,
  DocumentArgument,
  FetchedClient,
  FetchedDocument,
  FetchedOrder,
  FiledDocument,
  Order,
  RefKey,
  SubmitArgument,
  VerifiedClient,
} from './arguments';
import type { ActivityDeps } from './deps';

type Read<Argument, Result> = (argument: Argument) => Promise<Result>;
type Write<Argument, Result> = (argument: Argument) => Promise<Result>;

/** Everything that workflows may ask of the outside world. */
export interface Activities {
  checkApplication: Read<CheckApplicationArgument, CheckedApplication>;
  createClient: Write<ClientArgument, ClientState>;
  fetchClient: Read<ClientArgument, FetchedClient>;
  verifyClient: Read<ClientKey, VerifiedClient>;
  activateClient: Write<ClientKey, ClientState>;
  uploadDocument: Write<DocumentArgument, FiledDocument>;
  fetchDocument: Read<DocumentArgument, FetchedDocument>;
  checkFunding: Read<CheckFundingArgument, CheckedFunding>;
  submitDeposit: Write<SubmitArgument, Order>;
  submitWithdrawal: Write<SubmitArgument, Order>;
  fetchOrderByRef: Read<RefKey, FetchedOrder>;
  readBalance: Read<BalanceArgument, Balance>;
}

/** Binds the activities to what they need. */
export function createActivities(deps: ActivityDeps): Activities {
  const notYet = (): Promise<never> => Promise.reject(new Error(`not yet built for ${deps.providers.size} providers`));
  return {
    checkApplication: notYet,
    createClient: notYet,
    fetchClient: notYet,
    verifyClient: notYet,
    activateClient: notYet,
    uploadDocument: notYet,
    fetchDocument: notYet,
    checkFunding: notYet,
    submitDeposit: notYet,
    submitWithdrawal: notYet,
    fetchOrderByRef: notYet,
    readBalance: notYet,
  };
}
