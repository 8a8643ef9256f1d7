import { once } from 'node:events';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import { portOf } from '../providers/local-server';
import { PrivateCa } from '../setup/private-ca';

/** A proxy with TLS before an HTTP server, which may come later. */
export class HttpsFront {
  /** `http://host:port` of what is behind it. */
  behind = '';

  private constructor(
    private readonly ca: PrivateCa,
    private readonly server: Server,
  ) {}

  static async start(): Promise<HttpsFront> {
    const ca = new PrivateCa();
    const { key, cert } = ca.issue();
    const server = createServer({ key, cert });
    const front = new HttpsFront(ca, server);
    server.on('request', (incoming, outgoing) => {
      const { method, headers, url = '/' } = incoming;
      const onward = request(new URL(url, front.behind), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on('error', () => outgoing.destroy());
      incoming.pipe(onward);
    });
    server.listen(0);
    await once(server, 'listening');
    return front;
  }

  get url(): string {
    return `https://localhost:${portOf(this.server.address())}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
    this.ca.close();
  }
}
