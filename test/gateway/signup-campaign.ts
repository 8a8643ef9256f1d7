import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithParent } from '../../system/end-with-parent';
import { freePorts } from '../../system/free-ports';
import { eventually, type Rig } from '../setup/rig';
import { signedHeaders } from '../setup/standard-webhook';

const MAIN = join(__dirname, '..', '..', 'dist', 'client', 'cli', 'main.js');
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
/** Signups under way at once. */
const SENDERS = 16;
/** How long a sender waits before it sends again what got no 2xx. */
const PAUSE_MS = 100;
/** Every tenth event is delivered twice. */
const TWICE_EVERY = 10;

/** What a campaign did, and what is in the book at its end. */
export interface CampaignFigures {
  readonly events: number;
  readonly deliveries: number;
  /** Requests that were sent, those without an answer included. */
  readonly requests: number;
  /** Requests that the kill, or the time until the gateway was back, left without a 202. */
  readonly unanswered: number;
  /** Deliveries that were answered as taken before. */
  readonly replayed: number;
  readonly kills: number;
  /** Clients in the provider's book, and how many different ones. */
  readonly clients: number;
  readonly differentClients: number;
  readonly documents: number;
  readonly onboardingsDone: number;
  readonly seconds: number;
}

/**
 * Sends `events` signups to a gateway of its own, every tenth of them twice, kills the gateway without a word in the
 * middle of it, starts it again, and waits until every onboarding is done. A sender does what a webhook's sender does:
 * it sends again whatever got no 2xx.
 */
export async function runCampaign(rig: Rig, events: number): Promise<CampaignFigures> {
  const began = Date.now();
  const gateway = await ServedGateway.start(rig);
  const bodies = Array.from({ length: events }, (_, index) => JSON.stringify(rig.application(`signup-${index + 1}`)));
  const twice = bodies.filter((_, index) => (index + 1) % TWICE_EVERY === 0);
  // Half of the repeated ones at once with the first delivery, half at the end, when the first was answered long ago.
  const atOnce = new Set(twice.slice(0, Math.ceil(twice.length / 2)));
  const queue = bodies.flatMap((body) => (atOnce.has(body) ? [body, body] : [body]));
  queue.push(...twice.filter((body) => !atOnce.has(body)));
  const deliveries = queue.length;
  const killAfter = Math.floor(deliveries / 2);

  let [requests, unanswered, replayed, answered, kills] = [0, 0, 0, 0, 0];
  const killAndStart = async (): Promise<void> => {
    kills += 1;
    await gateway.kill();
    await gateway.start();
  };
  const deliver = async (body: string): Promise<void> => {
    for (;;) {
      requests += 1;
      const answer = await send(gateway.url, body);
      if (answer?.status === 202) {
        answered += 1;
        if (answer.replayed) replayed += 1;
        return;
      }
      if (answer !== undefined && answer.status !== 503) throw new Error(`answered with ${answer.status}`);
      unanswered += 1;
      await sleep(PAUSE_MS);
    }
  };
  const sender = async (): Promise<void> => {
    for (let body = queue.shift(); body !== undefined; body = queue.shift()) {
      await deliver(body);
      if (kills === 0 && answered >= killAfter) await killAndStart();
    }
  };
  try {
    await Promise.all(Array.from({ length: SENDERS }, sender));
    const onboardingsDone = await eventually(async () => {
      const { count } = await rig.client.workflow.count(
        "WorkflowType = 'onboardClient' AND ExecutionStatus = 'Completed'",
      );
      return count >= events ? count : undefined;
    }, 20 * 60_000);
    const { clients, documents } = await rig.ledger();
    return {
      events,
      deliveries,
      requests,
      unanswered,
      replayed,
      kills,
      clients: clients.length,
      differentClients: new Set(clients.map((client) => client.partner_client_id)).size,
      documents: documents.length,
      onboardingsDone,
      seconds: Math.round((Date.now() - began) / 1000),
    };
  } finally {
    await gateway.kill();
  }
}

interface Answer {
  readonly status: number;
  readonly replayed: boolean;
}

/** Undefined if no answer came. */
async function send(url: string, body: string): Promise<Answer | undefined> {
  try {
    const answer = await fetch(`${url}/v1/signups`, { method: 'POST', headers: signedHeaders(SECRET, body), body });
    await answer.arrayBuffer();
    return { status: answer.status, replayed: answer.headers.get('idempotent-replayed') === 'true' };
  } catch {
    return undefined;
  }
}

/** `gangway serve`, as a process that is started again on the same port. */
class ServedGateway {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly rig: Rig,
    private readonly port: number,
  ) {}

  static async start(rig: Rig): Promise<ServedGateway> {
    const [port = 0] = await freePorts(1);
    const gateway = new ServedGateway(rig, port);
    await gateway.start();
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [MAIN, 'serve', '--json'], {
      env: {
        ...process.env,
        TEMPORAL_ADDRESS: this.rig.server.address,
        TEMPORAL_NAMESPACE: this.rig.server.namespace,
        GANGWAY_GATEWAY_PORT: String(this.port),
        GANGWAY_GATEWAY_REQUESTS_PER_MINUTE: '1000000',
        GANGWAY_WEBHOOK_SECRETS: SECRET,
        GANGWAY_LOG_LEVEL: 'ERROR',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.child = child;
    child.once('exit', endWithParent(child));
    await once(child.stdout, 'data');
  }

  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined) return;
    const exited = once(child, 'exit');
    // False if it is gone already.
    if (child.kill('SIGKILL')) await exited;
  }
}
