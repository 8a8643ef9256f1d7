import type { z } from 'zod';
import { errorOfTransport, readAnswer } from '../http/answers';
import type { RequestBody } from '../http/body';
import { target } from '../http/target';
import { HttpTransport, type Exchange, type HttpResponse } from '../http/transport';
import type { CallOptions } from '../port';
import { ProviderError } from '../provider-error';
import type { CoinifyConfig } from './config';
import { errorOf, PROVIDER_ID } from './errors';
import { API_KEY_HEADER, OPERATIONS, type Operation } from './layout';
import { withdrawalAnswer, withdrawalsAnswer, type WireWithdrawal } from './schemas';

interface Call {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  readonly signal?: AbortSignal | undefined;
}

export interface ApiOptions {
  readonly now?: () => number;
  readonly observer?: (exchange: Exchange) => void;
}

/**
 * The withdrawals part of Coinify's Payment API, one method a call. Answers are parsed, everything else is a
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

  /** Undefined where Coinify has no such withdrawal. */
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
    return await this.#call('listWithdrawals', withdrawalsAnswer, { query: { orderId }, signal });
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
    const { method, path } = OPERATIONS[operation];
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

/** @throws ProviderError INVALID_REQUEST where an id cannot stand in a path */
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
