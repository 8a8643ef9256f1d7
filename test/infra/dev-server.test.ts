import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Connection } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { connect } from '../../temporal/connect';
import { DataDirectoryInUseError } from '../../temporal/data-directory';
import { startDevServer, TemporalServerStartError, type DevServer } from '../../temporal/dev-server';
import { RETENTION_MS } from '../../temporal/namespace';
import { testTemporalAddress } from '../setup/temporal';

/** Whatever the caller's environment names, these tests start servers of their own. */
const env: NodeJS.ProcessEnv = { ...process.env, TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: '' };

async function withConnection<T>(server: DevServer, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connect(server);
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

async function ends(pid: number): Promise<boolean> {
  for (let left = 200; left > 0; left--) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await sleep(100);
  }
  return false;
}

describe('the development server', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gangway-server-'));
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  it('keeps its workflows and the retention of 30 days', async () => {
    const server = await startDevServer({ env });
    try {
      const { config } = await withConnection(server, async (connection) => {
        return await connection.workflowService.describeNamespace({ namespace: 'default' });
      });
      expect(tsToMs(config?.workflowExecutionRetentionTtl)).toBe(RETENTION_MS);
      expect(server.uiUrl).toBeUndefined();
    } finally {
      await server.stop();
    }
    expect(await ends(server.pid ?? 0)).toBe(true);
  });

  it('serves the Web UI if asked', async () => {
    const server = await startDevServer({ env, ui: true });
    try {
      const response = await fetch(server.uiUrl ?? '');
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain('text/html');
    } finally {
      await server.stop();
    }
  });

  it('has the namespace that was asked for', async () => {
    const server = await startDevServer({ env, namespace: 'another' });
    try {
      const { namespaceInfo } = await withConnection(server, async (connection) => {
        return await connection.workflowService.describeNamespace({ namespace: 'another' });
      });
      expect(namespaceInfo?.name).toBe('another');
    } finally {
      await server.stop();
    }
  });

  it('keeps what it knows from one run to the next, also over a crash', async () => {
    const workflowId = 'survivor';
    for (const end of ['kill', 'stop'] as const) {
      const server = await startDevServer({ env, data: directory });
      await withConnection(server, async (connection) => {
        const client = new Client({ connection });
        await client.workflow.start('anything', {
          workflowId,
          taskQueue: 'nobody',
          workflowIdConflictPolicy: 'USE_EXISTING',
        });
      });
      if (end === 'kill') {
        server.kill();
        expect(await ends(server.pid ?? 0)).toBe(true);
      } else {
        await server.stop();
      }
    }
    const server = await startDevServer({ env, data: directory });
    try {
      const runs = await withConnection(server, async (connection) => {
        const client = new Client({ connection });
        const status = (await client.workflow.getHandle(workflowId).describe()).status.name;
        const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
        return { status, started: events?.[0]?.eventType };
      });
      expect(runs.status).toBe('RUNNING');
    } finally {
      await server.stop();
    }
  });

  it('is refused if another one has the data open, naming it', async () => {
    const server = await startDevServer({ env, data: directory });
    try {
      const second = startDevServer({ env, data: directory });
      await expect(second).rejects.toThrow(DataDirectoryInUseError);
      await expect(second).rejects.toThrow(server.address);
    } finally {
      await server.stop();
    }
  });

  it('says that a port it was told to use is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const started = startDevServer({ env, port });
    await expect(started).rejects.toThrow(TemporalServerStartError);
    await expect(started).rejects.toThrow(`port ${port} is taken`);
    taken.close();
  });

  it('may be started several times at once', async () => {
    const servers = await Promise.all([1, 2, 3].map(async () => await startDevServer({ env })));
    try {
      expect(new Set(servers.map(({ address }) => address)).size).toBe(3);
    } finally {
      await Promise.all(servers.map(async (server) => await server.stop()));
    }
  });

  it('is the one that TEMPORAL_ADDRESS names, which it neither starts nor stops', async () => {
    const server = await startDevServer({ env: { ...env, TEMPORAL_ADDRESS: testTemporalAddress() } });
    server.kill();
    await server.stop();
    const { serverVersion } = await withConnection(server, async (connection) => {
      return await connection.workflowService.getSystemInfo({});
    });
    expect(server.pid).toBeUndefined();
    expect(server.address).toBe(testTemporalAddress());
    expect(serverVersion).toMatch(/^1\./);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('leaves no orphan when its parent ends by %s', async (signal) => {
    const note = join(directory, 'pid');
    // A process of its own that starts a server and then waits for ever.
    const program = `
      ${REGISTER_TYPESCRIPT}
      require(${JSON.stringify(join(__dirname, '..', '..', 'temporal', 'dev-server.ts'))})
        .startDevServer()
        .then((server) => require('node:fs').writeFileSync(${JSON.stringify(note)}, String(server.pid)));
    `;
    const script = join(directory, 'parent.cjs');
    await writeFile(script, program);
    const parent = spawn(process.execPath, [script], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    const exited = once(parent, 'exit');
    let pid = 0;
    while (pid === 0) {
      await sleep(50);
      pid = Number(await readFile(note, 'utf8').catch(() => '0'));
    }
    parent.kill(signal);
    await exited;
    expect(await ends(pid)).toBe(true);
  });
});

/** Lets a plain Node process load the TypeScript sources, as jest does. */
const REGISTER_TYPESCRIPT = `
  require.extensions['.ts'] = (module, filename) => module._compile(
    require(${JSON.stringify(require.resolve('@swc/core'))}).transformFileSync(filename, {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'commonjs' },
    }).code,
    filename,
  );
`;
