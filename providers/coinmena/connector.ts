import type { FieldProblem } from '../../contract/errors';
import type { InspectedDocument } from '../../contract/onboarding';
import { httpDate } from '../http/retry-after';
import type { Asset, CallOptions, NewClient, ProviderConnector } from '../port';
import { CoinmenaBalances } from './balance-calls';
import { cached } from './cached';
import { CoinmenaApi, type ApiOptions } from './client';
import { CoinmenaClients } from './client-calls';
import type { CoinmenaConfig } from './config';
import { CoinmenaDocuments } from './document-calls';
import { toAsset, toCountryRules } from './mapping';
import { CoinmenaOrders } from './order-calls';
import { applicationProblems, type CountryRules } from './rules';
import { StoredFiles } from './stored-files';
import { CoinmenaTransactions } from './transactions';

/** How long countries and assets are kept: they change on a scale of days, and CoinMENA checks them again itself. */
const REFERENCE_TTL_MS = 5 * 60_000;
/** A Date header has whole seconds; on average, half a one has passed. */
const HALF_A_SECOND_MS = 500;

/** CoinMENA as the port has it. */
export class CoinmenaConnector implements ProviderConnector {
  readonly clients: CoinmenaClients;
  readonly documents: CoinmenaDocuments;
  readonly orders: CoinmenaOrders;
  readonly balances: CoinmenaBalances;
  readonly transactions: CoinmenaTransactions;
  readonly #config: CoinmenaConfig;
  readonly #api: CoinmenaApi;
  readonly #files: StoredFiles;
  readonly #now: () => number;
  readonly #countries: () => Promise<CountryRules>;
  readonly #assets: () => Promise<ReadonlyMap<string, Asset>>;

  constructor(config: CoinmenaConfig, options: ApiOptions = {}) {
    const { now = Date.now, observer } = options;
    const api = new CoinmenaApi(config, options);
    this.#config = config;
    this.#api = api;
    this.#now = now;
    this.#files = new StoredFiles({
      timeoutMs: config.httpTimeoutMs,
      plainHttp: config.plainHttp,
      network: config.network ?? {},
      ...(observer === undefined ? {} : { observer }),
    });
    this.#countries = cached(async () => toCountryRules(await api.countries()), REFERENCE_TTL_MS, now);
    this.clients = new CoinmenaClients(api);
    this.documents = new CoinmenaDocuments(api, this.#files);
    this.balances = new CoinmenaBalances(api);
    this.#assets = cached(
      async () => new Map((await api.assets()).map(toAsset).map((asset) => [asset.asset, asset])),
      REFERENCE_TTL_MS,
      now,
    );
    this.orders = new CoinmenaOrders({ api, balances: this.balances, assets: this.#assets });
    this.transactions = new CoinmenaTransactions(this.orders);
  }

  async checkApplication(
    application: NewClient,
    documents: readonly InspectedDocument[],
  ): Promise<readonly FieldProblem[]> {
    return applicationProblems(application, documents, {
      countries: await this.#countries(),
      legalAge: this.#config.legalAge,
      requiredDocuments: this.#config.requiredDocuments,
      nowMs: this.#now(),
    });
  }

  async assets(): Promise<readonly string[]> {
    return [...(await this.#assets()).keys()];
  }

  async clockSkewMs(): Promise<number | undefined> {
    const { date, sentAt, answeredAt } = await this.#api.clock();
    const theirs = date === undefined ? Number.NaN : httpDate(date);
    return Number.isNaN(theirs) ? undefined : Math.round(theirs + HALF_A_SECOND_MS - (sentAt + answeredAt) / 2);
  }

  /** The partner's own balances. */
  async probe(options?: CallOptions): Promise<void> {
    await this.#api.balances(undefined, options);
  }

  async close(): Promise<void> {
    await Promise.all([this.#api.close(), this.#files.close()]);
  }
}
