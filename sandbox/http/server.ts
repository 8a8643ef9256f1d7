import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import type { Delivery } from './answer';

export interface RunningServer {
  /** Such as `http://127.0.0.1:40123`, without a slash at the end. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

export interface ServerOptions {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  readonly handle: (request: IncomingMessage) => Promise<Delivery>;
  /** Told of whatever `handle` threw; the connection is dropped then. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Longer than clients usually keep an idle connection. A server that closes first races with the next request, which
 * would look like a fault that nobody asked for.
 */
const KEEP_ALIVE_MS = 65_000;

/** For how long the rest of a refused upload is still read, so that its sender can see the answer. */
const DRAIN_MS = 2_000;

/**
 * A plain HTTP server around one function.
 *
 * @throws the system's error if host and port cannot be listened on
 */
export async function startHttpServer(options: ServerOptions): Promise<RunningServer> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    options.handle(request).then(
      (delivery) => {
        deliver(delivery, request, response);
      },
      (error: unknown) => {
        options.onFailure(error);
        request.socket.destroy();
      },
    );
  });
  await listen(server, options.port, options.host);
  return { url: urlOf(server, options.host), close: () => close(server) };
}

function deliver(delivery: Delivery, request: IncomingMessage, response: ServerResponse): void {
  switch (delivery.how) {
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'cut': {
      const { status, headers, body } = delivery.answer;
      response.writeHead(status, { ...headers, 'content-length': body.length });
      response.write(body.subarray(0, delivery.afterBytes), () => {
        request.socket.destroy();
      });
      return;
    }
    case 'whole': {
      const { status, headers, body } = delivery.answer;
      const unread = !request.complete;
      response.writeHead(status, {
        ...headers,
        'content-length': body.length,
        ...(unread ? { connection: 'close' } : {}),
      });
      response.end(body);
      if (unread) drain(request);
    }
  }
}

function drain(request: IncomingMessage): void {
  request.resume();
  const timer = setTimeout(() => request.socket.destroy(), DRAIN_MS);
  timer.unref();
  request.on('close', () => {
    clearTimeout(timer);
  });
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

/** A server that listens on every address is still reached through loopback. */
function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}`;
}
