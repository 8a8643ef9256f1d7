import { buildConnector, type Dispatcher } from 'undici';
import type { Exchange } from '../port';
import { redirectOrigin } from './connection-cause';
import { dispatcherOf, tlsOptions, type NetworkSettings } from './network';
import { decompress } from './decompress';
import { classifyFailure, DeadlineExceeded, NoConnection, ResponseTooLarge, systemCode } from './transport-error';

/** 1 MiB: far above any JSON answer of a provider. */
const DEFAULT_MAX_RESPONSE_BYTES = 1024 * 1024;

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly origin: string;
  /** The literal request target, path and query, as it goes on the wire. */
  readonly target: string;
  /** The path as the provider documents it, without ids, such as `/v1/clients/{id}`: for the observer. */
  readonly template: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly maxResponseBytes?: number;
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; of a repeated header, the first. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Scheme, host and port that a redirect leads to. */
  readonly redirectedTo?: string;
}

export interface TransportOptions {
  /** The whole call, from the wait for a connection to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly connectTimeoutMs?: number;
  readonly maxConnections?: number;
  readonly observer?: (exchange: Exchange) => void;
  /** Default: directly, and the authorities that Node knows. */
  readonly network?: NetworkSettings;
}

const DEFAULT_CONNECT_TIMEOUT_MS = 5000;
const DEFAULT_MAX_CONNECTIONS = 64;
/** Shorter than the idle time of common load balancers, so that we close an idle connection before they do. */
const KEEP_ALIVE_MS = 4000;

/**
 * HTTP over kept-alive connections, bounded in every direction: time to connect, to the first byte, between bytes,
 * in total, and bytes read, compressed or not. Never retries, never follows a redirect.
 */
export class HttpTransport {
  readonly #agent: Dispatcher;
  readonly #timeoutMs: number;
  readonly #observer: (exchange: Exchange) => void;

  constructor(options: TransportOptions) {
    this.#timeoutMs = options.timeoutMs;
    this.#observer = options.observer ?? (() => undefined);
    const network = options.network ?? {};
    const timeout = Math.min(options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS, options.timeoutMs);
    const tls = { timeout, ...tlsOptions(network) };
    const agent = {
      connect: connectOrSay(tls),
      connections: options.maxConnections ?? DEFAULT_MAX_CONNECTIONS,
      pipelining: 1,
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
    };
    this.#agent = dispatcherOf(network, agent, tls);
  }

  /**
   * Sends a request once.
   *
   * @throws TransportError if no whole answer came; it says whether the request can have been sent
   */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const startedAt = performance.now();
    const { method, template } = request;
    const deadline = new Deadline(this.#timeoutMs, request.signal);
    try {
      const response = await this.#exchange(request, deadline.signal);
      this.#observer({ method, template, status: response.status, elapsedMs: performance.now() - startedAt });
      return response;
    } catch (failure) {
      const error = classifyFailure(failure, deadline.reason);
      this.#observer({ method, template, failure: error.message, elapsedMs: performance.now() - startedAt });
      throw error;
    } finally {
      deadline.clear();
    }
  }

  /** Lets running calls end, then closes every connection. */
  async close(): Promise<void> {
    await this.#agent.close();
  }

  async #exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    const response = await this.#agent.request({
      origin: request.origin,
      path: request.target,
      method: request.method,
      headers: { ...request.headers },
      body: request.body ?? null,
      signal,
    });
    const headers = firstOfEach(response.headers);
    const maxBytes = request.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES;
    const body = await decompress(await readAtMost(maxBytes, response), codingsOf(response.headers), maxBytes);
    const redirectedTo = redirectOrigin(response.statusCode, headers['location'], request.origin);
    return { status: response.statusCode, headers, body, ...(redirectedTo === undefined ? {} : { redirectedTo }) };
  }
}

/** The deadline of one call, and the caller's signal, in one signal. Its timer does not outlive the call. */
class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #callers: AbortSignal | undefined;
  readonly #onCallersAbort = (): void => this.#controller.abort(this.#callers?.reason);

  constructor(timeoutMs: number, callers: AbortSignal | undefined) {
    this.#timer = setTimeout(() => this.#controller.abort(new DeadlineExceeded()), timeoutMs);
    this.#callers = callers;
    if (callers?.aborted === true) this.#onCallersAbort();
    callers?.addEventListener('abort', this.#onCallersAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why the call was aborted; undefined if it was not. */
  get reason(): unknown {
    const reason: unknown = this.#controller.signal.reason;
    return this.#controller.signal.aborted ? reason : undefined;
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#callers?.removeEventListener('abort', this.#onCallersAbort);
  }
}

/**
 * A connector that marks its own failures. A failure here came before a request could be written, whatever its code;
 * the same code on a live connection does not mean that.
 */
function connectOrSay(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = buildConnector(options);
  return (to, callback) => {
    connect(to, (...outcome) => {
      const [failure, socket] = outcome;
      if (failure === null) callback(null, socket);
      else callback(new NoConnection(systemCode(failure)), null);
    });
  };
}

async function readAtMost(maxBytes: number, { body }: Dispatcher.ResponseData): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    const piece: unknown = chunk;
    if (!Buffer.isBuffer(piece)) throw new TypeError('a response body is made of buffers');
    bytes += piece.length;
    // Leaving the loop destroys the body, and with it the connection.
    if (bytes > maxBytes) throw new ResponseTooLarge();
    chunks.push(piece);
  }
  return Buffer.concat(chunks, bytes);
}

/** A header that is repeated is one list (RFC 9110 section 5.3). */
function codingsOf({ 'content-encoding': codings }: Dispatcher.ResponseData['headers']): string | undefined {
  return Array.isArray(codings) ? codings.join(',') : codings;
}

function firstOfEach(headers: Dispatcher.ResponseData['headers']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const first = Array.isArray(value) ? value[0] : value;
      return first === undefined ? [] : [[name.toLowerCase(), first]];
    }),
  );
}
