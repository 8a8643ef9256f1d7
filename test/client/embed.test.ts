import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { Rig } from '../setup/rig';

const ROOT = join(__dirname, '..', '..');

let rig: Rig;
/** A project of somebody else's: the example, its documents, and the package as it is published. */
let project: string;

beforeAll(async () => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'gangway-embed-')));
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(ROOT, join(project, 'node_modules', 'gangway'), 'dir');
  cpSync(join(ROOT, 'examples', 'documents'), join(project, 'documents'), { recursive: true });
  const { outputText } = ts.transpileModule(readFileSync(join(ROOT, 'examples', 'embed.ts'), 'utf8'), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  writeFileSync(join(project, 'embed.js'), outputText);
  rig = await Rig.start({ env: { GANGWAY_DOCUMENT_ROOTS: project } });
});
afterAll(async () => {
  await rig.close();
  rmSync(project, { recursive: true, force: true });
});

async function embed(): Promise<readonly string[]> {
  const env = { ...process.env, TEMPORAL_ADDRESS: rig.server.address, TEMPORAL_NAMESPACE: rig.server.namespace };
  const { stdout } = await promisify(execFile)(process.execPath, [join(project, 'embed.js')], {
    env,
    cwd: project,
    timeout: 45_000,
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim());
}

test('the example embeds Gangway: it onboards, moves money once, and reads where it stands', async () => {
  const [client, intent] = ['onboarding/coinmena/embedded-client-1', 'funding/coinmena/embedded-deposit-1'];
  const done = 'order completed, 250.00 USD available';
  expect(await embed()).toEqual([`${client}: new`, `${client}: done`, `${intent}: new`, `${intent}: done`, done]);
  expect(await embed()).toEqual([
    `${client}: already-done`,
    `${client}: done`,
    `${intent}: already-done`,
    `${intent}: done`,
    done,
  ]);
  expect(await rig.ordersOf('embedded-deposit-1')).toMatchObject([{ amount: '250.00', status: 'completed' }]);
});
