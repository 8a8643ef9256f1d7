import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { portOf } from '../providers/local-server';
import type { Identity } from '../setup/private-ca';

const TOKEN = /^[\x21-\x7e]+$/;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/);
const encryptBody = z.strictObject({ plaintext: base64, associated_data: base64 });
const decryptBody = z.strictObject({ ciphertext: z.string(), associated_data: base64 });

interface Answer {
  readonly status: number;
  readonly body: object;
}

/**
 * The transit engine of Vault and OpenBao as far as wrapping needs it: one key of type aes256-gcm96 with its versions, their own
 * words for what they refuse (OpenBao, builtin/logical/transit and sdk/helper/keysutil), and a token without which it answers 403.
 * Whatever it does not know it refuses.
 */
export class TransitStandIn {
  private port = 0;
  private versions: Buffer[] = [randomBytes(32)];
  /** As the engine's config has it. */
  minDecryptionVersion = 1;
  sealed = false;
  token = 'hvs.first';
  /** Of each request: method, path, namespace. */
  readonly asked: string[] = [];

  private constructor(
    private readonly server: Server,
    private readonly scheme: string,
  ) {}

  static async start(identity?: Identity): Promise<TransitStandIn> {
    const server =
      identity === undefined ? createHttpServer() : createHttpsServer({ key: identity.key, cert: identity.cert });
    const engine = new TransitStandIn(server, identity === undefined ? 'http' : 'https');
    server.on('request', (request, response) => {
      void engine.answer(request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    await engine.listen();
    return engine;
  }

  get url(): string {
    return `${this.scheme}://localhost:${this.port}`;
  }

  /** Again where it was, if it has been there. */
  async listen(): Promise<void> {
    this.server.listen(this.port);
    await once(this.server, 'listening');
    this.port = portOf(this.server.address());
  }

  rotate(): void {
    this.versions.push(randomBytes(32));
  }

  /** As a key that was deleted and made again under its name. */
  replace(): void {
    this.versions = [randomBytes(32)];
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage): Promise<Answer> {
    const { method = '', url = '', headers } = request;
    this.asked.push(`${method} ${url} ${String(headers['x-vault-namespace'] ?? '')}`.trim());
    const sent = await text(request);
    if (this.sealed) return { status: 503, body: { errors: ['Vault is sealed'] } };
    const token = headers['x-vault-token'];
    if (typeof token !== 'string' || !TOKEN.test(token) || token !== this.token) {
      return { status: 403, body: { errors: ['permission denied'] } };
    }
    if (method === 'GET' && url === '/v1/transit/keys/gangway') {
      const data = { latest_version: this.versions.length, min_decryption_version: this.minDecryptionVersion };
      return { status: 200, body: { data: { ...data, type: 'aes256-gcm96' } } };
    }
    if (method !== 'POST' || headers['content-type'] !== 'application/json')
      return { status: 405, body: { errors: [] } };
    if (url === '/v1/transit/encrypt/gangway') return this.encrypt(encryptBody.parse(JSON.parse(sent)));
    if (url === '/v1/transit/decrypt/gangway') return this.decrypt(decryptBody.parse(JSON.parse(sent)));
    if (url.startsWith('/v1/transit/decrypt/')) return refused('encryption key not found');
    return { status: 404, body: { errors: ['no handler for route'] } };
  }

  private encrypt({ plaintext, associated_data: about }: z.output<typeof encryptBody>): Answer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.versions.at(-1) ?? '', iv);
    cipher.setAAD(Buffer.from(about, 'base64'));
    const sealed = Buffer.concat([
      iv,
      cipher.update(Buffer.from(plaintext, 'base64')),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
    const version = this.versions.length;
    const ciphertext = `vault:v${version}:${sealed.toString('base64')}`;
    return { status: 200, body: { data: { ciphertext, key_version: version } } };
  }

  private decrypt({ ciphertext, associated_data: about }: z.output<typeof decryptBody>): Answer {
    const [, number = '', sealed = ''] = /^vault:v(\d+):(.+)$/.exec(ciphertext) ?? [];
    const key = this.versions[Number(number) - 1];
    if (number === '') return refused('invalid ciphertext: no prefix');
    if (key === undefined) return refused('invalid ciphertext: version is too new');
    if (Number(number) < this.minDecryptionVersion) {
      return refused('ciphertext or signature version is disallowed by policy (too old)');
    }
    const bytes = Buffer.from(sealed, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
    decipher.setAAD(Buffer.from(about, 'base64'));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const plain = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
      return { status: 200, body: { data: { plaintext: plain.toString('base64') } } };
    } catch {
      return refused('cipher: message authentication failed');
    }
  }
}

function refused(error: string): Answer {
  return { status: 400, body: { errors: [error] } };
}
