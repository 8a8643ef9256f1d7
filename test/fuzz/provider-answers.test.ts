import { ERROR_CODES } from '../../contract/errors';
import { CoinmenaConnector } from '../../providers/coinmena/connector';
import { ProviderError } from '../../providers/provider-error';
import { startCoinmenaSandbox } from '../../sandbox/coinmena';
import { allEndpoints, type Endpoint } from '../matrix/endpoints';
import { Gate, type GateAnswer } from '../matrix/gate';
import { inLanes } from '../../system/in-lanes';
import { everythingOf, leaks } from '../matrix/leaks';
import { SandboxControl } from '../matrix/sandbox-control';
import { applicant, configFor } from '../providers/coinmena-fixtures';
import { startLocalServer } from '../providers/local-server';
import { draw, shown, type Json } from './fuzz';
import { CANARY, give, hostileAnswers, Sent, type HostileAnswer } from './hostile-server';

/**
 * Whatever the provider answers, every method of the connector ends in a value or in a ProviderError of a sane outcome,
 * in time, with bounded memory, and repeats nothing of the answer.
 */
const ID = 'fuzzed';
const TIMEOUT_MS = 500;
/** Far longer than the calls of a method take one after another, even on a busy machine. */
const HANGS_MS = 20_000;
/** What is read of an answer at most, and what may be under way in buffers beyond it. */
const MOST_BYTES_SENT = 24 * 1024 * 1024;
const LONGEST_ERROR = 20_000;
const LONGEST_VALUE = 100_000;
const RUNS = 60;
const LANES = 8;

const CONFIG = configFor('http://127.0.0.1:1', { COINMENA_HTTP_TIMEOUT_MS: String(TIMEOUT_MS) });
const PATIENT = { ...CONFIG, httpTimeoutMs: 20_000 };

interface Recording {
  /** The right answer to each request. */
  readonly answers: ReadonlyMap<string, GateAnswer>;
  /** Where links in the answers lead to. */
  readonly origin: string;
}

/** Calls the endpoint once in peace, and keeps what the sandbox answered. */
async function record(endpoint: Endpoint): Promise<Recording> {
  const sandbox = await startCoinmenaSandbox();
  const gate = await Gate.open();
  gate.to = sandbox.url;
  const connector = new CoinmenaConnector({ ...PATIENT, origin: sandbox.url });
  await endpoint.prepare({ id: ID, control: new SandboxControl(sandbox.controlUrl), well: (use) => use(connector) });
  const answers = new Map<string, GateAnswer>();
  gate.onAnswer = ({ method, target }, answer) => {
    answers.set(`${method} ${target}`, answer);
    return answer;
  };
  await endpoint.call({ ...PATIENT, origin: gate.url }, ID);
  await connector.close();
  gate.refuse();
  await sandbox.close();
  return { answers, origin: gate.url };
}

/** What is wrong with how one call ended; nothing, as it should be. */
function judge(endpoint: Endpoint, { status }: HostileAnswer, ending: Ending): readonly string[] {
  switch (ending.how) {
    case 'hung':
      return ['it hung'];
    case 'value': {
      const size = JSON.stringify(ending.value ?? null).length;
      return size > LONGEST_VALUE ? [`a value of ${size} characters`] : [];
    }
    case 'error': {
      const { error } = ending;
      if (!(error instanceof ProviderError)) return [`no ProviderError: ${shown(error)}`];
      const everything = everythingOf(error);
      return [
        ...leaks(everything, applicant(ID)).map((what) => `the error holds ${what}`),
        ...(everything.includes(CANARY) ? ['the error repeats the answer'] : []),
        ...(everything.length > LONGEST_ERROR ? [`an error of ${everything.length} characters`] : []),
        ...(ERROR_CODES.includes(error.code) ? [] : ['a code that is none']),
        ...(endpoint.applied !== undefined && error.outcome === 'not-applied' && !isRefusal(status)
          ? [`not-applied was said of a write that was answered with ${status}`]
          : []),
      ];
    }
  }
}

/** Any 4xx says that nothing was done, whatever its body; 408 is a proxy's. */
function isRefusal(status: number): boolean {
  return status >= 400 && status <= 499 && status !== 408;
}

type Ending =
  | { readonly how: 'value'; readonly value: unknown }
  | { readonly how: 'error'; readonly error: unknown }
  | { readonly how: 'hung' };

async function endingOf(call: Promise<unknown>): Promise<Ending> {
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<Ending>((resolve) => {
    timer = setTimeout(() => resolve({ how: 'hung' }), HANGS_MS);
  });
  const ended = call.then(
    (value): Ending => ({ how: 'value', value }),
    (error: unknown): Ending => ({ how: 'error', error }),
  );
  return await Promise.race([ended, hung]).finally(() => clearTimeout(timer));
}

/** Calls the endpoint, with every request answered rightly but for the one that is struck. */
async function callStruck(
  endpoint: Endpoint,
  { answers, origin }: Recording,
  answer: HostileAnswer,
  sent: Sent,
): Promise<Ending> {
  const server = await startLocalServer();
  const ours = (body: Buffer): Buffer => Buffer.from(body.toString('utf8').replaceAll(origin, server.origin));
  server.answer = ({ method, target }, response) => {
    const right = answers.get(`${method} ${target}`);
    if (endpoint.request.test(`${method} ${target}`)) {
      give(response, answer, right?.body ?? Buffer.alloc(0), sent);
    } else if (right === undefined) {
      response.writeHead(404);
      response.end();
    } else {
      response.writeHead(right.status, { 'content-type': 'application/json' });
      response.end(ours(right.body));
    }
  };
  try {
    return await endingOf(endpoint.call({ ...CONFIG, origin: server.origin }, ID));
  } finally {
    await server.close();
  }
}

test.each(allEndpoints().map((endpoint) => [endpoint.name, endpoint] as const))(
  '%s: a value or a ProviderError, in time and in bounds, whatever is answered',
  async (_, endpoint) => {
    const recording = await record(endpoint);
    const right = [...recording.answers].find(([request]) => endpoint.request.test(request))?.[1];
    const sent = new Sent();
    const drawn = draw(hostileAnswers(jsonOf(right?.body)), RUNS);
    const wrong = await inLanes(LANES, drawn, async (answer) => {
      const ending = await callStruck(endpoint, recording, answer, sent);
      return judge(endpoint, answer, ending).map((problem) => `${problem}: ${shown(answer)}`);
    });
    expect(wrong.flat()).toEqual([]);
    expect(sent.most).toBeLessThan(MOST_BYTES_SENT);
  },
  60_000,
);

function jsonOf(body: Buffer | undefined): Json {
  try {
    const json: Json = JSON.parse(body?.toString('utf8') ?? 'null');
    return json;
  } catch {
    return 'a file';
  }
}
