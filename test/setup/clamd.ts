import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithParent } from '../../system/end-with-parent';
import { freePorts } from '../../system/free-ports';
import { findProgram } from './debian';
import { eventually } from './eventually';

/** The file by which every virus scanner is tried, which is harmless. In parts, so that none finds this one. */
export const EICAR = Buffer.from(
  ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-', 'ANTIVIRUS-TEST-FILE!$H+H*'].join(''),
  'latin1',
);
export const EICAR_NAME = 'Eicar-Test-Signature';

/** The path of the daemon's program, installed if this machine can; undefined if there is none. */
export function findClamd(): string | undefined {
  return findProgram(['/usr/sbin/clamd', '/usr/local/sbin/clamd', '/usr/bin/clamd'], 'clamav-daemon');
}

/** A real ClamAV daemon that knows one signature, EICAR's, and takes no file larger than a megabyte. */
export class Clamd {
  private constructor(
    private readonly directory: string,
    readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  static async start(program: string): Promise<Clamd> {
    const directory = mkdtempSync(join(tmpdir(), 'gangway-clamd-'));
    const [port = 0] = await freePorts(1);
    const database = join(directory, 'database');
    mkdirSync(database);
    // Name, any kind of file, anywhere in it (ClamAV's extended signatures).
    writeFileSync(join(database, 'test.ndb'), `${EICAR_NAME}:0:*:${EICAR.toString('hex')}\n`);
    const config = join(directory, 'clamd.conf');
    const settings = [
      `LocalSocket ${join(directory, 'socket')}`,
      `TCPSocket ${port}`,
      'TCPAddr 127.0.0.1',
      `DatabaseDirectory ${database}`,
      `TemporaryDirectory ${directory}`,
      'StreamMaxLength 1M',
      'Foreground yes',
    ];
    writeFileSync(config, `${settings.join('\n')}\n`);
    const child = spawn(program, ['--config-file', config], { stdio: 'ignore', detached: true });
    child.once('exit', endWithParent(child));
    const clamd = new Clamd(directory, port, child);
    await eventually(async () => (await answers(clamd.socket)) || undefined);
    return clamd;
  }

  get socket(): string {
    return join(this.directory, 'socket');
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await exited;
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
