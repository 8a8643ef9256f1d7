import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate and its key, in files and in memory. */
export interface Identity {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface IssueOptions {
  /** As in a certificate: `DNS:localhost`, `IP:127.0.0.1`. */
  readonly names?: readonly string[];
  /** How long it is valid from now; below 0 it has expired. Default: a week. */
  readonly days?: number;
}

/** A real certificate authority of the test's own, made by openssl. */
export class PrivateCa {
  readonly directory = mkdtempSync(join(tmpdir(), 'gangway-ca-'));
  readonly certFile = join(this.directory, 'ca.crt');
  readonly #keyFile = join(this.directory, 'ca.key');
  #issued = 0;

  constructor(name = 'Gangway test authority') {
    openssl(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      this.#keyFile,
      '-out',
      this.certFile,
    );
  }

  get cert(): Buffer {
    return readFileSync(this.certFile);
  }

  issue({ names = ['DNS:localhost', 'IP:127.0.0.1'], days = 7 }: IssueOptions = {}): Identity {
    this.#issued += 1;
    const at = (ending: string): string => join(this.directory, `${this.#issued}.${ending}`);
    const [keyFile, requestFile, certFile, extensions] = [at('key'), at('csr'), at('crt'), at('ext')];
    const usage = 'basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth,clientAuth\n';
    writeFileSync(extensions, `${usage}subjectAltName=${names.join(',')}\n`);
    openssl(
      'req',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-subj',
      `/CN=issued ${this.#issued}`,
      '-keyout',
      keyFile,
      '-out',
      requestFile,
    );
    openssl(
      'x509',
      '-req',
      '-in',
      requestFile,
      '-CA',
      this.certFile,
      '-CAkey',
      this.#keyFile,
      '-CAcreateserial',
      '-extfile',
      extensions,
      '-days',
      String(days),
      '-out',
      certFile,
    );
    return { certFile, keyFile, cert: readFileSync(certFile), key: readFileSync(keyFile) };
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
