import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { isThisMachine } from './process-environment';
import { wholeNumber } from './whole-number';

/** Where a ClamAV daemon listens. */
export type ClamdAddress = { readonly path: string } | { readonly host: string; readonly port: number };

export interface ClamdOptions {
  readonly address: ClamdAddress;
  /** For a whole scan, in milliseconds. */
  readonly timeoutMs: number;
}

const FORM = 'GANGWAY_CLAMD must be unix:/path of a socket, or tcp://host:port';
const TCP = /^tcp:\/\/(\[[0-9a-f:.]+\]|[a-z0-9][a-z0-9.-]*):(\d{1,5})$/i;
const MOST_PORT = 65_535;

/** With a fetch and an upload, a scan fits an attempt. */
const DEFAULT_TIMEOUT_MS = 5000;
const LONGEST_TIMEOUT_MS = 10_000;
const TIMEOUT = wholeNumber(1, LONGEST_TIMEOUT_MS).default(DEFAULT_TIMEOUT_MS);

/**
 * Reads how documents are scanned for viruses before they are uploaded:
 * - GANGWAY_CLAMD: `unix:/path` or `tcp://host:port` of a ClamAV daemon; not set: nothing is scanned
 * - GANGWAY_CLAMD_TIMEOUT_MS: for one file, default 5000
 * - GANGWAY_CLAMD_ALLOW_PLAINTEXT: clamd has no TLS, so documents go to another machine in clear; `true` says that this
 *   is wanted
 *
 * Adds to `problems` by variable, never by value.
 */
export function readClamdSettings(env: NodeJS.ProcessEnv, problems: string[]): ClamdOptions | undefined {
  const text = env['GANGWAY_CLAMD'] ?? '';
  const timeout = TIMEOUT.safeParse(
    env['GANGWAY_CLAMD_TIMEOUT_MS'] === '' ? undefined : env['GANGWAY_CLAMD_TIMEOUT_MS'],
  );
  const allows = env['GANGWAY_CLAMD_ALLOW_PLAINTEXT'] ?? '';
  for (const { message } of timeout.error?.issues ?? []) problems.push(`GANGWAY_CLAMD_TIMEOUT_MS ${message}`);
  if (!['', 'true', 'false'].includes(allows)) problems.push('GANGWAY_CLAMD_ALLOW_PLAINTEXT must be true or false');
  if (text === '') return undefined;
  const address = addressOf(text);
  const problem = address === undefined ? FORM : problemWith(address, allows === 'true');
  if (problem !== undefined) problems.push(problem);
  return address === undefined || !timeout.success ? undefined : { address, timeoutMs: timeout.data };
}

function addressOf(text: string): ClamdAddress | undefined {
  if (text.startsWith('unix:')) {
    const path = text.slice('unix:'.length);
    return isAbsolute(path) && !path.includes('\0') ? { path } : undefined;
  }
  const [, host, digits] = TCP.exec(text) ?? [];
  const port = Number(digits);
  if (host === undefined || port < 1 || port > MOST_PORT) return undefined;
  return { host: host.replaceAll(/[[\]]/g, ''), port };
}

/** A socket that is not there yet may come later; anything else in its place never answers. */
function problemWith(address: ClamdAddress, allowsPlainText: boolean): string | undefined {
  if ('path' in address) {
    const there = statSync(address.path, { throwIfNoEntry: false });
    return there === undefined || there.isSocket() ? undefined : 'GANGWAY_CLAMD names a path that is no socket';
  }
  return allowsPlainText || isThisMachine(address.host)
    ? undefined
    : 'GANGWAY_CLAMD must be on this machine, unless GANGWAY_CLAMD_ALLOW_PLAINTEXT=true says that documents may go in clear';
}
