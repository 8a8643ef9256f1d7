import { once } from 'node:events';
import {
  connect,
  createSecureServer,
  type ClientHttp2Session,
  type Http2SecureServer,
  type ServerHttp2Stream,
} from 'node:http2';
import type { IncomingHttpHeaders, ServerHttp2Session } from 'node:http2';
import { portOf } from '../providers/local-server';
import type { Identity, PrivateCa } from './private-ca';

/** TLS, with certificates on both sides, before a Temporal server that has none; remembers the API keys that came. */
export class TlsFront {
  private readonly sessions = new Set<ServerHttp2Session>();
  private readonly behind: ClientHttp2Session;
  private server: Http2SecureServer | undefined;
  private port = 0;
  /** Of each call: its name and `authorization`. */
  readonly calls: { readonly path: string; readonly authorization: string | undefined }[] = [];

  /** @param behind `host:port` of the server */
  constructor(behind: string) {
    this.behind = connect(`http://${behind}`);
    this.behind.on('error', () => undefined);
  }

  get address(): string {
    return `localhost:${this.port}`;
  }

  /** Listens, with this identity and for clients whom this authority vouches for; cuts off those who were there. */
  async listen(identity: Identity, ca: PrivateCa): Promise<void> {
    await this.shut();
    const server = createSecureServer({
      key: identity.key,
      cert: identity.cert,
      ca: ca.cert,
      requestCert: true,
      rejectUnauthorized: true,
    });
    server.on('session', (session) => {
      this.sessions.add(session);
      session.once('close', () => this.sessions.delete(session));
      session.on('error', () => undefined);
    });
    server.on('stream', (stream, headers) => this.pass(stream, headers));
    server.on('tlsClientError', () => undefined);
    server.listen(this.port);
    await once(server, 'listening');
    this.port = portOf(server.address());
    this.server = server;
  }

  async close(): Promise<void> {
    await this.shut();
    this.behind.destroy();
  }

  private async shut(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    for (const session of this.sessions) session.destroy();
    await closed;
  }

  private pass(stream: ServerHttp2Stream, headers: IncomingHttpHeaders & { ':path'?: string | undefined }): void {
    this.calls.push({ path: headers[':path'] ?? '', authorization: headers.authorization });
    const onward = this.behind.request({ ...headers, ':scheme': 'http' });
    let trailers: IncomingHttpHeaders = {};
    stream.on('error', () => onward.destroy());
    stream.on('close', () => onward.destroy());
    onward.on('error', () => stream.destroy());
    onward.on('trailers', (told) => {
      trailers = told;
    });
    onward.on('response', (answered) => {
      if (stream.destroyed) return;
      stream.on('wantTrailers', () => stream.sendTrailers(trailers));
      stream.respond(answered, { waitForTrailers: true });
      onward.pipe(stream);
    });
    stream.pipe(onward);
  }
}
