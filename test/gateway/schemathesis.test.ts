import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { RunningGateway } from '../../client/gateway/serve';
import { newToken } from '../../client/gateway/tokens';
import { Rig } from '../setup/rig';
import { findSchemathesis } from '../setup/schemathesis';
import { documentOf, openGateway } from './open-gateway';

/** With GANGWAY_SCHEMATHESIS_SECONDS for longer, and other requests each time. */
const LONGER = process.env['GANGWAY_SCHEMATHESIS_SECONDS'];
const SECONDS = Number(LONGER ?? 45);
const HERE = join(__dirname, 'schemathesis');
const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

const found = findSchemathesis();
if ('problem' in found) console.warn(`The gateway is not tried by schemathesis: ${found.problem}.`);

const { token, entry } = newToken('schemathesis', ['read', 'start', 'approve', 'resolve']);
let rig: Rig;
let gateway: RunningGateway;

interface Ended {
  readonly code: number;
  readonly told: string;
}

/** Runs it, and gives what it says. It calls the gateway, which is of this process: it is not waited for in a call. */
function run(python: string): Promise<Ended> {
  const args = ['-m', 'schemathesis.cli', '--config-file', join(HERE, 'schemathesis.toml'), 'run'];
  const limits = ['--checks', 'all', '--max-time', String(SECONDS), '--warnings', 'off', '--no-color'];
  const draws = LONGER === undefined ? ['--generation-deterministic'] : [];
  return new Promise((settle) => {
    execFile(
      python,
      [...args, `${gateway.url}/docs/json`, ...limits, ...draws, '--suppress-health-check', 'all'],
      {
        cwd: rig.files,
        env: { ...process.env, PYTHONPATH: HERE, GATEWAY_TOKEN: token, GATEWAY_WEBHOOK_SECRET: WEBHOOK_SECRET },
        maxBuffer: 64 * 1024 * 1024,
      },
      (error, stdout, stderr) => settle({ code: error === null ? 0 : 1, told: `${stdout}${stderr}` }),
    );
  });
}

('problem' in found ? describe.skip : describe)('schemathesis', () => {
  beforeAll(async () => {
    rig = await Rig.start();
    gateway = await openGateway({
      settings: {
        TEMPORAL_ADDRESS: rig.server.address,
        GANGWAY_GATEWAY_DOCS: 'true',
        GANGWAY_GATEWAY_REQUESTS_PER_MINUTE: '1000000',
        GANGWAY_TOKENS: entry,
        GANGWAY_WEBHOOK_SECRETS: WEBHOOK_SECRET,
        GANGWAY_CALLBACK_PROVIDERS: 'backoffice',
        BACKOFFICE_CALLBACK_SECRET: 'a-secret-of-callbacks-0123456789',
      },
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await rig.close();
  });

  test(
    'finds nothing: every answer is documented, every example accepted, every other method 405',
    async () => {
      const operations = Object.values((await documentOf(gateway)).paths).flatMap(Object.values);
      const { code, told } = await run('python' in found ? found.python : '');
      expect(told).not.toMatch(/FAILURES|ERRORS/);
      expect(told).toMatch(new RegExp(`Tested: ${operations.length}\\n`));
      expect(told).toMatch(/Test cases:\n +\d+ generated, \d+ passed/);
      expect(code).toBe(0);
    },
    SECONDS * 1_000 + 240_000,
  );
});
