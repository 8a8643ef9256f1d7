import { createServer, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { portOf } from '../providers/local-server';

export interface TestProxy {
  readonly url: string;
  /** What it was asked for: `host:port`. */
  readonly asked: string[];
}

/**
 * A real proxy that tunnels, or answers CONNECT with another status; it counts what it is asked for.
 *
 * @param closers receives what closes it
 */
export async function proxyFor(closers: (() => void)[], status = 200): Promise<TestProxy> {
  const asked: string[] = [];
  const sockets: Socket[] = [];
  const proxy = createServer();
  proxy.on('connect', (request: IncomingMessage, client: Socket) => {
    asked.push(request.url ?? '');
    sockets.push(client);
    client.on('error', () => undefined);
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client);
      client.pipe(upstream);
    });
    sockets.push(upstream);
    upstream.on('error', () => client.destroy());
  });
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  return { url: `http://127.0.0.1:${portOf(proxy.address())}`, asked };
}
