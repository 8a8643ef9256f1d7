import type { IncomingMessage } from 'node:http';
import type { Delivery } from '../http/answer';
import type { Counters } from '../http/counters';
import { ANSWER_KINDS, DISPLAY_KINDS, LATENCY_KINDS, STALL_KINDS, type RequestFaults } from '../http/faulty';
import { passRequests, type Received } from '../http/passage';
import type { NotedRefusal } from './auth';
import { refOf } from './callbacks';
import { MAX_BODY_BYTES } from './config';
import type { Call, Sandbox } from './context';
import { errorsBody, refusalAnswer } from './errors';
import type { Operation } from './fault-rules';
import { readWritten } from './numbers';
import { ROUTES } from './routes';

export interface Gate {
  readonly sandbox: Sandbox;
  readonly counters: Counters<Operation, NotedRefusal>;
  readonly closing: AbortSignal;
  readonly onFailure: (error: unknown) => void;
}

/** The way of every request: bearer token, faults, operation. The token endpoint asks for credentials of its own. */
export function gateOf({
  sandbox,
  counters,
  closing,
  onFailure,
}: Gate): (request: IncomingMessage) => Promise<Delivery> {
  return passRequests<Operation, Call>({
    routes: ROUTES,
    counters,
    maxBodyBytes: MAX_BODY_BYTES,
    admit: (received, operation) => {
      if (operation !== 'token') sandbox.identity.admit(received);
    },
    callOf: (received, _params, operation) => ({
      sandbox,
      received,
      subject: { operation, ...subjectOf(sandbox, received) },
    }),
    faultsOf: (call) => faultsOf(call),
    refuse: refusalAnswer,
    errorBody: (_status, code, msg) => errorsBody(String(code ?? 'SandboxFault'), msg ?? 'Service error'),
    durable: () => sandbox.store.durable(),
    closing,
    onFailure,
  });
}

/** What a rule can match, whether or not it is valid: the user, and the first word of the transfer's comment. */
function subjectOf({ store }: Sandbox, { query, body }: Received): Omit<Call['subject'], 'operation'> {
  const fields = readWritten(body.toString('utf8')) ?? {};
  const text = (name: string): string | undefined => {
    const value = fields[name];
    return typeof value === 'string' ? value : undefined;
  };
  const user = text('userid') ?? query.get('userId') ?? undefined;
  const comment = text('comment') ?? store.transfer(Number(text('transferid') ?? Number.NaN))?.comment;
  return {
    ...(user === undefined ? {} : { partnerClientId: user }),
    ...(comment === undefined ? {} : { partnerOrderRef: refOf(comment) }),
  };
}

function faultsOf({ sandbox, received, subject }: Call): RequestFaults {
  const { faults, identity } = sandbox;
  if (faults.take(['unauthorized'], subject) !== undefined) throw identity.unauthorized(received, 'a fault');
  return {
    latencies: faults.takeAll(LATENCY_KINDS, subject),
    stall: faults.take(STALL_KINDS, subject),
    answer: faults.take(ANSWER_KINDS, subject),
    display: faults.takeAll(DISPLAY_KINDS, subject),
  };
}
