import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload, type KeyLike } from 'jose';
import { portOf } from '../providers/local-server';

export const ISSUER = 'https://id.example/realms/ops';
export const AUDIENCE = 'gangway-codec';

/** An identity provider, as far as it shows its keys. */
export class Provider {
  private constructor(
    private readonly server: Server,
    readonly url: string,
    private readonly privateKey: KeyLike,
  ) {}

  static async start(): Promise<Provider> {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] });
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(keys);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Provider(server, `http://127.0.0.1:${portOf(server.address())}/keys`, privateKey);
  }

  async token(claims: Readonly<Record<string, unknown>> = {}, key = this.privateKey, alg = 'ES256'): Promise<string> {
    const all = Object.entries({ ...goodClaims(), ...claims }).filter(([, value]) => value !== undefined);
    return await new SignJWT(Object.fromEntries(all)).setProtectedHeader({ alg, kid: 'one' }).sign(key);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** Now, as tokens count it. */
export function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** What a token says that is taken. */
export function goodClaims(): JWTPayload {
  return { iss: ISSUER, aud: AUDIENCE, sub: 'user-42', exp: seconds() + 300, roles: ['codec'] };
}
