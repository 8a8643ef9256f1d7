import type { z } from 'zod';
import { errorOfTransport, readAnswer } from '../../http/answers';
import type { RequestBody } from '../../http/body';
import { target } from '../../http/target';
import { HttpTransport, type HttpResponse } from '../../http/transport';
import type { ConnectorOptions } from '../../port';
import type { CallOptions } from '../../port';
import { ProviderError } from '../../provider-error';
import type { OceafinConfig } from '../config';
import { errorOf, PROVIDER_ID } from '../errors';
import { OPERATIONS, type Operation } from '../layout/operations';
import { readAllPages, type Page } from '../pages';
import { signedHeaders, type SignerOptions } from '../signing';

export interface ApiOptions extends ConnectorOptions {
  readonly now?: () => number;
}

type Parameters = Readonly<Record<string, string>>;

type OperationOf<Method extends string> = {
  [Name in Operation]: (typeof OPERATIONS)[Name]['method'] extends Method ? Name : never;
}[Operation];

export type ReadOperation = OperationOf<'GET'>;
export type WriteOperation = OperationOf<'POST' | 'PATCH'>;

/** A write with its key: the same key with the same body is the same action, however often it is sent. */
export interface Write {
  readonly parameters?: Parameters;
  readonly key: string;
  readonly body: RequestBody;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The one way to Oceafin: signs, sends once, reads the answer. Each call has a timestamp, a nonce and a request id of
 * its own; nothing here retries.
 */
export class Caller {
  readonly #origin: string;
  readonly #transport: HttpTransport;
  readonly #signer: SignerOptions;
  readonly #now: () => number;

  constructor(config: OceafinConfig, { now = Date.now, observer }: ApiOptions = {}) {
    this.#origin = config.origin;
    this.#now = now;
    this.#signer = { clientId: config.clientId, secret: config.clientSecret, layout: config.layout, now };
    this.#transport = new HttpTransport({
      timeoutMs: config.httpTimeoutMs,
      network: config.network ?? {},
      ...(observer === undefined ? {} : { observer }),
    });
  }

  /** Reads one thing. */
  async read<Schema extends z.ZodType>(
    operation: ReadOperation,
    schema: Schema,
    parameters: Parameters,
    options: CallOptions = {},
    query: Parameters = {},
  ): Promise<z.output<Schema>> {
    const response = await this.#send(operation, { parameters, query, signal: options.signal });
    return this.#answer(operation, schema, response);
  }

  /** Reads a list to its end. */
  async list<Item>(
    operation: ReadOperation,
    schema: z.ZodType<Page<Item>>,
    parameters: Parameters,
    options: CallOptions = {},
  ): Promise<readonly Item[]> {
    return await readAllPages(operation, (query) => this.read(operation, schema, parameters, options, query));
  }

  /** Does something under a key, once. */
  async write<Schema extends z.ZodType>(
    operation: WriteOperation,
    schema: Schema,
    write: Write,
  ): Promise<z.output<Schema>> {
    return (await this.writeTold(operation, schema, write)).answer;
  }

  /** The same, with the status of the answer, for calls whose status means something. */
  async writeTold<Schema extends z.ZodType>(
    operation: WriteOperation,
    schema: Schema,
    { parameters = {}, key, body, signal }: Write,
  ): Promise<{ readonly status: number; readonly answer: z.output<Schema> }> {
    const response = await this.#send(operation, { parameters, query: {}, key, body, signal });
    return { status: response.status, answer: this.#answer(operation, schema, response) };
  }

  /** The Date header of a read that changes nothing, and when it was asked and answered. */
  async clock(
    operation: ReadOperation,
    parameters: Parameters,
  ): Promise<{ readonly date: string | undefined; readonly sentAt: number; readonly answeredAt: number }> {
    const sentAt = this.#now();
    const { headers } = await this.#send(operation, { parameters, query: {}, signal: undefined });
    return { date: headers['date'], sentAt, answeredAt: this.#now() };
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  #answer<Schema extends z.ZodType>(operation: Operation, schema: Schema, response: HttpResponse): z.output<Schema> {
    if (response.status < 200 || response.status > 299) throw errorOf(response, operation, this.#now());
    return readAnswer(schema, response, { provider: PROVIDER_ID, operation });
  }

  async #send(
    operation: Operation,
    call: {
      readonly parameters: Parameters;
      readonly query: Parameters;
      readonly key?: string;
      readonly body?: RequestBody;
      readonly signal: AbortSignal | undefined;
    },
  ): Promise<HttpResponse> {
    const { method, path } = OPERATIONS[operation];
    const literal = literalTarget(operation, path, call.parameters, call.query);
    const { body, key, signal } = call;
    try {
      return await this.#transport.send({
        method,
        origin: this.#origin,
        target: literal,
        template: path,
        headers: {
          Accept: 'application/json, application/problem+json',
          ...(body === undefined ? {} : { 'Content-Type': body.contentType }),
          ...signedHeaders({ method, target: literal, body: body?.bytes, idempotencyKey: key }, this.#signer),
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
function literalTarget(operation: Operation, path: string, parameters: Parameters, query: Parameters): string {
  try {
    return target(path, parameters, query);
  } catch (cause) {
    throw new ProviderError('INVALID_REQUEST', { provider: PROVIDER_ID, operation, cause });
  }
}
