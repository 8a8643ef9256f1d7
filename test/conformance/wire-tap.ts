import { createServer, request as forward, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';

interface TappedRequest {
  readonly method: string;
  readonly target: string;
  /** Target, headers and body, as they came. */
  readonly text: string;
}

export interface WireTap {
  /** Where to connect instead. */
  readonly url: string;
  readonly requests: readonly TappedRequest[];
  close(): Promise<void>;
}

/** Passes requests on as they are, and keeps them. */
export async function tapWire(url: string): Promise<WireTap> {
  const requests: TappedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    void passOn(incoming).catch(() => outgoing.destroy());
    async function passOn(message: IncomingMessage): Promise<void> {
      const body = await buffer(message);
      const { method = 'GET', url: target = '/', rawHeaders } = message;
      requests.push({ method, target, text: [target, ...rawHeaders, body.toString('latin1')].join('\n') });
      const passed = forward(new URL(target, url), { method, headers: message.headers });
      passed.on('response', (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(outgoing);
      });
      passed.on('error', () => outgoing.destroy());
      passed.end(body);
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
