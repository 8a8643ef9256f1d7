import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { whole, type Answer, type Delivery } from './answer';
import { BodyIncomplete, BodyTooLarge, readRawBody } from './body';
import { performWithFaults, type FaultyCall, type RequestFaults } from './faulty';
import { Refusal } from './refusal';
import { matchRoute, type Params, type Route } from './routes';

/** A request, as far as it can be told before anybody asks whose it is. */
export interface Received {
  readonly method: string;
  /** The request target as sent: path and query, percent-encoding untouched. */
  readonly target: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Passage<Operation extends string, Call> {
  readonly routes: readonly Route<Operation, (call: Call) => Answer | Promise<Answer>>[];
  readonly counters: { countRequest(operation: Operation): void };
  readonly maxBodyBytes: number;
  /** Lets a request in, or throws a Refusal. Asked before the route is; `operation` is undefined if there is none. */
  readonly admit: (received: Received, operation: Operation | undefined) => void;
  readonly callOf: (received: Received, params: Params, operation: Operation) => Call;
  /** The faults that strike a call; throws a Refusal if one refuses it. */
  readonly faultsOf: (call: Call) => RequestFaults;
  /** A refusal as the provider answers it. */
  readonly refuse: (refusal: Refusal) => Answer;
  readonly errorBody: FaultyCall['errorBody'];
  /** Resolves when all that was committed is kept. */
  readonly durable: () => Promise<void>;
  readonly closing: AbortSignal;
  readonly onFailure: (error: unknown) => void;
}

/**
 * The way of every request: body as received, admission, route, faults, operation, answer. A refusal by an operation is
 * an answer too: it waits for the disk and can be lost on the way like any other.
 */
export function passRequests<Operation extends string, Call>(
  passage: Passage<Operation, Call>,
): (request: IncomingMessage) => Promise<Delivery> {
  return async (request) => {
    try {
      return await pass(passage, request);
    } catch (error) {
      if (passage.closing.aborted || error instanceof BodyIncomplete) return { how: 'reset' };
      if (error instanceof Refusal) return whole(passage.refuse(error));
      if (error instanceof BodyTooLarge) return whole(passage.refuse(new Refusal(413, 'too_large', error.message)));
      passage.onFailure(error);
      return whole(passage.refuse(new Refusal(500, 'internal_error', 'Internal server error')));
    }
  };
}

async function pass<Operation extends string, Call>(
  passage: Passage<Operation, Call>,
  request: IncomingMessage,
): Promise<Delivery> {
  const received = await receive(request, passage.maxBodyBytes);
  const match = matchRoute(passage.routes, received.method, received.path);
  const operation = match.found === 'route' ? match.route.operation : undefined;
  if (operation !== undefined) passage.counters.countRequest(operation);
  passage.admit(received, operation);
  if (match.found === 'path') {
    throw new Refusal(405, 'method_not_allowed', 'Method not allowed', { allow: match.allow.join(', ') });
  }
  if (match.found === 'nothing') throw new Refusal(404, 'not_found', 'Not found');
  const { route, params } = match;
  const call = passage.callOf(received, params, route.operation);
  return performWithFaults({
    faults: passage.faultsOf(call),
    perform: async () => {
      const answer = await operate(passage, () => route.handler(call));
      await passage.durable();
      return answer;
    },
    errorBody: passage.errorBody,
    closing: passage.closing,
  });
}

async function operate(
  { refuse }: { readonly refuse: (refusal: Refusal) => Answer },
  work: () => Answer | Promise<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return refuse(error);
    throw error;
  }
}

async function receive(request: IncomingMessage, maxBodyBytes: number): Promise<Received> {
  const body = await readRawBody(request, maxBodyBytes);
  const target = request.url ?? '/';
  const path = target.split('?')[0] ?? '';
  return {
    method: request.method ?? 'GET',
    target,
    path,
    query: new URLSearchParams(target.slice(path.length)),
    headers: request.headers,
    body,
  };
}

/**
 * The JSON body of a call.
 *
 * @throws Refusal 415 if the Content-Type says otherwise, 400 if it is not JSON in UTF-8
 */
export function jsonOf({ headers, body }: Received): unknown {
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    throw new Refusal(415, 'unsupported_media_type', 'The Content-Type must be application/json');
  }
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return value;
  } catch {
    throw new Refusal(400, 'invalid_request', 'The body is not JSON');
  }
}

/** The text fields of a JSON body, whether or not it is valid: what a fault rule can match. */
export function looseFields(body: Buffer): Readonly<Record<string, string>> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return {};
  }
}
