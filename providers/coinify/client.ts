import type { z } from 'zod';
import { errorOfTransport, readAnswer } from '../http/answers';
import type { RequestBody } from '../http/body';
import { target } from '../http/target';
import { HttpTransport, type HttpResponse } from '../http/transport';
import type { ConnectorOptions } from '../port';
import type { CallOptions } from '../port';
import { ProviderError } from '../provider-error';
import { CREATE_CALL, LIST_CALL, READ_CALL } from './assumptions';
import type { CoinifyConfig } from './config';
import { errorOf, PROVIDER_ID } from './errors';
import { API_KEY_HEADER, type Operation } from './layout';
import { withdrawalAnswer, withdrawalsAnswer, type WireWithdrawal } from './schemas';

/** A withdrawal that does not exist: asking for it changes nothing, and only an accepted key gets an answer. */
export const NOBODYS_WITHDRAWAL = '00000000-0000-4000-8000-000000000000';

const CALLS = {
  createWithdrawal: CREATE_CALL.value,
  getWithdrawal: READ_CALL.value,
  listWithdrawals: LIST_CALL.value,
} as const satisfies Record<Operation, { readonly method: string; readonly path: string }>;

interface Call {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  readonly signal?: AbortSignal | undefined;
}

export interface ApiOptions extends ConnectorOptions {
  readonly now?: () => number;
}

/**
 * The withdrawals part of Coinify's Payment API, one method per call. Answers are parsed, everything else is a
 * ProviderError. Each call is sent once; nothing here retries.
 */
export class CoinifyApi {
  readonly #config: CoinifyConfig;
  readonly #transport: HttpTransport;
  readonly #now: () => number;

  constructor(config: CoinifyConfig, { now = Date.now, observer }: ApiOptions = {}) {
    this.#config = config;
    this.#now = now;
    this.#transport = new HttpTransport({
      timeoutMs: config.httpTimeoutMs,
      network: config.network ?? {},
      ...(observer === undefined ? {} : { observer }),
    });
  }

  async createWithdrawal(body: RequestBody): Promise<WireWithdrawal> {
    return await this.#call('createWithdrawal', withdrawalAnswer, { body });
  }

  /** Undefined if Coinify has no such withdrawal. */
  async getWithdrawal(id: string, { signal }: CallOptions = {}): Promise<WireWithdrawal | undefined> {
    try {
      return await this.#call('getWithdrawal', withdrawalAnswer, { parameters: { id }, signal });
    } catch (error) {
      if (error instanceof ProviderError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  }

  /** [?] Withdrawals under an order id (assumptions.ts, LIST_CALL). */
  async withdrawalsByOrderId(orderId: string, { signal }: CallOptions = {}): Promise<readonly WireWithdrawal[]> {
    return await this.#call('listWithdrawals', withdrawalsAnswer, {
      query: { [LIST_CALL.value.parameter]: orderId },
      signal,
    });
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  async #call<Schema extends z.ZodType>(operation: Operation, schema: Schema, call: Call): Promise<z.output<Schema>> {
    const response = await this.#send(operation, call);
    if (response.status < 200 || response.status > 299) throw errorOf(response, operation, this.#now());
    return readAnswer(schema, response, { provider: PROVIDER_ID, operation });
  }

  async #send(operation: Operation, { parameters, query, body, signal }: Call): Promise<HttpResponse> {
    const { method, path } = CALLS[operation];
    const literal = literalTarget(operation, path, parameters, query);
    try {
      return await this.#transport.send({
        method,
        origin: this.#config.origin,
        target: literal,
        template: path,
        headers: {
          Accept: 'application/json',
          [API_KEY_HEADER]: this.#config.apiKey,
          ...(body === undefined ? {} : { 'Content-Type': body.contentType }),
        },
        ...(body === undefined ? {} : { body: body.bytes }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (failure) {
      throw errorOfTransport(failure, { provider: PROVIDER_ID, operation });
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
