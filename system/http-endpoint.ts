import { createServer, type RequestListener } from 'node:http';
import { isIPv6 } from 'node:net';

/** A host name or an IP address, and a port. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** A small HTTP service of a process, beside what it is there for. */
export interface HttpEndpoint {
  /** `http://host:port`. */
  readonly url: string;
  /** Cuts off who is still connected. */
  close(): Promise<void>;
}

/** As a URL has it: an IPv6 address stands in brackets. */
export function hostAndPort({ host, port }: HostAndPort): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/**
 * Listens and answers. Port 0: any that is free.
 *
 * @throws if the port cannot be listened on
 */
export async function openEndpoint({ host, port }: HostAndPort, answer: RequestListener): Promise<HttpEndpoint> {
  const server = createServer(answer);
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(port, host, listening);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('an HTTP server has a port');
  return {
    url: `http://${hostAndPort({ host, port: address.port })}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
