import type { z } from 'zod';
import type { ErrorCode } from '../../contract/errors';
import type { OrderRequest } from '../../contract/order-requests';
import { readAnswer } from '../http/answers';
import { jsonBody, multipartBody, type MultipartPart, type RequestBody } from '../http/body';
import { target } from '../http/target';
import type { HttpResponse } from '../http/transport';
import type { ConnectorOptions } from '../port';
import { HttpTransport } from '../http/transport';
import type { CallOptions, DocumentContent, NewClient, UploadedFile } from '../port';
import { ProviderError } from '../provider-error';
import { ACTIVATION, CLIENT_ABSENT, ORDER_ABSENT } from './assumptions';
import type { CoinmenaConfig } from './config';
import { ENDPOINTS, type Operation } from './endpoints';
import { errorOf, errorOfTransport, PROVIDER_ID } from './errors';
import type { Subject } from './fields';
import { toWireClient, toWireFunding } from './mapping';
import {
  anyAnswer,
  assetsAnswer,
  balanceAnswer,
  balancesAnswer,
  clientAnswer,
  countriesAnswer,
  documentAnswer,
  documentsAnswer,
  orderAnswer,
  type WireAsset,
  type WireBalance,
  type WireClient,
  type WireCountry,
  type WireDocument,
  type WireOrder,
} from './schemas';
import { signedHeaders, type SignerOptions } from './signing';

interface Call {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  readonly subject?: Subject;
  readonly signal?: AbortSignal | undefined;
}

export interface ApiOptions extends ConnectorOptions {
  readonly now?: () => number;
}

/**
 * CoinMENA's Partner API, one method per endpoint. Answers are parsed, everything else is a ProviderError. Each call
 * is sent once, with a timestamp and a signature of its own; nothing here retries.
 */
export class CoinmenaApi {
  readonly #config: CoinmenaConfig;
  readonly #transport: HttpTransport;
  readonly #signer: SignerOptions;
  readonly #now: () => number;

  constructor(config: CoinmenaConfig, { now = Date.now, observer }: ApiOptions = {}) {
    this.#config = config;
    this.#now = now;
    this.#signer = { ...config, now };
    this.#transport = new HttpTransport({
      timeoutMs: config.httpTimeoutMs,
      network: config.network ?? {},
      ...(observer === undefined ? {} : { observer }),
    });
  }

  async createClient(client: NewClient): Promise<WireClient> {
    const body = jsonBody(toWireClient(client));
    return (await this.#call('createClient', clientAnswer, { body, subject: 'application' })).result;
  }

  /** Undefined if CoinMENA has no such client. */
  async getClient(partnerClientId: string, { signal }: CallOptions = {}): Promise<WireClient | undefined> {
    const call = { parameters: { partner_client_id: partnerClientId }, signal };
    return (await this.#find('getClient', clientAnswer, call, CLIENT_ABSENT.value))?.result;
  }

  /** Sets a client active. What this answers is not published, so nothing is read from it. */
  async activateClient(partnerClientId: string): Promise<void> {
    const call = { parameters: { partner_client_id: partnerClientId }, body: jsonBody(ACTIVATION.value.body) };
    await this.#call('activateClient', anyAnswer, call);
  }

  async uploadDocument(
    partnerClientId: string,
    document: DocumentContent,
    options: CallOptions = {},
  ): Promise<WireDocument> {
    const { result } = await this.#call('uploadDocument', documentAnswer, {
      parameters: { partner_client_id: partnerClientId },
      body: multipartBody(documentParts(document)),
      subject: 'document',
      signal: options.signal,
    });
    return result;
  }

  async listDocuments(partnerClientId: string, { signal }: CallOptions = {}): Promise<readonly WireDocument[]> {
    const call = { parameters: { partner_client_id: partnerClientId }, signal };
    return (await this.#call('listDocuments', documentsAnswer, call)).items;
  }

  async deposit(order: OrderRequest): Promise<WireOrder> {
    return (await this.#call('deposit', orderAnswer, { body: jsonBody(toWireFunding(order)), subject: 'funding' }))
      .result;
  }

  async withdraw(order: OrderRequest): Promise<WireOrder> {
    return (await this.#call('withdraw', orderAnswer, { body: jsonBody(toWireFunding(order)), subject: 'funding' }))
      .result;
  }

  /** Undefined if CoinMENA has no order under the reference. */
  async orderByRef(ref: string, { signal }: CallOptions = {}): Promise<WireOrder | undefined> {
    const call = { parameters: { partner_order_ref: ref }, signal };
    return (await this.#find('orderByRef', orderAnswer, call, ORDER_ABSENT.value))?.result;
  }

  /** All balances: a client's, or without one the partner's own. */
  async balances(partnerClientId?: string, { signal }: CallOptions = {}): Promise<readonly WireBalance[]> {
    return (await this.#call('balances', balancesAnswer, { query: clientQuery(partnerClientId), signal })).items;
  }

  /** The balance in one asset: a client's, or without one the partner's own. */
  async balance(asset: string, partnerClientId?: string, { signal }: CallOptions = {}): Promise<WireBalance> {
    const call = { parameters: { asset_id: asset }, query: clientQuery(partnerClientId), signal };
    return (await this.#call('balance', balanceAnswer, call)).result;
  }

  async countries(): Promise<readonly WireCountry[]> {
    return (await this.#call('countries', countriesAnswer, {})).items;
  }

  async assets(): Promise<readonly WireAsset[]> {
    return (await this.#call('assets', assetsAnswer, {})).items;
  }

  /** The Date header of an unsigned call, and when it was asked and answered, for the clocks' comparison. */
  async clock(): Promise<{ readonly date: string | undefined; readonly sentAt: number; readonly answeredAt: number }> {
    const sentAt = this.#now();
    const { headers } = await this.#send('countries', {});
    return { date: headers['date'], sentAt, answeredAt: this.#now() };
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  async #call<Schema extends z.ZodType>(operation: Operation, schema: Schema, call: Call): Promise<z.output<Schema>> {
    return this.#read(operation, schema, call, await this.#send(operation, call));
  }

  /** A call that may answer that there is nothing: with one of the `absent` errors. */
  async #find<Schema extends z.ZodType>(
    operation: Operation,
    schema: Schema,
    call: Call,
    absent: readonly ErrorCode[],
  ): Promise<z.output<Schema> | undefined> {
    try {
      return await this.#call(operation, schema, call);
    } catch (error) {
      if (error instanceof ProviderError && absent.includes(error.code)) return undefined;
      throw error;
    }
  }

  #read<Schema extends z.ZodType>(
    operation: Operation,
    schema: Schema,
    { subject }: Call,
    response: HttpResponse,
  ): z.output<Schema> {
    if (response.status < 200 || response.status > 299) {
      throw errorOf(response, { operation, ...(subject === undefined ? {} : { subject }) }, this.#now());
    }
    return readAnswer(schema, response, { provider: PROVIDER_ID, operation });
  }

  async #send(operation: Operation, { parameters, query, body, signal }: Call): Promise<HttpResponse> {
    const { method, path, access } = ENDPOINTS[operation];
    const literal = literalTarget(operation, path, parameters, query);
    const signed = access === 'partner' || this.#config.signPublicCalls;
    try {
      return await this.#transport.send({
        method,
        origin: this.#config.origin,
        target: literal,
        template: path,
        headers: {
          Accept: 'application/json',
          ...(body === undefined ? {} : { 'Content-Type': body.contentType }),
          ...(signed ? signedHeaders({ method, target: literal, ...(body && { body }) }, this.#signer) : {}),
        },
        ...(body === undefined ? {} : { body: body.bytes }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (failure) {
      throw errorOfTransport(failure, { operation });
    }
  }
}

/** @throws ProviderError INVALID_REQUEST if an id cannot stand in a path */
function literalTarget(
  operation: Operation,
  path: string,
  parameters: Call['parameters'],
  query: Call['query'],
): string {
  try {
    return target(path, parameters, query);
  } catch (cause) {
    throw new ProviderError('INVALID_REQUEST', { provider: PROVIDER_ID, operation, cause });
  }
}

function clientQuery(partnerClientId: string | undefined): Readonly<Record<string, string>> {
  return partnerClientId === undefined ? {} : { partner_client_id: partnerClientId };
}

const FILE_ENDINGS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/heic': 'heic',
  'image/heif': 'heif',
  'application/pdf': 'pdf',
};

function documentParts({ type, front, back }: DocumentContent): readonly MultipartPart[] {
  return [
    { name: 'type', value: type },
    filePart('front', front),
    ...(back === undefined ? [] : [filePart('back', back)]),
  ];
}

/** The file name is made here: the original might hold a person's name. */
function filePart(side: 'front' | 'back', { bytes, mime }: UploadedFile): MultipartPart {
  const filename = `${side}.${FILE_ENDINGS[mime] ?? 'bin'}`;
  return { name: `${side}_file`, filename, contentType: mime, content: bytes };
}
