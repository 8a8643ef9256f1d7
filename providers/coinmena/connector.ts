import type { ErrorCode, FieldProblem } from '../../contract/errors';
import type { Balance, Intent, Order } from '../../contract/funding';
import { amountProblem, covers } from '../../contract/money';
import type { ClientState, InspectedDocument } from '../../contract/onboarding';
import { httpDate } from '../http/retry-after';
import type {
  Asset,
  CallOptions,
  ComparedClient,
  DocumentContent,
  ListedDocument,
  NewClient,
  OrderRequest,
  ProviderConnector,
} from '../port';
import { ProviderError } from '../provider-error';
import { ABSENT_BALANCE, FILES_ARE_KEPT_AS_SENT, UNVERIFIABLE_DOCUMENT_COUNTS_AS_FOUND } from './assumptions';
import { cached } from './cached';
import { CoinmenaApi, type ApiOptions } from './client';
import type { CoinmenaConfig } from './config';
import { drift, errorOfTransport, PROVIDER_ID } from './errors';
import {
  differingFields,
  differingFromRequest,
  toAsset,
  toBalance,
  toClientState,
  toCountryRules,
  toListedDocument,
  toOrder,
} from './mapping';
import { applicationProblems, MAX_AMOUNT_DECIMALS, MAX_ASSET_ID_LENGTH, type CountryRules } from './rules';
import type { WireClient, WireDocument, WireOrder } from './schemas';
import { StoredFiles } from './stored-files';

/** How long countries and assets are kept: they change on a scale of days, and CoinMENA checks them again itself. */
const REFERENCE_TTL_MS = 5 * 60_000;
/** Documents of one type that are looked into: more would be a fault of its own. */
const MOST_DOCUMENTS_COMPARED = 10;
/** A Date header has whole seconds; on average, half a one has passed. */
const HALF_A_SECOND_MS = 500;

/** CoinMENA as the port has it. Each method's errors are ProviderErrors. */
export class CoinmenaConnector implements ProviderConnector {
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
      ...(observer === undefined ? {} : { observer }),
    });
    this.#countries = cached(async () => toCountryRules(await api.countries()), REFERENCE_TTL_MS, now);
    this.#assets = cached(
      async () => new Map((await api.assets()).map(toAsset).map((asset) => [asset.asset, asset])),
      REFERENCE_TTL_MS,
      now,
    );
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

  async createClient(client: NewClient): Promise<ClientState> {
    const created = await this.#api.createClient(client);
    requireSameClient('createClient', created, client.partnerClientId);
    return toClientState(created);
  }

  async readClient(partnerClientId: string, options?: CallOptions): Promise<ClientState | undefined> {
    const client = await this.#getClient(partnerClientId, options);
    return client === undefined ? undefined : toClientState(client);
  }

  async compareClient(
    { partnerClientId, applicant }: NewClient,
    options?: CallOptions,
  ): Promise<ComparedClient | undefined> {
    const client = await this.#getClient(partnerClientId, options);
    if (client === undefined) return undefined;
    return { state: toClientState(client), differing: differingFields(client, applicant) };
  }

  async activateClient(partnerClientId: string): Promise<ClientState> {
    await this.#api.activateClient(partnerClientId);
    const client = await this.#getClient(partnerClientId);
    if (client === undefined) throw failure('CLIENT_UNKNOWN', 'activateClient');
    return toClientState(client);
  }

  async uploadDocument(
    partnerClientId: string,
    document: DocumentContent,
    options?: CallOptions,
  ): Promise<ListedDocument> {
    const uploaded = await this.#api.uploadDocument(partnerClientId, document, options);
    if (uploaded.type !== document.type) throw driftIn('uploadDocument', ['type']);
    return toListedDocument(uploaded);
  }

  async listDocuments(partnerClientId: string, options?: CallOptions): Promise<readonly ListedDocument[]> {
    return (await this.#api.listDocuments(partnerClientId, options)).map(toListedDocument);
  }

  async findDocument(
    partnerClientId: string,
    document: InspectedDocument,
    options: CallOptions = {},
  ): Promise<ListedDocument | undefined> {
    const onFile = await this.#api.listDocuments(partnerClientId, options);
    const candidates = onFile.filter(({ type }) => type === document.type).slice(-MOST_DOCUMENTS_COMPARED);
    // Newest last in the list: what was just uploaded is found first.
    for (const candidate of candidates.reverse()) {
      if (await this.#isSame(candidate, document, options)) return toListedDocument(candidate);
    }
    return undefined;
  }

  /**
   * Submits a deposit or a withdrawal, once.
   *
   * @throws ProviderError CONTRACT_DRIFT (outcome unknown) where the order that is answered is not the one asked for
   */
  async submitOrder(request: OrderRequest): Promise<Order> {
    const operation = request.kind === 'deposit' ? 'deposit' : 'withdraw';
    const order = readOrder(operation, await this.#api[operation](request));
    const differing = differingFromRequest(order, request);
    if (differing.length > 0) throw driftIn(operation, differing);
    return order;
  }

  async findOrder(ref: string, options?: CallOptions): Promise<Order | undefined> {
    const found = await this.#api.orderByRef(ref, options);
    if (found === undefined) return undefined;
    const order = readOrder('orderByRef', found);
    if (order.ref !== ref) throw driftIn('orderByRef', ['ref']);
    return order;
  }

  async readBalance(partnerClientId: string, asset: string, options?: CallOptions): Promise<Balance> {
    const balances = await this.#api.balances(partnerClientId, options);
    const found = balances.find(({ asset_id }) => asset_id === asset);
    return found === undefined
      ? { asset, balance: ABSENT_BALANCE.value, available: ABSENT_BALANCE.value }
      : toBalance(found);
  }

  async checkFunding(intent: Intent, options?: CallOptions): Promise<void> {
    const operation = 'checkFunding';
    requireFundable(intent, operation);
    const [client, assets] = await Promise.all([this.#getClient(intent.partnerClientId, options), this.#assets()]);
    if (client === undefined) throw failure('CLIENT_UNKNOWN', operation);
    const { verified, active } = toClientState(client);
    if (!verified) throw failure('CLIENT_NOT_VERIFIED', operation);
    if (!active) throw failure('CLIENT_INACTIVE', operation);
    if (!isEligible(assets.get(intent.asset), intent)) throw failure('ASSET_INELIGIBLE', operation);
    if (intent.kind === 'deposit') return;
    const { available } = await this.readBalance(intent.partnerClientId, intent.asset, options);
    if (!covers(available, intent.amount)) throw failure('INSUFFICIENT_FUNDS', operation);
  }

  async clockSkewMs(): Promise<number | undefined> {
    const { date, sentAt, answeredAt } = await this.#api.clock();
    const theirs = date === undefined ? Number.NaN : httpDate(date);
    return Number.isNaN(theirs) ? undefined : Math.round(theirs + HALF_A_SECOND_MS - (sentAt + answeredAt) / 2);
  }

  async close(): Promise<void> {
    await Promise.all([this.#api.close(), this.#files.close()]);
  }

  async #getClient(partnerClientId: string, options?: CallOptions): Promise<WireClient | undefined> {
    const client = await this.#api.getClient(partnerClientId, options);
    if (client !== undefined) requireSameClient('getClient', client, partnerClientId);
    return client;
  }

  async #isSame(onFile: WireDocument, document: InspectedDocument, { signal }: CallOptions): Promise<boolean> {
    if ((onFile.back_file == null) !== (document.back === undefined)) return false;
    const sides = [
      { link: onFile.front_file, sha256: document.front.sha256 },
      ...(document.back === undefined ? [] : [{ link: onFile.back_file, sha256: document.back.sha256 }]),
    ];
    const verdicts = await Promise.all(sides.map(({ link, sha256 }) => this.#holds(link, sha256, signal)));
    return !verdicts.includes(false);
  }

  /** Whether the file behind a link has this hash; where it cannot be told, as assumptions.ts says. */
  async #holds(link: string | null | undefined, sha256: string, signal: AbortSignal | undefined): Promise<boolean> {
    const onFile = link == null ? undefined : await this.#hashOf(link, signal);
    if (onFile === undefined || !FILES_ARE_KEPT_AS_SENT.value) return UNVERIFIABLE_DOCUMENT_COUNTS_AS_FOUND.value;
    return onFile === sha256;
  }

  async #hashOf(link: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    try {
      return await this.#files.sha256(link, signal);
    } catch (error) {
      throw errorOfTransport(error, { operation: 'findDocument' });
    }
  }
}

function failure(code: ErrorCode, operation: string, fields?: readonly FieldProblem[]): ProviderError {
  return new ProviderError(code, { provider: PROVIDER_ID, operation, ...(fields === undefined ? {} : { fields }) });
}

function driftIn(operation: string, fields: readonly string[]): ProviderError {
  return drift(
    { operation },
    fields.map((field) => ({ field, problem: 'is not what was asked for' })),
  );
}

function requireSameClient(operation: string, client: WireClient, partnerClientId: string): void {
  if (client.partner_client_id !== partnerClientId) throw driftIn(operation, ['partnerClientId']);
}

function readOrder(operation: string, wire: WireOrder): Order {
  const order = toOrder(wire);
  if (order === undefined) throw driftIn(operation, ['amount', 'asset']);
  return order;
}

/** Limits of the Funding page that need no call. */
function requireFundable({ amount, asset }: Intent, operation: string): void {
  const amountFault = amountProblem(amount, MAX_AMOUNT_DECIMALS);
  const fields = [
    ...(amountFault === undefined ? [] : [{ field: 'amount', problem: amountFault }]),
    ...(asset.length <= MAX_ASSET_ID_LENGTH
      ? []
      : [{ field: 'asset', problem: `must have at most ${MAX_ASSET_ID_LENGTH} characters` }]),
  ];
  if (fields.length > 0) throw failure('INVALID_REQUEST', operation, fields);
}

/** Published, fiat, and flagged for the operation (Funding page, Asset Eligibility). */
function isEligible(asset: Asset | undefined, { kind }: Intent): boolean {
  if (asset === undefined || !asset.published || !asset.fiat) return false;
  return kind === 'deposit' ? asset.depositable : asset.withdrawable;
}
