import type { IncomingMessage } from 'node:http';
import { subjectOf, type Operation } from '../../providers/oceafin/layout/operations';
import type { Delivery } from '../http/answer';
import type { Counters } from '../http/counters';
import { ANSWER_KINDS, DISPLAY_KINDS, LATENCY_KINDS, STALL_KINDS, type RequestFaults } from '../http/faulty';
import type { Firing } from '../http/fault-engine';
import { looseFields, passRequests, type Received } from '../http/passage';
import type { Params } from '../http/routes';
import { headerOf, type Authenticator, type NotedRefusal } from './auth';
import { MAX_BODY_BYTES } from './config';
import type { Call, Sandbox } from './context';
import { Problem, problemAnswer, problemBody, PROBLEM_STATUS } from './errors';
import { ROUTES } from './routes';

export interface Gate {
  readonly sandbox: Sandbox;
  readonly authenticator: Authenticator;
  readonly counters: Counters<Operation, NotedRefusal>;
  readonly closing: AbortSignal;
  readonly onFailure: (error: unknown) => void;
}

/** The way of every request: signature, scope and product, faults, Idempotency-Key, operation. */
export function gateOf(gate: Gate): (request: IncomingMessage) => Promise<Delivery> {
  const { sandbox } = gate;
  return async (request) => {
    const requestId = request.headers['x-request-id'];
    const echoed = typeof requestId === 'string' ? requestId : 'none';
    return await passRequests<Operation, Call>({
      routes: ROUTES,
      counters: gate.counters,
      maxBodyBytes: MAX_BODY_BYTES,
      admit: (received, operation) => {
        gate.authenticator.admit(received);
        if (operation !== undefined) requireAllowed(sandbox, operation);
      },
      callOf: (received, params, operation) => ({
        sandbox,
        received,
        operation,
        params,
        requestId: echoed,
        subject: faultSubject(sandbox, received, params, operation),
      }),
      faultsOf: (call) => faultsOf(sandbox, call),
      refuse: (refusal) => problemAnswer(refusal, echoed),
      errorBody: (status, code, msg) =>
        problemBody(status, String(code ?? 'SANDBOX_FAULT'), msg ?? 'Service error', echoed),
      durable: () => sandbox.store.durable(),
      closing: gate.closing,
      onFailure: gate.onFailure,
    })(request);
  };
}

function requireAllowed({ market }: Sandbox, operation: Operation): void {
  if (market.deniedScopes.includes(operation)) throw new Problem('PARTNER_SCOPE_DENIED', 'The route scope is missing.');
  if (market.disabledProducts.includes(subjectOf(operation))) {
    throw new Problem('PARTNER_PRODUCT_DISABLED', 'The product is not enabled.');
  }
}

/** What a rule can match: the partner's own references, read from path, body and key, whether or not they are valid. */
function faultSubject({ store }: Sandbox, received: Received, params: Params, operation: Operation): Call['subject'] {
  const fields = looseFields(received.body);
  const ref = store.customer(params['customerId'] ?? '')?.partnerCustomerRef ?? fields['partnerCustomerRef'];
  const client = ref ?? headerOf(received, 'Idempotency-Key')?.split(':')[0];
  const order = fields['partnerReference'];
  return {
    operation,
    ...(client === undefined ? {} : { partnerClientId: client }),
    ...(order === undefined ? {} : { partnerOrderRef: order }),
  };
}

function faultsOf({ faults }: Sandbox, { subject }: Call): RequestFaults {
  if (faults.take(['unauthorized'], subject) !== undefined) throw new Problem('PARTNER_AUTH_FAILED', 'Unauthorized.');
  const unavailable = faults.take(['processing-unavailable'], subject);
  return {
    latencies: faults.takeAll(LATENCY_KINDS, subject),
    stall: faults.take(STALL_KINDS, subject),
    answer: unavailable === undefined ? faults.take(ANSWER_KINDS, subject) : unavailableAnswer(unavailable),
    display: faults.takeAll(DISPLAY_KINDS, subject),
  };
}

/** PARTNER_PROCESSING_UNAVAILABLE, as the status rule that it is. */
function unavailableAnswer(firing: Firing<{ readonly params: { readonly commit: 'before' | 'never' } }>) {
  const rule = {
    kind: 'status',
    operation: '*',
    match: {},
    probability: 1,
    times: 1,
    params: {
      status: PROBLEM_STATUS.PARTNER_PROCESSING_UNAVAILABLE,
      code: 'PARTNER_PROCESSING_UNAVAILABLE',
      msg: 'Product processing is temporarily unavailable.',
      body: 'json',
      commit: firing.rule.params.commit,
    },
  } as const;
  return { rule, release: firing.release };
}
