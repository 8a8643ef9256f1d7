import type { z } from 'zod';
import { drift, errorOfTransport, readAnswer } from '../http/answers';
import type { RequestBody } from '../http/body';
import { target } from '../http/target';
import { HttpTransport, type HttpResponse } from '../http/transport';
import type { CallOptions, ConnectorOptions, TransactionReading } from '../port';
import { AccessTokens } from './access-token';
import { HISTORY_LIMIT, LIST_PAGE_SIZE, LIST_PARAMETERS, UNAUTHORIZED_TAKES_NO_EFFECT } from './assumptions';
import type { BackofficeConfig } from './config';
import { ENDPOINTS, type Operation } from './endpoints';
import { errorOf, PROVIDER_ID } from './errors';
import {
  toListTime,
  toHistoryTime,
  toWireTransfer,
  type NewTransfer,
  type TransferChange,
  toWireChange,
} from './mapping';
import { historyAnswer, transferAnswer, transfersAnswer, type WireListed, type WireTransfer } from './schemas';

interface Call {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  readonly signal?: AbortSignal | undefined;
}

export interface ApiOptions extends ConnectorOptions {
  readonly now?: () => number;
}

/** The part of a call's time in which it may wait for a token. */
const TOKEN_SHARE = 4;
/** More pages than this are a list that does not end. */
const MOST_PAGES = 1_000;

/**
 * The longest one call takes, in milliseconds: it may wait for a token (a refresh, then a sign-in), be refused with 401,
 * and do both once more.
 */
export function longestCallMs(httpTimeoutMs: number): number {
  return 2 * httpTimeoutMs + 4 * Math.ceil(httpTimeoutMs / TOKEN_SHARE);
}

/**
 * The transfers part of the back-office API, one method per endpoint. Answers are parsed, everything else is a
 * ProviderError. Each call is sent once. Only a call that was answered with 401 is sent again, with a fresh token,
 * because it was not carried out.
 */
export class BackofficeApi {
  readonly #origin: string;
  readonly #transport: HttpTransport;
  readonly #tokenTransport: HttpTransport;
  readonly #tokens: AccessTokens;
  readonly #now: () => number;

  constructor(config: BackofficeConfig, { now = Date.now, observer }: ApiOptions = {}) {
    const watched = observer === undefined ? {} : { observer };
    this.#origin = config.origin;
    this.#now = now;
    this.#transport = new HttpTransport({ timeoutMs: config.httpTimeoutMs, network: config.network ?? {}, ...watched });
    this.#tokenTransport = new HttpTransport({
      timeoutMs: Math.ceil(config.httpTimeoutMs / TOKEN_SHARE),
      network: config.network ?? {},
      ...watched,
    });
    this.#tokens = new AccessTokens(config, this.#tokenTransport, now);
  }

  async deposit(transfer: NewTransfer): Promise<WireTransfer> {
    return await this.#read('deposit', transferAnswer, { body: toWireTransfer(transfer) });
  }

  async withdraw(transfer: NewTransfer): Promise<WireTransfer> {
    return await this.#read('withdraw', transferAnswer, { body: toWireTransfer(transfer) });
  }

  /** Nothing is read from the answer: whether it is empty, a callback's object or a transfer is not published. */
  async confirmWithdrawal(change: TransferChange): Promise<void> {
    await this.#call('confirmWithdrawal', { body: toWireChange(change) });
  }

  /** Nothing is read from the answer, as above; in a callback, `Failed` would say that the cancellation failed. */
  async cancelWithdrawal(change: TransferChange): Promise<void> {
    await this.#call('cancelWithdrawal', { body: toWireChange(change) });
  }

  /** A user's transfers since a time, newest first [I]; without comments. */
  async accountHistory(
    userId: string,
    sinceMs: number,
    { signal }: CallOptions = {},
    limit: number = HISTORY_LIMIT.value,
  ): Promise<readonly WireTransfer[]> {
    const query = { userId, startDate: toHistoryTime(sinceMs), [LIST_PARAMETERS.value.limit]: String(limit) };
    return await this.#read('accountHistory', historyAnswer, { query, signal });
  }

  /**
   * Transfers since a time, with their comments. Pages are read until one shows nothing new: how many there are is not
   * published, and a page may be shorter than was asked for. Filters only save pages: nothing relies on them.
   *
   * @param only a user, a status, if the list heeds them
   */
  async transfers(
    sinceMs: number,
    { signal, onAnswer }: TransactionReading = {},
    only: { readonly user?: string; readonly status?: string } = {},
  ): Promise<readonly WireListed[]> {
    const names = LIST_PARAMETERS.value;
    const found = new Map<string, WireListed>();
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const query = {
        from: toListTime(sinceMs),
        ...(only.user === undefined ? {} : { [names.user]: only.user }),
        ...(only.status === undefined ? {} : { [names.status]: only.status }),
        [names.pageSize]: String(LIST_PAGE_SIZE.value),
        [names.page]: String(page),
      };
      const known = found.size;
      for (const item of await this.#read('transfers', transfersAnswer, { query, signal })) found.set(item.id, item);
      onAnswer?.();
      if (found.size === known) return [...found.values()];
    }
    throw drift({ provider: PROVIDER_ID, operation: 'transfers' }, [{ field: 'the list', problem: 'does not end' }]);
  }

  async close(): Promise<void> {
    await Promise.all([this.#transport.close(), this.#tokenTransport.close()]);
  }

  async #read<Schema extends z.ZodType>(operation: Operation, schema: Schema, call: Call): Promise<z.output<Schema>> {
    return readAnswer(schema, await this.#call(operation, call), { provider: PROVIDER_ID, operation });
  }

  async #call(operation: Operation, call: Call): Promise<HttpResponse> {
    const token = await this.#tokens.get();
    let response = await this.#send(operation, call, token);
    if (response.status === 401 && UNAUTHORIZED_TAKES_NO_EFFECT.value) {
      response = await this.#send(operation, call, await this.#tokens.replace(token));
    }
    if (response.status < 200 || response.status > 299) throw errorOf(response, operation, this.#now());
    return response;
  }

  async #send(operation: Operation, { query, body, signal }: Call, token: string): Promise<HttpResponse> {
    const { method, path } = ENDPOINTS[operation];
    try {
      return await this.#transport.send({
        method,
        origin: this.#origin,
        target: target(path, {}, query),
        template: path,
        headers: {
          Accept: 'application/json',
          Authorization: `Bearer ${token}`,
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
