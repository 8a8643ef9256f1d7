import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * The version of the Temporal CLI that is downloaded or built, with server 1.29.1. The newest that `go install`
 * accepts: the module files of later ones hold a replace directive.
 */
export const CLI_VERSION = 'v1.5.1';

/** The oldest server that has update-with-start switched on. */
const OLDEST_SERVER = { major: 1, minor: 28 } as const;

const VERSION_TIMEOUT_MS = 10_000;

/**
 * Why `executable` cannot be the development server, in words that follow its path; undefined if it can.
 * A CLI built from source calls itself 0.0.0, so the server inside it is what counts.
 */
export async function serverProblem(executable: string): Promise<string | undefined> {
  let output: string;
  try {
    output = (await promisify(execFile)(executable, ['--version'], { timeout: VERSION_TIMEOUT_MS })).stdout;
  } catch {
    return 'does not run';
  }
  const found = /\(Server (\d+)\.(\d+)\.\d+/.exec(output);
  if (found === null) return 'is not the Temporal CLI';
  const [major, minor] = [Number(found[1]), Number(found[2])];
  const recent = major > OLDEST_SERVER.major || (major === OLDEST_SERVER.major && minor >= OLDEST_SERVER.minor);
  return recent ? undefined : `holds server ${major}.${minor}; ${OLDEST_SERVER.major}.${OLDEST_SERVER.minor} is needed`;
}
