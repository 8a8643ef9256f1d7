import type { IncomingMessage } from 'node:http';
import type { Operation } from '../../providers/coinify/layout';
import type { Delivery } from '../http/answer';
import type { Counters } from '../http/counters';
import { ANSWER_KINDS, DISPLAY_KINDS, LATENCY_KINDS, STALL_KINDS, type RequestFaults } from '../http/faulty';
import { looseFields, passRequests, type Received } from '../http/passage';
import type { Params } from '../http/routes';
import { requireKey, type NotedRefusal } from './auth';
import { MAX_BODY_BYTES } from './config';
import type { Call, Sandbox } from './context';
import { errorBody, refusal, refusalAnswer } from './errors';
import { ROUTES } from './routes';

export interface Gate {
  readonly sandbox: Sandbox;
  readonly apiKey: string;
  readonly counters: Counters<Operation, NotedRefusal>;
  readonly closing: AbortSignal;
  readonly onFailure: (error: unknown) => void;
}

/** The way of every request: key, faults, operation. */
export function gateOf({
  sandbox,
  apiKey,
  counters,
  closing,
  onFailure,
}: Gate): (request: IncomingMessage) => Promise<Delivery> {
  return passRequests<Operation, Call>({
    routes: ROUTES,
    counters,
    maxBodyBytes: MAX_BODY_BYTES,
    admit: (received) => {
      requireKey(received, apiKey, (refused) => counters.noteRefusal(refused));
    },
    callOf: (received, params, operation) => ({
      sandbox,
      received,
      operation,
      params,
      subject: faultSubject(sandbox, received, params, operation),
    }),
    faultsOf: (call) => faultsOf(sandbox, call),
    refuse: refusalAnswer,
    errorBody: (_status, code, msg) => errorBody(String(code ?? 'sandbox_fault'), msg ?? 'Service error'),
    durable: () => sandbox.store.durable(),
    closing,
    onFailure,
  });
}

/** What a rule can match: order and customer, read from path, query and body, whether or not they are valid. */
function faultSubject({ store }: Sandbox, received: Received, params: Params, operation: Operation): Call['subject'] {
  const fields = looseFields(received.body);
  const known = store.withdrawal(params['id'] ?? '');
  const order = known?.orderId ?? fields['orderId'] ?? received.query.get('orderId');
  const client = known?.customerId ?? fields['customerId'];
  return {
    operation,
    ...(client === undefined ? {} : { partnerClientId: client }),
    ...(order == null ? {} : { partnerOrderRef: order }),
  };
}

function faultsOf({ faults }: Sandbox, { subject }: Call): RequestFaults {
  if (faults.take(['unauthorized'], subject) !== undefined) {
    throw refusal('api_key_invalid', 'The API key is not accepted.');
  }
  return {
    latencies: faults.takeAll(LATENCY_KINDS, subject),
    stall: faults.take(STALL_KINDS, subject),
    answer: faults.take(ANSWER_KINDS, subject),
    display: faults.takeAll(DISPLAY_KINDS, subject),
  };
}
