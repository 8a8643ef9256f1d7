import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cachedServerPath, locateServer, NoTemporalServerError } from '../../temporal/locate-server';

describe('locating a Temporal server', () => {
  let place: string;
  let env: NodeJS.ProcessEnv;

  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'gangway-locate-'));
    // No programs but those that a test puts there, and a cache of the test's own.
    env = { PATH: join(place, 'bin'), GANGWAY_CACHE: join(place, 'cache'), HOME: place };
  });

  afterEach(async () => {
    await rm(place, { recursive: true, force: true });
  });

  async function program(path: string, script: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
  }

  const cli = (server: string): string => `echo 'temporal version 9.9.9 (Server ${server}, UI 2.42.1)'`;

  it('prefers the one on PATH to the cached one', async () => {
    await program(join(place, 'bin', 'temporal'), cli('1.29.1'));
    await program(cachedServerPath(env), cli('1.29.1'));
    expect(await locateServer({ env })).toEqual({
      found: true,
      source: 'PATH',
      executable: join(place, 'bin', 'temporal'),
    });
  });

  it('takes the first usable one of several on PATH', async () => {
    env = { ...env, PATH: [join(place, 'old'), join(place, 'other'), join(place, 'bin')].join(':') };
    await program(join(place, 'old', 'temporal'), cli('1.24.3'));
    await program(join(place, 'other', 'temporal'), 'echo something else');
    await program(join(place, 'bin', 'temporal'), cli('1.31.0'));
    expect(await locateServer({ env })).toMatchObject({ found: true, executable: join(place, 'bin', 'temporal') });
  });

  it('takes the cached one if PATH has none', async () => {
    await program(cachedServerPath(env), cli('1.29.1'));
    expect(await locateServer({ env })).toEqual({ found: true, source: 'cache', executable: cachedServerPath(env) });
  });

  it('passes over one that is too old and says so', async () => {
    await program(join(place, 'bin', 'temporal'), cli('1.24.3'));
    expect(await locateServer({ env, sources: ['PATH', 'cache'] })).toEqual({
      found: false,
      tried: [
        { source: 'PATH', because: `${join(place, 'bin', 'temporal')} holds server 1.24; 1.28 is needed` },
        { source: 'cache', because: 'no server in the cache' },
      ],
    });
  });

  it('builds one with Go into the cache, says what it does, and finds it there the next time', async () => {
    await program(
      join(place, 'bin', 'go'),
      `case "$1" in
        version) echo 'go version go1.24.0' ;;
        install) [ "$2" = github.com/temporalio/cli/cmd/temporal@v1.5.1 ] || exit 1
          printf '#!/bin/sh\\n%s\\n' "${cli('1.29.1')}" >"$GOBIN/temporal"; /bin/chmod +x "$GOBIN/temporal" ;;
      esac`,
    );
    const said: string[] = [];
    const built = await locateServer({ env, sources: ['PATH', 'cache', 'build'], log: (line) => said.push(line) });
    const again = await locateServer({ env, sources: ['PATH', 'cache', 'build'] });
    expect(built).toEqual({ found: true, source: 'build', executable: cachedServerPath(env) });
    expect(again).toEqual({ found: true, source: 'cache', executable: cachedServerPath(env) });
    expect(said[0]).toMatch(/about 3 minutes, once/);
  });

  it("reports a failed build in Go's own last words, and leaves nothing in the cache", async () => {
    await program(join(place, 'bin', 'go'), `[ "$1" = version ] || { echo 'module lookup disabled' >&2; exit 1; }`);
    expect(await locateServer({ env, sources: ['build'], log: () => undefined })).toEqual({
      found: false,
      tried: [{ source: 'build', because: 'go install failed: module lookup disabled' }],
    });
    expect(await locateServer({ env, sources: ['cache'] })).toMatchObject({ found: false });
  });

  it('reports a download that the network refuses', async () => {
    // A proxy that nobody runs: refused at once, on a machine with a network as on one without.
    env = { ...env, HTTPS_PROXY: 'http://127.0.0.1:9', https_proxy: 'http://127.0.0.1:9' };
    const located = await locateServer({ env, sources: ['download'] });
    expect(located).toMatchObject({ found: false, tried: [{ source: 'download' }] });
    expect(JSON.stringify(located)).toContain("the SDK's download failed");
  });

  it('says where the cache cannot be written', async () => {
    await writeFile(join(place, 'cache'), 'a file where a directory should be');
    expect(await locateServer({ env, sources: ['build'] })).toMatchObject({
      found: false,
      tried: [{ because: expect.stringContaining('cannot be written') }],
    });
  });

  it('lists all that was tried and the one thing to install', () => {
    const error = new NoTemporalServerError([
      { source: 'PATH', because: 'no temporal on PATH' },
      { source: 'build', because: 'go install failed: go is not on PATH' },
    ]);
    expect(error.message.split('\n')).toEqual([
      'No Temporal server was found. Tried, in this order:',
      '  PATH: no temporal on PATH',
      '  build: go install failed: go is not on PATH',
      'Install the Temporal CLI (https://docs.temporal.io/cli) so that `temporal` is on PATH,',
      'or set TEMPORAL_ADDRESS to a server that runs.',
    ]);
  });
});
