import { rootCertificates } from 'node:tls';
import { credentials, experimental, Metadata, type CallCredentials } from '@grpc/grpc-js';
import { Connection, type ConnectionOptions } from '@temporalio/client';
import { readPublicFile } from '../inputs';
import { connectionOptions, type TemporalSettings } from './connection';
import { LOOK_AGAIN_MS, RenewedSettings } from './renewed-settings';

type RenewedOptions = Pick<
  ConnectionOptions,
  'address' | 'apiKey' | 'tls' | 'credentials' | 'callCredentials' | 'channelArgs'
>;

/**
 * Options of a client's connection that outlives its certificates and its API key: what came from files is read again when
 * they change, and used from the next call (the key) and the next time it connects (the certificates) on.
 */
export function renewedOptions(settings: TemporalSettings): RenewedOptions {
  if (settings.reread === undefined) return connectionOptions(settings);
  const renewed = new RenewedSettings(settings);
  const { address, tls, apiKey } = settings;
  if (tls?.serverRootCaCertificate === undefined && tls?.clientCertificate === undefined) {
    return { ...connectionOptions(settings), apiKey: () => renewed.current().apiKey ?? '' };
  }
  const { serverName } = tls;
  const provider = new CertificateFiles(renewed);
  const identity = tls.clientCertificate === undefined ? null : provider;
  return {
    address,
    credentials: experimental.createCertificateProviderChannelCredentials(provider, identity),
    ...(apiKey === undefined ? {} : { callCredentials: [bearer(renewed)] }),
    ...(serverName === undefined
      ? {}
      : { channelArgs: { 'grpc.ssl_target_name_override': serverName, 'grpc.default_authority': serverName } }),
  };
}

/**
 * Connects a client to Temporal, for as long as its certificates are renewed; the caller closes the connection.
 *
 * @param timeoutMs how long to wait for the server to answer, in milliseconds
 * @throws whatever the SDK throws if no server answers
 */
export async function connect(settings: TemporalSettings, timeoutMs = 10_000): Promise<Connection> {
  return await Connection.connect({ ...renewedOptions(settings), connectTimeout: timeoutMs });
}

function bearer(renewed: RenewedSettings): CallCredentials {
  return credentials.createFromMetadataGenerator((_params, done) => {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${renewed.current().apiKey ?? ''}`);
    done(null, metadata);
  });
}

/** Hands gRPC the certificates that it connects with, as long as it listens. */
class CertificateFiles implements experimental.CertificateProvider {
  private readonly ofAuthority = new Set<experimental.CaCertificateUpdateListener>();
  private readonly ofIdentity = new Set<experimental.IdentityCertificateUpdateListener>();
  private told: TemporalSettings | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly renewed: RenewedSettings) {}

  addCaCertificateListener(listener: experimental.CaCertificateUpdateListener): void {
    this.ofAuthority.add(listener);
    this.watch();
    listener(authorityOf(this.renewed.current()));
  }

  removeCaCertificateListener(listener: experimental.CaCertificateUpdateListener): void {
    this.ofAuthority.delete(listener);
    this.watch();
  }

  addIdentityCertificateListener(listener: experimental.IdentityCertificateUpdateListener): void {
    this.ofIdentity.add(listener);
    this.watch();
    listener(identityOf(this.renewed.current()));
  }

  removeIdentityCertificateListener(listener: experimental.IdentityCertificateUpdateListener): void {
    this.ofIdentity.delete(listener);
    this.watch();
  }

  private watch(): void {
    const wanted = this.ofAuthority.size + this.ofIdentity.size > 0;
    if (wanted && this.timer === undefined) {
      this.told = this.renewed.current();
      this.timer = setInterval(() => this.look(), LOOK_AGAIN_MS).unref();
    } else if (!wanted) {
      clearInterval(this.timer);
      this.timer = undefined;
    }
  }

  private look(): void {
    const settings = this.renewed.current();
    if (settings === this.told) return;
    this.told = settings;
    for (const listener of this.ofIdentity) listener(identityOf(settings));
    for (const listener of this.ofAuthority) listener(authorityOf(settings));
  }
}

function authorityOf({ tls }: TemporalSettings): experimental.CaCertificateUpdate {
  return { caCertificate: tls?.serverRootCaCertificate ?? Buffer.from(knownAuthorities()) };
}

/** What Node itself believes: gRPC's provider of certificates wants it said. */
function knownAuthorities(): string {
  const extra = process.env['NODE_EXTRA_CA_CERTS'];
  const read = extra === undefined || extra === '' ? undefined : readPublicFile(extra);
  const more = read !== undefined && 'bytes' in read ? [read.bytes.toString('utf8')] : [];
  return [...rootCertificates, ...more].join('\n');
}

function identityOf({ tls }: TemporalSettings): experimental.IdentityCertificateUpdate | null {
  const { crt, key } = tls?.clientCertificate ?? {};
  return crt === undefined || key === undefined ? null : { certificate: crt, privateKey: key };
}
