import { once } from 'node:events';
import {
  connect,
  constants,
  createServer,
  type ClientHttp2Session,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { gunzipSync } from 'node:zlib';
import { temporal } from '@temporalio/proto';
import { portOf } from '../providers/local-server';

const {
  PollActivityTaskQueueResponse,
  PollWorkflowTaskQueueResponse,
  RespondActivityTaskCompletedRequest,
  RespondActivityTaskFailedRequest,
  RespondWorkflowTaskCompletedRequest,
  RespondWorkflowTaskCompletedResponse,
  RespondWorkflowTaskFailedRequest,
} = temporal.api.workflowservice.v1;

/**
 * A point of a flow's life at which a worker can die of it: between two things that the server writes down. What the
 * server writes down at once, such as the end of a workflow task and what it asked for, has no point between.
 */
export interface Point {
  readonly workflowId: string;
  /** `submitOrder received`: handed out, nothing done. `submitOrder answered`: done, and nobody told. */
  readonly what: string;
}

type Token = Uint8Array | null | undefined;

const WORKFLOW_TASK = 'workflow task';
/** Nothing of it is left: an empty message is what a worker gets that has nothing to do. */
const NOTHING = Buffer.alloc(0);
const FRAME_HEADER_BYTES = 5;
const GRPC_OK = '0';
const PERMISSION_DENIED = { 'grpc-status': '7', 'grpc-message': 'Request unauthorized.' };

/**
 * Stands between a worker and the Temporal server. It loses what a dying machine would lose: a task that was handed out
 * and never begun, or one that was done and never reported. Server and provider see the same.
 */
export class TaskGate {
  private readonly tasks = new Map<string, Point>();
  private readonly server: Http2Server;
  /** Undefined before the first call, and once the server has said that this connection is to end: it lets none grow old. */
  private upstream: ClientHttp2Session | undefined;

  private constructor(
    private readonly to: string,
    /** Whether what belongs to this point gets through. */
    private readonly passes: (point: Point) => boolean,
    /** Whether this client may not call what it calls, `/package.Service/Method`. */
    private readonly forbids: (path: string) => boolean,
  ) {
    this.server = createServer();
    this.server.on('session', (session) => session.on('error', () => undefined));
    this.server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined);
      this.handle(stream, headers).catch(() => stream.close(constants.NGHTTP2_CANCEL));
    });
  }

  /** Opens a gate before the server at `to`, `host:port`. */
  static async open(
    to: string,
    passes: (point: Point) => boolean,
    forbids: (path: string) => boolean = () => false,
  ): Promise<TaskGate> {
    const gate = new TaskGate(to, passes, forbids);
    gate.server.listen(0, '127.0.0.1');
    await once(gate.server, 'listening');
    return gate;
  }

  /** Where a worker connects to. */
  get address(): string {
    return `127.0.0.1:${portOf(this.server.address())}`;
  }

  close(): void {
    this.upstream?.destroy();
    this.server.close();
  }

  /** The connection to the server: another one after the server has ended the one before. */
  private connected(): ClientHttp2Session {
    if (this.upstream !== undefined) return this.upstream;
    const session = connect(`http://${this.to}`);
    const forget = (): void => {
      if (this.upstream === session) this.upstream = undefined;
    };
    session.on('error', forget);
    session.on('goaway', forget);
    session.on('close', forget);
    this.upstream = session;
    return session;
  }

  private async handle(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    const path = String(headers[':path']);
    const method = path.split('/').at(-1) ?? '';
    const framed = await bytesOf(stream);
    if (this.forbids(path)) {
      fail(stream, PERMISSION_DENIED);
      return;
    }
    const reported = this.reportedPoint(method, framed);
    if (reported !== undefined && !this.passes(reported)) {
      answer(stream, NOTHING);
      return;
    }
    const asked = this.connected().request({ ...headers, 'grpc-accept-encoding': 'identity' });
    asked.on('error', () => stream.close(constants.NGHTTP2_CANCEL));
    // A poller that has died must not be handed anything more.
    stream.on('close', () => asked.close(constants.NGHTTP2_CANCEL));
    asked.end(framed);
    const [response, trailers, body] = await responseOf(asked);
    const status = trailers['grpc-status'] ?? response['grpc-status'];
    if (status === GRPC_OK) answer(stream, this.handedOut(method, messageOf(body)));
    else fail(stream, { ...response, ...trailers });
  }

  /** The point that a report belongs to; undefined if it is no report of a task. */
  private reportedPoint(method: string, framed: Buffer): Point | undefined {
    const token = tokenOf(method, framed);
    return token == null ? undefined : this.pointOf(token, 'answered');
  }

  private pointOf(token: Uint8Array, when: 'received' | 'answered'): Point | undefined {
    const task = this.tasks.get(keyOf(token));
    return task === undefined ? undefined : { ...task, what: `${task.what} ${when}` };
  }

  /** What a worker is handed of a message: all of it, or without what is lost. */
  private handedOut(method: string, message: Buffer): Buffer {
    switch (method) {
      case 'PollWorkflowTaskQueue': {
        const { taskToken, workflowExecution, query } = PollWorkflowTaskQueueResponse.decode(message);
        // A question to a workflow changes nothing.
        if (query != null) return message;
        return this.isHandedOut(taskToken, workflowExecution?.workflowId, WORKFLOW_TASK) ? message : NOTHING;
      }
      case 'PollActivityTaskQueue':
        return this.isActivityHandedOut(PollActivityTaskQueueResponse.decode(message)) ? message : NOTHING;
      case 'RespondWorkflowTaskCompleted': {
        const response = RespondWorkflowTaskCompletedResponse.decode(message);
        const { workflowTask: next } = response;
        response.activityTasks = response.activityTasks.filter((task) => this.isActivityHandedOut(task));
        if (!this.isHandedOut(next?.taskToken, next?.workflowExecution?.workflowId, WORKFLOW_TASK)) {
          response.workflowTask = null;
        }
        return Buffer.from(RespondWorkflowTaskCompletedResponse.encode(response).finish());
      }
      default:
        return message;
    }
  }

  private isActivityHandedOut({
    taskToken,
    workflowExecution,
    activityType,
  }: temporal.api.workflowservice.v1.IPollActivityTaskQueueResponse): boolean {
    return this.isHandedOut(taskToken, workflowExecution?.workflowId, activityType?.name ?? 'an activity');
  }

  private isHandedOut(token: Token, workflowId: string | null | undefined, task: string): boolean {
    if (token == null || token.length === 0 || workflowId == null) return true;
    this.tasks.set(keyOf(token), { workflowId, what: task });
    return this.passes({ workflowId, what: `${task} received` });
  }
}

function keyOf(token: Uint8Array): string {
  return Buffer.from(token).toString('base64');
}

/** The token of the task that a worker reports on; undefined if it does not. */
function tokenOf(method: string, framed: Buffer): Token {
  switch (method) {
    case 'RespondWorkflowTaskCompleted':
      return RespondWorkflowTaskCompletedRequest.decode(messageOf(framed)).taskToken;
    case 'RespondWorkflowTaskFailed':
      return RespondWorkflowTaskFailedRequest.decode(messageOf(framed)).taskToken;
    case 'RespondActivityTaskCompleted':
      return RespondActivityTaskCompletedRequest.decode(messageOf(framed)).taskToken;
    case 'RespondActivityTaskFailed':
      return RespondActivityTaskFailedRequest.decode(messageOf(framed)).taskToken;
    default:
      return undefined;
  }
}

function messageOf(framed: Buffer): Buffer {
  const message = framed.subarray(FRAME_HEADER_BYTES);
  return framed[0] === 1 ? gunzipSync(message) : message;
}

function answer(stream: ServerHttp2Stream, message: Buffer): void {
  if (stream.destroyed) return;
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt32BE(message.length, 1);
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => {
    stream.sendTrailers({ 'grpc-status': GRPC_OK });
  });
  stream.end(Buffer.concat([header, message]));
}

/** An error of the server's, passed on without a body, as gRPC has it. */
function fail(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  if (stream.destroyed) return;
  const own = Object.entries(headers).filter(([name]) => name.startsWith('grpc-'));
  const said = { ':status': 200, 'content-type': 'application/grpc', ...Object.fromEntries(own) };
  // Headers and nothing after them: what else there is, is taken for trailers that lack a status.
  stream.respond(said, { endStream: true });
}

async function bytesOf(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(stream, 'end');
  return Buffer.concat(chunks);
}

async function responseOf(
  asked: ReturnType<ClientHttp2Session['request']>,
): Promise<readonly [IncomingHttpHeaders, IncomingHttpHeaders, Buffer]> {
  let headers: IncomingHttpHeaders = {};
  let trailers: IncomingHttpHeaders = {};
  asked.on('response', (received) => {
    headers = received;
  });
  asked.on('trailers', (received) => {
    trailers = received;
  });
  const body = await bytesOf(asked);
  return [headers, trailers, body];
}
