import { once } from 'node:events';
import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { portOf } from '../providers/local-server';

export interface GateRequest {
  readonly method: string;
  readonly target: string;
  readonly body: Buffer;
}

export interface GateAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What stands in for the provider's answer: another answer, or something done with the response by hand. */
export type Instead = GateAnswer | ((response: ServerResponse) => void);

/**
 * Stands between a connector and the sandbox, over HTTP. It can refuse connections, and answer in the provider's place
 * after the provider has done what was asked.
 */
export class Gate {
  /** Where requests go; set once the sandbox is there. */
  to = '';
  /** Sees every answer before it is given. */
  onAnswer: (request: GateRequest, answer: GateAnswer) => Instead = (_, answer) => answer;
  /** Called once an answer was given. */
  onAnswered: (request: GateRequest) => void = () => undefined;
  private server: Server | undefined;
  private port = 0;

  static async open(): Promise<Gate> {
    const gate = new Gate();
    await gate.listen();
    return gate;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Listens, after `refuse` on the same port. */
  async listen(): Promise<void> {
    if (this.server !== undefined) return;
    const server = createServer((incoming, response) => {
      this.pass(incoming, response).catch(() => response.destroy());
    });
    this.server = server;
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.port = portOf(server.address());
  }

  /** Drops every connection, and refuses new ones. */
  refuse(): void {
    const { server } = this;
    this.server = undefined;
    server?.close();
    server?.closeAllConnections();
  }

  private async pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: target = '', headers } = incoming;
    const request = { method, target, body: await bytesOf(incoming) };
    // Whoever asked may have gone: what was asked is done all the same.
    const answer = await this.askSandbox(request, headers);
    const instead = this.onAnswer(request, answer);
    if (typeof instead === 'function') {
      instead(response);
      return;
    }
    response.writeHead(instead.status, { ...instead.headers });
    response.end(instead.body, () => {
      this.onAnswered(request);
    });
  }

  private async askSandbox(
    { method, target, body }: GateRequest,
    headers: IncomingMessage['headers'],
  ): Promise<GateAnswer> {
    const outgoing = ask(`${this.to}${target}`, { method, headers, agent: false });
    outgoing.end(body);
    const [answer]: IncomingMessage[] = await once(outgoing, 'response');
    if (answer === undefined) throw new Error('no answer');
    const text = Object.entries(answer.headers).flatMap(([name, value]) =>
      typeof value === 'string' && name !== 'transfer-encoding' && name !== 'connection' ? [[name, value]] : [],
    );
    const kept: Record<string, string> = Object.fromEntries(text);
    return { status: answer.statusCode ?? 0, headers: kept, body: await bytesOf(answer) };
  }
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(stream, 'end');
  return Buffer.concat(chunks);
}
