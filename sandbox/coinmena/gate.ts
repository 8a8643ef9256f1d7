import type { IncomingMessage } from 'node:http';
import { whole, type Answer, type Delivery } from '../http/answer';
import { BodyIncomplete, BodyTooLarge, readRawBody } from '../http/body';
import { ANSWER_KINDS, DISPLAY_KINDS, LATENCY_KINDS, performWithFaults, STALL_KINDS } from '../http/faulty';
import { isMultipart } from '../http/multipart';
import { looseFields } from '../http/passage';
import { matchRoute, type RouteMatch } from '../http/routes';
import type { Authenticator, SignedRequest } from './auth';
import { MAX_JSON_BYTES, MAX_UPLOAD_BYTES } from './config';
import type { Call, Handler, Sandbox } from './context';
import { ERRORS, errorEnvelope, Refusal, refusalAnswer, type ErrorCode } from './errors';
import type { CoinmenaCounters } from './counters';
import { ROUTES } from './routes';

export interface Gate {
  readonly sandbox: Sandbox;
  readonly authenticator: Authenticator;
  readonly counters: CoinmenaCounters;
  /** What presigned URLs begin with; undefined for the address that a request was sent to. */
  readonly publicUrl: string | undefined;
  readonly closing: AbortSignal;
  readonly onFailure: (error: unknown) => void;
}

const PARTNER_PREFIX = '/v1/partner/';

/**
 * The way of every request: body as received, signature if the path is a partner's, route, faults, operation,
 * answer. The signature comes before the route (docs/providers/coinmena.md section 13), so faults strike only what was
 * signed rightly.
 */
export async function handleRequest(gate: Gate, request: IncomingMessage): Promise<Delivery> {
  try {
    return await answerRequest(gate, request);
  } catch (error) {
    if (gate.closing.aborted) return { how: 'reset' };
    if (error instanceof Refusal) return whole(refusalAnswer(error));
    if (error instanceof BodyTooLarge) return whole(refusalAnswer(new Refusal(413)));
    if (error instanceof BodyIncomplete) return { how: 'reset' };
    gate.onFailure(error);
    return whole(refusalAnswer(new Refusal(500)));
  }
}

async function answerRequest(gate: Gate, request: IncomingMessage): Promise<Delivery> {
  const contentType = request.headers['content-type'];
  const body = await readRawBody(request, isMultipart(contentType) ? MAX_UPLOAD_BYTES : MAX_JSON_BYTES);
  const signed = signedRequest(request, body);
  const path = signed.target.split('?')[0] ?? '';
  const match = matchRoute(ROUTES, signed.method, path);
  if (match.found === 'route') gate.counters.countRequest(match.route.operation);
  if (path.startsWith(PARTNER_PREFIX)) authenticate(gate, signed, path);
  const { route, params } = foundRoute(match);

  const { faults } = gate.sandbox;
  const query = new URLSearchParams(signed.target.slice(path.length));
  const subject = subjectOf(route.operation, params, query, contentType, body);
  const origin = gate.publicUrl ?? `http://${request.headers.host ?? 'localhost'}`;
  const call: Call = {
    sandbox: gate.sandbox,
    params,
    target: signed.target,
    query,
    contentType,
    body,
    origin,
    subject,
  };
  if (faults.take(['unauthorized'], subject) !== undefined) throw new Refusal(401);
  return performWithFaults({
    faults: {
      latencies: faults.takeAll(LATENCY_KINDS, subject),
      stall: faults.take(STALL_KINDS, subject),
      answer: faults.take(ANSWER_KINDS, subject),
      display: faults.takeAll(DISPLAY_KINDS, subject),
    },
    perform: async () => {
      const answer = await operate(route.handler, call);
      await gate.sandbox.store.durable();
      return answer;
    },
    errorBody: faultBody,
    closing: gate.closing,
  });
}

/** Does the operation. A refusal is an answer too: it waits for the disk and can be lost on the way like any other. */
async function operate(handler: Handler, call: Call): Promise<Answer> {
  try {
    return await handler(call);
  } catch (error) {
    if (error instanceof Refusal) return refusalAnswer(error);
    throw error;
  }
}

function authenticate(gate: Gate, signed: SignedRequest, path: string): void {
  const refusal = gate.authenticator.refusalOf(signed);
  if (refusal === undefined) return;
  gate.counters.noteRefusal({ method: signed.method, path, ...refusal });
  throw new Refusal(401);
}

function foundRoute<Found>(match: RouteMatch<Found>): Extract<RouteMatch<Found>, { readonly found: 'route' }> {
  switch (match.found) {
    case 'route':
      return match;
    case 'path':
      throw new Refusal(405, null, { allow: match.allow.join(', ') });
    case 'nothing':
      throw new Refusal(404);
  }
}

function signedRequest(request: IncomingMessage, body: Buffer): SignedRequest {
  return {
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    remoteAddress: request.socket.remoteAddress,
    headers: {
      partnerId: header(request, 'x-partner-id'),
      timestamp: header(request, 'x-timestamp'),
      signature: header(request, 'x-signature'),
      contentType: request.headers['content-type'],
    },
    body,
  };
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What a rule can match: read from path, query and body, whether or not they are valid. */
function subjectOf(
  operation: string,
  params: Readonly<Record<string, string>>,
  query: URLSearchParams,
  contentType: string | undefined,
  body: Buffer,
): Call['subject'] {
  const fields = isMultipart(contentType) ? {} : looseFields(body);
  const pick = (name: string): string | undefined => params[name] ?? query.get(name) ?? fields[name];
  const partnerClientId = pick('partner_client_id');
  const partnerOrderRef = pick('partner_order_ref');
  return {
    operation,
    ...(partnerClientId === undefined ? {} : { partnerClientId }),
    ...(partnerOrderRef === undefined ? {} : { partnerOrderRef }),
  };
}

function faultBody(status: number, code: number | string | undefined, msg: string | undefined): object {
  const number = typeof code === 'number' ? code : undefined;
  const known = isErrorCode(number) ? ERRORS[number].msg : undefined;
  return errorEnvelope(number ?? status, msg ?? known ?? 'Service error', null);
}

function isErrorCode(code: number | undefined): code is ErrorCode {
  return code !== undefined && Object.hasOwn(ERRORS, code);
}
