import { execFile } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDirectory } from '../system/cache-directory';
import { runToEnd } from '../system/run-to-end';

/** The version that the tests run against. */
export const NATS_SERVER_VERSION = 'v2.12.9';
const PACKAGE = `github.com/nats-io/nats-server/v2@${NATS_SERVER_VERSION}`;
const BUILD_TIMEOUT_MS = 10 * 60_000;
const VERSION_TIMEOUT_MS = 10_000;

/**
 * A NATS server's executable: the one on PATH, else the one in the cache, which is built with Go if it is not there
 * yet. Built once on a machine, as the Temporal server is.
 *
 * @throws if there is neither, saying why
 */
export async function ensureNatsServer(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  if (await runs('nats-server')) return 'nats-server';
  const place = join(cacheDirectory(env), 'nats-server', NATS_SERVER_VERSION, 'nats-server');
  if ((await isThere(place)) && (await runs(place))) return place;
  await mkdir(join(place, '..'), { recursive: true });
  const directory = await mkdtemp(join(place, '..', 'making-'));
  try {
    const problem = await runToEnd('go', ['install', PACKAGE], {
      env: { ...env, GOBIN: directory, GOFLAGS: '', GOOS: '', GOARCH: '', GO111MODULE: 'on' },
      cwd: directory,
      timeoutMs: BUILD_TIMEOUT_MS,
      log: () => undefined,
    });
    if (problem !== undefined) {
      throw new Error(
        `No NATS server can be had: none on PATH, and building one with Go failed (${problem}). Install nats-server.`,
      );
    }
    // In one step: whoever looks meanwhile sees the whole of it, or nothing.
    await rename(join(directory, 'nats-server'), place);
    return place;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function isThere(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function runs(executable: string): Promise<boolean> {
  return await promisify(execFile)(executable, ['--version'], { timeout: VERSION_TIMEOUT_MS }).then(
    ({ stdout }) => stdout.startsWith('nats-server:'),
    () => false,
  );
}
