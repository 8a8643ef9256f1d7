import type { FieldProblem } from '../../contract/errors';
import type { InspectedDocument } from '../../contract/onboarding';
import { httpDate } from '../http/retry-after';
import type { CallOptions, NewClient, ProviderConnector } from '../port';
import { OceafinBalances } from './balance-calls';
import { NO_TRANSACTION, OceafinApi, type ApiOptions } from './client';
import { OceafinClients } from './client-calls';
import type { OceafinConfig } from './config';
import { OceafinDocuments } from './document-calls';
import { OceafinOrders } from './order-calls';
import { OceafinReceived } from './received-calls';
import { applicationProblems } from './rules';
import { OceafinTransactions } from './transactions';

/** A Date header has whole seconds; on average, half a one has passed. */
const HALF_A_SECOND_MS = 500;

/** Oceafin as the port has it. */
export class OceafinConnector implements ProviderConnector {
  readonly clients: OceafinClients;
  readonly documents: OceafinDocuments;
  readonly orders: OceafinOrders;
  readonly received: OceafinReceived;
  readonly balances: OceafinBalances;
  readonly transactions: OceafinTransactions;
  readonly #api: OceafinApi;

  constructor(config: OceafinConfig, options: ApiOptions = {}) {
    const api = new OceafinApi(config, options);
    this.#api = api;
    this.clients = new OceafinClients(api, config.clientId);
    this.documents = new OceafinDocuments(api);
    this.balances = new OceafinBalances(api);
    this.orders = new OceafinOrders(api, this.balances);
    this.received = new OceafinReceived(api);
    this.transactions = new OceafinTransactions(api);
  }

  async checkApplication(
    application: NewClient,
    documents: readonly InspectedDocument[],
  ): Promise<readonly FieldProblem[]> {
    return applicationProblems(application, documents);
  }

  async clockSkewMs(): Promise<number | undefined> {
    const { date, sentAt, answeredAt } = await this.#api.clock();
    const theirs = date === undefined ? Number.NaN : httpDate(date);
    return Number.isNaN(theirs) ? undefined : Math.round(theirs + HALF_A_SECOND_MS - (sentAt + answeredAt) / 2);
  }

  /** A transaction that nobody has. */
  async probe(options?: CallOptions): Promise<void> {
    await this.#api.customers.transaction(NO_TRANSACTION, options);
  }

  async close(): Promise<void> {
    await this.#api.close();
  }
}
