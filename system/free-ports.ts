import { createServer, type AddressInfo, type Server } from 'node:net';

/**
 * `count` different TCP ports of the loopback address that nobody listens on. They are free now; another process may
 * take one before the caller does, so the caller must be ready to ask again.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  // All are held until the last is known, or one port could be given twice.
  const held = await Promise.all(Array.from({ length: count }, () => listen()));
  const ports = held.map(({ port }) => port);
  await Promise.all(held.map(({ server }) => new Promise((closed) => server.close(closed))));
  return ports;
}

async function listen(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer();
  const port = await new Promise<number>((settle, refuse) => {
    server.once('error', refuse);
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address: AddressInfo | string | null = server.address();
      if (address === null || typeof address === 'string') refuse(new Error('a TCP server has a port'));
      else settle(address.port);
    });
  });
  return { server, port };
}
